import { turn } from "./turn.ts";

/** The time source of a {@link FakeEcs}: for timestamps, latency, delays and refilling its token buckets. */
export interface Clock {
  /** The time, in milliseconds since the epoch. */
  now(): number;
  /** Resolves once this many milliseconds have passed on this clock. Rejects with the signal's reason if it aborts first. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** A clock that stands still until you advance it. */
export class ManualClock implements Clock {
  #now: number;
  /** Sorted by wake-up time, then by arrival. */
  readonly #sleepers: Sleeper[] = [];

  /** @param startMs Milliseconds since the epoch; defaults to the current time. */
  constructor(startMs: number = Date.now()) {
    this.#now = startMs;
  }

  now(): number {
    return this.#now;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      if (milliseconds <= 0) return resolve();
      const abort = (): void => {
        this.#sleepers.splice(this.#sleepers.indexOf(sleeper), 1);
        reject(signal?.reason);
      };
      const wake = (): void => {
        signal?.removeEventListener("abort", abort);
        resolve();
      };
      const sleeper: Sleeper = { wakeAt: this.#now + milliseconds, wake };
      signal?.addEventListener("abort", abort, { once: true });
      const after = this.#sleepers.findLastIndex((other) => other.wakeAt <= sleeper.wakeAt) + 1;
      this.#sleepers.splice(after, 0, sleeper);
    });
  }

  /**
   * Moves the time forward and resolves all due sleeps in order. Running work proceeds as far as it can before the first one and after each,
   * so sleeps that start in the meantime are resolved as well.
   */
  async advance(milliseconds: number): Promise<void> {
    const target = this.#now + milliseconds;
    await settle();
    for (let next = this.#sleepers[0]; next !== undefined && next.wakeAt <= target; next = this.#sleepers[0]) {
      const { wakeAt } = next;
      const due = this.#sleepers.splice(0, this.#sleepers.findLastIndex((sleeper) => sleeper.wakeAt <= wakeAt) + 1);
      this.#now = Math.max(this.#now, wakeAt);
      for (const sleeper of due) sleeper.wake();
      await settle();
    }
    this.#now = Math.max(this.#now, target);
  }
}

interface Sleeper {
  readonly wakeAt: number;
  readonly wake: () => void;
}

/** A registration takes a turn before it sleeps, and its caller may send the next one right away. */
async function settle(): Promise<void> {
  await turn();
  await turn();
}

/** The system clock. Looks up `Date` and `setTimeout` on each call, so that a test's fake timers work. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const abort = (): void => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", abort);
        resolve();
      }, milliseconds);
      signal?.addEventListener("abort", abort, { once: true });
    }),
};
