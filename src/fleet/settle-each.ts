/** How a task over one input ended, as `Promise.allSettled` says it. */
export type Settled<Output> =
  | { readonly status: "fulfilled"; readonly value: Output }
  | { readonly status: "rejected"; readonly reason: unknown };

/** The outcome of a task over one input. */
export interface SettledInput<Input, Output> {
  readonly input: Input;
  /** The input's place, from 0. */
  readonly index: number;
  readonly outcome: Settled<Output>;
}

/**
 * Runs a task over each input, so many at a time, and gives the outcomes as they come. An input is taken when there is room for it and the
 * outcomes before it were fetched, so nothing piles up.
 *
 * Aborting, or leaving the loop, stops taking inputs and aborts the tasks under way; each is waited for. After an abort their outcomes are
 * still given, and then the signal's reason is thrown. An input that cannot be read is thrown after the outcomes before it.
 */
export async function* settleEach<Input, Output>(
  inputs: Iterable<Input> | AsyncIterable<Input>,
  { concurrency, signal }: { readonly concurrency: number; readonly signal: AbortSignal | undefined },
  task: (input: Input, signal: AbortSignal) => Promise<Output>,
): AsyncGenerator<SettledInput<Input, Output>, void, undefined> {
  const stop = new AbortController();
  const settled: SettledInput<Input, Output>[] = [];
  const running = new Set<Promise<void>>();
  const iterator = Symbol.asyncIterator in inputs ? inputs[Symbol.asyncIterator]() : inputs[Symbol.iterator]();
  let taken = 0;
  let isExhausted = false;
  let isTaking = false;
  let unreadable: { readonly error: unknown } | undefined;
  let wake = (): void => {};

  const start = (input: Input): void => {
    const index = taken++;
    const run = settle(task(input, stop.signal)).then((outcome) => {
      settled.push({ input, index, outcome });
      running.delete(run);
      wake();
    });
    running.add(run);
  };
  const take = async (): Promise<void> => {
    isTaking = true;
    try {
      const next = await iterator.next();
      if (next.done) isExhausted = true;
      else if (!stop.signal.aborted) start(next.value);
    } catch (error) {
      unreadable = { error };
      isExhausted = true;
    }
    isTaking = false;
    wake();
  };
  const abort = (): void => {
    isExhausted = true;
    stop.abort(signal?.reason);
    wake();
  };
  if (signal?.aborted) abort();
  signal?.addEventListener("abort", abort, { once: true });

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
    signal?.removeEventListener("abort", abort);
    stop.abort(signal?.reason);
    await Promise.all(running);
    // An input that is being waited for cannot be told to stop, so nothing waits for it here.
    if (!isTaking) await iterator.return?.();
  }
}

async function settle<Output>(promise: Promise<Output>): Promise<Settled<Output>> {
  try {
    return { status: "fulfilled", value: await promise };
  } catch (reason) {
    return { status: "rejected", reason };
  }
}
