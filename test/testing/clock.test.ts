import { getEventListeners } from "node:events";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ManualClock, systemClock } from "../../src/testing/index.ts";

const tick = () => new Promise((resolve) => setImmediate(resolve));

describe("ManualClock", () => {
  it("starts at the given time and stands still", async () => {
    const clock = new ManualClock(1000);
    await tick();
    expect(clock.now()).toBe(1000);
  });

  it("starts at the system's time by default", () => {
    const before = Date.now();
    const now = new ManualClock().now();
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
  });

  it("wakes sleepers in order, each at its own time", async () => {
    const clock = new ManualClock(0);
    const woken: string[] = [];
    const sleep = async (name: string, milliseconds: number) => {
      await clock.sleep(milliseconds);
      woken.push(`${name} at ${clock.now()}`);
    };
    const sleeping = [sleep("late", 30), sleep("early", 10), sleep("early too", 10)];
    await clock.advance(30);
    await Promise.all(sleeping);
    expect(woken).toStrictEqual(["early at 10", "early too at 10", "late at 30"]);
  });

  it("wakes sleepers that go back to sleep while it advances", async () => {
    const clock = new ManualClock(0);
    const woken: number[] = [];
    const sleeping = (async () => {
      for (let times = 0; times < 3; times += 1) {
        await clock.sleep(10);
        woken.push(clock.now());
      }
    })();
    await clock.advance(100);
    await sleeping;
    expect(woken).toStrictEqual([10, 20, 30]);
    expect(clock.now()).toBe(100);
  });

  it("does not wake those that sleep for longer", async () => {
    const clock = new ManualClock(0);
    let isAwake = false;
    const sleeping = clock.sleep(50).then(() => {
      isAwake = true;
    });
    await clock.advance(49);
    expect(isAwake).toBe(false);
    await clock.advance(1);
    await sleeping;
    expect(isAwake).toBe(true);
  });

  it("never goes back if it is advanced twice at once", async () => {
    const clock = new ManualClock(0);
    await Promise.all([clock.advance(100), clock.advance(10)]);
    expect(clock.now()).toBe(100);
  });

  it("does not sleep for 0 ms", async () => {
    await expect(new ManualClock(0).sleep(0)).resolves.toBeUndefined();
  });

  it("rejects a sleep with the reason of its signal, before and during it", async () => {
    const clock = new ManualClock(0);
    const reason = new Error("enough");
    await expect(clock.sleep(10, AbortSignal.abort(reason))).rejects.toBe(reason);
    const controller = new AbortController();
    const sleeping = clock.sleep(10, controller.signal);
    controller.abort(reason);
    await expect(sleeping).rejects.toBe(reason);
    await clock.advance(10);
  });

  it("ignores the signal once a sleep is over", async () => {
    const clock = new ManualClock(0);
    const controller = new AbortController();
    const sleeping = clock.sleep(10, controller.signal);
    await clock.advance(10);
    await sleeping;
    controller.abort();
    await expect(clock.sleep(0)).resolves.toBeUndefined();
  });
});

describe("systemClock", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it("uses the test's timers, even if they are faked later", async () => {
    vi.useFakeTimers({ now: 5000 });
    expect(systemClock.now()).toBe(5000);
    const sleeping = systemClock.sleep(250);
    await vi.advanceTimersByTimeAsync(250);
    await sleeping;
    expect(systemClock.now()).toBe(5250);
  });

  it("rejects a sleep with the reason of its signal, before and during it, and leaves no timer", async () => {
    vi.useFakeTimers();
    const reason = new Error("enough");
    await expect(systemClock.sleep(10, AbortSignal.abort(reason))).rejects.toBe(reason);
    const controller = new AbortController();
    const sleeping = systemClock.sleep(10, controller.signal);
    controller.abort(reason);
    await expect(sleeping).rejects.toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe.each([
  ["a manual clock", (clock: ManualClock) => clock],
  ["the system's clock", () => systemClock],
])("a sleep on %s", (_, choose) => {
  it("removes its listener from the signal once it is over", async () => {
    const clock = new ManualClock(0);
    const { signal } = new AbortController();
    const sleeping = choose(clock).sleep(1, signal);
    await clock.advance(1);
    await sleeping;
    expect(getEventListeners(signal, "abort")).toStrictEqual([]);
  });
});
