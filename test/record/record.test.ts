import { readdirSync, readFileSync } from "node:fs";
import type { TaskDefinition } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import {
  type CloneRecord,
  provenanceLabel,
  readRecord,
  toDigest,
  toOwnDigest,
  withRecord,
} from "../../src/record/record.ts";
import { toNotes } from "../../src/user/own-parts.ts";
import type { UserSpec } from "../../src/user/user.ts";
import { deepFreeze, named, plainUser, target, typicalBase, typicalUser } from "../cast.ts";
import { maximalBase } from "../maximal-base.ts";

const record: CloneRecord = deepFreeze({
  userId: "user_2x9",
  family: "isol8-dev-openclaw-user",
  base: "arn:aws:ecs:us-east-1:111122223333:task-definition/isol8-dev-openclaw:42",
  volume: "workspace",
  own: toNotes(typicalUser),
  digest: "digest",
  ownDigest: "own digest",
  token: "token",
});

const place = { container: "openclaw", volumes: ["workspace"] };

const labelOf = (taskDefinition: { containerDefinitions?: TaskDefinition["containerDefinitions"] }): string =>
  named(taskDefinition.containerDefinitions, "openclaw").dockerLabels?.[provenanceLabel] ?? "";

describe("toDigest", () => {
  it("is the SHA-256 of the text, in characters that need no escaping", () => {
    expect(toDigest("")).toBe("47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU");
    expect(toDigest("ä")).not.toBe(toDigest("a"));
  });
});

describe("toOwnDigest", () => {
  it("never changes for the same user, or every clone that is registered would be called a copy", () => {
    expect(toOwnDigest(typicalUser, place)).toBe("rhZj6iOyIsDk9YfQMHhWCQidrACPOysA45_83bIG8vA");
    expect(toOwnDigest(plainUser, place)).toBe("uHWm1Tv_IfyqwdNPqAz1UXsjezRa0OnkkpN4kkcAOt0");
    const more = {
      ephemeralStorage: { sizeInGiB: 50 },
      taskRoleArn: "arn:aws:iam::111122223333:role/user_2x9",
      custom: { volumes: [{ name: "b" }, { name: "a" }], nothing: [null], text: "é" },
    };
    expect(toOwnDigest({ ...plainUser, ...more }, place)).toBe("vOmPb-EEz8mdJcC88TkI3277kGyDpJDyE72nYf9lRBQ");
  });

  it.each<[string, UserSpec]>([
    ["the user id", { ...typicalUser, userId: "user_7k1" }],
    ["the access point", { ...typicalUser, accessPointId: "fsap-00000000" }],
    ["a secret", { ...typicalUser, secrets: { ...typicalUser.secrets, OPENAI_API_KEY: "/key" } }],
    ["a variable", { ...typicalUser, environment: { ...typicalUser.environment, GREETING: "" } }],
    ["a name", { ...typicalUser, environment: { CODEX_HOME: typicalUser.environment.CODEX_HOME } }],
    ["the size", { ...typicalUser, size: { cpu: 1024, memory: 2048 } }],
    ["the image", { ...typicalUser, image: "nginx:1" }],
    ["the task role", { ...typicalUser, taskRoleArn: "arn:aws:iam::111122223333:role/user_2x9" }],
    ["the ephemeral storage", { ...typicalUser, ephemeralStorage: { sizeInGiB: 50 } }],
    ["what is custom", { ...typicalUser, custom: {} }],
  ])("differs by %s", (_, user) => {
    expect(toOwnDigest(user, place)).not.toBe(toOwnDigest(typicalUser, place));
  });

  it("differs by the container and the volume that are the user's", () => {
    const digests = [place, { ...place, container: "web" }, { ...place, volumes: ["data"] }].map((one) =>
      toOwnDigest(typicalUser, one),
    );
    expect(new Set(digests)).toHaveProperty("size", 3);
  });

  it("does not differ by order, nor by tags, which can be changed on a revision", () => {
    const environment = Object.fromEntries(Object.entries(typicalUser.environment).reverse());
    expect(toOwnDigest({ ...typicalUser, environment, tags: {} }, place)).toBe(toOwnDigest(typicalUser, place));
  });
});

describe("withRecord", () => {
  it.each([
    ["typical", typicalBase],
    ["maximal", maximalBase],
  ])("adds one label to the user's container of a %s definition, and nothing else", (_, base) => {
    const recorded = withRecord(base, target, record);
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
    expect(JSON.parse(text)).toStrictEqual({ version: 2, ...record });
  });

  it("adds the first label of a container", () => {
    const base = { family: "app", containerDefinitions: [{ name: "openclaw" }] };
    expect(Object.keys(named(withRecord(base, target, record).containerDefinitions, "openclaw"))).toStrictEqual([
      "name",
      "dockerLabels",
    ]);
  });

  it.each(["用户-🦀", "Zoë", "a\u007fb\u0000c", '"quoted\\"', "auth0|5f7c", "\ud800"])(
    "writes the user id %j in ASCII that reads back as it was",
    (userId) => {
      const recorded = withRecord(typicalBase, target, { ...record, userId });
      expect(labelOf(recorded)).toMatch(/^[\u0020-\u007e]+$/);
      expect(readRecord(recorded)).toStrictEqual({
        kind: "record",
        record: { ...record, userId },
        place,
      });
    },
  );
});

