import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import * as z from "zod";
import { InvalidInputError } from "../../errors.ts";
import { parseInput, toFound } from "../../parse-input.ts";
import type { RegisterInput } from "../../task-definition.ts";
import { parseRegisterInput } from "../input-shape.ts";
import { containerOf, parseTarget, type Target } from "../target.ts";
import { given, type UserPart } from "../user-part.ts";
import { type FargateMemory, fargateMemory, fargateMemorySchema } from "./fargate-sizes.ts";

/** CPU and memory of a task, always given together. */
export interface Size {
  /** CPU units: 1024 make one vCPU. */
  readonly cpu: number;
  /** Memory in MiB. */
  readonly memory: number;
}

export interface OwnSize {
  /** The task's size. Once set, it stays the user's even if the base's size changes. In a patch, `null` resets to the default size. */
  readonly size?: Size | undefined;
}

export interface SizeRules {
  /** The sizes that Fargate offers. @default {@link fargateMemory} */
  readonly fargateMemory?: FargateMemory | undefined;
}

/** A whole number of a unit, and what is said of the mistakes that the unit invites. */
const wholeNumberOf = (unit: string, example: number, fraction: string) =>
  z
    .int({
      error: ({ code, input }) => {
        if (code !== "invalid_type") return undefined;
        if (input === undefined) return "is missing: a size has both, { cpu, memory }";
        if (Number.isFinite(input)) return `is in ${fraction}`;
        if (typeof input === "string") return `must be a number of ${unit} (${example}, not "${example}")`;
        return `must be a number of ${unit}, got ${toFound(input)}`;
      },
    })
    .positive();

/** A size in CPU units and MiB. */
export const sizeSchema = z.strictObject({
  cpu: wholeNumberOf("CPU units", 512, "CPU units (1 vCPU = 1024) and must be a whole number: 0.5 vCPU is 512"),
  memory: wholeNumberOf("MiB", 1024, "MiB (1 GiB = 1024) and must be a whole number: 0.5 GiB is 512"),
}) satisfies z.ZodType<Size>;

export const size: UserPart<Size, boolean, SizeRules> = {
  schema: sizeSchema.optional(),
  change: sizeSchema.partial().nullish(),
  note: given,
  apply: applySize,
  judge(final, _, { base, target, rules }) {
    refuseUnfitSize(final, target, rules.fargateMemory);
    refuseNewReservations(base, final, target);
    return toLimitWarnings(base, final, target);
  },
  readBack(clone) {
    const read = { cpu: Number(clone.cpu), memory: Number(clone.memory) };
    return read.cpu > 0 && read.memory > 0 ? read : undefined;
  },
};

/**
 * Sets the task's CPU and memory.
 *
 * @throws {@link InvalidInputError} if Fargate does not offer this memory with this CPU, the containers' own limits and reservations exceed the
 * size, or an argument is malformed. A CPU value that is not in the table is left to ECS.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html#task_size
 */
export function withSize(
  input: RegisterInput,
  target: Target,
  size: Size,
  table: FargateMemory = fargateMemory,
): RegisterInput {
  const sized = applySize(parseRegisterInput(input), parseSize(size));
  refuseUnfitSize(sized, parseTarget(target), parseInput(fargateMemorySchema, table, "table of Fargate sizes"));
  return sized;
}

/**
 * Warns if the user's container has its own limit below a task size that was raised above the base's, since the user would then gain
 * nothing from the raise.
 *
 * @throws {@link InvalidInputError} if an argument is malformed.
 */
export function toSizeWarnings(base: RegisterInput, target: Target, size: Size): string[] {
  const checked = parseRegisterInput(base);
  return toLimitWarnings(checked, applySize(checked, parseSize(size)), parseTarget(target));
}

const parseSize = (value: unknown): Size => parseInput(sizeSchema, value, "size");

function applySize(input: RegisterInput, { cpu, memory }: Size): RegisterInput {
  return { ...input, cpu: String(cpu), memory: String(memory) };
}

/** CPU units or MiB. ECS takes a task's in vCPU and GB too. `NaN` if it is absent, or something else. */
function toUnits(value: string | undefined): number {
  const [, amount, unit] = /^\s*(\d*\.?\d+)\s*(vcpu|gb)?\s*$/i.exec(String(value)) ?? [];
  return Number(amount) * (unit === undefined ? 1 : 1024);
}

const sizeOf = ({ cpu, memory }: Pick<RegisterInput, "cpu" | "memory">): Size => ({
  cpu: toUnits(cpu),
  memory: toUnits(memory),
});

