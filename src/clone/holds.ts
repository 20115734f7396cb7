/** Each call that is under way in this process, as the ARNs of the clones that it was given as reused. */
const calls = new Set<ReadonlySet<string>>();

/** The ARNs of the clones that are being undone in this process. */
const leaving = new Set<string>();

/** Keeps a clone from being undone until the call is over. Returns `false` if it is being undone already. */
export type Hold = (arn: string) => boolean;

/** Runs a call that may hold clones, and lets them all go when it is over. */
export async function withHolds<Value>(call: (hold: Hold) => Promise<Value>): Promise<Value> {
  const held = new Set<string>();
  calls.add(held);
  try {
    return await call((arn) => !leaving.has(arn) && held.add(arn).has(arn));
  } finally {
    calls.delete(held);
  }
}

/** Undoes a clone, unless a call holds it. No call can hold it meanwhile. @returns whether it was undone */
export async function undoUnlessHeld(arn: string, undo: () => Promise<void>): Promise<boolean> {
  for (const held of calls) if (held.has(arn)) return false;
  leaving.add(arn);
  try {
    await undo();
    return true;
  } finally {
    leaving.delete(arn);
  }
}
