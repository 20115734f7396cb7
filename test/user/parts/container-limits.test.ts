import type { ContainerDefinition, TaskDefinition } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import type { CloneRules } from "../../../src/derivation/clone-rules.ts";
import { deriveClone } from "../../../src/derivation/derive-clone.ts";
import { InvalidInputError } from "../../../src/errors.ts";
import { type Size, withSize } from "../../../src/user/parts/size.ts";
import { deepFreeze, named, plainUser, target, typicalBase } from "../../cast.ts";

type Limits = Pick<ContainerDefinition, "cpu" | "memory" | "memoryReservation">;

const mountPoints = [{ sourceVolume: "workspace" }];

/** A base of 512 CPU units and 1024 MiB, for EC2 so that it takes any size, with a container of the user's and another. */
const toBase = (own: Limits, others: Limits = {}, members: Partial<TaskDefinition> = {}) =>
  deepFreeze({
    ...typicalBase,
    requiresCompatibilities: ["EC2" as const],
    containerDefinitions: [
      { name: "openclaw", image: "web", mountPoints, ...own },
      { name: "log", image: "log", ...others },
    ],
    ...members,
  });

const derive = (taskDefinition: TaskDefinition, size: Size | undefined, rules: CloneRules = {}) =>
  deriveClone({ taskDefinition }, { ...plainUser, size }, { container: "openclaw", ...rules });

function limitsOf(input: Pick<TaskDefinition, "containerDefinitions">): Limits {
  const { name, image, mountPoints, ...limits } = named(input.containerDefinitions, "openclaw");
  return limits;
}

interface Case {
  readonly what: string;
  readonly size: Size;
  readonly own: Limits;
  readonly others?: Limits;
  readonly expected: Limits;
  readonly members?: Partial<TaskDefinition>;
}

const raised = { cpu: 1024, memory: 4096 };
const cut = { cpu: 256, memory: 512 };

const raises: readonly Case[] = [
  {
    what: "limits that are the task's",
    size: raised,
    own: { cpu: 512, memory: 1024, memoryReservation: 1024 },
    expected: { cpu: 1024, memory: 4096, memoryReservation: 4096 },
  },
  {
    what: "limits below the task's, by the difference",
    size: raised,
    own: { cpu: 100, memory: 1000, memoryReservation: 200 },
    others: { cpu: 412, memory: 24, memoryReservation: 824 },
    expected: { cpu: 612, memory: 4072, memoryReservation: 3272 },
  },
  { what: "none where there is none", size: raised, own: {}, expected: {} },
  {
    what: "none that is 0, which is none",
    size: raised,
    own: { cpu: 0, memory: 0, memoryReservation: 0 },
    expected: { cpu: 0, memory: 0, memoryReservation: 0 },
  },
  {
    what: "only the memory if only that is raised",
    size: { cpu: 512, memory: 2048 },
    own: { cpu: 512, memory: 1000 },
    expected: { cpu: 512, memory: 2024 },
  },
  {
    what: "a reservation no further than its container's limit",
    size: raised,
    own: { memory: 500, memoryReservation: 600 },
    expected: { memory: 3572, memoryReservation: 3572 },
  },
  {
    what: "limits above the base's own size no further than the user's",
    size: raised,
    own: { memory: 2000, memoryReservation: 1500 },
    others: { memoryReservation: 96 },
    expected: { memory: 4096, memoryReservation: 4000 },
  },
  {
    what: "limits in a base whose size is in vCPU and GB",
    size: raised,
    own: { cpu: 100, memory: 1000 },
    members: { cpu: "0.3 vCPU", memory: "1.5 GB" },
    expected: { cpu: 817, memory: 3560 },
  },
];

const cuts: readonly Case[] = [
  {
    what: "limits that are the task's",
    size: cut,
    own: { cpu: 512, memory: 1024, memoryReservation: 1024 },
    expected: { cpu: 256, memory: 512, memoryReservation: 512 },
  },
  {
    what: "nothing that still fits",
    size: cut,
    own: { cpu: 200, memory: 512, memoryReservation: 400 },
    others: { cpu: 56, memory: 512, memoryReservation: 112 },
    expected: { cpu: 200, memory: 512, memoryReservation: 400 },
  },
  {
    what: "CPU and reservation to what the others leave",
    size: cut,
    own: { cpu: 448, memory: 900, memoryReservation: 800 },
    others: { cpu: 64, memory: 500, memoryReservation: 224 },
    expected: { cpu: 192, memory: 512, memoryReservation: 288 },
  },
  {
    what: "a reservation without a limit",
    size: cut,
    own: { memoryReservation: 800 },
    others: { memoryReservation: 511 },
    expected: { memoryReservation: 1 },
  },
  {
    what: "CPU while memory is raised",
    size: { cpu: 256, memory: 2048 },
    own: { cpu: 512, memory: 1000 },
    expected: { cpu: 256, memory: 2024 },
  },
];

const single: readonly Case[] = [
  {
    what: "only memory: what its containers ask of the CPU together counts as the task's",
    size: raised,
    own: { cpu: 100, memory: 1024 },
    others: { cpu: 156 },
    members: { cpu: undefined },
    expected: { cpu: 868, memory: 4096 },
  },
  {
    what: "only CPU: what its containers reserve together, or may have, counts as the task's memory",
    size: raised,
    own: { memory: 512, memoryReservation: 256 },
    others: { memory: 128 },
    members: { memory: undefined },
    expected: { memory: 4096, memoryReservation: 3968 },
  },
];