/** Refuses what ECS would refuse of a task's size and its containers' own. A size that is absent exceeds nothing, and nothing exceeds it. */
function refuseUnfitSize(input: RegisterInput, target: Target, table: FargateMemory = fargateMemory): void {
  const size = sizeOf(input);
  const containers = input.containerDefinitions ?? [];
  // ECS applies the table whenever Fargate is among the compatibilities, even together with EC2.
  if (input.requiresCompatibilities?.includes("FARGATE")) {
    refuseUnknownFargateSize(size, table);
    refuseSmallWindows(input, size);
  }
  refuseLargeLimits(containers, target, size);
  refuseLargeReservations(containers, target, size);
}

function refuseUnknownFargateSize({ cpu, memory }: Size, table: FargateMemory): void {
  const offered = Object.hasOwn(table, cpu) ? table[cpu] : undefined;
  if (offered === undefined || offered.includes(memory) || Number.isNaN(memory)) return;
  throw new InvalidInputError(
    `Fargate doesn't support ${cpu} CPU units with ${memory} MiB. With ${cpu} CPU units, choose ${offered.join(", ")} MiB.`,
  );
}

const leastCpuOnWindows = 1024;

function refuseSmallWindows({ runtimePlatform }: RegisterInput, { cpu }: Size): void {
  const isForWindows = runtimePlatform?.operatingSystemFamily?.startsWith("WINDOWS");
  if (!isForWindows || !(cpu < leastCpuOnWindows)) return;
  throw new InvalidInputError(
    `Fargate doesn't support ${cpu} CPU units for Windows containers. Choose ${leastCpuOnWindows} CPU units (1 vCPU) or more.`,
  );
}

function refuseLargeLimits(containers: readonly ContainerDefinition[], { baseName }: Target, size: Size): void {
  for (const { name, memory = 0 } of containers) {
    if (memory > size.memory) {
      throw new InvalidInputError(
        `Container ${name} of base ${baseName} has a memory limit of ${memory} MiB, above the task's ${size.memory} MiB. Choose a larger size, or ` +
          "lower the container's limit in the base.",
      );
    }
  }
  const cpu = sumOf(containers, "cpu");
  if (cpu > size.cpu) {
    throw new InvalidInputError(
      `The containers of base ${baseName} ask for ${cpu} CPU units together, above the task's ${size.cpu}. Choose a larger size, or lower ` +
        "the containers' own cpu in the base.",
    );
  }
}

function refuseLargeReservations(containers: readonly ContainerDefinition[], { baseName }: Target, size: Size): void {
  for (const { name, memoryReservation = 0 } of containers) {
    if (memoryReservation > size.memory) {
      throw new InvalidInputError(
        `Container ${name} of base ${baseName} has a memoryReservation of ${memoryReservation} MiB, above the task's ${size.memory} MiB. Choose a larger ` +
          "size, or lower the reservation in the base.",
      );
    }
  }
  const memory = sumOf(containers, "memoryReservation");
  if (memory > size.memory) {
    throw new InvalidInputError(
      `The containers of base ${baseName} reserve ${memory} MiB of memory together, above the task's ${size.memory} MiB. Choose a larger size, or lower ` +
        "the containers' memoryReservation in the base.",
    );
  }
}

/** A reservation above the container's own limit. What the base has of them, ECS accepted. */
function refuseNewReservations(base: RegisterInput, final: RegisterInput, { baseName }: Target): void {
  for (const { name, memory = 0, memoryReservation = 0 } of final.containerDefinitions ?? []) {
    if (memory === 0 || memoryReservation <= memory) continue;
    const before = base.containerDefinitions?.find((container) => container.name === name);
    if (before?.memory === memory && before.memoryReservation === memoryReservation) continue;
    throw new InvalidInputError(
      `Container ${name}, cloned from base ${baseName}, has a memoryReservation of ${memoryReservation} MiB, above its own memory limit of ${memory} MiB. ` +
        "Lower the reservation, or raise the limit.",
    );
  }
}

const sumOf = (containers: readonly ContainerDefinition[], member: "cpu" | "memoryReservation"): number =>
  containers.reduce((sum, container) => sum + (container[member] ?? 0), 0);

/** Warns of limits that keep a raise from the user: by the size of the base, and by the container as it will be registered. */
function toLimitWarnings(base: RegisterInput, final: RegisterInput, target: Target): string[] {
  const container = containerOf(final, target);
  const before = sizeOf(base);
  const after = sizeOf(final);
  return (["cpu", "memory"] as const).flatMap((member) => {
    const limit = container?.[member] ?? 0;
    const isRaised = after[member] > (before[member] || 0);
    if (!isRaised || limit === 0 || limit >= after[member]) return [];
    return [
      `Container ${target.container} of base ${target.baseName} has a ${member} of its own, ${limit}, which keeps it below the task's ${after[member]}. ` +
        `Remove the container's ${member} from the base so that the task's reaches the user.`,
    ];
  });
}
