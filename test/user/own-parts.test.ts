import { describe, expect, it } from "vitest";
import { deriveClone } from "../../src/derivation/derive-clone.ts";
import { InvalidInputError } from "../../src/errors.ts";
import {
  judgeParts,
  notesSchema,
  readBackUser,
  refuseImpossibleParts,
  toNotes,
  toPlacedNotes,
  toVouched,
} from "../../src/user/own-parts.ts";
import { named, plainUser, target, typicalBase, typicalUser } from "../cast.ts";

describe("refuseImpossibleParts", () => {
  it("takes a user that some base could carry", () => {
    expect(refuseImpossibleParts(typicalUser, {})).toBeUndefined();
    expect(refuseImpossibleParts(plainUser, { reserved: [/./] })).toBeUndefined();
  });

  it("refuses reserved names", () => {
    expect(() => refuseImpossibleParts(typicalUser, { reserved: ["GREETING"] })).toThrow(
      new InvalidInputError(
        "The user's environment set GREETING, which the option `reserved` keeps for the platform. Choose other names.",
      ),
    );
  });

  it("refuses reserved names of secrets, and says so", () => {
    expect(() => refuseImpossibleParts(typicalUser, { reserved: ["OPENAI_API_KEY"] })).toThrow(
      /^The user's secrets set OPENAI_API_KEY,/,
    );
  });

  it("refuses tags that ECS never takes", () => {
    expect(() => refuseImpossibleParts({ ...plainUser, tags: { "aws:x": "y" } }, {})).toThrow(
      new InvalidInputError("The user's tag aws:x begins with `aws:`, or its value does, which AWS keeps for itself."),
    );
  });

  it("lets a patch remove a reserved name, since it may have been allowed once", () => {
    const patch = { secrets: { A: null }, environment: { A: null, B: "b" }, tags: null };
    expect(refuseImpossibleParts(patch, { reserved: ["A"] })).toBeUndefined();
    expect(() => refuseImpossibleParts(patch, { reserved: ["B"] })).toThrow(InvalidInputError);
  });
});

describe("toNotes", () => {
  it("names the parts that are the user's own, sorted", () => {
    expect(toNotes(typicalUser)).toStrictEqual({
      accessPointId: true,
      secrets: ["ANTHROPIC_API_KEY", "OPENAI_API_KEY"],
      environment: ["CODEX_HOME", "GREETING"],
      tags: ["team", "user"],
      size: true,
      image: true,
    });
  });

  it("gives equal users equal names, whatever order theirs are in", () => {
    const some = { B: "/b", A: "/a" };
    const user = { ...plainUser, secrets: { D: "/d", C: "/c" }, environment: some, tags: some };
    expect(toNotes(user)).toMatchObject({ secrets: ["C", "D"], environment: ["A", "B"], tags: ["A", "B"] });
  });

  it("notes nothing of a part that the user has nothing of", () => {
    expect(toNotes(plainUser)).toStrictEqual({ accessPointId: true });
    expect(toNotes({ ...plainUser, secrets: {}, environment: {}, tags: {} })).toStrictEqual({ accessPointId: true });
  });
});

describe("toPlacedNotes", () => {
  it("says where the size stands, and leaves all other notes as they are", () => {
    const notes = toNotes(typicalUser);
    expect(toPlacedNotes(notes, typicalBase, target)).toStrictEqual(notes);
    const { cpu, memory, requiresCompatibilities, ...sizeless } = typicalBase;
    expect(toPlacedNotes(notes, sizeless, target)).toStrictEqual({ ...notes, size: "memoryReservation" });
    expect(toPlacedNotes(toNotes(plainUser), sizeless, target)).toStrictEqual(toNotes(plainUser));
  });
});

describe("notesSchema", () => {
  it("takes the notes of every part, and drops those of nothing", () => {
    expect(notesSchema().parse(toNotes(typicalUser))).toStrictEqual(toNotes(typicalUser));
    const none = { accessPointId: true, secrets: [], environment: [], tags: [], size: false, image: false };
    expect(notesSchema().parse(none)).toStrictEqual({ accessPointId: true });
    expect(notesSchema().parse({ size: undefined })).toStrictEqual({});
  });

  it("calls a note of a part that it does not know unrecognized", () => {
    const { error } = notesSchema().safeParse({ hostname: true });
    expect(error?.issues.map(({ code }) => code)).toStrictEqual(["unrecognized_keys"]);
  });
});

describe("judgeParts", () => {
  const mountPoints = [{ sourceVolume: "workspace" }];
  const base = { family: "app", containerDefinitions: [{ name: "openclaw", image: "web", memory: 64, mountPoints }] };
  const sized = { ...base, cpu: "1024", memory: "4096" };

  it("passes on what a part warns of", () => {
    expect(judgeParts(sized, typicalUser, { base, target, rules: {} })).toHaveLength(1);
  });

  it("passes on what a part refuses, by the rules", () => {
    const final = { ...sized, requiresCompatibilities: ["FARGATE" as const] };
    const rules = { fargateMemory: { 1024: [2048] } };
    expect(() => judgeParts(final, typicalUser, { base, target, rules })).toThrow(InvalidInputError);
  });

  it("misses the mount of the user's volume where there is no container at all", () => {
    const empty = { family: "app", containerDefinitions: undefined, cpu: "1024", memory: "4096" };
    expect(judgeParts(empty, typicalUser, { base, target, rules: {} })).toStrictEqual([
      expect.stringContaining("does not mount volume workspace"),
    ]);
  });

  it("has no part judged that the user does not have", () => {
    expect(judgeParts(sized, plainUser, { base, target, rules: {} })).toStrictEqual([]);
  });
});

