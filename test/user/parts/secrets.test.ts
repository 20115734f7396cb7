import type { ContainerDefinition, RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { InvalidInputError, UnfitBaseError } from "../../../src/errors.ts";
import { withSecrets } from "../../../src/user/parts/secrets.ts";
import { deepFreeze, named, target, typicalBase, typicalUser } from "../../cast.ts";
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

  it("refuses __proto__, as the class does, and keeps a base variable of that name", () => {
    const environment = [{ name: "__proto__", value: "base" }];
    expect(() => withSecrets(baseWith({}), target, Object.fromEntries([["__proto__", "/mine"]]))).toThrow(
      InvalidInputError,
    );
    expect(containerOf(withSecrets(baseWith({ environment }), target, { KEY: "/key" })).environment).toStrictEqual(
      environment,
    );
  });
});
