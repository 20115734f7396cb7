import type { ContainerDefinition, KeyValuePair, TaskDefinition, Volume } from "@aws-sdk/client-ecs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toDraft } from "../../src/clone/draft.ts";
import { deriveClone } from "../../src/derivation/derive-clone.ts";
import { toRegisterInput } from "../../src/derivation/register-input.ts";
import type { Base } from "../../src/task-definition.ts";
import type { ContainerParts } from "../../src/user/parts/containers.ts";
import type { OwnSize } from "../../src/user/parts/size.ts";
import { deepFreeze, named } from "../cast.ts";
import { orderOf, pair, runs, targetOf, withNulls } from "./arbitraries.ts";
import { accessOf, rulesOf, withoutAccess } from "./volumes.ts";

describe("deriveClone", () => {
  it("changes only what is declared", () => {
    fc.assert(
      fc.property(pair, ([described, spec]) => {
        const { input } = deriveClone(described, spec, rulesOf(spec));
        const before = toRegisterInput(described.taskDefinition);
        const { family, containerDefinitions, volumes, tags, ...rest } = input;
        const { family: _, containerDefinitions: containers = [], volumes: mounts = [], ...kept } = before;
        expect(family).toBe("web-user");
        const declared = [
          ...(spec.size && isSizedByTask(before) ? ["cpu", "memory"] : []),
          ...(spec.taskRoleArn ? ["taskRoleArn"] : []),
          ...(spec.ephemeralStorage ? ["ephemeralStorage"] : []),
        ];
        expect(without(rest, declared)).toEqual(without(kept, declared));

        expect(containerDefinitions?.map((other) => other.name)).toStrictEqual(containers.map((other) => other.name));
        for (const [index, other] of containers.entries()) {
          const clone: ContainerDefinition = containerDefinitions?.[index] ?? {};
          const own = other.name === "app" ? spec : spec.containers?.[other.name ?? ""];
          if (own === undefined) expect(clone).toBe(other);
          else expectOnlyVariablesAndImage(clone, other, own);
        }
        for (const [index, other] of mounts.entries()) {
          const clone: Volume = volumes?.[index] ?? { name: "" };
          const own = accessOf(spec)[String(other.name)];
          if (own === undefined) expect(clone).toBe(other);
          else expectOnlyAccessPoint(clone, other, own);
        }
        const userTags = spec.tags ?? {};
        expect((tags ?? []).filter(({ key = "" }) => !Object.hasOwn(userTags, key))).toStrictEqual(
          described.tags.filter(({ key = "" }) => !Object.hasOwn(userTags, key)),
        );
      }),
      runs,
    );
  });

  it("gives the user everything exactly once", () => {
    fc.assert(
      fc.property(pair, ([described, spec]) => {
        const { input } = deriveClone(described, spec, rulesOf(spec));
        expectEverythingOnce(targetOf(input), spec);
        for (const [name, own] of Object.entries(spec.containers ?? {})) {
          expectEverythingOnce(named(input.containerDefinitions, name), own);
        }
        for (const [key, value] of Object.entries(spec.tags ?? {})) {
          expect(input.tags?.filter((entry) => entry.key === key)).toStrictEqual([{ key, value }]);
        }
        if (spec.taskRoleArn !== undefined) expect(input.taskRoleArn).toBe(spec.taskRoleArn);
        if (spec.ephemeralStorage) expect(input.ephemeralStorage).toStrictEqual(spec.ephemeralStorage);
        if (spec.size) expect(sizeOf(input, described.taskDefinition)).toStrictEqual(spec.size);
      }),
      runs,
    );
  });

  it("leaves out what the user leaves out, of the user's own container and of others", () => {
    fc.assert(
      fc.property(pair, ([described, spec]) => {
        const { input } = deriveClone(described, spec, rulesOf(spec));
        for (const [name, { unset = [] }] of Object.entries({ ...spec.containers, app: spec })) {
          const { environment = [], secrets = [] } = named(input.containerDefinitions, name);
          const there = new Set([...environment, ...secrets].map((entry) => entry.name));
          expect(unset.filter((key) => there.has(key))).toStrictEqual([]);
        }
      }),
      runs,
    );
  });

  it("takes members and entries of a base that are null, at any depth, for absent", () => {
    const pairs = pair.chain(([described, spec]) =>
      fc.tuple(
        fc.constant(described),
        withNulls({ taskDefinition: described.taskDefinition, tags: described.tags }),
        fc.constant(spec),
      ),
    );
    fc.assert(
      fc.property(pairs, ([described, sprinkled, spec]) => {
        // The cast: the SDK's types have no null.
        const derived = deriveClone(sprinkled as Base, spec, rulesOf(spec));
        // As clones, since the arbitraries have objects without a prototype.
        expect(structuredClone(derived)).toStrictEqual(structuredClone(deriveClone(described, spec, rulesOf(spec))));
      }),
      runs,
    );
  });

  it("is pure: it leaves frozen inputs alone, and equal inputs give equal outputs", () => {
    fc.assert(
      fc.property(pair, ([described, spec]) => {
        const first = toDraft(described, orderOf(spec), rulesOf(spec), "token");
        const second = toDraft(
          deepFreeze(structuredClone(described)),
          orderOf(structuredClone(spec)),
          rulesOf(spec),
          "token",
        );
        expect(JSON.stringify(second)).toBe(JSON.stringify(first));
      }),
      runs,
    );
  });
});

