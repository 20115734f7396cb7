import { onAbort } from "../waiting.ts";

/** The outcome of a task for one input, in the form that `Promise.allSettled` uses. */
export type Settled<Output> =
  | { readonly status: "fulfilled"; readonly value: Output }
  | { readonly status: "rejected"; readonly reason: unknown };

/** An input and the outcome of its task. */
export interface SettledInput<Input, Output> {
  readonly input: Input;
  /** Position of the input, starting at 0. */
  readonly index: number;
  readonly outcome: Settled<Output>;
}

/**
 * Runs a task for each input with limited concurrency, and yields each outcome as its task completes. Takes an input only when there is
 * capacity for it and the earlier outcomes were fetched, so nothing piles up.
 *
 * Aborting, or leaving the loop, stops taking inputs, aborts the running tasks and waits for all of them. After an abort, their outcomes are
 * still yielded before the signal's reason is thrown. If an input cannot be read, that error is thrown after the outcomes before it.
 */
export async function* settleEach<Input, Output>(
  inputs: Iterable<Input> | AsyncIterable<Input>,
  { concurrency, signal }: { readonly concurrency: number; readonly signal: AbortSignal | undefined },
  task: (input: Input, signal: AbortSignal) => Promise<Output>,
): AsyncGenerator<SettledInput<Input, Output>, void, undefined> {
  const settled: SettledInput<Input, Output>[] = [];
  const running = new Set<Promise<void>>();
  // One for each running task: Node.js warns of a leak if many listen to the same signal, and a listener that a task forgets goes with its signal.
  const controllers = new Set<AbortController>();
  const iterator = Symbol.asyncIterator in inputs ? inputs[Symbol.asyncIterator]() : inputs[Symbol.iterator]();
  let taken = 0;
  let isStopped = false;
  let isExhausted = false;
  let isOpen = true;
  let isTaking = false;
  let unreadable: { readonly error: unknown } | undefined;
  let wake = (): void => {};

  const start = (input: Input): void => {
    const index = taken++;
    const controller = new AbortController();
    controllers.add(controller);
    const run = settle(task(input, controller.signal)).then((outcome) => {
      settled.push({ input, index, outcome });
      running.delete(run);
      controllers.delete(controller);
      wake();
    });
    running.add(run);
  };
  const take = async (): Promise<void> => {
    isTaking = true;
    try {
      const next = await iterator.next();
      if (next.done) isOpen = false;
      else if (!isStopped) start(next.value);
    } catch (error) {
      unreadable = { error };
      isOpen = false;
    }
    if (!isOpen) isExhausted = true;
    isTaking = false;
    wake();
  };
  const stop = (): void => {
    isStopped = true;
    for (const controller of controllers) controller.abort(signal?.reason);
  };
  const abort = (): void => {
    isExhausted = true;
    stop();
    wake();
  };
  const callOff = signal && onAbort(signal, abort);

  try {
    for (;;) {
      const awake = new Promise<void>((resolve) => {
        wake = resolve;
      });
      if (!isExhausted && !isTaking && running.size < concurrency) take();
      const next = settled.shift();
      if (next !== undefined) yield next;
      else if (isExhausted && running.size === 0) break;
      else await awake;
    }
    signal?.throwIfAborted();
    if (unreadable !== undefined) throw unreadable.error;
  } finally {
    callOff?.();
    stop();
    await Promise.all(running);
    // An iterator that has ended or thrown is closed already. A pending read cannot be canceled, and `return` would wait for it.
    if (isOpen && !isTaking) await iterator.return?.();
  }
}

async function settle<Output>(promise: Promise<Output>): Promise<Settled<Output>> {
  try {
    return { status: "fulfilled", value: await promise };
  } catch (reason) {
    return { status: "rejected", reason };
  }
}
