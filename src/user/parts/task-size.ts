import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import type { RegisterInput } from "../../task-definition.ts";

/** CPU and memory of a task, always given together. */
export interface Size {
  /** CPU units: 1024 make one vCPU. */
  readonly cpu: number;
  /** Memory in MiB. */
  readonly memory: number;
}

/** CPU units or MiB, whole as ECS makes them. ECS takes a task's in vCPU and GB too. `NaN` if it is absent, or something else. */
function toUnits(value: string | undefined): number {
  const [, amount, unit] = /^\s*(\d*\.?\d+)\s*(vcpu|gb)?\s*$/i.exec(String(value)) ?? [];
  return Math.round(Number(amount) * (unit === undefined ? 1 : 1024));
}

/** The size of a task. A member that it does not have is `NaN`, which exceeds nothing and which nothing exceeds. */
export const taskSizeOf = ({ cpu, memory }: Pick<RegisterInput, "cpu" | "memory">): Size => ({
  cpu: toUnits(cpu),
  memory: toUnits(memory),
});

/** The size that a task has for its containers: its own, or, for a member that it does not have, what they ask for together. */
export function sizeForContainers(input: RegisterInput): Size {
  const { cpu, memory } = taskSizeOf(input);
  const containers = containersOf(input);
  return {
    cpu: cpu || sumOf(containers, ({ cpu }) => cpu),
    memory: memory || sumOf(containers, ({ memory, memoryReservation }) => memoryReservation || memory),
  };
}

export const containersOf = ({ containerDefinitions }: RegisterInput): readonly ContainerDefinition[] =>
  containerDefinitions ?? [];

/** The sum over all containers. What a container does not have counts as 0. */
export const sumOf = (
  containers: readonly ContainerDefinition[],
  amountOf: (container: ContainerDefinition) => number | undefined,
): number => containers.reduce((sum, container) => sum + (amountOf(container) ?? 0), 0);
