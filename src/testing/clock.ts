import { turn } from "./turn.ts";

/** Where a {@link FakeEcs} takes its time from: timestamps, latency, delays and the refill of its token buckets. */
export interface Clock {
  /** The time, in milliseconds since the epoch. */
  now(): number;
  /** Resolves once that many milliseconds have passed on this clock. Rejects with the signal's reason when it aborts before. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** A clock that stands still until it is told to advance. */
export class ManualClock implements Clock {
  #now: number;
  /** Sorted by the time to wake, and by arrival where that is the same. */
  readonly #sleepers: Sleeper[] = [];

  /** @param startMs Milliseconds since the epoch; by default the time of the call. */
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
   * Moves the time forward and wakes, in order, whoever sleeps until then. What is under way runs on as far as it can before the first is woken
   * and after each, so that those who fall asleep again meanwhile are woken as well.
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

/** A register takes a turn before it sleeps, and its caller may send the next one straight away. */
async function settle(): Promise<void> {
  await turn();
  await turn();
}

/** The system's time. `Date` and `setTimeout` are looked up at each call, so that a test's fake timers work. */
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
