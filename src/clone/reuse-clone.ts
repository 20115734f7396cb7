import type { Ecs } from "../ecs/connection.ts";
import { describe } from "../ecs/revisions.ts";
import type { Clone } from "../results.ts";
import { type Draft, isSameClone } from "./draft.ts";
import type { Hold } from "./holds.ts";
import type { ExistingClone } from "./read-clone.ts";

/** The current clone, if it is ACTIVE and no different from the draft. The call then holds it. */
export async function reuseClone(
  ecs: Ecs,
  current: ExistingClone,
  draft: Draft,
  hold: Hold,
): Promise<Clone | undefined> {
  const { arn, family, revision, status, record } = current;
  if (!isSameClone(current, draft) || status !== "ACTIVE" || !hold(arn)) return undefined;
  // While the call waited for its turn, the clone may have been deregistered.
  const described = await describe(ecs, arn);
  if (described?.taskDefinition.status !== "ACTIVE") return undefined;
  const { userId, base: baseArn } = record;
  ecs.emit({ type: "reused", arn, userId });
  return { arn, family, revision, baseArn, userId, reused: true, warnings: draft.warnings };
}
