import type { Ecs } from "../ecs/connection.ts";
import { deregister } from "../ecs/revisions.ts";
import { errorName } from "../ecs/sdk-error.ts";
import { withUndoError } from "../errors.ts";
import type { CloneOptions } from "../options.ts";
import type { Clone } from "../results.ts";
import { orAborted } from "../waiting.ts";

/** Runs the caller's step. If it fails, or the call was aborted meanwhile, what was registered for it is deregistered. */
export async function deploy(ecs: Ecs, clone: Clone, { deploy, signal }: CloneOptions): Promise<Clone> {
  try {
    signal?.throwIfAborted();
    if (deploy) await orAborted(Promise.resolve(deploy(clone, { signal })), signal);
    return clone;
  } catch (error) {
    throw clone.reused ? error : await undo(ecs, clone, error, signal);
  }
}

/** @returns what to throw */
async function undo(ecs: Ecs, { arn, userId }: Clone, error: unknown, signal?: AbortSignal): Promise<unknown> {
  try {
    await deregister(ecs, arn);
    ecs.emit({ type: "retired", arn, userId, reason: "undone" });
    return error;
  } catch (undoError) {
    ecs.emit({ type: "undo-failed", arn, userId, error: errorName(undoError) });
    // A signal's reason is shared: other calls that it aborts throw the very same.
    const isShared = signal?.aborted && error === signal.reason && typeof error === "object" && error !== null;
    return withUndoError(isShared ? Object.create(error) : error, undoError);
  }
}
