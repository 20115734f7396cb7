/** A call that is under way in this process. */
interface Call {
  /** The ARNs of the clones that it was given as reused. */
  readonly held: Set<string>;
  /** The ARNs of the clones that other calls began to undo since it began, so that what it has read of them may no longer be true. */
  readonly undone: Set<string>;
}

const calls = new Set<Call>();

/** The ARNs of the clones that are being undone in this process. */
const leaving = new Set<string>();

/**
 * Keeps a clone from being undone until the call is over. Returns `false` if it is being undone already, or has been since the call began. So it may be
 * called when the clone was described.
 */
export type Hold = (arn: string) => boolean;

/** Runs a call that may hold clones, and lets them all go when it is over. */
export async function withHolds<Value>(run: (hold: Hold) => Promise<Value>): Promise<Value> {
  const call: Call = { held: new Set(), undone: new Set(leaving) };
  calls.add(call);
  try {
    return await run((arn) => !call.undone.has(arn) && call.held.add(arn).has(arn));
  } finally {
    calls.delete(call);
  }
}

/** Undoes a clone, unless a call holds it. No call that is under way by then can hold it anymore. @returns whether it was undone */
export async function undoUnlessHeld(arn: string, undo: () => Promise<void>): Promise<boolean> {
  for (const { held } of calls) if (held.has(arn)) return false;
  for (const { undone } of calls) undone.add(arn);
  leaving.add(arn);
  try {
    await undo();
    return true;
  } finally {
    leaving.delete(arn);
  }
}
