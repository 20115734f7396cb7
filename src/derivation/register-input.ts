import type { TaskDefinition } from "@aws-sdk/client-ecs";
import { InvalidInputError } from "../errors.ts";
import { toShown } from "../parse-input.ts";
import type { Base, RegisterInput } from "../task-definition.ts";
import { membersOf } from "../unknown-value.ts";

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
 *
 * @throws {@link InvalidInputError} if it is no task definition.
 */
export function toRegisterInput(taskDefinition: TaskDefinition): RegisterInput {
  if (typeof taskDefinition !== "object" || taskDefinition === null || Array.isArray(taskDefinition)) {
    throw new InvalidInputError(`Expected a described task definition, got ${toShown(taskDefinition)}.`);
  }
  const members = membersOf(taskDefinition);
  const copy: Record<string, unknown> = {};
  for (const member in members) if (!describeOnlyNames.has(member)) copy[member] = members[member];
  const { family, containerDefinitions } = taskDefinition;
  return Object.assign(copy, { family, containerDefinitions });
}

const describeOnlyNames: ReadonlySet<string> = new Set(Object.keys(describeOnly));

/** A base as the input that would register it again, with all its tags. */
export function toBaseInput({ taskDefinition, tags = [] }: Base): RegisterInput {
  const input = toRegisterInput(taskDefinition);
  return tags.length === 0 ? input : Object.assign(input, { tags: [...tags] });
}