describe("readRecord", () => {
  const withLabel = (text: string): TaskDefinition => ({
    containerDefinitions: [
      { name: "sidecar", dockerLabels: {} },
      { name: "openclaw", dockerLabels: { [provenanceLabel]: text } },
    ],
  });
  const written = { version: 2, ...record };

  it("finds none in a base", () => {
    for (const base of [typicalBase, maximalBase, {}, { containerDefinitions: [] }]) {
      expect(readRecord(base)).toStrictEqual({ kind: "none" });
    }
  });

  it("reads the record, and says which container carries it", () => {
    expect(readRecord(withLabel(JSON.stringify(written)))).toStrictEqual({
      kind: "record",
      record,
      place,
    });
  });

  it("reads which volumes are the user's: the named one, several, or none", () => {
    const { volume: _, ...others } = written;
    const volumesOf = (text: object) => {
      const reading = readRecord(withLabel(JSON.stringify(text)));
      return reading.kind === "record" ? reading.place.volumes : reading.kind;
    };
    expect(volumesOf(written)).toStrictEqual(["workspace"]);
    expect(volumesOf({ ...others, own: { accessPoints: ["data", "home"] } })).toStrictEqual(["data", "home"]);
    expect(volumesOf({ ...others, own: {} })).toStrictEqual([]);
    expect(volumesOf({ ...others, volume: null, own: {} })).toBe("broken");
  });

  it("recognizes a record of a newer version, whatever it looks like", () => {
    expect(readRecord(withLabel(JSON.stringify({ ...written, version: 3 })))).toStrictEqual({ kind: "newer" });
    expect(readRecord(withLabel('{"version": 7, "user": {}}'))).toStrictEqual({ kind: "newer" });
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
    JSON.stringify({ ...written, more: 1, token: 7 }),
    JSON.stringify({ ...written, own: { ...record.own, more: 1, size: "large" } }),
    JSON.stringify({ ...written, own: { ...record.own, secrets: [7] } }),
    JSON.stringify({ ...written, token: undefined }),
    JSON.stringify({ ...written, ownDigest: undefined }),
  ])("calls %j broken", (text) => {
    expect(readRecord(withLabel(text))).toStrictEqual({ kind: "broken" });
  });

  it("calls a record newer that has a member or a note which this version does not know", () => {
    for (const newer of [
      { ...written, attempts: 7 },
      { ...written, own: { ...record.own, hostname: true } },
    ]) {
      expect(readRecord(withLabel(JSON.stringify(newer)))).toStrictEqual({ kind: "newer" });
    }
  });

  it("reads notes of nothing as absent", () => {
    const own = { accessPointId: true, secrets: [], size: false };
    expect(readRecord(withLabel(JSON.stringify({ ...written, own })))).toMatchObject({
      kind: "record",
      record: { own: { accessPointId: true } },
    });
  });

  it("calls a record broken where its container has no name to find it by", () => {
    const nameless = { containerDefinitions: [{ dockerLabels: { [provenanceLabel]: JSON.stringify(written) } }] };
    expect(readRecord(nameless)).toStrictEqual({ kind: "broken" });
  });
});

/** A clone that some version registered, with the base and the user that it was made from. */
interface Registered {
  readonly version: string;
  readonly base: object;
  readonly user: UserSpec;
  readonly clone: TaskDefinition;
}

const folder = new URL("records/", import.meta.url);

const registered = readdirSync(folder).map((name): [string, Registered] => [
  name,
  JSON.parse(readFileSync(new URL(name, folder), "utf8")),
]);

/** The schema of 0.1.0, as it was released. It must never change. */
const schemaOf010 = z.strictObject({
  version: z.literal(1),
  userId: z.string().min(1),
  family: z.string(),
  base: z.string(),
  own: z.strictObject({
    volume: z.string(),
    secrets: z.array(z.string()),
    environment: z.array(z.string()),
    tags: z.array(z.string()),
    size: z.boolean(),
    image: z.boolean(),
  }),
  digest: z.string(),
  token: z.string(),
});

const newerFor010 = z.looseObject({ version: z.int().min(2) });

/** Where the size stands of users whose clones have it on their container. */
const sizePlaces: Readonly<Record<string, string>> = {
  "v2-size-as-limit.json": "memory",
  "v2-size-on-container.json": "memoryReservation",
};

describe("a record that another version wrote", () => {
  it.each(registered)("reads as a record, with its user: %s", (name, { clone, user }) => {
    const notes = toNotes(user);
    const volume = user.accessPointId === undefined ? {} : { volume: "data" };
    expect(readRecord(clone)).toMatchObject({
      kind: "record",
      record: {
        userId: user.userId,
        ...volume,
        own: { ...notes, ...(user.size && { size: sizePlaces[name] ?? true }) },
      },
      place: { container: "app", volumes: Object.keys(user.accessPoints ?? {}).concat(Object.values(volume)) },
    });
  });

  it("is called newer, not broken, by 0.1.0", () => {
    const text: unknown = JSON.parse(labelOf(withRecord(typicalBase, target, record)));
    expect(schemaOf010.safeParse(text).success).toBe(false);
    expect(newerFor010.safeParse(text).success).toBe(true);
  });

  it("is kept as 0.1.0 wrote it", () => {
    const first = registered.filter(([, { version }]) => version === "0.1.0");
    expect(first.length).toBeGreaterThan(0);
    for (const [, { clone }] of first) {
      const [text] = (clone.containerDefinitions ?? []).flatMap(
        ({ dockerLabels }) => dockerLabels?.[provenanceLabel] ?? [],
      );
      expect(schemaOf010.safeParse(JSON.parse(String(text))).success).toBe(true);
    }
  });
});
