import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import { InvalidInputError } from "../../errors.ts";
import type { RegisterInput } from "../../task-definition.ts";
import type { Target } from "../target.ts";
import { type FargateMemory, fargateMemory } from "./fargate-sizes.ts";
import { isForWindows } from "./size-place.ts";
import { containersOf, type Size, sumOf, taskSizeOf } from "./task-size.ts";

/** Refuses what ECS would refuse of a task's size and its containers' own. A size that is absent exceeds nothing, and nothing exceeds it. */
export function refuseUnfitSize(input: RegisterInput, target: Target, table: FargateMemory = fargateMemory): void {
  const size = taskSizeOf(input);
  const containers = containersOf(input);
  // ECS applies the table whenever Fargate is among the compatibilities, even together with EC2.
  if (input.requiresCompatibilities?.includes("FARGATE")) {
    refuseUnknownFargateSize(size, table);
    refuseSmallWindows(input, size);
  }
  refuseNothingLeft(containers, target, size);
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

function refuseSmallWindows(input: RegisterInput, { cpu }: Size): void {
  if (!isForWindows(input) || !(cpu < leastCpuOnWindows)) return;
  throw new InvalidInputError(
    `Fargate doesn't support ${cpu} CPU units for Windows containers. Choose ${leastCpuOnWindows} CPU units (1 vCPU) or more.`,
  );
}

/** Refuses a task whose other containers ask for all that it has, when the user's asks for something too. */
function refuseNothingLeft(
  containers: readonly ContainerDefinition[],
  { baseName, container: name }: Target,
  size: Size,
): void {
  const [own] = containers.filter((container) => container.name === name);
  const others = containers.filter((container) => container.name !== name);
  for (const [member, whole, unit] of [
    ["cpu", size.cpu, "CPU units"],
    ["memoryReservation", size.memory, "MiB of memory"],
  ] as const) {
    const asked = sumOf(others, (container) => container[member]);
    if (!own?.[member] || !(asked >= whole)) continue;
    const names = others.filter((container) => container[member]).map((container) => container.name);
    throw new InvalidInputError(
      `The size leaves nothing to container ${name} of base ${baseName}: of ${whole} ${unit}, the task's other containers (${names.join(", ")}) ask for ` +
        `${asked}. Choose a larger size, or lower the ${member} of these containers in the base.`,
    );
  }
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
  const cpu = sumOf(containers, (container) => container.cpu);
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
  const memory = sumOf(containers, ({ memoryReservation }) => memoryReservation);
  if (memory > size.memory) {
    throw new InvalidInputError(
      `The containers of base ${baseName} reserve ${memory} MiB of memory together, above the task's ${size.memory} MiB. Choose a larger size, or lower ` +
        "the containers' memoryReservation in the base.",
    );
  }
}

/** A reservation above the container's own limit. What the base has of them, ECS accepted. */
export function refuseNewReservations(base: RegisterInput, final: RegisterInput, { baseName }: Target): void {
  for (const { name, memory = 0, memoryReservation = 0 } of containersOf(final)) {
    if (memory === 0 || memoryReservation <= memory) continue;
    const before = containersOf(base).find((container) => container.name === name);
    if (before?.memory === memory && before.memoryReservation === memoryReservation) continue;
    throw new InvalidInputError(
      `Container ${name}, cloned from base ${baseName}, has a memoryReservation of ${memoryReservation} MiB, above its own memory limit of ${memory} MiB. ` +
        "Lower the reservation, or raise the limit.",
    );
  }
}
