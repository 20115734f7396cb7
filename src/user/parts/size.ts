import * as z from "zod";
import { lazily } from "../../lazily.ts";
import { parseInput, toFound } from "../../parse-input.ts";
import type { RegisterInput } from "../../task-definition.ts";
import { parseRegisterInput } from "../input-shape.ts";
import { containerOf, parseTarget, type Target } from "../target.ts";
import type { Note, UserPart } from "../user-part.ts";
import { type ContainerLimits, withFollowingLimits, withFollowingReservation } from "./container-limits.ts";
import { type FargateMemory, fargateMemory, fargateMemorySchema } from "./fargate-sizes.ts";
import {
  readSize,
  type SizePlace,
  toSizePlace,
  withContainerSize,
  withRoomForContainers,
  withTaskSize,
} from "./size-place.ts";
import { type Size, sizeForContainers, taskSizeOf } from "./task-size.ts";
import { refuseNewReservations, refuseUnfitSize } from "./unfit-size.ts";

export type { ContainerLimits } from "./container-limits.ts";
export type { Size } from "./task-size.ts";

export interface OwnSize {
  /**
   * The task's size, or the container's if the base's task has none. Once set, it stays the user's even if the base's size changes. In a patch, `null`
   * resets to the default size.
   */
  readonly size?: Size | undefined;
}

export interface SizeRules {
  /** The sizes that Fargate offers. @default {@link fargateMemory} */
  readonly fargateMemory?: FargateMemory | undefined;
  /**
   * What becomes of the limits (`cpu`, `memory`, `memoryReservation`) that the base sets on the user's container when a user has another size: they
   * follow it, or stay as they are. @default "follow"
   */
  readonly containerLimits?: ContainerLimits | undefined;
}

/** @internal */
export const containerLimitsSchema = lazily(() => z.enum(["follow", "keep"]) satisfies z.ZodType<ContainerLimits>);

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

/** A size in CPU units and MiB. @internal */
export const sizeSchema = lazily(
  () =>
    z.strictObject({
      cpu: wholeNumberOf("CPU units", 512, "CPU units (1 vCPU = 1024) and must be a whole number: 0.5 vCPU is 512"),
      memory: wholeNumberOf("MiB", 1024, "MiB (1 GiB = 1024) and must be a whole number: 0.5 GiB is 512"),
    }) satisfies z.ZodType<Size>,
);

/** Notes where the size stands: a record of 0.1.0 says `true`, which is the task. */
const note: Note<Size, boolean | SizePlace> = {
  schema: () => z.union([z.boolean(), z.enum(["memory", "memoryReservation"])]),
  of: () => true,
  placed: (_, applied, place) => toSizePlace(applied, place),
  isNone: (noted) => noted === false,
};

/** @internal */
export const size: UserPart<Size, boolean | SizePlace, SizeRules> = {
  schema: () => sizeSchema().optional(),
  change: () => sizeSchema().partial().nullish(),
  note,
  apply: applySize,
  judge(final, _, { base, target, rules }) {
    refuseUnfitSize(final, target, rules.fargateMemory);
    refuseNewReservations(base, final, target);
    return toLimitWarnings(base, final, target);
  },
  // A note of nothing is never read back.
  readBack: (clone, place, noted) => readSize(clone, place, noted === false || noted),
};

/**
 * Sets the task's CPU and memory, and has the limits of the user's container follow. If the base's task has no size, or is for Windows on EC2, where
 * ECS ignores it, the size goes to the user's container.
 *
 * @throws {@link InvalidInputError} if Fargate does not offer this memory with this CPU, the containers' own limits and reservations exceed the
 * size, or an argument is malformed. A CPU value that is not in the table is left to ECS.
 * @throws {@link UnfitBaseError} if the size goes to the user's container and there is none.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html#task_size
 */
export function withSize(
  input: RegisterInput,
  target: Target,
  size: Size,
  table: FargateMemory = fargateMemory,
  containerLimits: ContainerLimits = "follow",
): RegisterInput {
  const base = parseRegisterInput(input);
  const user = parseTarget(target);
  const sized = applySize(base, parseSize(size), user, { containerLimits: parseLimits(containerLimits) });
  refuseUnfitSize(sized, user, parseInput(fargateMemorySchema(), table, "table of Fargate sizes"));
  refuseNewReservations(base, sized, user);
  return sized;
}

/**
 * Warns if a limit of the user's container keeps a raise above the base's size from the user, in whole or in part.
 *
 * @throws {@link InvalidInputError} if an argument is malformed.
 */
export function toSizeWarnings(
  base: RegisterInput,
  target: Target,
  size: Size,
  containerLimits: ContainerLimits = "follow",
): string[] {
  const checked = parseRegisterInput(base);
  const user = parseTarget(target);
  const [own, rules] = [parseSize(size), { containerLimits: parseLimits(containerLimits) }];
  if (containerOf(checked, user) === undefined) return [];
  return toLimitWarnings(checked, applySize(checked, own, user, rules), user);
}

const parseSize = (value: unknown): Size => parseInput(sizeSchema(), value, "size");

const parseLimits = (value: unknown): ContainerLimits => parseInput(containerLimitsSchema(), value, "container limits");

function applySize(base: RegisterInput, size: Size, target: Target, rules: SizeRules): RegisterInput {
  const place = toSizePlace(base, target);
  return place === true ? applyToTask(base, size, target, rules) : applyToContainer(base, size, target, rules, place);
}

function applyToTask(base: RegisterInput, size: Size, target: Target, { containerLimits }: SizeRules): RegisterInput {
  const sized = withTaskSize(base, size);
  return containerLimits === "keep" ? sized : withFollowingLimits(sized, base, target, size);
}

function applyToContainer(
  base: RegisterInput,
  size: Size,
  target: Target,
  { containerLimits }: SizeRules,
  member: Exclude<SizePlace, true>,
): RegisterInput {
  const sized = withContainerSize(base, target, size, member);
  return withRoomForContainers(containerLimits === "keep" ? sized : withFollowingReservation(sized, base, target));
}

/** Warns of limits that keep a raise from the user: by the size of the base, and by the container as it will be registered. */
function toLimitWarnings(base: RegisterInput, final: RegisterInput, target: Target): string[] {
  if (toSizePlace(final, target) !== true) return [];
  const before = sizeForContainers(base);
  const after = taskSizeOf(final);
  return (["cpu", "memory"] as const).flatMap((member) => {
    const limit = containerOf(final, target)?.[member] || Number.POSITIVE_INFINITY;
    const limitBefore = containerOf(base, target)?.[member] || Number.POSITIVE_INFINITY;
    const raise = after[member] - before[member];
    const gain = Math.min(limit, after[member]) - Math.min(limitBefore, before[member]);
    if (!(raise > 0) || gain >= raise) return [];
    return [
      `Container ${target.container} of base ${target.baseName} has a ${member} of its own, ${limit}, which keeps it below the task's ${after[member]}. ` +
        `Remove the container's ${member} from the base so that the task's reaches the user.`,
    ];
  });
}
