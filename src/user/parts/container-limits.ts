import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import type { RegisterInput } from "../../task-definition.ts";
import { containerOf, type Target, withContainer } from "../target.ts";
import { containersOf, type Size, sizeForContainers, sumOf } from "./task-size.ts";

/** What becomes of the limits that the base sets on the user's container: they follow the size, or stay as they are. */
export type ContainerLimits = "follow" | "keep";

/**
 * The limits of the user's container along with the task's size: a raise above the base's size adds the difference, a cut lowers them only as far as
 * ECS demands. A limit for which nothing would be left stays: `customize` may make room for it yet.
 */
export function withFollowingLimits(
  sized: RegisterInput,
  base: RegisterInput,
  target: Target,
  size: Size,
): RegisterInput {
  const before = sizeForContainers(base);
  const others = containersOf(base).filter(({ name }) => name !== target.container);
  const cpuLeft = size.cpu - sumOf(others, ({ cpu }) => cpu);
  const memoryLeft = size.memory - sumOf(others, ({ memoryReservation }) => memoryReservation);
  return withLimits(sized, target, (container) => {
    const memory = toFollowing(container.memory, size.memory - before.memory, [size.memory]);
    return {
      cpu: toFollowing(container.cpu, size.cpu - before.cpu, [size.cpu, cpuLeft]),
      memory,
      memoryReservation: toFollowing(container.memoryReservation, size.memory - before.memory, [
        size.memory,
        memoryLeft,
        memory,
      ]),
    };
  });
}

/** The reservation of the user's container along with its own memory limit, if that is what holds the size. */
export function withFollowingReservation(sized: RegisterInput, base: RegisterInput, target: Target): RegisterInput {
  const before = containerOf(base, target)?.memory ?? 0;
  return withLimits(sized, target, ({ memory = 0, memoryReservation }) => ({
    memoryReservation: before && toFollowing(memoryReservation, memory - before, [memory]),
  }));
}

type Limits = Partial<Record<"cpu" | "memory" | "memoryReservation", number>>;

/** The input with other limits on the user's container, if it has any. A limit of 0 does not count. */
function withLimits(
  input: RegisterInput,
  target: Target,
  toLimits: (container: ContainerDefinition) => Limits,
): RegisterInput {
  const container = containerOf(input, target);
  if (container === undefined) return input;
  const set = Object.entries(toLimits(container)).filter(([, limit]) => limit > 0);
  const limits: Limits = Object.fromEntries(set);
  return set.length === 0 ? input : withContainer(input, target, (one) => ({ ...one, ...limits }));
}

/** @param bounds what ECS lets the limit be at most; a bound that leaves nothing does not help */
function toFollowing(limit = 0, difference: number, bounds: readonly number[]): number {
  if (limit === 0) return 0;
  const possible = bounds.filter((bound) => bound > 0);
  return Math.min(limit + Math.max(0, difference), ...possible);
}
