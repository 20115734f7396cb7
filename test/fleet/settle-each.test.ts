import { describe, expect, it } from "vitest";
import { type SettledInput, settleEach } from "../../src/fleet/settle-each.ts";
import { turns } from "../fake-time.ts";
import { rejectionOf } from "../world.ts";
import { collect } from "./collect.ts";

const withoutSignal = (concurrency: number) => ({ concurrency, signal: undefined });

/** Inputs that tell how many were taken, and whether their iterator was closed. */
function watched(length: number): { inputs: Iterable<number>; taken: () => number; isClosed: () => boolean } {
  let taken = 0;
  let isClosed = false;
  const inputs = {
    [Symbol.iterator]: (): Iterator<number> => ({
      next: () => {
        if (taken >= length) return { done: true, value: undefined };
        taken += 1;
        return { done: false, value: taken - 1 };
      },
      return: () => {
        isClosed = true;
        return { done: true, value: undefined };
      },
    }),
  };
  return { inputs, taken: () => taken, isClosed: () => isClosed };
}

/** A task for each input that ends when it is told to. */
function controlled(): {
  task: (input: number, signal: AbortSignal) => Promise<string>;
  started: number[];
  aborted: number[];
  end: (input: number) => void;
  fail: (input: number, error: unknown) => void;
} {
  const started: number[] = [];
  const aborted: number[] = [];
  const ends = new Map<number, { resolve: (value: string) => void; reject: (error: unknown) => void }>();
  return {
    started,
    aborted,
    task: (input, signal) => {
      started.push(input);
      return new Promise((resolve, reject) => {
        const abort = (): void => {
          aborted.push(input);
          reject(signal.reason);
        };
        const over = (): void => signal.removeEventListener("abort", abort);
        signal.addEventListener("abort", abort, { once: true });
        ends.set(input, {
          resolve: (value) => {
            over();
            resolve(value);
          },
          reject: (error) => {
            over();
            reject(error);
          },
        });
      });
    },
    end: (input) => ends.get(input)?.resolve(`output ${input}`),
    fail: (input, error) => ends.get(input)?.reject(error),
  };
}

const toIndexes = (outcomes: readonly SettledInput<unknown, unknown>[]): number[] => outcomes.map(({ index }) => index);

