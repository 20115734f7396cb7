/** Who waits for a signal to abort. */
interface Waiting {
  readonly callbacks: Set<() => void>;
  readonly stopListening: () => void;
}

const waitingFor = new WeakMap<AbortSignal, Waiting>();

/**
 * Calls back once the signal aborts; at once if it has. However many wait, the signal has one listener: from the eleventh on, Node.js warns of a leak.
 *
 * @returns a function that calls it off
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  if (signal.aborted) {
    callback();
    return () => {};
  }
  const { callbacks, stopListening } = waitingFor.get(signal) ?? listenTo(signal);
  // One of its own for each call, since the same callback may be given twice.
  const entry = (): void => callback();
  callbacks.add(entry);
  return () => {
    if (callbacks.delete(entry) && callbacks.size === 0) stopListening();
  };
}

function listenTo(signal: AbortSignal): Waiting {
  const callbacks = new Set<() => void>();
  const callAllBack = (): void => {
    // A call-back that is called off meanwhile is out of the set before its turn comes.
    for (const callback of callbacks) callback();
  };
  const stopListening = (): void => {
    waitingFor.delete(signal);
    signal.removeEventListener("abort", callAllBack);
  };
  const waiting = { callbacks, stopListening };
  waitingFor.set(signal, waiting);
  signal.addEventListener("abort", callAllBack, { once: true });
  return waiting;
}

/** Waits this many milliseconds. Rejects with the signal's reason as soon as it aborts, and leaves no timer then. */
export function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const timer = setTimeout(() => {
      callOff?.();
      resolve();
    }, milliseconds);
    const callOff =
      signal &&
      onAbort(signal, () => {
        clearTimeout(timer);
        reject(signal.reason);
      });
  });
}

/** Settles like the promise, or rejects with the signal's reason, whichever comes first. */
export function orAborted<Value>(promise: Promise<Value>, signal?: AbortSignal): Promise<Value> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const callOff = onAbort(signal, () => reject(signal.reason));
    promise.then(resolve, reject).finally(callOff);
  });
}

/** Aborts what no longer has anyone waiting for it. It is made once: without a reason, each abort would make an error of its own. */
export const noLongerNeeded = new Error("No one waits for this anymore.");

/**
 * Runs both at the same time. If the first fails, its error is thrown and the second is aborted, by the signal that it is given: what it comes to counts
 * for nothing.
 */
export async function sideBySide<First, Second>(
  signal: AbortSignal | undefined,
  first: () => Promise<First>,
  second: (signal: AbortSignal) => Promise<Second>,
): Promise<[First, Second]> {
  const controller = new AbortController();
  const callOff = signal && onAbort(signal, () => controller.abort(signal.reason));
  try {
    const [one, other] = [first(), second(controller.signal)];
    // Its error may come first.
    other.catch(() => {});
    return [await one, await other];
  } finally {
    callOff?.();
    controller.abort(noLongerNeeded);
  }
}

/** Something to wait for that somebody else says. */
export interface Cue {
  readonly given: Promise<void>;
  readonly give: () => void;
}

export function newCue(): Cue {
  const resolvers: (() => void)[] = [];
  const given = new Promise<void>((resolve) => {
    resolvers.push(resolve);
  });
  return {
    given,
    give: () => {
      for (const resolve of resolvers) resolve();
    },
  };
}

// Taken when the module loads, so that the fake timers of somebody's test do not stop it.
const { setImmediate: setImmediateAtLoad } = globalThis;

/** Calls back once everything has run that is ready to run: what a response woke, and what that started. It takes no time. */
export function afterThisTurn(callback: () => void): void {
  setImmediateAtLoad(callback);
}

/** How long something may take. */
export interface TimeLimit {
  readonly milliseconds: number;
  /** Makes the error of something that took longer. */
  readonly toError: () => Error;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs something that may neither take too long nor outlast the signal. If it would, it is aborted by the signal that it is given, with the same reason
 * that this rejects with; and whether or not it heeds that, no timer and no listener are left.
 */
export async function inTime<Value>(
  { milliseconds, toError, signal }: TimeLimit,
  run: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  signal?.throwIfAborted();
  const controller = new AbortController();
  const abort = (): void => controller.abort(signal?.reason);
  const timer = setTimeout(() => controller.abort(toError()), milliseconds);
  const callOff = signal && onAbort(signal, abort);
  const end = (): void => {
    clearTimeout(timer);
    callOff?.();
  };
  onAbort(controller.signal, end);
  try {
    return await orAborted(run(controller.signal), controller.signal);
  } finally {
    end();
  }
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