describe.each([
  ["a raise moves", raises],
  ["a cut lowers", cuts],
  ["on a base whose task has", single],
])("%s", (_, cases) => {
  it.each(cases)("$what", ({ size, own, others, members, expected }) => {
    const base = toBase(own, others, members);
    const { input, warnings } = derive(base, size);
    expect(input).toMatchObject({ cpu: String(size.cpu), memory: String(size.memory) });
    expect(limitsOf(input)).toStrictEqual(expected);
    expect(warnings).toStrictEqual([]);
    // The other container is the base's own.
    expect(input.containerDefinitions?.[1]).toBe(base.containerDefinitions?.[1]);
    const { cpu, memory, containerDefinitions } = input;
    expect(withSize(base, target, size)).toStrictEqual({ ...base, cpu, memory, containerDefinitions });
  });
});

describe("a limit for which nothing is left", () => {
  it("is refused with the names of the containers that ask for everything", () => {
    expect(() => derive(toBase({ cpu: 100 }, { cpu: 256 }), cut)).toThrow(
      new InvalidInputError(
        "The size leaves nothing to container openclaw of base isol8-dev-openclaw:42: of 256 CPU units, the task's other containers (log) ask for 256. " +
          "Choose a larger size, or lower the cpu of these containers in the base.",
      ),
    );
    const base = toBase({ memoryReservation: 100, memory: 200 }, { memoryReservation: 500 });
    const third = { name: "proxy", image: "proxy", memoryReservation: 13 };
    const containerDefinitions = [...(base.containerDefinitions ?? []), { name: "idle", image: "idle" }, third];
    expect(() => derive({ ...base, containerDefinitions }, cut)).toThrow(
      new InvalidInputError(
        "The size leaves nothing to container openclaw of base isol8-dev-openclaw:42: of 512 MiB of memory, the task's other containers (log, proxy) ask " +
          "for 513. Choose a larger size, or lower the memoryReservation of these containers in the base.",
      ),
    );
  });

  it("is absent if the container has none", () => {
    expect(derive(toBase({ cpu: 0 }, { cpu: 256, memoryReservation: 512 }), cut).input.cpu).toBe("256");
  });

  it("may get room from `customize`", () => {
    const base = toBase({ cpu: 100, memory: 600, memoryReservation: 600 }, { cpu: 256, memoryReservation: 512 });
    const customize: CloneRules["customize"] = ({ containerDefinitions, ...input }) => ({
      ...input,
      containerDefinitions: containerDefinitions?.slice(0, 1),
    });
    expect(limitsOf(derive(base, cut, { customize }).input)).toStrictEqual({
      cpu: 100,
      memory: 512,
      memoryReservation: 512,
    });
  });
});

describe("a base whose containers leave no trace of a size", () => {
  it("gets the task's size and no limit", () => {
    const base = { ...toBase({}), containerDefinitions: undefined };
    expect(withSize(base, target, raised)).toStrictEqual({ ...base, cpu: "1024", memory: "4096" });
  });
});

describe('with `containerLimits: "keep"`', () => {
  const kept: CloneRules = { containerLimits: "keep" };

  it("every limit stays as in the base, and a raise warns of those that keep it from the user", () => {
    const own = { cpu: 512, memory: 1024, memoryReservation: 256 };
    const { input, warnings } = derive(toBase(own), raised, kept);
    expect(limitsOf(input)).toStrictEqual(own);
    expect(warnings).toStrictEqual([
      expect.stringContaining("has a cpu of its own, 512, which keeps it below the task's 1024"),
      expect.stringContaining("has a memory of its own, 1024, which keeps it below the task's 4096"),
    ]);
  });

  it("a cut below a limit is refused", () => {
    expect(() => derive(toBase({ memory: 513 }), cut, kept)).toThrow(/has a memory limit of 513 MiB/);
    expect(() => derive(toBase({ cpu: 257 }), cut, kept)).toThrow(/ask for 257 CPU units together/);
  });
});

describe("limits that follow", () => {
  it("do not move for users who have the base's size, or none", () => {
    const base = toBase({ cpu: 100, memory: 1000, memoryReservation: 200 });
    for (const size of [undefined, { cpu: 512, memory: 1024 }]) {
      expect(derive(base, size).input.containerDefinitions).toStrictEqual(base.containerDefinitions);
    }
  });

  it("follow the default size of the rules too", () => {
    expect(limitsOf(derive(toBase({ memory: 1000 }), undefined, { size: raised }).input)).toStrictEqual({
      memory: 4072,
    });
  });

  it("follow before `customize` runs, and are judged after it", () => {
    const seen: Limits[] = [];
    const customize: CloneRules["customize"] = (input) => {
      seen.push(limitsOf(input));
      return { ...input, containerDefinitions: [{ name: "openclaw", image: "web", mountPoints, memory: 4097 }] };
    };
    expect(() => derive(toBase({ memory: 1000 }), raised, { customize })).toThrow(/has a memory limit of 4097 MiB/);
    expect(seen).toStrictEqual([{ memory: 4072 }]);
  });
});