describe("settleEach", () => {
  it("yields each input's outcome as it settles, fulfilled or rejected", async () => {
    const { task, end, fail } = controlled();
    const error = new Error("no");
    const outcomes = settleEach([0, 1, 2], withoutSignal(3), task);
    const first = outcomes.next();
    await turns();
    fail(1, error);
    expect(await first).toStrictEqual({
      done: false,
      value: { input: 1, index: 1, outcome: { status: "rejected", reason: error } },
    });
    end(2);
    await turns();
    end(0);
    expect(await collect(outcomes)).toStrictEqual([
      { input: 2, index: 2, outcome: { status: "fulfilled", value: "output 2" } },
      { input: 0, index: 0, outcome: { status: "fulfilled", value: "output 0" } },
    ]);
  });

  it("yields nothing for no inputs", async () => {
    expect(await collect(settleEach([], withoutSignal(2), async () => 1))).toStrictEqual([]);
  });

  it("does not close an iterator that has ended", async () => {
    const { inputs, isClosed } = watched(3);
    expect(await collect(settleEach(inputs, withoutSignal(2), async (input) => input))).toHaveLength(3);
    expect(isClosed()).toBe(false);
  });

  it("does not close an iterator that has thrown", async () => {
    let isClosed = false;
    const inputs = {
      [Symbol.iterator]: (): Iterator<number> => ({
        next: () => {
          throw new Error("the table is gone");
        },
        return: () => {
          isClosed = true;
          return { done: true, value: undefined };
        },
      }),
    };
    await rejectionOf(collect(settleEach(inputs, withoutSignal(2), async (input) => input)));
    expect(isClosed).toBe(false);
  });

  it("gives each task a signal of its own, so that no listener outlives its task", async () => {
    const signals = new Set<AbortSignal>();
    await collect(settleEach([1, 2, 3], withoutSignal(3), async (_, signal) => signals.add(signal)));
    expect(signals.size).toBe(3);
  });

  it("takes inputs from an async iterable", async () => {
    async function* inputs(): AsyncGenerator<string> {
      yield "a";
      await turns();
      yield "b";
    }
    const outcomes = await collect(settleEach(inputs(), withoutSignal(2), async (input) => input.toUpperCase()));
    expect(outcomes.map(({ outcome }) => outcome)).toStrictEqual([
      { status: "fulfilled", value: "A" },
      { status: "fulfilled", value: "B" },
    ]);
  });

  it("yields outcomes while waiting for an input", async () => {
    async function* inputs(): AsyncGenerator<string> {
      yield "a";
      await new Promise(() => {});
    }
    const outcomes = settleEach(inputs(), withoutSignal(2), async (input) => input);
    expect(await outcomes.next()).toMatchObject({ value: { input: "a" } });
  });

  it.each([1, 2, 5])("runs at most %d at a time", async (concurrency) => {
    let running = 0;
    let most = 0;
    const outcomes = await collect(
      settleEach(Array.from({ length: 20 }).keys(), withoutSignal(concurrency), async () => {
        running += 1;
        most = Math.max(most, running);
        await turns(1);
        running -= 1;
      }),
    );
    expect(outcomes).toHaveLength(20);
    expect(most).toBe(concurrency);
  });

  it("takes no more inputs than there is room for while outcomes are not consumed", async () => {
    const { inputs, taken } = watched(100);
    const outcomes = settleEach(inputs, withoutSignal(3), async (input) => input);
    expect(taken()).toBe(0);
    for (let fetched = 1; fetched <= 10; fetched += 1) {
      await outcomes.next();
      await turns();
      expect(taken()).toBeLessThanOrEqual(fetched + 3 + 1);
    }
    await outcomes.return();
  });

  it("asks for one input at a time", async () => {
    let asked = 0;
    let mostAsked = 0;
    let taken = 0;
    const inputs: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({
        next: async () => {
          asked += 1;
          mostAsked = Math.max(mostAsked, asked);
          await turns(1);
          asked -= 1;
          taken += 1;
          return taken > 5 ? { done: true, value: undefined } : { done: false, value: taken };
        },
      }),
    };
    expect(await collect(settleEach(inputs, withoutSignal(3), async (input) => input))).toHaveLength(5);
    expect(mostAsked).toBe(1);
  });

  it("asks for no more inputs after an unreadable one", async () => {
    let asked = 0;
    const inputs: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({
        next: async () => {
          asked += 1;
          if (asked === 1) throw new Error("once");
          return { done: true, value: undefined };
        },
      }),
    };
    expect(await rejectionOf(collect(settleEach(inputs, withoutSignal(3), async (input) => input)))).toStrictEqual(
      new Error("once"),
    );
    expect(asked).toBe(1);
  });

  it("yields the outcomes of running tasks if an input cannot be read, and then throws the reason", async () => {
    const error = new Error("the table is gone");
    function* inputs(): Generator<number> {
      yield 0;
      yield 1;
      throw error;
    }
    const { task, end, aborted } = controlled();
    const seen: number[] = [];
    const all = (async () => {
      for await (const { index } of settleEach(inputs(), withoutSignal(5), task)) seen.push(index);
    })();
    await turns();
    end(1);
    end(0);
    expect(await rejectionOf(all)).toBe(error);
    expect(seen).toStrictEqual([1, 0]);
    expect(aborted).toStrictEqual([]);
  });
});

