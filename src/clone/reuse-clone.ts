import type { Ecs } from "../ecs/connection.ts";
import { describe } from "../ecs/revisions.ts";
import type { Clone } from "../results.ts";
import { type Draft, isSameClone } from "./draft.ts";
import type { Hold } from "./holds.ts";
import type { ExistingClone } from "./read-clone.ts";

/**
 * The current clone, if it is ACTIVE and no different from the draft. The call then holds it.
 *
 * @param isOld whether it was described so long ago that it may have been deregistered since: then it is described again.
 */
export async function reuseClone(
  ecs: Ecs,
  current: ExistingClone,
  draft: Draft,
  { hold, isOld }: { readonly hold: Hold; readonly isOld: boolean },
): Promise<Clone | undefined> {
  const { arn, family, revision, record } = current;
  if (!isSameClone(current, draft)) return undefined;
  const status = isOld ? (await describe(ecs, arn))?.taskDefinition.status : current.status;
  if (status !== "ACTIVE" || !hold(arn)) return undefined;
  const { userId, base: baseArn } = record;
  ecs.emit({ type: "reused", arn, userId });
  return { arn, family, revision, baseArn, userId, reused: true, resumed: false, warnings: draft.warnings };
}
