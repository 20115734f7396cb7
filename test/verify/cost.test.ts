import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { settleEach } from "../../src/fleet/settle-each.ts";
import { FakeAws, systemClock } from "../../src/testing/index.ts";
import { createVerifier } from "../../src/verify/verify.ts";
import { toUser } from "../cast.ts";
import { fakeTime, inFakeTime } from "../fake-time.ts";
import { newWorld } from "../world.ts";
import { toFakeClients } from "./fake-world.ts";
import { place } from "./stub-aws.ts";

beforeEach(() => {
  vi.useFakeTimers(fakeTime);
});
afterEach(() => {
  vi.useRealTimers();
});

const users = Array.from({ length: 200 }, (_, number) => toUser(number));

/** An account that holds what the users' clones refer to. */
function toAccount(): FakeAws {
  const aws = new FakeAws({ clock: systemClock, latencyMs: 50 });
  aws.image({ repository: "openclaw", tag: "2026.9.3", platforms: ["linux/arm64"] });
  aws.fileSystem({ id: "fs-0a1b2c3d4e5f60718" });
  for (const name of ["isol8-dev-openclaw-task", "isol8-dev-openclaw-execution"]) aws.role({ name });
  aws.logGroup({ name: "/ecs/isol8-dev-openclaw" });
  aws.parameter({ name: "/isol8/dev/telemetry-key" });
  for (const name of ["gateway-Ab12Cd", "openai-placeholder-Ef34Gh", "openai-sidecar-Ij56Kl"]) {
    aws.secret({ name: `isol8/dev/${name.slice(0, -7)}`, suffix: name.slice(-6) });
  }
  for (const { userId, accessPointId } of users) {
    aws.accessPoint({ id: String(accessPointId), fileSystemId: "fs-0a1b2c3d4e5f60718" });
    aws.secret({ name: `user-keys/${userId}`, suffix: "AbCdEf" });
  }
  return aws;
}

describe("verifying 200 users of one base, ten at a time", () => {
  it("asks 25 times at most for what they share, and once for what is a user's own", async () => {
    const { cloner } = newWorld();
    const aws = toAccount();
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
