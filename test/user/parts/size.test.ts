import type { ContainerDefinition, RegisterTaskDefinitionCommandInput, TaskDefinition } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import type { CloneRules } from "../../../src/derivation/clone-rules.ts";
import { deriveClone } from "../../../src/derivation/derive-clone.ts";
import { InvalidInputError, UnfitBaseError } from "../../../src/errors.ts";
import { fargateMemory } from "../../../src/user/parts/fargate-sizes.ts";
import { type Size, toSizeWarnings, withSize } from "../../../src/user/parts/size.ts";
import { deepFreeze, plainUser, target, typicalBase } from "../../cast.ts";
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
    const input = withSize(base, target, { cpu: 1024, memory: 4096 }, fargateMemory, "keep");
    expect(input).toStrictEqual({ ...base, cpu: "1024", memory: "4096" });
    expect(input.containerDefinitions).toBe(base.containerDefinitions);
  });

  it("gives the size to the user's container where the base's task has none", () => {
    const container = { name: "openclaw", image: "web" };
    const input = withSize({ family: "app", containerDefinitions: [container] }, target, { cpu: 100, memory: 300 });
    expect(input).toStrictEqual({ family: "app", containerDefinitions: [{ ...container, cpu: 100, memory: 300 }] });
  });

  it("refuses a base that has nowhere to put the size", () => {
    const base = { family: "app", containerDefinitions: undefined };
    expect(() => withSize(base, target, { cpu: 100, memory: 300 })).toThrow(
      new UnfitBaseError("Base isol8-dev-openclaw:42 has no container openclaw to change."),
    );
  });

  it("lists the memories that Fargate offers with the CPU", () => {
    expect(() => withSize(typicalBase, target, { cpu: 512, memory: 512 })).toThrow(
      new InvalidInputError(
        "Fargate doesn't support 512 CPU units with 512 MiB. With 512 CPU units, choose 1024, 2048, 3072, 4096 MiB.",
      ),
    );
  });

  it("keeps to Fargate's sizes where the base is for EC2 as well", () => {
    const base: RegisterTaskDefinitionCommandInput = { ...typicalBase, requiresCompatibilities: ["EC2", "FARGATE"] };
    expect(() => withSize(base, target, { cpu: 256, memory: 4096 })).toThrow(
      new InvalidInputError(
        "Fargate doesn't support 256 CPU units with 4096 MiB. With 256 CPU units, choose 512, 1024, 2048 MiB.",
      ),
    );
  });

  it.each([["EC2" as const], ["EXTERNAL" as const], [undefined]])("takes any size where the base is for %s", (kind) => {
    const base = { ...typicalBase, requiresCompatibilities: kind && [kind] };
    expect(withSize(base, target, { cpu: 513, memory: 777 })).toStrictEqual({ ...base, cpu: "513", memory: "777" });
  });

  it("leaves a CPU value that the table does not know to ECS", () => {
    expect(withSize(typicalBase, target, { cpu: 65536, memory: 500000 }, fargateMemory, "keep")).toStrictEqual({
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
      new InvalidInputError("Fargate doesn't support 512 CPU units with 1024 MiB. With 512 CPU units, choose 768 MiB."),
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
    expect(toSizeWarnings(base, user, { cpu: 1024, memory: 4096 }, "keep")).toStrictEqual([
      warning("cpu", 256, 1024),
      warning("memory", 1024, 4096),
    ]);
  });

  it("speaks only of what is raised above the base", () => {
    const base = withLimits({ name: "web", cpu: 256, memory: 512 });
    expect(toSizeWarnings(base, user, { cpu: 512, memory: 2048 }, "keep")).toStrictEqual([
      warning("memory", 512, 2048),
    ]);
    expect(toSizeWarnings(base, user, { cpu: 513, memory: 1024 }, "keep")).toStrictEqual([warning("cpu", 256, 513)]);
  });

  it("is silent where the limits follow the size", () => {
    const base = withLimits({ name: "web", cpu: 256, memory: 1000 });
    expect(toSizeWarnings(base, user, { cpu: 1024, memory: 4096 })).toStrictEqual([]);
  });

  it("is silent where the size is the container's own", () => {
    const base = { family: "app", containerDefinitions: [{ name: "web", memory: 512 }] };
    expect(toSizeWarnings(base, user, { cpu: 256, memory: 1024 }, "keep")).toStrictEqual([]);
  });

  it("is silent where the container has no limit, none to speak of, or the task's", () => {
    const size = { cpu: 1024, memory: 4096 };
    expect(toSizeWarnings(withLimits({ name: "web" }), user, size, "keep")).toStrictEqual([]);
    expect(toSizeWarnings(withLimits({ name: "web", cpu: 0, memory: 0 }), user, size, "keep")).toStrictEqual([]);
    expect(toSizeWarnings(withLimits({ name: "web", cpu: 1024, memory: 4096 }), user, size, "keep")).toStrictEqual([]);
  });

  it("is silent about other containers", () => {
    expect(
      toSizeWarnings(
        withLimits({ name: "log", memory: 64 }, { name: "web" }),
        user,
        { cpu: 1024, memory: 4096 },
        "keep",
      ),
    ).toStrictEqual([]);
  });

  it("is silent where the container is not there", () => {
    expect(
      toSizeWarnings({ family: "app", containerDefinitions: undefined }, user, { cpu: 1024, memory: 4096 }),
    ).toStrictEqual([]);
  });
});

