import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { readRecord } from "../src/record/record.ts";
import { type Clock, FakeEcs, systemClock } from "../src/testing/index.ts";
import { baseInput, cloneFamily, toUsers } from "./cast.ts";
import { fakeTime, inFakeTime } from "./fake-time.ts";
import { cloneByHand } from "./handwritten.ts";
import { newWorld } from "./world.ts";

const asEcs = { quotas: true, concurrentRevisionError: true, latencyMs: 120 } as const;

const isFulfilled = <Value>(outcome: PromiseSettledResult<Value>): outcome is PromiseFulfilledResult<Value> =>
  outcome.status === "fulfilled";

/** Whose clone each ACTIVE revision is. */
const toOwners = (ecs: FakeEcs): [string, string][] =>
  ecs.revisions(cloneFamily).map(({ arn, registered }) => {
    const { containerDefinitions = [] } = registered;
    const reading = readRecord({ containerDefinitions });
    return [reading.kind === "record" ? reading.record.userId : reading.kind, arn];
  });

describe("200 users at once", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it("from one process get one clone each, where hand-written code fails for most", async () => {
    vi.useFakeTimers(fakeTime);
    const { ecs, cloner } = newWorld({ ...asEcs, clock: systemClock });
    const byHand = newWorld({ ...asEcs, clock: systemClock });
    const users = toUsers(200);

    const outcomes = await inFakeTime(Promise.allSettled(users.map((user) => cloner.clone(user))));
    expect(outcomes.filter((outcome) => !isFulfilled(outcome))).toStrictEqual([]);
    const clones = outcomes.filter(isFulfilled).map(({ value }) => [value.userId, value.arn]);
    expect(toOwners(ecs)).toStrictEqual(clones);
    expect(clones.map(([userId]) => userId)).toStrictEqual(users.map(({ userId }) => userId));

    const client = byHand.ecs.client();
    const byHandOutcomes = await inFakeTime(Promise.allSettled(users.map((user) => cloneByHand(client, user))));
    expect(byHandOutcomes.filter((outcome) => !isFulfilled(outcome)).length).toBeGreaterThan(100);
  }, 30_000);
});

/** How many times as fast time passes in the children and in the ECS that they talk to. */
const factor = 30;

const startedAt = Date.now();
const fastClock: Clock = {
  now: () => startedAt + (Date.now() - startedAt) * factor,
  sleep: (milliseconds, signal) => systemClock.sleep(milliseconds / factor, signal),
};

const reportSchema = z.object({
  arns: z.array(z.tuple([z.string(), z.string()])),
  failures: z.array(z.string()),
  failuresByHand: z.array(z.string()),
});

interface Child {
  readonly process: ChildProcess;
  nextLine(): Promise<string>;
}

function startChild(...args: readonly (string | number)[]): Child {
  const program = fileURLToPath(new URL("contention-child.ts", import.meta.url));
  const child = spawn(process.execPath, ["--no-warnings", "--import", "tsx", program, ...args.map(String)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    process: child,
    nextLine: async () => {
      const { value } = await lines.next();
      return String(value);
    },
  };
}

describe("8 processes of 25 users each", () => {
  it("get one clone per user over a loopback port, where hand-written code fails for some", async () => {
    const ecs = new FakeEcs({ ...asEcs, clock: fastClock });
    const byHand = new FakeEcs({ ...asEcs, clock: fastClock });
    for (const each of [ecs, byHand]) each.register(baseInput);
    await using server = await ecs.listen();
    await using byHandServer = await byHand.listen();
    const firsts = Array.from({ length: 8 }, (_, index) => index * 25);
    const children = firsts.map((first) => startChild(server.endpoint, byHandServer.endpoint, first, 25, factor));
    try {
      expect(await Promise.all(children.map((child) => child.nextLine()))).toStrictEqual(firsts.map(() => "ready"));
      for (const child of children) child.process.stdin?.write("go\n");
      const reports = (await Promise.all(children.map((child) => child.nextLine()))).map((line) =>
        reportSchema.parse(JSON.parse(line)),
      );
      expect(reports.flatMap(({ failures }) => failures)).toStrictEqual([]);
      const arns = reports.flatMap((report) => report.arns);
      expect(new Map(toOwners(ecs))).toStrictEqual(new Map(arns));
      expect(toOwners(ecs)).toHaveLength(200);
      expect(new Set(arns.map(([userId]) => userId)).size).toBe(200);
      expect(reports.flatMap(({ failuresByHand }) => failuresByHand).length).toBeGreaterThan(0);
    } finally {
      for (const child of children) child.process.kill();
    }
  }, 120_000);
});
