import type { RegisterInput } from "../../task-definition.ts";
import { containerOf, type Place, type Target, withContainer } from "../target.ts";
import type { CloneContent } from "../user-part.ts";
import { containersOf, type Size, sumOf, taskSizeOf } from "./task-size.ts";

/** Where a size stands: `true` for the task, otherwise the member of the user's container that holds the memory. The CPU is in the container's `cpu`. */
export type SizePlace = true | "memory" | "memoryReservation";

/**
 * Where ECS heeds a size: on the task if the task has a size or is for Fargate, which requires one; otherwise on the user's container, and so for
 * Windows on EC2, where a task's size is ignored.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
 */
export function toSizePlace(content: CloneContent, place: Place): SizePlace {
  const { cpu, memory, requiresCompatibilities } = content;
  const hasTaskSize = Boolean(cpu || memory);
  if (requiresCompatibilities?.includes("FARGATE") || (hasTaskSize && !isForWindows(content))) return true;
  const container = containerOf(content, place);
  return !container?.memory && container?.memoryReservation ? "memoryReservation" : "memory";
}

export const isForWindows = ({ runtimePlatform }: Pick<CloneContent, "runtimePlatform">): boolean =>
  runtimePlatform?.operatingSystemFamily?.startsWith("WINDOWS") ?? false;

/** Sets the task's size. */
export const withTaskSize = (input: RegisterInput, { cpu, memory }: Size): RegisterInput => ({
  ...input,
  cpu: String(cpu),
  memory: String(memory),
});

/** Sets the size of the user's container, next to a task's size that is ignored. */
export function withContainerSize(
  input: RegisterInput,
  target: Target,
  { cpu, memory }: Size,
  member: Exclude<SizePlace, true>,
): RegisterInput {
  return withContainer(input, target, (container) => ({ ...container, cpu, [member]: memory }));
}

/** Raises a task's size that is ignored as far as its containers need: ECS compares the two all the same. */
export function withRoomForContainers(input: RegisterInput): RegisterInput {
  const { cpu, memory } = taskSizeOf(input);
  const containers = containersOf(input);
  const neededCpu = sumOf(containers, (container) => container.cpu);
  const neededMemory = Math.max(
    sumOf(containers, ({ memoryReservation }) => memoryReservation),
    ...containers.map((container) => container.memory ?? 0),
  );
  return {
    ...input,
    ...(neededCpu > cpu && { cpu: String(neededCpu) }),
    ...(neededMemory > memory && { memory: String(neededMemory) }),
  };
}

/** Reads a size back from where it stands. */
export function readSize(content: CloneContent, place: Place, sizePlace: SizePlace): Size | undefined {
  const container = containerOf(content, place);
  const read =
    sizePlace === true
      ? { cpu: Number(content.cpu), memory: Number(content.memory) }
      : { cpu: container?.cpu ?? 0, memory: container?.[sizePlace] ?? 0 };
  return read.cpu > 0 && read.memory > 0 ? read : undefined;
}
