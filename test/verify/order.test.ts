import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CheckResult } from "../../src/verify/check.ts";
import { permissions } from "../../src/verify/permissions.ts";
import { fakeTime, inFakeTime } from "../fake-time.ts";
import { resources, toAccount, toDefinition, toFakeVerifier } from "./fake-world.ts";
import { place } from "./stub-aws.ts";

beforeEach(() => {
  vi.useFakeTimers(fakeTime);
});
afterEach(() => {
  vi.useRealTimers();
});

const operations = permissions.map(({ action }) => action.replace("s3:ListBucket", "s3:ListObjectsV2"));

const withoutId = ({ requestId: _, ...result }: CheckResult) => result;

describe("the results of a definition", () => {
  it("are the same whatever the order of answers, and of what is there", async () => {
    const names = Object.keys(resources);
    const delays = fc.array(fc.integer({ min: 1, max: 200 }), {
      minLength: operations.length,
      maxLength: operations.length,
    });
    const run = async (present: readonly string[], delayed: readonly number[]) => {
      const aws = toAccount(present);
      for (const [index, operation] of operations.entries()) {
        const delayMs = delayed[index];
        if (delayMs !== undefined) aws.fail({ operation, delayMs, times: 100 });
      }
      const verifier = toFakeVerifier(aws);
      const { results } = await inFakeTime(verifier.run(verifier.toChecks(toDefinition(), place)));
      return results.map(withoutId);
    };
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(names), delays, async (present, delayed) => {
        const sorted = names.filter((name) => present.includes(name));
        expect(await run(present, delayed)).toStrictEqual(await run(sorted, []));
      }),
      { numRuns: 25 },
    );
  });
});
