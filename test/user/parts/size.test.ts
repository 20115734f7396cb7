import type { RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { InvalidInputError } from "../../../src/errors.ts";
import { fargateMemory } from "../../../src/user/parts/fargate-sizes.ts";
import { toSizeWarnings, withSize } from "../../../src/user/parts/size.ts";
import { deepFreeze, target, typicalBase } from "../../cast.ts";
import { maximalBase } from "../../maximal-base.ts";

const withLimits = (...limits: { name: string; cpu?: number; memory?: number }[]): RegisterTaskDefinitionCommandInput =>
  deepFreeze({
    family: "app",
    cpu: "512",
    memory: "1024",
    requiresCompatibilities: ["EC2"],
    containerDefinitions: limits,
  });

describe("withSize", () => {
  it.each([
    ["typical", typicalBase],
    ["maximal", maximalBase],
  ])("sets the task's CPU and memory of a %s base as text, and shares everything else", (_, base) => {
    const input = withSize(base, target, { cpu: 1024, memory: 4096 });
    expect(input).toStrictEqual({ ...base, cpu: "1024", memory: "4096" });
    expect(input.containerDefinitions).toBe(base.containerDefinitions);
  });

  it("adds a size where the base has none", () => {
    const base = { family: "app", containerDefinitions: undefined };
    expect(withSize(base, target, { cpu: 100, memory: 300 })).toStrictEqual({
      ...base,
      cpu: "100",
      memory: "300",
    });
  });

  it("lists the memories that Fargate offers with the CPU", () => {
    expect(() => withSize(typicalBase, target, { cpu: 512, memory: 512 })).toThrow(
      new InvalidInputError(
        "Fargate has no size of 512 CPU units with 512 MiB. With 512 CPU units it offers 1024, 2048, 3072, 4096 MiB.",
      ),
    );
  });

  it("keeps to Fargate's sizes where the base is for EC2 as well", () => {
    const base: RegisterTaskDefinitionCommandInput = { ...typicalBase, requiresCompatibilities: ["EC2", "FARGATE"] };
    expect(() => withSize(base, target, { cpu: 256, memory: 4096 })).toThrow(
      new InvalidInputError(
        "Fargate has no size of 256 CPU units with 4096 MiB. With 256 CPU units it offers 512, 1024, 2048 MiB.",
      ),
    );
  });

  it.each([["EC2" as const], ["EXTERNAL" as const], [undefined]])("takes any size where the base is for %s", (kind) => {
    const base = { ...typicalBase, requiresCompatibilities: kind && [kind] };
    expect(withSize(base, target, { cpu: 513, memory: 777 })).toStrictEqual({ ...base, cpu: "513", memory: "777" });
  });

  it("leaves a CPU value that the table does not know to ECS", () => {
    expect(withSize(typicalBase, target, { cpu: 65536, memory: 500000 })).toStrictEqual({
      ...typicalBase,
      cpu: "65536",
      memory: "500000",
    });
  });

  it("goes by a table of the caller's own", () => {
    const table = { ...fargateMemory, 512: [768] };
    expect(withSize(typicalBase, target, { cpu: 512, memory: 768 }, table)).toStrictEqual({
      ...typicalBase,
      cpu: "512",
      memory: "768",
    });
    expect(() => withSize(typicalBase, target, { cpu: 512, memory: 1024 }, table)).toThrow(
      new InvalidInputError(
        "Fargate has no size of 512 CPU units with 1024 MiB. With 512 CPU units it offers 768 MiB.",
      ),
    );
  });

  it("refuses a size below a container's own memory limit", () => {
    const base = withLimits({ name: "web" }, { name: "proxy", memory: 1025 });
    expect(() => withSize(base, target, { cpu: 256, memory: 1024 })).toThrow(
      new InvalidInputError(
        "Container proxy of base isol8-dev-openclaw:42 has a memory limit of 1025 MiB, above the task's 1024 MiB. Choose a larger size, or lower " +
          "the container's limit in the base.",
      ),
    );
    expect(withSize(base, target, { cpu: 256, memory: 1025 }).memory).toBe("1025");
  });

  it("refuses a size below what the containers ask of the CPU together", () => {
    const base = withLimits({ name: "web", cpu: 200 }, { name: "log" }, { name: "proxy", cpu: 57 });
    expect(() => withSize(base, target, { cpu: 256, memory: 1024 })).toThrow(
      new InvalidInputError(
        "The containers of base isol8-dev-openclaw:42 ask for 257 CPU units together, above the task's 256. Choose a larger size, or lower " +
          "the containers' own cpu in the base.",
      ),
    );
    expect(withSize(base, target, { cpu: 257, memory: 1024 }).cpu).toBe("257");
  });
});

describe("toSizeWarnings", () => {
  const user = { ...target, container: "web" };
  const warning = (member: string, limit: number, size: number): string =>
    `Container web of base isol8-dev-openclaw:42 has a ${member} of its own, ${limit}, which keeps it below the task's ${size}. ` +
    `Remove the container's ${member} from the base so that the task's reaches the user.`;

  it("says where the user's container would get nothing of a raise", () => {
    const base = withLimits({ name: "web", cpu: 256, memory: 1024 });
    expect(toSizeWarnings(base, user, { cpu: 1024, memory: 4096 })).toStrictEqual([
      warning("cpu", 256, 1024),
      warning("memory", 1024, 4096),
    ]);
  });

  it("speaks only of what is raised above the base", () => {
    const base = withLimits({ name: "web", cpu: 256, memory: 512 });
    expect(toSizeWarnings(base, user, { cpu: 512, memory: 2048 })).toStrictEqual([warning("memory", 512, 2048)]);
    expect(toSizeWarnings(base, user, { cpu: 513, memory: 1024 })).toStrictEqual([warning("cpu", 256, 513)]);
  });

  it("takes a base without a size for the smallest", () => {
    const base = { containerDefinitions: [{ name: "web", memory: 512 }] };
    expect(toSizeWarnings({ family: "app", ...base }, user, { cpu: 256, memory: 1024 })).toStrictEqual([
      warning("memory", 512, 1024),
    ]);
  });

  it("is silent where the container has no limit, none to speak of, or the task's", () => {
    const size = { cpu: 1024, memory: 4096 };
    expect(toSizeWarnings(withLimits({ name: "web" }), user, size)).toStrictEqual([]);
    expect(toSizeWarnings(withLimits({ name: "web", cpu: 0, memory: 0 }), user, size)).toStrictEqual([]);
    expect(toSizeWarnings(withLimits({ name: "web", cpu: 1024, memory: 4096 }), user, size)).toStrictEqual([]);
  });

  it("is silent about other containers", () => {
    expect(
      toSizeWarnings(withLimits({ name: "log", memory: 64 }, { name: "web" }), user, { cpu: 1024, memory: 4096 }),
    ).toStrictEqual([]);
  });

  it("is silent where the container is not there", () => {
    expect(
      toSizeWarnings({ family: "app", containerDefinitions: undefined }, user, { cpu: 1024, memory: 4096 }),
    ).toStrictEqual([]);
  });
});
