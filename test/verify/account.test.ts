import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FakeAws } from "../../src/testing/index.ts";
import type { Verification } from "../../src/verify/check.ts";
import { permissions } from "../../src/verify/permissions.ts";
import { renderVerification } from "../../src/verify/render-verification.ts";
import type { VerifyOptions } from "../../src/verify/verify-options.ts";
import { fakeTime, inFakeTime } from "../fake-time.ts";
import { environmentValue, resources, toAccount, toDefinition, toFakeClients, toFakeVerifier } from "./fake-world.ts";
import { place } from "./stub-aws.ts";

beforeEach(() => {
  vi.useFakeTimers(fakeTime);
});
afterEach(() => {
  vi.useRealTimers();
});

function run(aws: FakeAws, options: Partial<VerifyOptions> = {}): Promise<Verification> {
  const verifier = toFakeVerifier(aws, options);
  return inFakeTime(verifier.run(verifier.toChecks(toDefinition(), place)));
}

const actionsOf = ({ calls }: FakeAws): readonly string[] =>
  [...new Set(calls.map(({ operation }) => operation.replace("ListObjectsV2", "ListBucket")))].sort();

const operations = permissions.map(({ action }) => action.replace("ListBucket", "ListObjectsV2"));
const names = fc.subarray(Object.keys(resources));

/** What may happen to calls of an operation. */
const fault = fc.tuple(
  fc.constantFrom(...operations),
  fc.constantFrom(
    { error: "ThrottlingException" },
    { error: "AccessDeniedException" },
    { unavailable: true } as const,
    { reset: true } as const,
    { hang: true } as const,
    { delayMs: 700 },
    { output: {} },
  ),
  fc.integer({ min: 1, max: 20 }),
);

describe("an account that has everything", () => {
  it("passes every check", async () => {
    const { ok, complete, results } = await run(toAccount());
    const others = results.filter(({ status }) => status !== "ok");
    expect([ok, complete]).toStrictEqual([true, true]);
    expect(others.map(({ check, detail }) => [check.kind, check.subject, detail])).toStrictEqual([
      ["image", "acme/log:1", "The image is pulled with credentials, which the checks do not read."],
    ]);
  });
});

describe("any account, whatever goes wrong", () => {
  it("is asked only what the table of permissions lists, and all of it is used", async () => {
    const seen = new Set<string>();
    const listed = permissions.map(({ action }) => action);
    await fc.assert(
      fc.asyncProperty(names, fc.array(fault, { maxLength: 4 }), async (there, faults) => {
        const aws = toAccount(there);
        for (const [operation, what, times] of faults) aws.fail({ operation, times, ...what });
        await run(aws);
        for (const action of actionsOf(aws)) seen.add(action);
        expect(aws.calls.filter(({ outcome }) => outcome === "refused")).toStrictEqual([]);
        expect(listed).toStrictEqual(expect.arrayContaining([...actionsOf(aws)]));
      }),
      {
        numRuns: 30,
        examples: [
          [[], []],
          [Object.keys(resources), []],
        ],
      },
    );
    expect([...seen].sort()).toStrictEqual(listed.toSorted());
  });

  it("shows no environment value and no presigned URL in a result or a client's log", async () => {
    const failing = (error: unknown) => () => Promise.reject(error);
    await fc.assert(
      fc.asyncProperty(names, fc.array(fault, { maxLength: 3 }), fc.boolean(), async (there, faults, isReachable) => {
        const aws = toAccount(there);
        for (const [operation, what, times] of faults) aws.fail({ operation, times, ...what });
        const lines: unknown[] = [];
        const note = (...line: unknown[]): void => void lines.push(...line, ...line.map(String));
        const logger = { debug: note, info: note, warn: note, error: note, trace: note };
        const fetch = isReachable
          ? aws.fetch
          : async (url: unknown) => failing(new TypeError(`fetch failed: ${String(url)}`))();
        const verification = await run(aws, { clients: toFakeClients(aws, { logger }), fetch });
        const text = JSON.stringify([verification, lines]) + renderVerification(verification);
        expect(text).toContain("GetRole");
        expect(text).not.toContain(environmentValue);
        expect(text).not.toContain("X-Amz-Signature");
      }),
      {
        numRuns: 30,
        examples: [
          [Object.keys(resources), [], true],
          [Object.keys(resources), [], false],
        ],
      },
    );
  });

  it("gives the same results whatever the order of answers", async () => {
    const delays = fc.array(fc.tuple(fc.constantFrom(...operations), fc.integer({ min: 1, max: 900 })));
    await fc.assert(
      fc.asyncProperty(names, delays, async (there, late) => {
        const aws = toAccount(there);
        for (const [operation, delayMs] of late) aws.fail({ operation, delayMs });
        expect(await run(aws)).toStrictEqual(await run(toAccount(there)));
      }),
      { numRuns: 15 },
    );
  });
});

/** Verifies 200 users of one base, and gives how often each thing was asked for. */
async function countAsked(latencyMs: number, inParallel: (users: (() => Promise<unknown>)[]) => Promise<unknown>) {
  const ids = Array.from({ length: 200 }, (_, index) => `fsap-${String(index).padStart(8, "0")}`);
  const aws = toAccount(undefined, { latencyMs });
  for (const id of ids) aws.accessPoint({ id, fileSystemId: "fs-01234567" });
  const verifier = toFakeVerifier(aws);
  const users = ids.map((accessPointId) => async () => {
    const { ok } = await verifier.run(verifier.toChecks(toDefinition({ accessPointId }), place));
    expect(ok).toBe(true);
  });
  await inFakeTime(inParallel(users));
  const counts = new Map<string, number>();
  for (const { operation, input } of aws.calls) {
    const key = `${operation} ${JSON.stringify(input)}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

describe("200 users of one base, ten at a time", () => {
  it.each([0, 80])("ask for each shared thing at most 25 times in waves, with a latency of %i ms", async (latency) => {
    const counts = await countAsked(latency, async (users) => {
      for (let start = 0; start < users.length; start += 10) {
        await Promise.all(users.slice(start, start + 10).map((user) => user()));
      }
    });
    expect([...counts].filter(([, count]) => count > 25)).toStrictEqual([]);
  });

  it.each([80])("ask so seldom from a pool of ten as well, with a latency of %i ms", async (latency) => {
    const counts = await countAsked(latency, async (users) => {
      const rest = users.values();
      const worker = async (): Promise<void> => {
        for (const user of rest) await user();
      };
      await Promise.all(Array.from({ length: 10 }, worker));
    });
    expect([...counts].filter(([, count]) => count > 25)).toStrictEqual([]);
  });
});
