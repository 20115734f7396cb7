import type { TaskDefinition } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { deriveClone } from "../../src/derivation/derive-clone.ts";
import {
  type OwnParts,
  type Provenance,
  provenanceLabel,
  readProvenance,
  toDigest,
  toOwnParts,
  toUserSpec,
  withProvenance,
} from "../../src/record/record.ts";
import { deepFreeze, named, plainUser, target, typicalBase, typicalUser } from "../cast.ts";
import { maximalBase } from "../maximal-base.ts";

const record: Provenance = deepFreeze({
  userId: "user_2x9",
  family: "isol8-dev-openclaw-user",
  base: "arn:aws:ecs:us-east-1:111122223333:task-definition/isol8-dev-openclaw:42",
  own: toOwnParts(typicalUser, "workspace"),
  digest: "digest",
  token: "token",
});

const labelOf = (taskDefinition: { containerDefinitions?: TaskDefinition["containerDefinitions"] }): string =>
  named(taskDefinition.containerDefinitions, "openclaw").dockerLabels?.[provenanceLabel] ?? "";

describe("toOwnParts", () => {
  it("names the parts that are the user's own, sorted", () => {
    expect(toOwnParts(typicalUser, "workspace")).toStrictEqual({
      volume: "workspace",
      secrets: ["ANTHROPIC_API_KEY", "OPENAI_API_KEY"],
      environment: ["CODEX_HOME", "GREETING"],
      tags: ["team", "user"],
      size: true,
      image: true,
    });
  });

  it("gives equal users equal names, in whatever order theirs stand", () => {
    const some = { B: "/b", A: "/a" };
    const user = { ...plainUser, secrets: { D: "/d", C: "/c" }, environment: some, tags: some };
    expect(toOwnParts(user, "home")).toMatchObject({
      secrets: ["C", "D"],
      environment: ["A", "B"],
      tags: ["A", "B"],
    });
  });

  it("says what a user has nothing of", () => {
    expect(toOwnParts(plainUser, "home")).toStrictEqual({
      volume: "home",
      secrets: [],
      environment: [],
      tags: [],
      size: false,
      image: false,
    });
  });
});

describe("toDigest", () => {
  it("is the SHA-256 of the text, in characters that need no escaping", () => {
    expect(toDigest("")).toBe("47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU");
    expect(toDigest("ä")).not.toBe(toDigest("a"));
  });
});

describe("withProvenance", () => {
  it.each([
    ["typical", typicalBase],
    ["maximal", maximalBase],
  ])("adds one label to the user's container of a %s definition, and nothing else", (_, base) => {
    const recorded = withProvenance(base, target, record);
    const [container, ...others] = base.containerDefinitions ?? [];
    const text = labelOf(recorded);
    expect(recorded).toStrictEqual({
      ...base,
      containerDefinitions: [
        { ...container, dockerLabels: { ...container?.dockerLabels, [provenanceLabel]: text } },
        ...others,
      ],
    });
    expect(recorded.containerDefinitions?.[1]).toBe(others[0]);
    expect(JSON.parse(text)).toStrictEqual({ version: 1, ...record });
  });

  it("adds the first label of a container", () => {
    const base = { family: "app", containerDefinitions: [{ name: "openclaw" }] };
    expect(Object.keys(named(withProvenance(base, target, record).containerDefinitions, "openclaw"))).toStrictEqual([
      "name",
      "dockerLabels",
    ]);
  });

  it.each(["用户-🦀", "Zoë", "a\u007fb\u0000c", '"quoted\\"', "auth0|5f7c", "\ud800"])(
    "writes the user id %j in ASCII that reads back as it was",
    (userId) => {
      const recorded = withProvenance(typicalBase, target, { ...record, userId });
      expect(labelOf(recorded)).toMatch(/^[\u0020-\u007e]+$/);
      expect(readProvenance(recorded)).toStrictEqual({
        kind: "record",
        record: { ...record, userId },
        container: "openclaw",
      });
    },
  );
});

