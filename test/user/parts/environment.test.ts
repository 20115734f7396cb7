import type { ContainerDefinition, RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { InvalidInputError } from "../../../src/errors.ts";
import { withEnvironment } from "../../../src/user/parts/environment.ts";
import { deepFreeze, named, target, typicalBase } from "../../cast.ts";
import { maximalBase } from "../../maximal-base.ts";

const prototypeNames = ["constructor", "toString", "hasOwnProperty"];

const baseWith = (container: ContainerDefinition): RegisterTaskDefinitionCommandInput =>
  deepFreeze({
    family: "app",
    executionRoleArn: "arn:aws:iam::111122223333:role/execution",
    containerDefinitions: [{ name: "openclaw", ...container }],
  });

const containerOf = (input: RegisterTaskDefinitionCommandInput): ContainerDefinition =>
  named(input.containerDefinitions, "openclaw");

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

  it("refuses __proto__, as the class does, and keeps a base variable of that name", () => {
    const environment = [{ name: "__proto__", value: "base" }];
    expect(() => withEnvironment(baseWith({}), target, Object.fromEntries([["__proto__", "mine"]]))).toThrow(
      InvalidInputError,
    );
    expect(containerOf(withEnvironment(baseWith({ environment }), target, { A: "1" })).environment).toStrictEqual([
      ...environment,
      { name: "A", value: "1" },
    ]);
  });
});
