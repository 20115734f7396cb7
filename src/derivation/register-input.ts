import type { TaskDefinition } from "@aws-sdk/client-ecs";
import type { Base, RegisterInput } from "../task-definition.ts";

/** Fields that `DescribeTaskDefinition` returns and `RegisterTaskDefinition` does not accept. A new one fails to compile until listed here. */
type DescribeOnly = Exclude<keyof TaskDefinition, keyof RegisterInput>;

const describeOnly: Readonly<Record<DescribeOnly, true>> = {
  taskDefinitionArn: true,
  revision: true,
  status: true,
  requiresAttributes: true,
  compatibilities: true,
  registeredAt: true,
  deregisteredAt: true,
  deleteRequestedAt: true,
  registeredBy: true,
};

/**
 * Turns a described task definition into the input that registers the same again: everything except the read-only fields. Nothing is removed,
 * reordered or filled in with defaults, and the values are shared with the original.
 */
export function toRegisterInput(taskDefinition: TaskDefinition): RegisterInput {
  const copy: Record<string, unknown> = {};
  for (const [member, value] of Object.entries(taskDefinition)) {
    if (!Object.hasOwn(describeOnly, member)) copy[member] = value;
  }
  const { family, containerDefinitions } = taskDefinition;
  return { ...copy, family, containerDefinitions };
}

/** A base as the input that would register it again, with all its tags. */
export function toBaseInput({ taskDefinition, tags = [] }: Base): RegisterInput {
  const input = toRegisterInput(taskDefinition);
  return tags.length === 0 ? input : { ...input, tags: [...tags] };
}
