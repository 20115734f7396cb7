import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  createCloneProcessor,
  createPruneProcessor,
  createRecloneProcessor,
  enqueueClones,
  enqueuePrune,
  enqueueReclones,
  outcomes,
  readProgress,
  type StoredOutcome,
  setPace,
} from "../../src/bullmq/index.ts";
import { baseInput, toUser } from "../cast.ts";
import { startFleet, until } from "./fleet.ts";
import type { Store } from "./stores.ts";

const move = "1.5.0";

async function all<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const list: Value[] = [];
  for await (const value of values) list.push(value);
  return list;
}

/** A store that is there for the tests of the block. */
function openedHere(start: () => Promise<Store>): () => Store {
  let store: Store;
  beforeAll(async () => {
    store = await start();
  }, 60_000);
  afterAll(async () => {
    await store.stop();
  });
  return () => store;
}

/** What must hold in a store when processes die. */
export function describeDeaths(name: string, whySkipped: string, start: () => Promise<Store>): void {
  describe.skipIf(whySkipped !== "")(`worker processes on ${name}${whySkipped}`, () => {
    const store = openedHere(start);

    it("loses and doubles nobody while workers are killed, the store restarts, the base moves on and a user is poisoned", {
      timeout: 90_000,
    }, async () => {
      await using fleet = await startFleet(store(), {
        users: 24,
        poisoned: ["user_3"],
        stops: [
          { userId: "user_5", at: "registered", signal: "SIGKILL" },
          { userId: "user_9", at: "deployed", signal: "SIGKILL" },
        ],
      });
      const { queue, stored, old } = fleet;
      const bases = [fleet.deployBase(50)];
      await setPace(queue, { perSecond: 20 });
      // Right after its restart, PostgreSQL fails what is asked over an old connection.
      const isFinished = () =>
        readProgress(queue, move).then(
          ({ remaining }) => remaining === 0,
          () => false,
        );
      expect(await enqueueReclones(queue, old.values(), { move, backoff: 100 })).toMatchObject({ added: 24 });
      await Promise.all([1, 2, 3].map(fleet.startWorker));
      await until(async () => fleet.deployed.length >= 4);
      bases.push(fleet.deployBase(51));
      await until(async () => fleet.deployed.length >= 8);
      await store().crash();
      await until(isFinished);
      await Promise.all([fleet.stopped(0), fleet.stopped(1)]);

      expect(await readProgress(queue, move)).toMatchObject({ done: 23, failed: 1, reused: 0, remaining: 0 });
      const active = await fleet.activeOf();
      for (const [userId, arn] of stored) {
        const isPoisoned = userId === "user_3";
        expect([userId, active.get(userId)]).toStrictEqual([userId, isPoisoned ? [arn] : [old.get(userId), arn]]);
        expect(bases.includes((await fleet.cloner.inspect(arn)).baseArn)).toBe(!isPoisoned);
      }
      const failures = await all(outcomes(queue, move, { status: "failed" }));
      expect(failures).toMatchObject([{ from: old.get("user_3"), attempts: 3, error: "poisoned" }]);
    });

    it("leaves a worker that was frozen past its lock nothing to do but to wake", { timeout: 90_000 }, async () => {
      await using fleet = await startFleet(store(), {
        users: 6,
        concurrency: 1,
        stops: [
          { userId: "user_1", at: "registered", signal: "SIGSTOP" },
          { userId: "user_4", at: "deriving", signal: "SIGSTOP" },
        ],
      });
      const { queue, stored, old, deployed } = fleet;
      fleet.deployBase(50);
      await setPace(queue, { perSecond: 20 });
      await Promise.all([1, 2, 3].map(fleet.startWorker));
      await enqueueReclones(queue, old.values(), { move, backoff: 100 });
      const frozen = [await fleet.stopped(0), await fleet.stopped(1)];
      await until(async () => (await readProgress(queue, move)).remaining === 0);
      const before = deployed.length;
      const storedBefore = new Map(stored);
      await Promise.all(frozen.map(fleet.wake));

      expect(deployed.slice(before)).toStrictEqual([]);
      expect(stored).toStrictEqual(storedBefore);
      const active = await fleet.activeOf();
      for (const [userId, arn] of stored) {
        expect(active.get(userId)?.slice(0, 2)).toStrictEqual([old.get(userId), arn]);
        // Nothing stops a registration that was about to be sent: the one clone too many is deployed nowhere.
        expect(active.get(userId)).toHaveLength(userId === "user_4" ? 3 : 2);
      }
    });
  });
}

