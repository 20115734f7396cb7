import type { ContainerDefinition, RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { InvalidInputError, UnfitBaseError } from "../../../src/errors.ts";
import { refuseReservedNames, withEnvironment, withSecrets } from "../../../src/user/parts/variables.ts";
import { deepFreeze, named, target, typicalBase, typicalUser } from "../../cast.ts";
import { maximalBase } from "../../maximal-base.ts";

const prototypeNames = ["__proto__", "constructor", "toString", "hasOwnProperty"];

const baseWith = (container: ContainerDefinition): RegisterTaskDefinitionCommandInput =>
  deepFreeze({
    family: "app",
    executionRoleArn: "arn:aws:iam::111122223333:role/execution",
    containerDefinitions: [{ name: "openclaw", ...container }],
  });

const containerOf = (input: RegisterTaskDefinitionCommandInput): ContainerDefinition =>
  named(input.containerDefinitions, "openclaw");

describe("withSecrets", () => {
  it("replaces a base secret of the name in place, appends the others, and keeps everything else", () => {
    const input = withSecrets(typicalBase, target, typicalUser.secrets);
    const [gateway, , telemetry] = containerOf(typicalBase).secrets ?? [];
    expect(input).toStrictEqual({
      ...typicalBase,
      containerDefinitions: [
        {
          ...containerOf(typicalBase),
          secrets: [
            gateway,
            { name: "OPENAI_API_KEY", valueFrom: typicalUser.secrets.OPENAI_API_KEY },
            telemetry,
            { name: "ANTHROPIC_API_KEY", valueFrom: typicalUser.secrets.ANTHROPIC_API_KEY },
          ],
        },
        named(typicalBase.containerDefinitions, "otel-collector"),
      ],
    });
  });

  it("keeps every member of a maximal base", () => {
    const container = containerOf(maximalBase);
    const input = withSecrets(maximalBase, target, { KEY: "/key" });
    expect(input).toStrictEqual({
      ...maximalBase,
      containerDefinitions: maximalBase.containerDefinitions?.map((other) =>
        other === container
          ? { ...container, secrets: [...(container.secrets ?? []), { name: "KEY", valueFrom: "/key" }] }
          : other,
      ),
    });
    expect(input.containerDefinitions?.[1]).toBe(maximalBase.containerDefinitions?.[1]);
    expect(input.volumes).toBe(maximalBase.volumes);
  });

  it("adds the first secrets of a container, and no environment", () => {
    expect(containerOf(withSecrets(baseWith({}), target, { KEY: "/key" }))).toStrictEqual({
      name: "openclaw",
      secrets: [{ name: "KEY", valueFrom: "/key" }],
    });
  });

  it("takes the place of every base variable of the name", () => {
    const base = baseWith({
      environment: [
        { name: "KEY", value: "1" },
        { name: "OTHER", value: "" },
        { name: "KEY", value: "2" },
        { value: "3" },
      ],
    });
    expect(containerOf(withSecrets(base, target, { KEY: "/key" }))).toStrictEqual({
      name: "openclaw",
      environment: [{ name: "OTHER", value: "" }, { value: "3" }],
      secrets: [{ name: "KEY", valueFrom: "/key" }],
    });
  });

  it("leaves an empty environment where the secret takes the place of its last variable", () => {
    const base = baseWith({ environment: [{ name: "KEY", value: "1" }] });
    expect(containerOf(withSecrets(base, target, { KEY: "/key" })).environment).toStrictEqual([]);
  });

  it("leaves one secret of the name where the base repeats it, in the first place", () => {
    const base = baseWith({
      secrets: [
        { name: "KEY", valueFrom: "/a" },
        { name: "OTHER", valueFrom: "/o" },
        { name: "KEY", valueFrom: "/b" },
        { name: undefined, valueFrom: "/nameless" },
      ],
    });
    expect(containerOf(withSecrets(base, target, { KEY: "/key" })).secrets).toStrictEqual([
      { name: "KEY", valueFrom: "/key" },
      { name: "OTHER", valueFrom: "/o" },
      { name: undefined, valueFrom: "/nameless" },
    ]);
  });

  it("gives the same input where there are none, also without an execution role", () => {
    const base = { ...baseWith({}), executionRoleArn: undefined };
    expect(withSecrets(base, target, {}, [/./])).toBe(base);
  });

  it.each([undefined, ""])("refuses a base whose execution role is %j", (executionRoleArn) => {
    expect(() => withSecrets({ ...baseWith({}), executionRoleArn }, target, { KEY: "/key", TOKEN: "/token" })).toThrow(
      new UnfitBaseError(
        "Base isol8-dev-openclaw:42 has no executionRoleArn, with which ECS would fetch the user's secrets KEY, TOKEN. Give the base one.",
      ),
    );
  });

  it("refuses a reserved name", () => {
    expect(() => withSecrets(baseWith({}), target, { KEY: "/key" }, ["KEY"])).toThrow(
      new InvalidInputError(
        "The user's secrets set KEY, which the option `reserved` keeps for the platform. Choose other names.",
      ),
    );
  });

  it.each(prototypeNames)("takes %s for a name like any other", (name) => {
    const secrets = Object.fromEntries([[name, "/mine"]]);
    const environment = [{ name, value: "base" }];
    expect(containerOf(withSecrets(baseWith({ environment }), target, secrets))).toStrictEqual({
      name: "openclaw",
      environment: [],
      secrets: [{ name, valueFrom: "/mine" }],
    });
    expect(containerOf(withSecrets(baseWith({ environment }), target, { KEY: "/key" })).environment).toStrictEqual(
      environment,
    );
  });
});

describe("withEnvironment", () => {
  it("replaces a base variable of the name in place, appends the others, and keeps everything else", () => {
    const environment = { CODEX_HOME: "/home/node/.codex", GREETING: "", LOG_LEVEL: "debug" };
    const [nodeEnv, , stateDir, , proxyUrl] = containerOf(typicalBase).environment ?? [];
    expect(withEnvironment(typicalBase, target, environment)).toStrictEqual({
      ...typicalBase,
      containerDefinitions: [
        {
          ...containerOf(typicalBase),
          environment: [
            nodeEnv,
            { name: "LOG_LEVEL", value: "debug" },
            stateDir,
            { name: "CODEX_HOME", value: "/home/node/.codex" },
            proxyUrl,
            { name: "GREETING", value: "" },
          ],
        },
        named(typicalBase.containerDefinitions, "otel-collector"),
      ],
    });
  });

  it("keeps every member of a maximal base", () => {
    const container = containerOf(maximalBase);
    const input = withEnvironment(maximalBase, target, { CODEX_HOME: "/codex" });
    expect(input).toStrictEqual({
      ...maximalBase,
      containerDefinitions: maximalBase.containerDefinitions?.map((other) =>
        other === container
          ? {
              ...container,
              environment: [
                { name: "NODE_ENV", value: "production" },
                { name: "CODEX_HOME", value: "/codex" },
                { name: "", value: "" },
              ],
            }
          : other,
      ),
    });
    expect(containerOf(input).secrets).toBe(container.secrets);
    expect(containerOf(input).environment?.[0]).toBe(container.environment?.[0]);
  });

  it("adds the first variables of a container", () => {
    expect(containerOf(withEnvironment(baseWith({}), target, { A: "1" }))).toStrictEqual({
      name: "openclaw",
      environment: [{ name: "A", value: "1" }],
    });
  });

  it("leaves one variable of the name where the base repeats it, in the first place", () => {
    const base = baseWith({
      environment: [{ name: "A", value: "1" }, { name: "B", value: "" }, { name: "A", value: "2" }, { value: "3" }],
    });
    expect(containerOf(withEnvironment(base, target, { A: "" })).environment).toStrictEqual([
      { name: "A", value: "" },
      { name: "B", value: "" },
      { value: "3" },
    ]);
  });

  it("gives the same input where there are none", () => {
    expect(withEnvironment(typicalBase, target, {}, [/./])).toBe(typicalBase);
  });

  it("refuses to displace base secrets, and names them without their values", () => {
    expect(() =>
      withEnvironment(typicalBase, target, { TELEMETRY_KEY: "hunter2", A: "hunter2", GATEWAY_TOKEN: "hunter2" }),
    ).toThrow(
      new InvalidInputError(
        "The user's environment sets GATEWAY_TOKEN, TELEMETRY_KEY, which is a secret in container openclaw of base isol8-dev-openclaw:42. " +
          "A plain value would displace it: pass it in the user's secrets, or choose another name.",
      ),
    );
  });

  it("takes a name that is a secret in another container", () => {
    const base = deepFreeze({
      family: "app",
      containerDefinitions: [{ name: "openclaw" }, { name: "sidecar", secrets: [{ name: "KEY", valueFrom: "/key" }] }],
    });
    expect(containerOf(withEnvironment(base, target, { KEY: "plain" })).environment).toStrictEqual([
      { name: "KEY", value: "plain" },
    ]);
  });

  it("refuses a reserved name, and does not repeat its value", () => {
    expect(() => withEnvironment(typicalBase, target, { NODE_ENV: "hunter2" }, [/^NODE_/])).toThrow(
      new InvalidInputError(
        "The user's environment set NODE_ENV, which the option `reserved` keeps for the platform. Choose other names.",
      ),
    );
  });

  it.each(prototypeNames)("takes %s for a name like any other", (name) => {
    const mine = Object.fromEntries([[name, "mine"]]);
    expect(containerOf(withEnvironment(baseWith({}), target, mine)).environment).toStrictEqual([
      { name, value: "mine" },
    ]);
    const base = baseWith({ environment: [{ name, value: "base" }], secrets: [{ name: "KEY", valueFrom: "/key" }] });
    expect(containerOf(withEnvironment(base, target, mine)).environment).toStrictEqual([{ name, value: "mine" }]);
    expect(containerOf(withEnvironment(base, target, { A: "1" })).environment).toStrictEqual([
      { name, value: "base" },
      { name: "A", value: "1" },
    ]);
  });
});

describe("refuseReservedNames", () => {
  it("takes every name where none is reserved", () => {
    expect(refuseReservedNames({ secrets: { A: "/a" }, environment: { B: "b" } })).toBeUndefined();
  });

  it("takes what is absent, null or not reserved", () => {
    expect(refuseReservedNames({}, ["A"])).toBeUndefined();
    expect(refuseReservedNames({ secrets: null, environment: undefined }, ["A"])).toBeUndefined();
    expect(refuseReservedNames({ secrets: { AA: "/a" }, environment: { a: "" } }, ["A", /^B$/])).toBeUndefined();
  });

  it("lists every name that is refused", () => {
    expect(() =>
      refuseReservedNames({ secrets: { AWS_REGION: "/a", B: "/b", PORT: "/p" } }, [/^AWS_/, "PORT"]),
    ).toThrow(
      new InvalidInputError(
        "The user's secrets set AWS_REGION, PORT, which the option `reserved` keeps for the platform. Choose other names.",
      ),
    );
  });

  it("lets a reserved name be removed, since it may have been free once", () => {
    expect(refuseReservedNames({ secrets: { A: null }, environment: { A: null } }, ["A"])).toBeUndefined();
  });

  it.each([/^AWS_/g, /AWS_/y])("takes %s for the same at every call", (pattern) => {
    for (const environment of [{ AWS_A: "" }, { AWS_B: "" }, { AWS_C: "" }]) {
      expect(() => refuseReservedNames({ environment }, [pattern])).toThrow(InvalidInputError);
    }
    expect(pattern.lastIndex).toBe(0);
  });
});
