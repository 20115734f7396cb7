import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { settleEach } from "../../src/fleet/settle-each.ts";
import { createVerifier } from "../../src/verify/verify.ts";
import { toUsers } from "../cast.ts";
import { fakeTime, inFakeTime } from "../fake-time.ts";
import { newWorld } from "../world.ts";
import { toFakeClients } from "./fake-world.ts";
import { place } from "./stub-aws.ts";
import { toTypicalAccount } from "./typical-account.ts";

beforeEach(() => {
  vi.useFakeTimers(fakeTime);
});
afterEach(() => {
  vi.useRealTimers();
});

const users = toUsers(200);

describe("verifying 200 users of one base, ten at a time", () => {
  it("asks 25 times at most for what they share, and once for what is a user's own", async () => {
    const { cloner } = newWorld();
    const aws = toTypicalAccount(users, { latencyMs: 50 });
    const verifier = createVerifier({ clients: toFakeClients(aws) });
    const inputs = await Promise.all(users.map(async (user) => (await cloner.plan(user)).input));
    const unverified: unknown[] = [];
    const run = async (): Promise<void> => {
      const settled = settleEach(inputs, { concurrency: 10, signal: undefined }, (input) =>
        verifier.run(verifier.toChecks(input, place)),
      );
      for await (const { outcome } of settled) {
        if (outcome.status === "rejected" || !outcome.value.complete) unverified.push(outcome);
      }
    };
    await inFakeTime(run());
    expect(unverified).toStrictEqual([]);
    const counts = new Map<string, number>();
    for (const { operation, input } of aws.calls) {
      const subject = `${operation} ${JSON.stringify(input)}`;
      counts.set(subject, (counts.get(subject) ?? 0) + 1);
    }
    const isOwn = (subject: string): boolean => /user-keys\/user_|fsap-/.test(subject);
    const [own, shared] = [true, false].map((one) => [...counts].filter(([subject]) => isOwn(subject) === one));
    expect(own).toHaveLength(2 * users.length);
    expect(own?.filter(([, count]) => count !== 1)).toStrictEqual([]);
    expect(shared?.length).toBeGreaterThan(8);
    expect(shared?.filter(([, count]) => count > 25)).toStrictEqual([]);
  });
});
