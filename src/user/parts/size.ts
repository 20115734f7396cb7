import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import * as z from "zod";
import { InvalidInputError } from "../../errors.ts";
import { toFound } from "../../parse-input.ts";
import type { RegisterInput } from "../../task-definition.ts";
import { containerOf, type Target } from "../target.ts";
import { given, type UserPart } from "../user-part.ts";
import { type FargateMemory, fargateMemory } from "./fargate-sizes.ts";

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
  apply: (input, value, target, rules) => withSize(input, target, value, rules.fargateMemory),
  readBack(clone) {
    const read = { cpu: Number(clone.cpu), memory: Number(clone.memory) };
    return read.cpu > 0 && read.memory > 0 ? read : undefined;
  },
  warn: (base, value, target) => toSizeWarnings(base, target, value),
};

/**
 * Sets the task's CPU and memory.
 *
 * @throws {@link InvalidInputError} if Fargate does not offer this memory with this CPU, or a container's own limits exceed the size.
 * A CPU value that is not in the table is left to ECS.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html#task_size
 */
export function withSize(
  input: RegisterInput,
  target: Target,
  size: Size,
  table: FargateMemory = fargateMemory,
): RegisterInput {
  // ECS applies the table whenever Fargate is among the compatibilities, even together with EC2.
  if (input.requiresCompatibilities?.includes("FARGATE")) refuseUnknownFargateSize(size, table);
  refuseTooLargeContainers(input.containerDefinitions ?? [], target, size);
  return { ...input, cpu: String(size.cpu), memory: String(size.memory) };
}

function refuseUnknownFargateSize({ cpu, memory }: Size, table: FargateMemory): void {
  const offered = Object.hasOwn(table, cpu) ? table[cpu] : undefined;
  if (offered === undefined || offered.includes(memory)) return;
  throw new InvalidInputError(
    `Fargate has no size of ${cpu} CPU units with ${memory} MiB. With ${cpu} CPU units it offers ${offered.join(", ")} MiB.`,
  );
}

function refuseTooLargeContainers(containers: readonly ContainerDefinition[], target: Target, size: Size): void {
  for (const { name, memory } of containers) {
    if (Number(memory) > size.memory) {
      throw new InvalidInputError(
        `Container ${name} of base ${target.baseName} has a memory limit of ${memory} MiB, above the task's ${size.memory} MiB. Choose a larger size, ` +
          "or lower the container's limit in the base.",
      );
    }
  }
  const cpu = containers.reduce((sum, container) => sum + (container.cpu ?? 0), 0);
  if (cpu > size.cpu) {
    throw new InvalidInputError(
      `The containers of base ${target.baseName} ask for ${cpu} CPU units together, above the task's ${size.cpu}. Choose a larger size, or lower ` +
        "the containers' own cpu in the base.",
    );
  }
}

/**
 * Warns if the user's container has its own limit below a task size that was raised above the base's, since the user would then gain
 * nothing from the raise.
 */
export function toSizeWarnings(base: RegisterInput, target: Target, size: Size): string[] {
  const container = containerOf(base, target);
  return (["cpu", "memory"] as const).flatMap((member) => {
    const limit = container?.[member];
    const isRaised = size[member] > Number(base[member] ?? 0);
    if (!isRaised || limit === undefined || limit === 0 || limit >= size[member]) return [];
    return [
      `Container ${target.container} of base ${target.baseName} has a ${member} of its own, ${limit}, which keeps it below the task's ${size[member]}. ` +
        `Remove the container's ${member} from the base so that the task's reaches the user.`,
    ];
  });
}
