import { findEarlierAttempts } from "../clone/earlier-attempts.ts";
import { toCloneFamily } from "../derivation/clone-family.ts";
import { internalsOf } from "../task-def-cloner.ts";
import { type Attempt, writeNotes } from "./attempt.ts";

/**
 * Retires what a job registered that is not tried again, so that its user stays on the clone from before it. Only while the job is certainly this worker's:
 * another one may have deployed the very same clone.
 *
 * @throws LostJobError, and what the cloner's calls throw; the notes stay then, and another attempt goes on from them.
 */
export async function giveUp(attempt: Attempt): Promise<void> {
  const { cloner, lease, move, notes } = attempt;
  const { startedAt, registered, replaced = [] } = notes;
  // Without the caller's word for it, what the user has now is not known.
  if (move === undefined || (startedAt === undefined && registered === undefined)) return;
  await lease.prove();
  const unnoted = startedAt === undefined ? [] : await findUnnoted(attempt, await move.findUserId(), startedAt);
  for (const arn of new Set([registered, ...replaced, ...unnoted])) {
    if (arn !== undefined && arn !== move.own) await cloner.retire(arn);
  }
  await writeNotes(attempt, {});
}

/** Finds what attempts at the job registered, and could not note. */
async function findUnnoted(
  { cloner, token }: Attempt,
  userId: string | undefined,
  startedAt: number,
): Promise<readonly string[]> {
  if (userId === undefined) return [];
  const { ecs, settings } = internalsOf(cloner);
  const { baseFamily, cloneFamily } = settings;
  const order = { user: { userId }, family: toCloneFamily(baseFamily, userId, cloneFamily) };
  const clones = await findEarlierAttempts(ecs, order, { token, since: new Date(startedAt) }, baseFamily);
  return clones.map(({ arn }) => arn);
}