describe("a user's size", () => {
  const small = { cpu: 256, memory: 1024 };
  const large = { cpu: 1024, memory: 4096 };
  type Limits = Pick<ContainerDefinition, "cpu" | "memory" | "memoryReservation">;

  /** A base with a container of the user's and another, each with limits of its own. */
  const toBase = (own: Limits, others: Limits = {}, members: Partial<TaskDefinition> = {}) =>
    deepFreeze({
      ...typicalBase,
      containerDefinitions: [
        { name: "openclaw", image: "web", mountPoints: [{ sourceVolume: "workspace" }], ...own },
        { name: "log", image: "log", ...others },
      ],
      ...members,
    });

  /** A `customize` that gives the user's container other limits. */
  const toCustomize =
    (limits: Limits): CloneRules["customize"] =>
    (input) => ({
      ...input,
      containerDefinitions: input.containerDefinitions?.map((container) =>
        container.name === "openclaw" ? { ...container, ...limits } : container,
      ),
    });

  /** The rules under which the container's limits stay as the base has them. */
  const kept: CloneRules = { containerLimits: "keep" };

  const derive = (taskDefinition: TaskDefinition, size: Size | undefined, rules: CloneRules = {}) =>
    deriveClone({ taskDefinition }, { ...plainUser, size }, { container: "openclaw", ...rules });

  it("is not warned of where `customize` raises the container's limits along with it", () => {
    const base = toBase({ cpu: 512, memory: 1024 });
    expect(derive(base, large, kept).warnings).toHaveLength(2);
    expect(derive(base, large, { ...kept, customize: toCustomize(large) }).warnings).toStrictEqual([]);
    expect(derive(toBase({}), large, { customize: toCustomize({ memory: 1024 }) }).warnings).toHaveLength(1);
  });

  it("is not refused where `customize` lowers the container's limits along with it", () => {
    const base = toBase({ cpu: 512, memory: 2048 });
    expect(() => derive(base, small, kept)).toThrow(InvalidInputError);
    const { input } = derive(base, small, { ...kept, customize: toCustomize(small) });
    expect(input).toMatchObject({ cpu: "256", memory: "1024", containerDefinitions: [small, {}] });
  });

  it.each<[string, Limits, Limits, string]>([
    [
      "a memory limit",
      { memory: 1025 },
      {},
      "Container openclaw of base isol8-dev-openclaw:42 has a memory limit of 1025",
    ],
    ["CPU in sum", { cpu: 200 }, { cpu: 57 }, "The containers of base isol8-dev-openclaw:42 ask for 257 CPU units"],
    [
      "a reservation",
      { memoryReservation: 1025 },
      {},
      "Container openclaw of base isol8-dev-openclaw:42 has a memoryReservation of 1025 MiB, above the task's 1024 MiB. Choose a larger size, or lower " +
        "the reservation in the base.",
    ],
    [
      "reservations in sum",
      { memoryReservation: 1000 },
      { memoryReservation: 25 },
      "The containers of base isol8-dev-openclaw:42 reserve 1025 MiB of memory together, above the task's 1024 MiB. Choose a larger size, or lower the " +
        "containers' memoryReservation in the base.",
    ],
  ])("is refused below %s, whether the base or `customize` has it", (_, own, others, message) => {
    const error = expect.objectContaining({ name: "InvalidInputError", message: expect.stringContaining(message) });
    expect(() => derive(toBase(own, others), small, kept)).toThrow(error);
    expect(() => derive(toBase({}, others), small, { customize: toCustomize(own) })).toThrow(error);
    expect(() => withSize(toBase(own, others), target, small, fargateMemory, "keep")).toThrow(error);
    expect(derive(toBase(own, others), large, kept).input).toMatchObject({ memory: "4096" });
  });

  it("takes limits and reservations that fill the task", () => {
    const base = toBase({ cpu: 200, memory: 1024, memoryReservation: 1000 }, { cpu: 56, memoryReservation: 24 });
    expect(derive(base, small).input).toMatchObject({ cpu: "256", memory: "1024" });
  });

  it("is refused where `customize` reserves more memory than the container's own limit", () => {
    const customize = toCustomize({ memory: 512, memoryReservation: 513 });
    const error = new InvalidInputError(
      "Container openclaw, cloned from base isol8-dev-openclaw:42, has a memoryReservation of 513 MiB, above its own memory limit of 512 MiB. Lower the " +
        "reservation, or raise the limit.",
    );
    expect(() => derive(toBase({}), small, { customize })).toThrow(error);
    expect(() => derive(toBase({ memory: 512 }), small, { customize })).toThrow(error);
    expect(() => derive(toBase({ memoryReservation: 513 }), small, { customize })).toThrow(error);
    const added = { name: "added", memory: 512, memoryReservation: 513 };
    const add: CloneRules["customize"] = (input) => ({
      ...input,
      containerDefinitions: [...(input.containerDefinitions ?? []), added],
    });
    expect(() => derive(toBase({}), small, { customize: add })).toThrow(InvalidInputError);
    // ECS accepted the base.
    expect(derive(toBase({ memory: 512, memoryReservation: 513 }), small).input).toMatchObject({ memory: "1024" });
  });

  it("is judged as it will be registered where `customize` changes a default size", () => {
    const customize: CloneRules["customize"] = (input) => ({ ...input, cpu: "1 vCPU", memory: "512" });
    const defaults = { size: small, customize };
    expect(() => derive(toBase({}), undefined, defaults)).toThrow(
      new InvalidInputError(
        "Fargate doesn't support 1024 CPU units with 512 MiB. With 1024 CPU units, choose 2048, 3072, 4096, 5120, 6144, 7168, 8192 MiB.",
      ),
    );
    const inGigabytes: CloneRules["customize"] = (input) => ({ ...input, cpu: ".25 vcpu", memory: "1 GB" });
    const inLimits = { ...kept, size: large, customize: inGigabytes };
    expect(derive(toBase({ memory: 1024 }), undefined, inLimits).input).toMatchObject({
      cpu: ".25 vcpu",
      memory: "1 GB",
    });
  });

  it("is left to ECS where `customize` removes a default size", () => {
    const customize: CloneRules["customize"] = ({ memory, ...input }) => input;
    expect(derive(toBase({ memory: 9999 }), undefined, { size: small, customize }).input).not.toHaveProperty("memory");
  });

  it("is not judged where neither user nor rules set one", () => {
    const base = toBase({ memory: 9999 });
    expect(derive(base, undefined).input).toMatchObject({ memory: "1024" });
  });

  it.each(["WINDOWS_SERVER_2022_CORE", "WINDOWS_SERVER_2019_FULL"] as const)(
    "starts at 1 vCPU for %s on Fargate",
    (operatingSystemFamily) => {
      const base = toBase({}, {}, { runtimePlatform: { operatingSystemFamily } });
      expect(() => derive(base, { cpu: 512, memory: 2048 })).toThrow(
        new InvalidInputError(
          "Fargate doesn't support 512 CPU units for Windows containers. Choose 1024 CPU units (1 vCPU) or more.",
        ),
      );
      expect(() => withSize(base, target, { cpu: 256, memory: 512 })).toThrow(InvalidInputError);
      expect(derive(base, { cpu: 1024, memory: 2048 }).input).toMatchObject({ cpu: "1024" });
    },
  );
});
