import type { Ecs } from "../ecs/connection.ts";
import { deregister } from "../ecs/revisions.ts";
import { errorName } from "../ecs/sdk-error.ts";
import { toAbortError, withUndoError } from "../errors.ts";
import type { CloneOptions } from "../options.ts";
import type { Clone } from "../results.ts";
import { orAborted } from "../waiting.ts";
import { undoUnlessHeld } from "./holds.ts";

/**
 * Runs the caller's step. If it fails, or the call is aborted meanwhile, what was registered for it is deregistered, unless another call holds it. If the
 * call is an attempt, the clone stays for the next one, which may be under way already.
 */
export async function deploy(ecs: Ecs, clone: Clone, { deploy: step, attempt }: CallSteps): Promise<Clone> {
  const { signal } = ecs;
  try {
    signal?.throwIfAborted();
    if (step) await orAborted(Promise.resolve(step(structuredClone(clone), { signal })), signal);
    return clone;
  } catch (error) {
    if (clone.reused) throw error;
    if (attempt === undefined) throw await undo(ecs, clone, error);
    const { arn, userId } = clone;
    ecs.emit({ type: "kept", arn, userId, reason: `the next attempt at ${attempt.token} will find it` });
    throw error;
  }
}

/** What the caller says of the step, and of a clone whose step fails. */
type CallSteps = Pick<CloneOptions, "deploy" | "attempt">;

const whyKept = "another call in this process was given the clone meanwhile";

/** @returns what to throw */
async function undo(ecs: Ecs, { arn, userId }: Clone, error: unknown): Promise<unknown> {
  const { emit, signal } = ecs;
  try {
    const isUndone = await undoUnlessHeld(arn, () => deregister({ ...ecs, signal: undefined }, arn));
    emit(
      isUndone ? { type: "retired", arn, userId, reason: "undone" } : { type: "kept", arn, userId, reason: whyKept },
    );
    return error;
  } catch (undoError) {
    emit({ type: "undo-failed", arn, userId, error: errorName(undoError) });
    const isReason = signal?.aborted && error === signal.reason;
    return isReason ? toAbortError(error, undoError) : withUndoError(error, undoError);
  }
}
