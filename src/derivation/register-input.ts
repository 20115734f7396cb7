import type { TaskDefinition } from "@aws-sdk/client-ecs";
import type { Base, RegisterInput } from "../task-definition.ts";

/** What `DescribeTaskDefinition` returns and `RegisterTaskDefinition` does not take. A new one fails to compile until it stands here. */
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
 * The described task definition as an input that registers the same again: everything but the members that only a describe has. Nothing is
 * pruned, re-ordered or defaulted, and members are shared with the original.
 */
export function toRegisterInput(taskDefinition: TaskDefinition): RegisterInput {
  const copy: Record<string, unknown> = {};
  for (const [member, value] of Object.entries(taskDefinition)) {
    if (!Object.hasOwn(describeOnly, member)) copy[member] = value;
  }
  const { family, containerDefinitions } = taskDefinition;
  return { ...copy, family, containerDefinitions };
}

/** A base as the input that would register it again, with all of its tags. */
export function toBaseInput({ taskDefinition, tags = [] }: Base): RegisterInput {
  const input = toRegisterInput(taskDefinition);
  return tags.length === 0 ? input : { ...input, tags: [...tags] };
}