/** What must hold in a store. */
export function describeQueue(name: string, whySkipped: string, start: () => Promise<Store>): void {
  describe.skipIf(whySkipped !== "")(`a queue on ${name}${whySkipped}`, () => {
    const store = openedHere(start);

    it("has moves, clones and prunes in one queue, and holds all workers back while ECS throttles", {
      timeout: 60_000,
    }, async () => {
      await using fleet = await startFleet(store(), { users: 8 });
      const { queue, old, ecs } = fleet;
      const cloner = fleet.newCloner(0);
      const pauseMs = 1500;
      const reclone = createRecloneProcessor(cloner, { queue, pauseMs });
      const clone = createCloneProcessor(cloner, { queue, findUser: () => toUser(100) });
      const prune = createPruneProcessor(cloner, { queue });
      const processors = { reclone, clone, prune };
      const startedAt: number[] = [];
      for (const _ of [1, 2]) {
        fleet.startHere((job, token, signal) => {
          startedAt.push(Date.now());
          // The cast: jobs of this queue have the kinds for names.
          return processors[job.name as keyof typeof processors](job, token, signal);
        });
      }
      fleet.deployBase(50);
      await setPace(queue, { perSecond: 10 });
      ecs.fail({ operation: "RegisterTaskDefinition", error: "ThrottlingException", skip: 2, times: 1 });
      let throttledAt = 0;
      const rateLimit = queue.rateLimit.bind(queue);
      queue.rateLimit = async (milliseconds) => {
        await rateLimit(milliseconds);
        throttledAt ||= Date.now();
      };
      await enqueueReclones(queue, old.values(), { move, skipUpToDate: cloner });
      await enqueueClones(queue, ["user_100"], { move });
      await until(async () => (await readProgress(queue, move)).remaining === 0);
      expect(await readProgress(queue, move)).toMatchObject({ done: 9, failed: 0, paused: false, perSecond: 10 });
      // A job that was on its way when the pause began does not count.
      const isWithin = (at: number) => at > throttledAt + 300 && at < throttledAt + pauseMs - 300;
      expect(throttledAt).toBeGreaterThan(0);
      expect(startedAt.filter(isWithin)).toStrictEqual([]);

      await enqueuePrune(queue, cloner, { move: "nightly", inUse: [], keep: 1 });
      await until(async () => (await readProgress(queue, "nightly")).remaining === 0);
      expect(await all(outcomes(queue, "nightly"))).toHaveLength(8);
      expect((await fleet.activeOf()).get("user_1")).toHaveLength(1);
      expect(
        await enqueueReclones(queue, (await fleet.activeOf()).get("user_1") ?? [], { move, skipUpToDate: cloner }),
      ).toStrictEqual({ added: 0, skipped: 1 });
    });

    it("stops at a broken base, and goes on once it is mended", { timeout: 60_000 }, async () => {
      await using fleet = await startFleet(store(), { users: 8 });
      const { queue, cloner, old, ecs } = fleet;
      const broken = ecs.register({
        ...baseInput,
        volumes: [],
        containerDefinitions: [{ name: "openclaw", image: "i", memory: 9 }],
      });
      await setPace(queue, { perSecond: 20 });
      await enqueueReclones(queue, old.values(), { move });
      const processor = createRecloneProcessor(cloner, { queue });
      fleet.startHere(processor);
      await until(async () => (await readProgress(queue, move)).paused);
      const { failed, remaining, failures } = await readProgress(queue, move);
      expect({ failed, remaining }).toStrictEqual({ failed: 2, remaining: 6 });
      expect(failures.map(({ error }) => error)).toMatchObject(Array(2).fill(expect.stringContaining("volume")));

      ecs.deregister(broken);
      fleet.deployBase(50);
      await queue.retryJobs({ state: "failed" });
      await queue.resume();
      await until(async () => (await readProgress(queue, move)).remaining === 0);
      expect(await readProgress(queue, move)).toMatchObject({ done: 8, failed: 0 });
      const done: StoredOutcome[] = await all(outcomes(queue, move, { status: "completed" }));
      expect(new Set(done.map(({ from }) => from))).toStrictEqual(new Set(old.values()));
    });
  });
}
