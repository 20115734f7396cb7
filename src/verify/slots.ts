import { orAborted } from "../waiting.ts";

/** Lets so many tasks run at a time. The others wait in the order of their arrival. */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

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
    let wake = (): void => {};
    const turn = new Promise<void>((resolve) => {
      wake = resolve;
    });
    this.#waiting.push(wake);
    try {
      await orAborted(turn, signal);
    } catch (error) {
      const index = this.#waiting.indexOf(wake);
      if (index === -1) this.#give();
      else this.#waiting.splice(index, 1);
      throw error;
    }
  }

  #give(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }
}
