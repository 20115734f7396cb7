import fc from "fast-check";
import { afterEach, beforeEach, describe, it, vi } from "vitest";
import { fakeTime } from "./fake-time.ts";
import { Model } from "./model/model.ts";
import { settings, steps } from "./model/steps.ts";

beforeEach(() => {
  vi.useFakeTimers(fakeTime);
});

afterEach(() => {
  vi.useRealTimers();
});

describe("any sequence of calls for several users, whatever fails along the way", () => {
  it("leaves ACTIVE what the calls returned, each clone with its user's parts, and reveals nothing about other users", async () => {
    await fc.assert(
      fc.asyncProperty(steps, settings, async (sequence, given) => {
        const model = new Model(given);
        model.deploy(0);
        for (const one of sequence) {
          model.world.ecs.clearCalls();
          model.world.events.length = 0;
          if (one.fault !== null) model.fail(one.fault);
          await model.run(one.step);
          model.check();
        }
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});