const isSizedByTask = ({ cpu, requiresCompatibilities }: TaskDefinition): boolean =>
  cpu !== undefined || requiresCompatibilities?.includes("FARGATE") === true;

/** The size of a clone, from where its base says that it stands. */
function sizeOf(input: TaskDefinition, base: TaskDefinition): unknown {
  if (isSizedByTask(base)) return { cpu: Number(input.cpu), memory: Number(input.memory) };
  const { memory, memoryReservation } = targetOf(base) ?? {};
  const holder = !memory && memoryReservation ? "memoryReservation" : "memory";
  return { cpu: targetOf(input)?.cpu, memory: targetOf(input)?.[holder] };
}

const without = (value: object, members: readonly string[]): object =>
  Object.fromEntries(Object.entries(value).filter(([member]) => !members.includes(member)));

function expectEverythingOnce(container: ContainerDefinition | undefined, own: ContainerParts): void {
  const { environment = [], secrets = [], image } = container ?? {};
  const names = [...environment, ...secrets].map((entry) => entry.name);
  for (const [key, value] of Object.entries(own.environment ?? {})) {
    expect(environment.filter((entry) => entry.name === key)).toStrictEqual([{ name: key, value }]);
    expect(names.filter((other) => other === key)).toHaveLength(1);
  }
  for (const [key, from] of Object.entries(own.secrets ?? {})) {
    expect(secrets.filter((entry) => entry.name === key)).toStrictEqual([{ name: key, valueFrom: from }]);
    expect(names.filter((other) => other === key)).toHaveLength(1);
  }
  if (own.image !== undefined) expect(image).toBe(own.image);
}

function expectOnlyVariablesAndImage(
  clone: ContainerDefinition,
  before: ContainerDefinition,
  spec: ContainerParts & OwnSize,
): void {
  const limits = spec.size ? ["cpu", "memory", "memoryReservation"] : [];
  const declared = ["environment", "secrets", "image", ...limits];
  expect(without(clone, declared)).toStrictEqual(without(before, declared));
  if (spec.image === undefined) expect(clone.image).toBe(before.image);
  const isUsers = ({ name = "" }: KeyValuePair): boolean =>
    Object.hasOwn(spec.environment ?? {}, name) ||
    Object.hasOwn(spec.secrets ?? {}, name) ||
    (spec.unset ?? []).includes(name);
  for (const member of ["environment", "secrets"] as const) {
    const kept = (clone[member] ?? []).filter((entry) => !isUsers(entry));
    expect(kept).toStrictEqual((before[member] ?? []).filter((entry) => !isUsers(entry)));
    const isSet = Object.keys(spec.environment ?? {}).length + Object.keys(spec.secrets ?? {}).length > 0;
    if (!isSet && !before[member]?.some(isUsers)) {
      expect(clone[member]).toBe(before[member]);
    }
  }
}

function expectOnlyAccessPoint(clone: Volume, before: Volume, accessPoint: string): void {
  expect(withoutAccess(clone)).toEqual(withoutAccess(before));
  const { efsVolumeConfiguration: efs, s3filesVolumeConfiguration: s3Files } = clone;
  const own = s3Files ?? { ...efs?.authorizationConfig, transitEncryption: efs?.transitEncryption };
  expect(own).toMatchObject(
    s3Files ? { accessPointArn: accessPoint } : { accessPointId: accessPoint, transitEncryption: "ENABLED" },
  );
}