describe("toVouched", () => {
  it("says whose the clone is, with the access point by its volume, and without the tags", () => {
    const { userId, accessPointId, tags: _, ...own } = typicalUser;
    expect(toVouched(typicalUser, target)).toStrictEqual({
      userId,
      container: "openclaw",
      own: { accessPoints: { workspace: accessPointId }, ...own },
    });
  });

  it("leaves out what the user does not have", () => {
    const { userId, accessPointId } = plainUser;
    const own = { accessPoints: { workspace: accessPointId } };
    expect(toVouched(plainUser, target)).toStrictEqual({ userId, container: "openclaw", own });
  });
});

describe("readBackUser", () => {
  const { input } = deriveClone({ taskDefinition: typicalBase }, typicalUser, { container: "openclaw" });
  const own = toNotes(typicalUser);
  const container = named(input.containerDefinitions, "openclaw");
  const read = (clone: typeof input, notes = own) => readBackUser(clone, "user_2x9", target, notes);
  const withContainer = (change: object) => ({ ...input, containerDefinitions: [{ ...container, ...change }] });

  it("reads back the user that a clone was made for", () => {
    expect(read(input)).toStrictEqual(typicalUser);
  });

  it("reads back a plain user, with nothing of the base's", () => {
    const plain = deriveClone({ taskDefinition: typicalBase }, plainUser, { container: "openclaw" }).input;
    expect(readBackUser(plain, plainUser.userId, target, toNotes(plainUser))).toStrictEqual(plainUser);
  });

  it("reads back empty values", () => {
    const user = { ...plainUser, environment: { EMPTY: "" }, tags: { empty: "" } };
    const clone = deriveClone({ taskDefinition: typicalBase }, user, { container: "openclaw" }).input;
    expect(readBackUser(clone, user.userId, target, toNotes(user))).toStrictEqual(user);
  });

  it.each<[string, typeof input]>([
    ["the volume", { ...input, volumes: [] }],
    ["every volume", { ...input, volumes: undefined }],
    [
      "the access point",
      { ...input, volumes: [{ name: "workspace", efsVolumeConfiguration: { fileSystemId: "fs-1" } }] },
    ],
    ["EFS on the volume", { ...input, volumes: [{ name: "workspace", host: {} }] }],
    ["the container", { ...input, containerDefinitions: input.containerDefinitions?.slice(1) }],
    ["a secret", withContainer({ secrets: container.secrets?.slice(0, -1) })],
    ["every secret", withContainer({ secrets: undefined })],
    ["a variable", withContainer({ environment: container.environment?.slice(0, -1) })],
    ["a variable's value", withContainer({ environment: [{ name: "CODEX_HOME" }, { name: "GREETING", value: "x" }] })],
    ["the image", withContainer({ image: undefined })],
    ["the CPU", { ...input, cpu: undefined }],
    ["the memory", { ...input, memory: undefined }],
    ["a CPU that is a number", { ...input, cpu: "1 vCPU" }],
    ["a CPU above nothing", { ...input, cpu: "0" }],
    ["a memory above nothing", { ...input, memory: "0" }],
  ])("reads no user from a clone that lacks %s", (_, clone) => {
    expect(read(clone)).toBeUndefined();
  });

  it.each([{ environment: ["CODEX_HOME"] }, { image: true }])(
    "reads nobody from a clone without containers: %j",
    (notes) => {
      expect(read({ ...input, containerDefinitions: [] }, { accessPointId: true, ...notes })).toBeUndefined();
    },
  );

  it("reads the user's volume, and no other", () => {
    const other = { name: "other", efsVolumeConfiguration: { fileSystemId: "fs-1" } };
    expect(read({ ...input, volumes: [other, ...(input.volumes ?? [])] })).toStrictEqual(typicalUser);
  });

  it("reads the user without a tag that was taken off the clone", () => {
    const { tags, ...user } = typicalUser;
    expect(read({ ...input, tags: input.tags?.filter(({ key }) => !Object.hasOwn(tags, String(key))) })).toStrictEqual(
      user,
    );
    expect(read({ ...input, tags: undefined })).toStrictEqual(user);
  });

  it("needs neither size nor image if they are not the user's own", () => {
    const { size, image, ...user } = typicalUser;
    const clone = { ...withContainer({ image: undefined }), cpu: undefined, memory: undefined };
    expect(read(clone, toNotes(user))).toStrictEqual(user);
  });

  it.each(["__proto__", "constructor", "toString"])("reads back a variable that is called %s", (name) => {
    const clone = { ...input, containerDefinitions: [{ name: "openclaw", environment: [{ name, value: "x" }] }] };
    const parts = { accessPointId: true, environment: [name] };
    expect(Object.entries(read(clone, parts)?.environment ?? {})).toStrictEqual([[name, "x"]]);
    expect(read({ ...clone, containerDefinitions: [{ name: "openclaw", environment: [] }] }, parts)).toBeUndefined();
  });
});
