import { vi } from "vitest";
import { systemClock } from "../src/testing/index.ts";

/** Taken when the module loads, so that fake timers do not stop it. */
const setImmediateAtLoad = setImmediate;

/** What the library, the SDK and `systemClock` tell the time by. Microtasks and turns of the event loop stay real. */
export const fakeTime: Parameters<typeof vi.useFakeTimers>[0] = {
  toFake: ["setTimeout", "clearTimeout", "Date", "performance"],
};

/** Lets everything run that can run without time passing. */
export async function turns(count = 4): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) {
    await new Promise<void>((resolve) => {
      setImmediateAtLoad(resolve);
    });
  }
}

/** The promise's outcome, while fake time passes for as long as it takes. */
export async function inFakeTime<Value>(promise: Promise<Value>): Promise<Value> {
  let isOver = false;
  const over = (): void => {
    isOver = true;
  };
  promise.then(over, over);
  for (;;) {
    await turns();
    if (isOver) return await promise;
    if (vi.getTimerCount() === 0) await turns(200);
    if (isOver) return await promise;
    if (vi.getTimerCount() === 0) throw new Error("nothing is left that could settle the promise");
    vi.advanceTimersToNextTimer();
  }
}

/** Lets fake time pass up to a moment, whatever is under way. */
export async function pass(milliseconds: number): Promise<void> {
  await inFakeTime(systemClock.sleep(milliseconds));
}
