import type { ContainerDefinition, TaskDefinition } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import type { CloneRules } from "../../../src/derivation/clone-rules.ts";
import { deriveClone } from "../../../src/derivation/derive-clone.ts";
import { InvalidInputError } from "../../../src/errors.ts";
import { withSize } from "../../../src/user/parts/size.ts";
import { readSize, toSizePlace } from "../../../src/user/parts/size-place.ts";
import { deepFreeze, named, plainUser, target, typicalBase } from "../../cast.ts";

type Limits = Pick<ContainerDefinition, "cpu" | "memory" | "memoryReservation">;
type Shape = Pick<TaskDefinition, "cpu" | "memory" | "requiresCompatibilities" | "runtimePlatform">;

const windows: Shape = { runtimePlatform: { operatingSystemFamily: "WINDOWS_SERVER_2022_CORE" } };
const linux: Shape = { runtimePlatform: { operatingSystemFamily: "LINUX" } };
const onEc2: Shape = { requiresCompatibilities: ["EC2"] };
const onFargate: Shape = { requiresCompatibilities: ["FARGATE"] };
const managed: Shape = { requiresCompatibilities: ["MANAGED_INSTANCES"] };
const taskSize: Shape = { cpu: "512", memory: "1024" };

/** A base of a shape, with a container of the user's and another. */
function toBase(shape: Shape, own: Limits, others: Limits = { memory: 128 }) {
  const { cpu, memory, requiresCompatibilities, runtimePlatform, ...base } = typicalBase;
  return deepFreeze({
    ...base,
    ...shape,
    containerDefinitions: [
      { name: "openclaw", image: "web", mountPoints: [{ sourceVolume: "workspace" }], ...own },
      { name: "log", image: "log", ...others },
    ],
  });
}

const size = { cpu: 1024, memory: 4096 };

const derive = (base: TaskDefinition, rules: CloneRules = {}) =>
  deriveClone({ taskDefinition: base }, { ...plainUser, size }, { container: "openclaw", ...rules });

function sizesOf({
  cpu,
  memory,
  containerDefinitions,
}: Pick<TaskDefinition, "cpu" | "memory" | "containerDefinitions">) {
  const { name, image, mountPoints, ...own } = named(containerDefinitions, "openclaw");
  return { ...(cpu !== undefined && { cpu }), ...(memory !== undefined && { memory }), own };
}

describe("where a size stands", () => {
  it.each<[string, Shape, Limits, true | "memory" | "memoryReservation"]>([
    ["on the task on Fargate", { ...onFargate, ...taskSize }, { memory: 512 }, true],
    ["on the task for Fargate even where the base lacks it", onFargate, { memory: 512 }, true],
    ["on the task for Windows on Fargate", { ...onFargate, ...windows, ...taskSize }, {}, true],
    ["on the task on EC2 if it has a size", { ...onEc2, ...linux, ...taskSize }, { memory: 512 }, true],
    ["on the task on EC2 if it has memory alone", { ...onEc2, memory: "1024" }, { memory: 512 }, true],
    ["on the task on EC2 if it has CPU alone", { ...onEc2, cpu: "512" }, { memory: 512 }, true],
    ["on the task on Managed Instances if it has a size", { ...managed, ...taskSize }, {}, true],
    ["on the container on EC2 without", onEc2, { memory: 512 }, "memory"],
    ["on the container on EC2 without, next to a reservation", onEc2, { memory: 512, memoryReservation: 9 }, "memory"],
    ["on the container's reservation if that is all", onEc2, { memoryReservation: 512 }, "memoryReservation"],
    [
      "on the container's reservation if its limit is 0",
      onEc2,
      { memory: 0, memoryReservation: 9 },
      "memoryReservation",
    ],
    ["on the container on Managed Instances without", managed, { memory: 512 }, "memory"],
    ["on the container where nothing is required", {}, {}, "memory"],
    ["on the container for Windows on EC2", { ...onEc2, ...windows }, { memory: 512 }, "memory"],
    ["on the container for Windows on EC2 despite a size", { ...onEc2, ...windows, ...taskSize }, {}, "memory"],
  ])("is %s", (_, shape, own, expected) => {
    expect(toSizePlace(toBase(shape, own), target)).toBe(expected);
  });

  it("is the same once a size has been set", () => {
    for (const own of [{}, { memory: 512 }, { memoryReservation: 512 }]) {
      for (const shape of [onEc2, managed, { ...onEc2, ...windows, ...taskSize }, { ...onEc2, ...taskSize }]) {
        const base = toBase(shape, own);
        expect(toSizePlace(derive(base).input, target)).toBe(toSizePlace(base, target));
      }
    }
  });
});

