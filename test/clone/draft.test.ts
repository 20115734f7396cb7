import { describe, expect, it } from "vitest";
import { type Draft, isSameClone, type Order, toDraft } from "../../src/clone/draft.ts";
import { type ExistingClone, readClone } from "../../src/clone/read-clone.ts";
import { deriveClone } from "../../src/derivation/derive-clone.ts";
import { toRegisterInput } from "../../src/derivation/register-input.ts";
import type { DescribedRevision } from "../../src/ecs/revisions.ts";
import { UnfitBaseError } from "../../src/errors.ts";
import { toCanonicalText } from "../../src/record/canonical-text.ts";
import { readRecord, toDigest, toOwnDigest, withRecord } from "../../src/record/record.ts";
import { toNotes } from "../../src/user/own-parts.ts";
import type { UserSpec } from "../../src/user/user.ts";
import { deepFreeze, target, toArn, typicalBase, typicalTags, typicalUser } from "../cast.ts";
import { maximalBase, maximalTags } from "../maximal-base.ts";

const rules = { container: "openclaw", volume: "workspace" } as const;

const described = (taskDefinition: typeof maximalBase): DescribedRevision => ({
  arn: "arn:aws:ecs:us-east-1:111122223333:task-definition/isol8-dev-openclaw:42",
  taskDefinition,
  tags: maximalTags,
  unknownMembers: [],
});

const base = deepFreeze(described(maximalBase));

const orderOf = (user: UserSpec): Order => ({ user, family: "isol8-dev-openclaw-user" });

/** The clone that the draft becomes when it is registered. */
function registered({ input: { tags = [], ...taskDefinition } }: Draft): ExistingClone {
  const arn = toArn("isol8-dev-openclaw-user", 1);
  const reading = readClone({ arn, taskDefinition, tags, unknownMembers: [] }, "isol8-dev-openclaw");
  if (reading.kind !== "clone") throw new Error(reading.reason);
  return reading.clone;
}

describe("toDraft", () => {
  const draft = toDraft(base, orderOf(typicalUser), rules, "token");
  const { input: content, warnings } = deriveClone(
    { taskDefinition: maximalBase, tags: maximalTags },
    typicalUser,
    rules,
  );

  it("is what the derivation gives, with a record of its origin", () => {
    const record = {
      userId: "user_2x9",
      family: "isol8-dev-openclaw-user",
      base: base.arn,
      volume: "workspace",
      own: toNotes(typicalUser),
      digest: toDigest(toCanonicalText(content)),
      ownDigest: toOwnDigest(typicalUser, target),
      token: "token",
    };
    expect(draft).toStrictEqual({
      base,
      original: { ...toRegisterInput(maximalBase), tags: maximalTags },
      target,
      content,
      input: withRecord(content, target, record),
      record,
      warnings,
    });
    expect(draft.base).toBe(base);
    expect(readRecord(draft.input)).toStrictEqual({
      kind: "record",
      record,
      place: { container: "openclaw", volumes: ["workspace"] },
    });
  });

  it("passes warnings on", () => {
    const mountPoints = [{ sourceVolume: "workspace" }];
    const containerDefinitions = [{ name: "openclaw", image: "web", memory: 64, mountPoints }];
    const taskDefinition = { ...typicalBase, containerDefinitions };
    const described = { ...base, taskDefinition, tags: typicalTags };
    const { warnings } = toDraft(described, orderOf(typicalUser), { ...rules, containerLimits: "keep" }, "token");
    expect(warnings).toHaveLength(1);
  });

  it("refuses a clone that could not be read back", () => {
    const volumes = [{ name: "workspace", host: {} }, ...typicalBase.volumes];
    const twice = { ...base, taskDefinition: { ...typicalBase, volumes } };
    expect(() => toDraft(twice, orderOf(typicalUser), rules, "token")).toThrow(
      new UnfitBaseError(
        "A clone of base isol8-dev-openclaw:42 could not be read back: not everything that is the user's own is found where it was put. Give every " +
          "container and volume of the base a name of its own.",
      ),
    );
  });

  it("warns of a clone that is over ECS's limit through what is the user's, and leaves the refusal to ECS", () => {
    const user = { ...typicalUser, environment: { BIG: "x".repeat(60_000) } };
    const { warnings } = toDraft(base, orderOf(user), rules, "token");
    expect(warnings.at(-1)).toMatch(
      /^The clone of base isol8-dev-openclaw:42 has about \d{5} bytes: the base has \d+,/,
    );
  });
});

describe("isSameClone", () => {
  const existing = registered(toDraft(base, orderOf(typicalUser), rules, "token"));
  const isSame = (user: UserSpec, other: DescribedRevision = base) =>
    isSameClone(existing, toDraft(other, orderOf(user), rules, "another token"));

  it("knows the same user on the same content, whatever the call and the base's revision", () => {
    expect(isSame(typicalUser)).toBe(true);
    expect(isSame(typicalUser, { ...base, arn: `${base.arn}3` })).toBe(true);
  });

  it("does not care in which order the user's parts stand", () => {
    const environment = { GREETING: "hunter2 says hello", CODEX_HOME: "/home/node/.codex" };
    expect(isSame({ ...typicalUser, environment })).toBe(true);
  });

  it.each<[string, UserSpec]>([
    ["another user", { ...typicalUser, userId: "user_7k1" }],
    ["another access point", { ...typicalUser, accessPointId: "fsap-00000000" }],
    ["another value", { ...typicalUser, environment: { ...typicalUser.environment, GREETING: "" } }],
    ["one variable less", { ...typicalUser, environment: { CODEX_HOME: "/home/node/.codex" } }],
    ["another size", { ...typicalUser, size: { cpu: 1024, memory: 2048 } }],
    ["another tag", { ...typicalUser, tags: { ...typicalUser.tags, more: "" } }],
  ])("notices %s", (_, user) => {
    expect(isSame(user)).toBe(false);
  });

  it("notices other content of the base", () => {
    expect(isSame(typicalUser, { ...base, taskDefinition: { ...maximalBase, pidMode: "host" } })).toBe(false);
  });

  it("notices a part that becomes the user's own with the value that the base has", () => {
    const { input } = deriveClone(base, { userId: "user_2x9", accessPointId: "fsap-00000000" }, rules);
    const image = input.containerDefinitions?.[0]?.image ?? "";
    const plain = toDraft(base, orderOf({ userId: "user_2x9", accessPointId: "fsap-00000000" }), rules, "token");
    const own = toDraft(base, orderOf({ userId: "user_2x9", accessPointId: "fsap-00000000", image }), rules, "token");
    expect(own.record.digest).toBe(plain.record.digest);
    expect(isSameClone(registered(plain), own)).toBe(false);
  });
});
