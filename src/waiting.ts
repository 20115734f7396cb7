/** Waits this many milliseconds. Rejects with the signal's reason as soon as it aborts. */
export function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const elapsed = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  return orAborted(elapsed, signal).finally(() => clearTimeout(timer));
}

/** Settles like the promise, or rejects with the signal's reason, whichever comes first. */
export function orAborted<Value>(promise: Promise<Value>, signal?: AbortSignal): Promise<Value> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

const tails = new Map<unknown, Promise<void>>();

/**
 * Runs the task once all earlier tasks with the same key are over: one at a time in this process. A call that is aborted while it waits
 * leaves the queue at once.
 */
export function inTurn<Value>(
  key: unknown,
  signal: AbortSignal | undefined,
  task: () => Promise<Value>,
): Promise<Value> {
  const previous = tails.get(key) ?? Promise.resolve();
  const run = orAborted(previous, signal).then(task);
  // An aborted call must not let the next one overtake a task that is still running.
  const tail: Promise<void> = Promise.allSettled([previous, run]).then(() => {
    if (tails.get(key) === tail) tails.delete(key);
  });
  tails.set(key, tail);
  return run;
}
