import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { inTurn, orAborted, sleep } from "../src/waiting.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** A promise, and what settles it. */
function deferred<Value>() {
  let resolve = (_: Value): void => {};
  let reject = (_: unknown): void => {};
  const promise = new Promise<Value>((onResolved, onRejected) => {
    resolve = onResolved;
    reject = onRejected;
  });
  return { promise, resolve, reject };
}

const reason = new Error("shutting down");

describe("sleep", () => {
  it("waits for the given time", async () => {
    const slept = sleep(1000, undefined);
    await vi.advanceTimersByTimeAsync(999);
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(await slept).toBeUndefined();
  });

  it("rejects with the signal's reason as soon as it aborts, leaving no timer", async () => {
    const controller = new AbortController();
    const rejected = expect(sleep(1000, controller.signal)).rejects.toBe(reason);
    await vi.advanceTimersByTimeAsync(500);
    controller.abort(reason);
    await rejected;
    expect(vi.getTimerCount()).toBe(0);
  });

  it("does not wait if the signal is already aborted", async () => {
    await expect(sleep(1000, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("orAborted", () => {
  it("returns the promise itself if there is no signal", () => {
    const promise = Promise.resolve(1);
    expect(orAborted(promise, undefined)).toBe(promise);
  });

  it("has the promise's outcome if that comes first", async () => {
    const { signal } = new AbortController();
    expect(await orAborted(Promise.resolve(1), signal)).toBe(1);
    await expect(orAborted(Promise.reject(reason), signal)).rejects.toBe(reason);
  });

  it("rejects with the signal's reason if that comes first, whatever the promise does later", async () => {
    const controller = new AbortController();
    const { promise, reject } = deferred<number>();
    const raced = orAborted(promise, controller.signal);
    controller.abort(reason);
    await expect(raced).rejects.toBe(reason);
    reject(new Error("too late"));
    await vi.advanceTimersByTimeAsync(0);
  });

  it("listens to the signal only while it waits", async () => {
    const { signal } = new AbortController();
    const listeners = new Set<unknown>();
    // What Node keeps of a signal's listeners is not public, so the signal itself counts them.
    const counted = new Proxy(signal, {
      get: (target, member) => {
        if (member === "addEventListener") return (_: "abort", listener: unknown) => listeners.add(listener);
        if (member === "removeEventListener")
          return (type: string, listener: unknown) => type === "abort" && listeners.delete(listener);
        return Reflect.get(target, member, target);
      },
    });
    const { promise, resolve } = deferred<number>();
    const raced = orAborted(promise, counted);
    expect(listeners.size).toBe(1);
    resolve(1);
    await raced;
    await vi.advanceTimersByTimeAsync(0);
    expect(listeners.size).toBe(0);
  });
});

describe("inTurn", () => {
  it("has the task's outcome", async () => {
    expect(await inTurn("a", undefined, async () => 1)).toBe(1);
    await expect(inTurn("a", undefined, () => Promise.reject(reason))).rejects.toBe(reason);
  });

  it("runs one task per key at a time, in the order of the calls", async () => {
    const order: string[] = [];
    const task = (name: string, ms: number) =>
      inTurn("app-user", undefined, async () => {
        order.push(`${name} begins`);
        await sleep(ms, undefined);
        order.push(`${name} ends`);
      });
    const all = Promise.all([task("first", 300), task("second", 100), task("third", 200)]);
    await vi.runAllTimersAsync();
    await all;
    expect(order).toStrictEqual([
      "first begins",
      "first ends",
      "second begins",
      "second ends",
      "third begins",
      "third ends",
    ]);
  });

  it("runs tasks of different keys concurrently", async () => {
    const blocked = deferred<void>();
    const first = inTurn("a", undefined, () => blocked.promise);
    expect(await inTurn("b", undefined, async () => "done")).toBe("done");
    blocked.resolve();
    await first;
  });

  it("continues after a task that failed", async () => {
    const failed = expect(inTurn("a", undefined, () => Promise.reject(reason))).rejects.toBe(reason);
    expect(await inTurn("a", undefined, async () => "next")).toBe("next");
    await failed;
  });

  it("lets an aborted call leave the queue immediately, without running it and without letting others overtake", async () => {
    const order: string[] = [];
    const blocked = deferred<void>();
    const controller = new AbortController();
    const first = inTurn("a", undefined, async () => {
      await blocked.promise;
      order.push("first");
    });
    const second = inTurn("a", controller.signal, async () => order.push("second"));
    const third = inTurn("a", undefined, async () => order.push("third"));
    const rejected = expect(second).rejects.toBe(reason);
    controller.abort(reason);
    await rejected;
    await vi.advanceTimersByTimeAsync(0);
    expect(order).toStrictEqual([]);
    blocked.resolve();
    await Promise.all([first, third]);
    expect(order).toStrictEqual(["first", "third"]);
  });

  it("lets a running task continue when its signal aborts", async () => {
    const controller = new AbortController();
    const blocked = deferred<string>();
    const running = inTurn("a", controller.signal, () => blocked.promise);
    await vi.advanceTimersByTimeAsync(0);
    controller.abort(reason);
    blocked.resolve("done");
    expect(await running).toBe("done");
  });
});
