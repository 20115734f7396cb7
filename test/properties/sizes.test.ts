import type { Compatibility, ContainerDefinition, RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deriveClone } from "../../src/derivation/derive-clone.ts";
import { InvalidInputError } from "../../src/errors.ts";
import { FakeEcs } from "../../src/testing/index.ts";
import { fargateMemory } from "../../src/user/parts/fargate-sizes.ts";
import type { Size } from "../../src/user/parts/size.ts";
import { deepFreeze, named, plainUser } from "../cast.ts";

const ecs = new FakeEcs();

const limitNames = ["cpu", "memory", "memoryReservation"] as const;

const amount = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 1500 }));
const limits = fc.record({ cpu: amount, memory: amount, memoryReservation: amount }, { requiredKeys: [] });

const fargateSize: fc.Arbitrary<Size> = fc
  .constantFrom(...Object.entries(fargateMemory).slice(0, 4))
  .chain(([cpu, memories]) => fc.constantFrom(...memories).map((memory) => ({ cpu: Number(cpu), memory })));
const anySize: fc.Arbitrary<Size> = fc.record({
  cpu: fc.integer({ min: 128, max: 3000 }),
  memory: fc.integer({ min: 1, max: 5000 }),
});

interface Kind {
  readonly size: fc.Arbitrary<Size>;
  readonly requiresCompatibilities: Compatibility[] | undefined;
}

/** A kind of base, with the sizes that it and its users may have. */
const kind = fc.constantFrom<Kind[]>(
  { size: fargateSize, requiresCompatibilities: ["FARGATE"] },
  { size: fargateSize, requiresCompatibilities: ["EC2", "FARGATE"] },
  { size: anySize, requiresCompatibilities: ["EC2"] },
  { size: anySize, requiresCompatibilities: ["MANAGED_INSTANCES"] },
  { size: anySize, requiresCompatibilities: undefined },
);

const operatingSystemFamily = fc.constantFrom("LINUX" as const, "WINDOWS_SERVER_2022_CORE" as const);

const given: fc.Arbitrary<{ base: RegisterTaskDefinitionCommandInput; size: Size }> = kind
  .chain(({ size, requiresCompatibilities }) => {
    const has = requiresCompatibilities?.includes("FARGATE") ? fc.constant(true) : fc.boolean();
    return fc.record({
      size,
      taskSize: size,
      hasCpu: has,
      hasMemory: has,
      own: limits,
      others: fc.array(limits, { maxLength: 2 }),
      operatingSystemFamily,
      requiresCompatibilities: fc.constant(requiresCompatibilities),
    });
  })
  .map(({ size, taskSize, hasCpu, hasMemory, own, others, operatingSystemFamily, requiresCompatibilities }) => ({
    size,
    base: deepFreeze({
      family: "web",
      networkMode: "awsvpc" as const,
      runtimePlatform: { operatingSystemFamily },
      ...(requiresCompatibilities && { requiresCompatibilities }),
      ...(hasCpu && { cpu: String(taskSize.cpu) }),
      ...(hasMemory && { memory: String(taskSize.memory) }),
      containerDefinitions: [
        { name: "app", image: "nginx:1", mountPoints: [{ sourceVolume: "data", containerPath: "/data" }], ...own },
        ...others.map((other, index) => ({ name: `other-${index}`, image: "nginx:1", ...other })),
      ],
      volumes: [{ name: "data", efsVolumeConfiguration: { fileSystemId: "fs-0a1b2c3d4e5f60718" } }],
    }),
  }));

function isAccepted(input: RegisterTaskDefinitionCommandInput): boolean {
  try {
    ecs.register(input);
    return true;
  } catch {
    return false;
  }
}

/** A base that ECS accepts, and a size. */
const accepted = given.filter(({ base }) => isAccepted(base));

type Rules = Parameters<typeof deriveClone>[2];

const derive = (base: RegisterTaskDefinitionCommandInput, size: Size | undefined, rules: Rules = {}) =>
  deriveClone({ taskDefinition: base }, { ...plainUser, size }, { container: "app", ...rules });

function deriveOrRefuse(base: RegisterTaskDefinitionCommandInput, size: Size, rules: Rules = {}) {
  try {
    return derive(base, size, rules);
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidInputError);
    return undefined;
  }
}

const ownOf = ({ containerDefinitions }: RegisterTaskDefinitionCommandInput) => named(containerDefinitions, "app");

/** The input without what a size may change. */
function withoutSize({ cpu, memory, ...input }: RegisterTaskDefinitionCommandInput): object {
  const [own, ...others] = input.containerDefinitions ?? [];
  return { ...input, containerDefinitions: [withLimits(own, {}), ...others] };
}

function withLimits(container: ContainerDefinition | undefined, limits: ContainerDefinition): ContainerDefinition {
  const { cpu, memory, memoryReservation, ...others } = container ?? {};
  return { ...others, ...limits };
}

const containerLimits = fc.constantFrom("follow" as const, "keep" as const);

/** What there is to find in only some of the bases takes more of them. */
const runs = { numRuns: 300 };

describe("a size, for any base that ECS accepts", () => {
  it("gives what ECS accepts, or is refused", () => {
    fc.assert(
      fc.property(accepted, containerLimits, ({ base, size }, containerLimits) => {
        const derived = deriveOrRefuse(base, size, { containerLimits });
        if (derived !== undefined) expect(() => ecs.register(derived.input)).not.toThrow();
      }),
      runs,
    );
  });

  it("changes only the size and the limits of the user's container, of which it sets none but the size", () => {
    fc.assert(
      fc.property(accepted, containerLimits, ({ base, size }, containerLimits) => {
        const derived = deriveOrRefuse(base, size, { containerLimits });
        if (derived === undefined) return;
        expect(withoutSize(derived.input)).toStrictEqual(withoutSize(derive(base, undefined).input));
        const [before, after] = [ownOf(base), ownOf(derived.input)];
        const isOnContainer = after.cpu === size.cpu && [after.memory, after.memoryReservation].includes(size.memory);
        for (const name of isOnContainer ? [] : limitNames) {
          if (!before[name]) expect(after[name]).toBe(before[name]);
        }
      }),
      runs,
    );
  });

  it("is refused only where even the smallest limits of the user's container would not fit", () => {
    fc.assert(
      fc.property(accepted, ({ base, size }) => {
        if (deriveOrRefuse(base, size) !== undefined) return;
        const [own, ...others] = base.containerDefinitions ?? [];
        const set = Object.fromEntries(limitNames.filter((name) => own?.[name]).map((name) => [name, 1]));
        const containerDefinitions = [withLimits(own, set), ...others];
        const smallest = { ...base, cpu: String(size.cpu), memory: String(size.memory), containerDefinitions };
        expect(isAccepted(smallest)).toBe(false);
      }),
      runs,
    );
  });

  it("that is the base's own changes nothing", () => {
    fc.assert(
      fc.property(accepted, ({ base }) => {
        const isIgnored = base.runtimePlatform?.operatingSystemFamily !== "LINUX";
        fc.pre(base.cpu !== undefined && base.memory !== undefined && !isIgnored);
        const { input } = derive(base, { cpu: Number(base.cpu), memory: Number(base.memory) });
        expect(input).toStrictEqual(derive(base, undefined).input);
      }),
      runs,
    );
  });

  it("gives the limits no warning while they follow", () => {
    fc.assert(
      fc.property(accepted, ({ base, size }) => {
        expect(deriveOrRefuse(base, size)?.warnings ?? []).toStrictEqual([]);
      }),
      runs,
    );
  });
});
