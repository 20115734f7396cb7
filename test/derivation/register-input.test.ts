import {
  ContainerDefinition$,
  type RegisterTaskDefinitionCommandInput,
  RegisterTaskDefinitionRequest$,
  TaskDefinition$,
  Volume$,
} from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { toRegisterInput } from "../../src/derivation/register-input.ts";
import { typicalBase } from "../cast.ts";
import { maximalBase, toSchemaPaths, toValuePaths } from "../maximal-base.ts";

const unique = (paths: readonly string[]): string[] => [...new Set(paths)].sort();

const topLevel = (schema: unknown): string[] => toSchemaPaths(schema).filter((path) => /^\w+$/.test(path));

describe("the maximal base", () => {
  it("has every member that the SDK's schema of a task definition has, at every depth", () => {
    expect(unique(toValuePaths(maximalBase, TaskDefinition$))).toStrictEqual(unique(toSchemaPaths(TaskDefinition$)));
  });

  it("has at least the members that are known to this day", () => {
    expect(topLevel(RegisterTaskDefinitionRequest$).length).toBeGreaterThanOrEqual(18);
    expect(topLevel(ContainerDefinition$).length).toBeGreaterThanOrEqual(42);
    expect(topLevel(Volume$).length).toBeGreaterThanOrEqual(7);
  });

  it("has every member in the user's container and in the user's volume", () => {
    const [container = {}] = maximalBase.containerDefinitions ?? [];
    const [volume = {}] = maximalBase.volumes ?? [];
    expect(Object.keys(container).sort()).toStrictEqual(topLevel(ContainerDefinition$).sort());
    expect(Object.keys(volume).sort()).toStrictEqual(topLevel(Volume$).sort());
  });

  it.each(['""', "0", "false", "[]", "{}"])("has %s among its values", (text) => {
    expect(JSON.stringify(maximalBase)).toMatch(new RegExp(`:${text.replace(/[[\]{}]/g, "\\$&")}[,}]`));
  });
});

describe("toRegisterInput", () => {
  it("drops read-only members, and nothing else", () => {
    const {
      taskDefinitionArn,
      revision,
      status,
      requiresAttributes,
      compatibilities,
      registeredAt,
      deregisteredAt,
      deleteRequestedAt,
      registeredBy,
      ...kept
    } = maximalBase;
    expect(toRegisterInput(maximalBase)).toStrictEqual(kept);
  });

  it("keeps every member that a registration takes, except tags, which ECS returns next to a task definition", () => {
    const taken = topLevel(RegisterTaskDefinitionRequest$).filter((member) => member !== "tags");
    expect(Object.keys(toRegisterInput(maximalBase)).sort()).toStrictEqual(taken.sort());
  });

  it("keeps the order of members", () => {
    const taken = new Set(topLevel(RegisterTaskDefinitionRequest$));
    expect(Object.keys(toRegisterInput(typicalBase))).toStrictEqual(
      Object.keys(typicalBase).filter((member) => taken.has(member)),
    );
  });

  it("shares every member with the original", () => {
    const copy = toRegisterInput(maximalBase);
    const original: RegisterTaskDefinitionCommandInput = maximalBase;
    const members: (keyof RegisterTaskDefinitionCommandInput)[] = [
      "containerDefinitions",
      "volumes",
      "runtimePlatform",
    ];
    for (const member of members) expect(copy[member]).toBe(original[member]);
  });

  it("keeps what is empty", () => {
    const empty = {
      family: "",
      containerDefinitions: [],
      taskRoleArn: "",
      volumes: [],
      ephemeralStorage: { sizeInGiB: 0 },
      runtimePlatform: {},
      enableFaultInjection: false,
    };
    expect(toRegisterInput(empty)).toStrictEqual(empty);
  });

  it("leaves absent what is absent", () => {
    expect(toRegisterInput({ family: "app", containerDefinitions: [], status: "ACTIVE" })).toStrictEqual({
      family: "app",
      containerDefinitions: [],
    });
  });

  it("carries a member that the SDK does not know", () => {
    const described = { family: "app", containerDefinitions: [], quantumMode: { enabled: false } };
    expect(toRegisterInput(described)).toStrictEqual(described);
  });
});