describe("a size on the container", () => {
  it.each<[string, Shape, Limits, object]>([
    ["the memory limit", onEc2, { cpu: 256, memory: 512 }, { own: { cpu: 1024, memory: 4096 } }],
    ["the reservation", managed, { memoryReservation: 512 }, { own: { cpu: 1024, memoryReservation: 4096 } }],
    ["a CPU where there is none", onEc2, { cpu: 0, memory: 512 }, { own: { cpu: 1024, memory: 4096 } }],
    ["a limit where there is none", { ...onEc2, ...windows }, {}, { own: { cpu: 1024, memory: 4096 } }],
    [
      "the limit, with the reservation following",
      onEc2,
      { memory: 512, memoryReservation: 100 },
      { own: { cpu: 1024, memory: 4096, memoryReservation: 3684 } },
    ],
    [
      "a cut below the reservation, which it lowers",
      onEc2,
      { memory: 8192, memoryReservation: 5000 },
      { own: { cpu: 1024, memory: 4096, memoryReservation: 4096 } },
    ],
    [
      "a cut that leaves the reservation as it is",
      onEc2,
      { memory: 8192, memoryReservation: 3000 },
      { own: { cpu: 1024, memory: 4096, memoryReservation: 3000 } },
    ],
  ])("sets %s", (_, shape, own, expected) => {
    const base = toBase(shape, own);
    const { input, warnings } = derive(base);
    expect(sizesOf(input)).toStrictEqual(expected);
    expect(warnings).toStrictEqual([]);
    expect(input.containerDefinitions?.[1]).toBe(base.containerDefinitions[1]);
    expect(sizesOf(withSize(base, target, size))).toStrictEqual(expected);
    expect(
      sizesOf(deriveClone({ taskDefinition: base }, plainUser, { container: "openclaw", size }).input),
    ).toStrictEqual(expected);
  });

  it.each<[string, Shape, Limits, Limits, object]>([
    ["raised as far as the containers need", taskSize, { memory: 512 }, { cpu: 64 }, { cpu: "1088", memory: "4096" }],
    ["left if it is large enough", { cpu: "4096", memory: "8192" }, {}, {}, { cpu: "4096", memory: "8192" }],
    [
      "raised as far as reservations need",
      taskSize,
      { memoryReservation: 512 },
      { memoryReservation: 4 },
      { cpu: "1024", memory: "4100" },
    ],
  ])("on Windows on EC2 has the task's own size, which is ignored, %s", (_, shape, own, others, expected) => {
    const { input, warnings } = derive(toBase({ ...onEc2, ...windows, ...shape }, own, others));
    expect(input).toMatchObject(expected);
    expect(sizesOf(input).own).toMatchObject({ cpu: 1024 });
    expect(warnings).toStrictEqual([]);
  });

  it("leaves the other limits where they are to be kept, and is refused where they do not go with it", () => {
    const kept: CloneRules = { containerLimits: "keep" };
    const base = toBase(onEc2, { memory: 8192, memoryReservation: 100 });
    expect(sizesOf(derive(base, kept).input)).toStrictEqual({
      own: { cpu: 1024, memory: 4096, memoryReservation: 100 },
    });
    const reserving = toBase(onEc2, { memory: 8192, memoryReservation: 5000 });
    const error = /has a memoryReservation of 5000 MiB, above its own memory limit of 4096 MiB/;
    expect(() => derive(reserving, kept)).toThrow(error);
    expect(() => withSize(reserving, target, size, undefined, "keep")).toThrow(error);
  });

  it("may not be changed by `customize` if it is the user's, and may if it is the default", () => {
    const base = toBase(onEc2, { memory: 512 });
    const customize: CloneRules["customize"] = ({ containerDefinitions, ...input }) => ({
      ...input,
      containerDefinitions: containerDefinitions?.map((container) => ({ ...container, memory: 600 })),
    });
    expect(() => derive(base, { customize })).toThrow(InvalidInputError);
    const rules = { container: "openclaw", size, customize };
    expect(sizesOf(deriveClone({ taskDefinition: base }, plainUser, rules).input)).toStrictEqual({
      own: { cpu: 1024, memory: 600 },
    });
  });

  it("may get a task's size next to it from `customize`", () => {
    const customize: CloneRules["customize"] = (input) => ({ ...input, cpu: "2048", memory: "4096" });
    const { input } = derive(toBase(onEc2, { memory: 512 }), { customize });
    expect(sizesOf(input)).toStrictEqual({ cpu: "2048", memory: "4096", own: { cpu: 1024, memory: 4096 } });
  });
});

describe("readSize", () => {
  const container = { name: "openclaw", cpu: 256, memory: 512, memoryReservation: 128 };
  const clone = { cpu: "1024", memory: "2048", containerDefinitions: [container] };

  it("reads a size from where it stands", () => {
    expect(readSize(clone, target, true)).toStrictEqual({ cpu: 1024, memory: 2048 });
    expect(readSize(clone, target, "memory")).toStrictEqual({ cpu: 256, memory: 512 });
    expect(readSize(clone, target, "memoryReservation")).toStrictEqual({ cpu: 256, memory: 128 });
  });

  it.each([{ cpu: 0 }, { cpu: undefined }, { memory: 0 }, { memory: undefined }, { name: "other" }])(
    "reads none from a container with %j",
    (change) => {
      const containerDefinitions = [{ ...container, ...change }];
      expect(readSize({ ...clone, containerDefinitions }, target, "memory")).toBeUndefined();
    },
  );
});
