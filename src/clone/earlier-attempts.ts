import type { Ecs } from "../ecs/connection.ts";
import { deregister } from "../ecs/revisions.ts";
import { errorName } from "../ecs/sdk-error.ts";
import { InvalidInputError } from "../errors.ts";
import type { Attempt } from "../options.ts";
import type { Clone } from "../results.ts";
import type { UserSpec } from "../user/user.ts";
import { type Draft, isSameClone } from "./draft.ts";
import { type Hold, undoUnlessHeld } from "./holds.ts";
import { type ExistingClone, readClone } from "./read-clone.ts";
import { describeSince } from "./recent-revisions.ts";

/**
 * The ACTIVE clones that earlier attempts of this name registered for the user, newest first; none unless the attempt says since when.
 *
 * @throws {@link InvalidInputError} if one is another user's.
 */
export async function findEarlierAttempts(
  ecs: Ecs,
  { user: { userId }, family }: { readonly user: Pick<UserSpec, "userId">; readonly family: string },
  { token, since }: Attempt,
  baseFamily: string,
): Promise<readonly ExistingClone[]> {
  const found: ExistingClone[] = [];
  if (since === undefined) return found;
  for await (const described of describeSince(ecs, family, since)) {
    const reading = readClone(described, baseFamily);
    if (reading.kind === "other" || reading.clone.status !== "ACTIVE" || reading.clone.record.attempt !== token)
      continue;
    if (reading.clone.record.userId !== userId) {
      throw new InvalidInputError(
        `The attempt ${token}, given for user ${JSON.stringify(userId)}, has registered another user's clone, ${described.arn}. Give every user's attempt a ` +
          "name of its own.",
      );
    }
    found.push(reading.clone);
  }
  return found;
}

/** Takes over the newest of the earlier attempts' clones that is no different from the draft. */
export function resumeClone(ecs: Ecs, earlier: readonly ExistingClone[], draft: Draft, hold: Hold): Clone | undefined {
  const clone = earlier.find((one) => isSameClone(one, draft) && hold(one.arn));
  if (clone === undefined) return undefined;
  const { arn, family, revision, record } = clone;
  const { userId, base: baseArn } = record;
  ecs.emit({ type: "resumed", arn, userId });
  return { arn, family, revision, baseArn, userId, reused: false, resumed: true, warnings: draft.warnings };
}

/**
 * Deregisters clones that a later attempt has replaced. The caller's step has succeeded by then, so what goes wrong here is reported and no error of the
 * call.
 */
export async function retireReplaced(ecs: Ecs, replaced: readonly ExistingClone[]): Promise<void> {
  for (const { arn, record } of replaced) {
    const { userId } = record;
    try {
      const isRetired = await undoUnlessHeld(arn, () => deregister({ ...ecs, signal: undefined }, arn));
      if (isRetired) ecs.emit({ type: "retired", arn, userId, reason: "replaced" });
    } catch (error) {
      ecs.emit({ type: "undo-failed", arn, userId, error: errorName(error) });
    }
  }
}
