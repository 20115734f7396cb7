import type { TaskDefinition } from "@aws-sdk/client-ecs";
import { toFrozen } from "../frozen.ts";

/**
 * What is known of revisions that are no bases, by their ARNs: that they carry a record, or their frozen content. Content never changes. Status, tags and
 * what `isBase` says may, so they are not in here, and neither is which revision is the newest.
 */
export type Remembered = Map<string, TaskDefinition | "record">;

/** What is known of a revision, which is thereby the last to be forgotten. */
export function recall(remembered: Remembered, arn: string): TaskDefinition | "record" | undefined {
  const known = remembered.get(arn);
  if (known === undefined) return undefined;
  remembered.delete(arn);
  remembered.set(arn, known);
  return known === "record" ? known : withOwnDates(known);
}

/** Remembers a revision. If there are more than the limit then, the one that was not recalled for the longest time is forgotten. */
export function remember(remembered: Remembered, limit: number, arn: string, content: TaskDefinition | "record"): void {
  remembered.delete(arn);
  remembered.set(arn, toFrozen(content));
  for (const [oldest] of remembered) {
    if (remembered.size <= limit) break;
    remembered.delete(oldest);
  }
}

/** Dates cannot be frozen, so everybody gets dates of their own. They are all at the top level. */
function withOwnDates(taskDefinition: TaskDefinition): TaskDefinition {
  const members = Object.entries(taskDefinition);
  return Object.freeze(
    Object.fromEntries(members.map(([name, value]) => [name, value instanceof Date ? new Date(value) : value])),
  );
}
