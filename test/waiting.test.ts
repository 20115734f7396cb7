import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { inTime, inTurn, onAbort, orAborted, sleep } from "../src/waiting.ts";

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

/** What an AbortSignal warns about from the eleventh listener on. */
const listenersOf = (signal: AbortSignal): number => getEventListeners(signal, "abort").length;

describe("onAbort", () => {
  it("calls back once the signal aborts, everyone in their turn, through a single listener", () => {
    const controller = new AbortController();
    const called: number[] = [];
    for (let caller = 0; caller < 1000; caller += 1) onAbort(controller.signal, () => called.push(caller));
    expect(listenersOf(controller.signal)).toBe(1);
    controller.abort(reason);
    expect(called).toStrictEqual(Array.from({ length: 1000 }, (_, caller) => caller));
    expect(listenersOf(controller.signal)).toBe(0);
  });

  it("doesn't call back a caller that no longer waits, and then listens no more", () => {
    const controller = new AbortController();
    const called: string[] = [];
    const forget = ["first", "second"].map((name) => onAbort(controller.signal, () => called.push(name)));
    forget[0]?.();
    forget[0]?.();
    expect(listenersOf(controller.signal)).toBe(1);
    forget[1]?.();
    expect(listenersOf(controller.signal)).toBe(0);
    onAbort(controller.signal, () => called.push("third"));
    forget[1]?.();
    controller.abort(reason);
    expect(called).toStrictEqual(["third"]);
  });

  it("calls one callback back for each time that it was given", () => {
    const controller = new AbortController();
    const callback = vi.fn();
    const forget = onAbort(controller.signal, callback);
    onAbort(controller.signal, callback);
    forget();
    controller.abort(reason);
    expect(callback).toHaveBeenCalledTimes(1);
  });

  it("calls back at once if the signal is aborted already, even while others are still being called back", () => {
    const controller = new AbortController();
    const called: string[] = [];
    onAbort(controller.signal, () => {
      onAbort(controller.signal, () => called.push("late"))();
      called.push("first");
    });
    controller.abort(reason);
    expect(called).toStrictEqual(["late", "first"]);
    expect(listenersOf(controller.signal)).toBe(0);
  });

  it("doesn't call back a caller that stops waiting while others are called back", () => {
    const controller = new AbortController();
    const called: string[] = [];
    onAbort(controller.signal, () => forgetSecond());
    const forgetSecond = onAbort(controller.signal, () => called.push("second"));
    controller.abort(reason);
    expect(called).toStrictEqual([]);
  });
});

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
    expect(vi.getTimerCount()).toBe(0);
    await rejected;
  });

  it("leaves nothing that keeps the process alive, nor a listener, once the signal aborts", async () => {
    vi.useRealTimers();
    const timers = (): number => process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;
    const controller = new AbortController();
    const before = timers();
    const slept = Promise.allSettled(Array.from({ length: 1000 }, () => sleep(60_000, controller.signal)));
    expect(timers()).toBe(before + 1000);
    expect(listenersOf(controller.signal)).toBe(1);
    controller.abort(reason);
    expect(timers()).toBe(before);
    expect(new Set((await slept).map((outcome) => outcome.status === "rejected" && outcome.reason))).toStrictEqual(
      new Set([reason]),
    );
    expect(listenersOf(controller.signal)).toBe(0);
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

  it("rejects at once if the signal is aborted already, and listens to nothing", async () => {
    const signal = AbortSignal.abort(reason);
    await expect(orAborted(new Promise(() => {}), signal)).rejects.toBe(reason);
    await expect(orAborted(Promise.reject(new Error("too late")), signal)).rejects.toBe(reason);
    expect(listenersOf(signal)).toBe(0);
  });

  it("listens to the signal only while it waits, and once for everybody who waits", async () => {
    const { signal } = new AbortController();
    const { promise, resolve } = deferred<number>();
    const raced = Array.from({ length: 1000 }, () => orAborted(promise, signal));
    expect(listenersOf(signal)).toBe(1);
    resolve(1);
    await Promise.all(raced);
    await vi.advanceTimersByTimeAsync(0);
    expect(listenersOf(signal)).toBe(0);
  });
});

describe("inTime", () => {
  const timedOut = new Error("too slow");
  const inOneSecond = <Value>(run: (signal: AbortSignal) => Promise<Value>, signal?: AbortSignal): Promise<Value> =>
    inTime({ milliseconds: 1000, toError: () => timedOut, signal }, run);
  const hang = (): Promise<never> => new Promise(() => {});

  it("has the outcome of what runs if that comes first, and leaves neither timer nor listener", async () => {
    const { signal } = new AbortController();
    expect(await inOneSecond(async () => 1, signal)).toBe(1);
    await expect(inOneSecond(() => Promise.reject(reason), signal)).rejects.toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
    expect(listenersOf(signal)).toBe(0);
  });

  it("rejects when the time is up and aborts what runs, leaving no listener even if that never ends", async () => {
    const { signal } = new AbortController();
    const reasons: unknown[] = [];
    const rejected = expect(
      inOneSecond((own) => {
        own.addEventListener("abort", () => reasons.push(own.reason));
        return hang();
      }, signal),
    ).rejects.toBe(timedOut);
    await vi.advanceTimersByTimeAsync(999);
    expect(reasons).toStrictEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    await rejected;
    expect(reasons).toStrictEqual([timedOut]);
    expect(listenersOf(signal)).toBe(0);
  });

  it("rejects once the signal aborts and aborts what runs, leaving no timer even if that never ends", async () => {
    const controller = new AbortController();
    const reasons: unknown[] = [];
    const rejected = expect(
      inOneSecond((own) => {
        own.addEventListener("abort", () => reasons.push(own.reason));
        return hang();
      }, controller.signal),
    ).rejects.toBe(reason);
    controller.abort(reason);
    expect(vi.getTimerCount()).toBe(0);
    await rejected;
    expect(reasons).toStrictEqual([reason]);
  });

  it("runs nothing if the signal is aborted already", async () => {
    const run = vi.fn(hang);
    await expect(inOneSecond(run, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(run).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("rejects with what is thrown before there is a promise", async () => {
    const run = (): never => {
      throw reason;
    };
    await expect(inOneSecond(run)).rejects.toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
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
