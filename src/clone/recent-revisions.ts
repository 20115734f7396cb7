import type { Ecs } from "../ecs/connection.ts";
import { type DescribedRevision, describe, listNewestFirst } from "../ecs/revisions.ts";
import { UnexpectedResponseError } from "../errors.ts";

/** ECS's hosts, and the caller's, need not agree on the time to the second. */
const clockMarginMs = 60_000;

/**
 * Describes a family's ACTIVE revisions back to a time, newest first, and the first one from before it.
 *
 * @throws {@link UnexpectedResponseError} if a listed revision can't be described yet: it may be the very clone that the call searches for.
 */
export async function* describeSince(
  ecs: Ecs,
  family: string,
  since: Date,
): AsyncGenerator<DescribedRevision, void, undefined> {
  for await (const arn of listNewestFirst(ecs, family, "ACTIVE")) {
    const described = await describe(ecs, arn);
    if (described === undefined) throw new UnexpectedResponseError("DescribeTaskDefinition", `${arn}, which ECS lists`);
    yield described;
    const { registeredAt } = described.taskDefinition;
    if (registeredAt !== undefined && registeredAt.getTime() < since.getTime() - clockMarginMs) return;
  }
}
