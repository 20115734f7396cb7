import fc from "fast-check";
import { afterEach, beforeEach, describe, it, vi } from "vitest";
import { fakeTime } from "./fake-time.ts";
import { AttemptModel, type OtherProcess } from "./model/attempt-model.ts";
import { attemptSteps } from "./model/attempt-steps.ts";

/** The library again, with a memory of its own. */
async function newProcess(): Promise<OtherProcess> {
  vi.resetModules();
  return await import("../src/task-def-cloner.ts");
}

beforeEach(() => {
  vi.useFakeTimers(fakeTime);
});

afterEach(() => {
  vi.useRealTimers();
});

describe("any sequence of attempts, repeated and interleaved in two processes, with bases deployed between and faults", () => {
  it.each([
    { families: "one family", isOwn: false },
    { families: "a family per user", isOwn: true },
  ])(
    "takes nothing of anybody's away, and ends with one clone per attempt that was deployed: $families",
    async ({ isOwn }) => {
      const other = await newProcess();
      await fc.assert(
        fc.asyncProperty(attemptSteps, async (sequence) => {
          const model = new AttemptModel(isOwn, other);
          for (const { step, fault } of sequence) {
            if (fault !== null) model.fail(fault);
            await model.run(step);
          }
          await model.finish();
        }),
        { numRuns: 25 },
      );
    },
    60_000,
  );
});