describe("readProvenance", () => {
  const withLabel = (text: string): TaskDefinition => ({
    containerDefinitions: [
      { name: "sidecar", dockerLabels: {} },
      { name: "openclaw", dockerLabels: { [provenanceLabel]: text } },
    ],
  });
  const written = { version: 1, ...record };

  it("finds none in a base", () => {
    for (const base of [typicalBase, maximalBase, {}, { containerDefinitions: [] }]) {
      expect(readProvenance(base)).toStrictEqual({ kind: "none" });
    }
  });

  it("reads the record, and says which container carries it", () => {
    expect(readProvenance(withLabel(JSON.stringify(written)))).toStrictEqual({
      kind: "record",
      record,
      container: "openclaw",
    });
  });

  it("knows a record of a newer version, whatever it looks like", () => {
    expect(readProvenance(withLabel(JSON.stringify({ ...written, version: 2 })))).toStrictEqual({ kind: "newer" });
    expect(readProvenance(withLabel('{"version": 7, "user": {}}'))).toStrictEqual({ kind: "newer" });
  });

  it.each([
    "",
    "{",
    "null",
    "[]",
    '"text"',
    "{}",
    JSON.stringify({ ...written, version: 0 }),
    JSON.stringify({ ...written, version: "2" }),
    JSON.stringify({ ...written, version: 1.5 }),
    JSON.stringify({ ...written, userId: "" }),
    JSON.stringify({ ...written, more: 1 }),
    JSON.stringify({ ...written, own: { ...record.own, more: 1 } }),
    JSON.stringify({ ...written, own: { ...record.own, secrets: [7] } }),
    JSON.stringify({ ...written, token: undefined }),
  ])("calls %j broken", (text) => {
    expect(readProvenance(withLabel(text))).toStrictEqual({ kind: "broken" });
  });

  it("calls a record broken where its container has no name to find it by", () => {
    const nameless = { containerDefinitions: [{ dockerLabels: { [provenanceLabel]: JSON.stringify(written) } }] };
    expect(readProvenance(nameless)).toStrictEqual({ kind: "broken" });
  });
});

describe("toUserSpec", () => {
  const { input } = deriveClone({ taskDefinition: typicalBase }, typicalUser, { container: "openclaw" });
  const own = toOwnParts(typicalUser, "workspace");
  const container = named(input.containerDefinitions, "openclaw");
  const read = (clone: typeof input, parts: OwnParts = own) => toUserSpec(clone, "user_2x9", parts, "openclaw");
  const withContainer = (change: object) => ({ ...input, containerDefinitions: [{ ...container, ...change }] });

  it("reads back the user that a clone was made for", () => {
    expect(read(input)).toStrictEqual(typicalUser);
  });

  it("reads back a plain user, with nothing of the base's", () => {
    const plain = deriveClone({ taskDefinition: typicalBase }, plainUser, { container: "openclaw" }).input;
    expect(toUserSpec(plain, plainUser.userId, toOwnParts(plainUser, "workspace"), "openclaw")).toStrictEqual(
      plainUser,
    );
  });

  it("reads back empty values", () => {
    const user = { ...plainUser, environment: { EMPTY: "" }, tags: { empty: "" } };
    const clone = deriveClone({ taskDefinition: typicalBase }, user, { container: "openclaw" }).input;
    expect(toUserSpec(clone, user.userId, toOwnParts(user, "workspace"), "openclaw")).toStrictEqual(user);
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
  ])("reads nobody from a clone that lacks %s", (_, clone) => {
    expect(read(clone)).toBeUndefined();
  });

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

  it("needs no size and no image where they are not the user's own", () => {
    const { size, image, ...user } = typicalUser;
    const clone = { ...withContainer({ image: undefined }), cpu: undefined, memory: undefined };
    expect(read(clone, { ...own, size: false, image: false })).toStrictEqual(user);
  });

  it.each(["__proto__", "constructor", "toString"])("reads back a variable that is called %s", (name) => {
    const clone = { ...input, containerDefinitions: [{ name: "openclaw", environment: [{ name, value: "x" }] }] };
    const parts = { ...own, secrets: [], environment: [name], tags: [], size: false, image: false };
    expect(Object.entries(read(clone, parts)?.environment ?? {})).toStrictEqual([[name, "x"]]);
    expect(read({ ...clone, containerDefinitions: [{ name: "openclaw", environment: [] }] }, parts)).toBeUndefined();
  });
});
