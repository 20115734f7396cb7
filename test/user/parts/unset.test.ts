import type { ContainerDefinition, RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { deriveClone } from "../../../src/derivation/derive-clone.ts";
import { InvalidInputError, UnfitBaseError } from "../../../src/errors.ts";
import { toOwnDigest } from "../../../src/record/record.ts";
import { notesSchema, readBackUser, toNotes } from "../../../src/user/own-parts.ts";
import { parseUser, parseUserPatch } from "../../../src/user/parse-user.ts";
import { withoutVariables } from "../../../src/user/parts/unset.ts";
import { deepFreeze, named, plainUser, target, typicalBase } from "../../cast.ts";
import { maximalBase } from "../../maximal-base.ts";

const rules = { container: "openclaw", volume: "workspace" };

const baseWith = (container: ContainerDefinition): RegisterTaskDefinitionCommandInput =>
  deepFreeze({ family: "app", containerDefinitions: [{ name: "openclaw", ...container }] });

const containerOf = (input: RegisterTaskDefinitionCommandInput): ContainerDefinition =>
  named(input.containerDefinitions, "openclaw");

describe("withoutVariables", () => {
  it("leaves out the variables and secrets of these names, and keeps everything else", () => {
    const [nodeEnv, , stateDir, , proxyUrl] = containerOf(typicalBase).environment ?? [];
    const [gateway, openai] = containerOf(typicalBase).secrets ?? [];
    const unset = ["TELEMETRY_KEY", "CODEX_HOME", "LOG_LEVEL", "NOT_THERE"];
    expect(withoutVariables(typicalBase, target, unset)).toStrictEqual({
      ...typicalBase,
      containerDefinitions: [
        {
          ...containerOf(typicalBase),
          environment: [nodeEnv, stateDir, proxyUrl],
          secrets: [gateway, openai],
        },
        named(typicalBase.containerDefinitions, "otel-collector"),
      ],
    });
  });

  it("shares the lists of a maximal base that have none of the names", () => {
    const container = containerOf(maximalBase);
    const input = withoutVariables(maximalBase, target, ["NODE_ENV", "NOT_THERE"]);
    expect(input).toStrictEqual({
      ...maximalBase,
      containerDefinitions: maximalBase.containerDefinitions?.map((other) =>
        other === container ? { ...container, environment: container.environment?.slice(1) } : other,
      ),
    });
    expect(containerOf(input).secrets).toBe(container.secrets);
    expect(input.containerDefinitions?.[1]).toBe(maximalBase.containerDefinitions?.[1]);
  });

  it("leaves out every variable of a name that the base repeats, and none without a name", () => {
    const environment = [{ name: "A", value: "1" }, { value: "2" }, { name: "A", value: "3" }];
    const secrets = [
      { name: "A", valueFrom: "/a" },
      { name: undefined, valueFrom: "/b" },
    ];
    expect(containerOf(withoutVariables(baseWith({ environment, secrets }), target, ["A"]))).toStrictEqual({
      name: "openclaw",
      environment: [{ value: "2" }],
      secrets: [{ name: undefined, valueFrom: "/b" }],
    });
  });

  it("leaves empty lists behind, and makes none", () => {
    const base = baseWith({ environment: [{ name: "A", value: "1" }] });
    expect(containerOf(withoutVariables(base, target, ["A"]))).toStrictEqual({ name: "openclaw", environment: [] });
    expect(containerOf(withoutVariables(baseWith({}), target, ["A"]))).toStrictEqual({ name: "openclaw" });
  });

  it("gives the same input where there are no names", () => {
    expect(withoutVariables(typicalBase, target, [], [/./])).toBe(typicalBase);
  });

  it("refuses a reserved name", () => {
    expect(() => withoutVariables(typicalBase, target, ["NODE_ENV", "LOG_LEVEL"], [/^NODE_/])).toThrow(
      new InvalidInputError(
        "The user's unset leaves out NODE_ENV, which the option `reserved` keeps for the platform. Leave these names out of the list.",
      ),
    );
  });

  it("refuses a base without the user's container", () => {
    expect(() => withoutVariables(typicalBase, { ...target, container: "web" }, ["A"])).toThrow(UnfitBaseError);
  });

  it.each(["__proto__", "constructor", "toString"])("takes %s for a name like any other", (name) => {
    const base = baseWith({
      environment: [
        { name, value: "base" },
        { name: "A", value: "1" },
      ],
    });
    expect(containerOf(withoutVariables(base, target, [name])).environment).toStrictEqual([{ name: "A", value: "1" }]);
    expect(containerOf(withoutVariables(base, target, ["A"])).environment).toStrictEqual([{ name, value: "base" }]);
  });
});

describe("a user's unset", () => {
  const messageOf = (parse: (value: unknown) => unknown, members: object): unknown => {
    try {
      return parse(members);
    } catch (error) {
      return error;
    }
  };
  const ofUser = (members: object) => messageOf(parseUser, { ...plainUser, ...members });

  it.each<[object, string]>([
    [{ unset: "A" }, "unset must be an array of names, got a string."],
    [{ unset: { A: null } }, "unset must be an array of names, got an object."],
    [{ unset: null }, "unset is null; leave it out (or use undefined) if the user has none."],
    [{ unset: [7] }, "unset.0 must be a string, got a number."],
    [{ unset: [""] }, "unset.0 must not be empty."],
    [{ unset: ["A=B"] }, "unset.0: the name of a variable may hold neither `=` nor NUL."],
    [
      { unset: Array.from({ length: 5001 }, (_, index) => `A${index}`) },
      "unset has more than 5,000 names, and no base has as many variables.",
    ],
    [
      { unset: ["B", "A", "B"], secrets: { A: "/a", B: "/b" } },
      "unset names A, B, which the user's secrets set: leave a name out or set it, not both.",
    ],
    [
      { unset: ["A"], environment: { A: "hunter2" } },
      "unset names A, which the user's environment set: leave a name out or set it, not both.",
    ],
  ])("%j is refused with what to pass", (members, complaint) => {
    expect(ofUser(members)).toStrictEqual(new InvalidInputError(`Invalid user: ${complaint}`));
  });

  it.each([{ unset: ["A", "A"] }, { unset: [] }, { unset: undefined }, { unset: ["constructor"], secrets: {} }])(
    "%j is taken as it is",
    (members) => {
      expect(ofUser(members)).toStrictEqual({ ...plainUser, ...members });
    },
  );

  it("may be changed by a list, or removed by null, whatever else changes", () => {
    for (const changes of [{ unset: ["A"], secrets: { A: "/a" } }, { unset: null }, { unset: [] }]) {
      expect(parseUserPatch(changes)).toStrictEqual(changes);
    }
    expect(messageOf(parseUserPatch, { unset: [null] })).toBeInstanceOf(InvalidInputError);
  });

  it("is noted sorted and once, so that neither order nor repetition makes a difference", () => {
    const one = { ...plainUser, unset: ["B", "A", "B"] };
    const other = { ...plainUser, unset: ["A", "B"] };
    expect(toNotes(one)).toStrictEqual({ accessPointId: true, unset: ["A", "B"] });
    expect(toNotes(other)).toStrictEqual(toNotes(one));
    expect(toOwnDigest(one, target)).toBe(toOwnDigest(other, target));
    expect(toOwnDigest({ ...plainUser, unset: ["A"] }, target)).not.toBe(toOwnDigest(other, target));
  });

  it("is not noted where it is empty, and a record from before reads as none", () => {
    expect(toNotes({ ...plainUser, unset: [] })).toStrictEqual({ accessPointId: true });
    expect(notesSchema().parse({ accessPointId: true, unset: [] })).toStrictEqual({ accessPointId: true });
    expect(notesSchema().parse({ accessPointId: true })).toStrictEqual({ accessPointId: true });
  });

  it("is applied before the user's own variables", () => {
    const user = { ...plainUser, unset: ["CODEX_HOME", "OPENAI_API_KEY"], environment: { LOG_LEVEL: "debug" } };
    const { environment, secrets } = containerOf(deriveClone({ taskDefinition: typicalBase }, user, rules).input);
    expect(environment?.map(({ name }) => name)).toStrictEqual([
      "NODE_ENV",
      "LOG_LEVEL",
      "OPENCLAW_STATE_DIR",
      "PROXY_URL",
    ]);
    expect(secrets?.map(({ name }) => name)).toStrictEqual(["GATEWAY_TOKEN", "TELEMETRY_KEY"]);
  });

  describe("is read back", () => {
    const user = { ...plainUser, unset: ["CODEX_HOME", "NOT_THERE"] };
    const { input } = deriveClone({ taskDefinition: typicalBase }, user, rules);
    const container = containerOf(input);
    const read = (changes: object) =>
      readBackUser(
        { ...input, containerDefinitions: [{ ...container, ...changes }] },
        user.userId,
        target,
        toNotes(user),
      );

    it("as it was given", () => {
      expect(read({})).toStrictEqual(user);
      expect(read({ environment: undefined, secrets: undefined })).toStrictEqual(user);
    });

    it.each([
      ["a variable", { environment: [...(container.environment ?? []), { name: "NOT_THERE", value: "" }] }],
      ["a secret", { secrets: [{ name: "CODEX_HOME", valueFrom: "/home" }] }],
      ["no such container", { name: "web" }],
    ])("not at all where the clone has %s of the name", (_, changes) => {
      expect(read(changes)).toBeUndefined();
    });
  });
});
