import { describe, expect, expectTypeOf, it } from "vitest";
import * as z from "zod";
import { accessPointId } from "../../src/user/parts/access-point.ts";
import { accessPoints } from "../../src/user/parts/access-points.ts";
import { containers } from "../../src/user/parts/containers.ts";
import { custom } from "../../src/user/parts/custom.ts";
import { environment } from "../../src/user/parts/environment.ts";
import { ephemeralStorage } from "../../src/user/parts/ephemeral-storage.ts";
import { image } from "../../src/user/parts/image.ts";
import { secrets } from "../../src/user/parts/secrets.ts";
import { type Size, size, type sizeSchema } from "../../src/user/parts/size.ts";
import { tags } from "../../src/user/parts/tags.ts";
import { taskRoleArn } from "../../src/user/parts/task-role.ts";
import { unset } from "../../src/user/parts/unset.ts";
import { type PartsTable, parts, type UserPatch, type UserSpec } from "../../src/user/user.ts";
import type { UserPart } from "../../src/user/user-part.ts";
import { hostname } from "./hostname-part.ts";

// Most of this is checked by the compiler.
const table = {
  accessPointId,
  accessPoints,
  unset,
  secrets,
  environment,
  image,
  containers,
  size,
  ephemeralStorage,
  taskRoleArn,
  tags,
  custom,
};

describe("the table of parts", () => {
  it("has one part for each name of UserSpec", () => {
    expectTypeOf(table).toExtend<PartsTable>();
    expectTypeOf<keyof PartsTable>().toEqualTypeOf<Exclude<keyof UserSpec, "userId">>();
    expect(Object.keys(parts)).toStrictEqual(Object.keys(table));
  });

  it("does not compile without a name that UserSpec has", () => {
    const { tags: _, ...others } = table;
    // @ts-expect-error: no tags
    const lacking: PartsTable = others;
    expect(lacking).not.toHaveProperty("tags");
  });

  it("does not compile with a name that UserSpec lacks", () => {
    // @ts-expect-error: no such name in UserSpec
    const larger: PartsTable = { ...table, hostname };
    expect(larger).toHaveProperty("hostname");
  });

  it("does not compile with a part of another type", () => {
    // @ts-expect-error: a record where UserSpec has a text
    const confused: PartsTable = { ...table, image: tags };
    expect(confused.image).toBe(tags);
  });
});

describe("a part", () => {
  it("does not compile if its schema or its change lacks a member of its type", () => {
    // @ts-expect-error: no memory
    const schema: UserPart<Size, boolean>["schema"] = z.strictObject({ cpu: z.int() });
    // @ts-expect-error: a number where the type has a text
    const change: UserPart<string, boolean>["change"] = z.int();
    expect([schema, change]).toHaveLength(2);
  });

  it("has no member in its schema that its type lacks", () => {
    expectTypeOf<Readonly<z.output<ReturnType<typeof sizeSchema>>>>().toEqualTypeOf<Size>();
  });
});

describe("UserPatch", () => {
  it("takes every part, and null for each", () => {
    expectTypeOf<keyof UserPatch>().toEqualTypeOf<keyof PartsTable>();
    expectTypeOf<{ secrets: null; environment: null; size: null; image: null; tags: null }>().toExtend<UserPatch>();
    expectTypeOf<{ accessPointId: null; accessPoints: null }>().toExtend<UserPatch>();
    expectTypeOf<{ ephemeralStorage: null; taskRoleArn: null; custom: null }>().toExtend<UserPatch>();
    expectTypeOf<{ environment: { A: null; B: "b" }; size: { cpu: 256 } }>().toExtend<UserPatch>();
    expectTypeOf<{ size: { cpu: null } }>().not.toExtend<UserPatch>();
    expectTypeOf<{ ephemeralStorage: { sizeInGiB: null } }>().not.toExtend<UserPatch>();
    expectTypeOf<{ unset: string[] }>().toExtend<UserPatch>();
    expectTypeOf<{ unset: null; containers: null }>().toExtend<UserPatch>();
    expectTypeOf<{ unset: (string | null)[] }>().not.toExtend<UserPatch>();
  });

  it("takes the parts of every container, and null for each of them", () => {
    expectTypeOf<{ containers: { log: null } }>().toExtend<UserPatch>();
    expectTypeOf<{ containers: { log: { secrets: { A: null }; unset: ["B"]; image: null } } }>().toExtend<UserPatch>();
    expectTypeOf<{ containers: { log: { size: null } } }>().not.toExtend<UserPatch>();
  });

  it("takes any JSON as custom, with null to remove a member, and lists as a whole", () => {
    expectTypeOf<{ custom: { port: null; ports: [1, { a: null }]; deep: { er: null } } }>().toExtend<UserPatch>();
    expectTypeOf<{ custom: "text" }>().toExtend<UserPatch>();
    expectTypeOf<{ custom: { at: Date } }>().not.toExtend<UserPatch>();
    expectTypeOf<{ custom: { ports: undefined[] } }>().not.toExtend<UserPatch>();
  });
});
