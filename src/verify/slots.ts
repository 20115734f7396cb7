import { orAborted } from "../waiting.ts";

/** Limits how many tasks run at once. The others wait in the order of their arrival. */
export class Slots {
  #free: number;
  readonly #waiting = new Map<object, () => void>();

  constructor(count: number) {
    this.#free = count;
  }

  /** Runs the task once there is a slot. Rejects with the signal's reason if it aborts before. */
  async use<Value>(signal: AbortSignal, task: () => Promise<Value>): Promise<Value> {
    await this.#take(signal);
    try {
      return await task();
    } finally {
      this.#give();
    }
  }

  async #take(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    const place = {};
    const turn = new Promise<void>((resolve) => {
      this.#waiting.set(place, resolve);
    });
    try {
      await orAborted(turn, signal);
    } catch (error) {
      // Whoever is called and leaves at the same time passes the slot on.
      if (!this.#waiting.delete(place)) this.#give();
      throw error;
    }
  }

  #give(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free += 1;
      return;
    }
    const [place, wake] = next;
    this.#waiting.delete(place);
    wake();
  }
}