describe("settleEach, when aborted", () => {
  it("takes no more inputs, aborts running tasks, yields their outcomes, and throws the reason", async () => {
    const { inputs, taken, isClosed } = watched(10);
    const { task, end, aborted } = controlled();
    const controller = new AbortController();
    const reason = new Error("enough");
    const outcomes: SettledInput<number, string>[] = [];
    const all = (async () => {
      for await (const outcome of settleEach(inputs, { concurrency: 2, signal: controller.signal }, task)) {
        outcomes.push(outcome);
      }
    })();
    await turns();
    end(0);
    await turns();
    controller.abort(reason);
    expect(await rejectionOf(all)).toBe(reason);
    expect(aborted).toStrictEqual([1, 2]);
    expect(toIndexes(outcomes)).toStrictEqual([0, 1, 2]);
    expect(outcomes.slice(1).map(({ outcome }) => outcome)).toStrictEqual([
      { status: "rejected", reason },
      { status: "rejected", reason },
    ]);
    expect(taken()).toBe(3);
    expect(isClosed()).toBe(true);
  });

  it("aborts a task that aborts the run before it waits for anything", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const seen: boolean[] = [];
    const task = async (_: number, signal: AbortSignal): Promise<void> => {
      controller.abort(reason);
      seen.push(signal.aborted);
    };
    const all = collect(settleEach([1, 2], { concurrency: 2, signal: controller.signal }, task));
    expect(await rejectionOf(all)).toBe(reason);
    expect(seen).toStrictEqual([true]);
  });

  it("takes no inputs if already aborted", async () => {
    const { inputs, taken } = watched(10);
    const reason = new Error("enough");
    const all = collect(settleEach(inputs, { concurrency: 2, signal: AbortSignal.abort(reason) }, async () => 1));
    expect(await rejectionOf(all)).toBe(reason);
    expect(taken()).toBe(0);
  });

  it("throws the reason even while waiting for an input, and runs nothing for an input that arrives later", async () => {
    let come = (_: IteratorResult<number>): void => {};
    const inputs = {
      [Symbol.asyncIterator]: () => ({
        next: () =>
          new Promise<IteratorResult<number>>((resolve) => {
            come = resolve;
          }),
      }),
    };
    const { task, started } = controlled();
    const controller = new AbortController();
    const reason = new Error("enough");
    const all = collect(settleEach(inputs, { concurrency: 2, signal: controller.signal }, task));
    await turns();
    controller.abort(reason);
    expect(await rejectionOf(all)).toBe(reason);
    come({ done: false, value: 1 });
    await turns();
    expect(started).toStrictEqual([]);
  });

  it("leaves no listener on the signal", async () => {
    const controller = new AbortController();
    let listeners = 0;
    const { signal } = controller;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    Object.assign(signal, {
      addEventListener: (...args: Parameters<typeof add>) => {
        listeners += 1;
        add(...args);
      },
      removeEventListener: (...args: Parameters<typeof remove>) => {
        listeners -= 1;
        remove(...args);
      },
    });
    await collect(settleEach([1, 2, 3], { concurrency: 2, signal }, async (input) => input));
    expect(listeners).toBe(0);
  });
});

describe("settleEach, when its loop is exited", () => {
  it("takes no more inputs, and aborts and awaits running tasks", async () => {
    const { inputs, taken, isClosed } = watched(10);
    const { task, end, aborted } = controlled();
    const loop = (async () => {
      for await (const _ of settleEach(inputs, withoutSignal(3), task)) break;
    })();
    await turns();
    end(1);
    await loop;
    expect(aborted).toStrictEqual(expect.arrayContaining([0, 2]));
    expect(isClosed()).toBe(true);
    const before = taken();
    await turns();
    expect(taken()).toBe(before);
  });

  it("does not wait for a pending input", async () => {
    async function* inputs(): AsyncGenerator<number> {
      yield 0;
      await new Promise(() => {});
    }
    const seen: number[] = [];
    for await (const { input } of settleEach(inputs(), withoutSignal(2), async (number) => number)) {
      seen.push(input);
      break;
    }
    expect(seen).toStrictEqual([0]);
  });

  it("rethrows what the loop threw", async () => {
    const error = new Error("the database is down");
    const { inputs, isClosed } = watched(10);
    const loop = (async () => {
      for await (const _ of settleEach(inputs, withoutSignal(3), async (input) => input)) throw error;
    })();
    expect(await rejectionOf(loop)).toBe(error);
    expect(isClosed()).toBe(true);
  });
});
