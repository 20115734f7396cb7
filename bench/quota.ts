import FakeTimers from "@sinonjs/fake-timers";
import { TaskDefCloner } from "../src/task-def-cloner.ts";
import { systemClock } from "../src/testing/clock.ts";
import { FakeEcs } from "../src/testing/fake-ecs.ts";
import type { UserSpec } from "../src/user/user.ts";
import { baseFamily, container, toBase, toUser } from "./bases.ts";
import { cloneByHand } from "./by-hand.ts";
import { type Row, report } from "./row.ts";
import { toSpread } from "./spread.ts";

const users = Array.from({ length: 200 }, (_, number) => toUser(number));

/** ECS's bucket for registers holds 20 tokens and gets one more a second. */
const boundMs = (users.length - 20) * 1000;

/** What came of provisioning everybody once. */
interface Outcome {
  readonly ms: number;
  readonly failures: number;
  readonly revisions: number;
}

type Way = (ecs: FakeEcs) => Promise<readonly PromiseSettledResult<unknown>[]>;

const concurrent = (clone: (user: UserSpec) => Promise<unknown>): Promise<PromiseSettledResult<unknown>[]> =>
  Promise.allSettled(users.map(clone));

async function sequential(
  clone: (user: UserSpec) => Promise<unknown>,
): Promise<readonly PromiseSettledResult<unknown>[]> {
  const results: PromiseSettledResult<unknown>[] = [];
  for (const user of users) results.push(...(await Promise.allSettled([clone(user)])));
  return results;
}

const ours: Way = (ecs) => {
  const cloner = new TaskDefCloner({ client: ecs.client(), baseFamily, container });
  return concurrent((user) => cloner.clone(user));
};

const byHandAtOnce: Way = (ecs) => {
  const client = ecs.client();
  return concurrent((user) => cloneByHand(client, user));
};

const byHandInTurn: Way = (ecs) => {
  const client = ecs.client();
  return sequential((user) => cloneByHand(client, user));
};

/** Provisions everybody on an ECS with its real quotas and 30 ms a call, in simulated time. */
async function simulate(way: Way): Promise<Outcome> {
  const time = FakeTimers.install({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] });
  try {
    const ecs = new FakeEcs({
      clock: systemClock,
      quotas: true,
      concurrentRevisionError: true,
      latencyMs: 30,
      keepCalls: false,
    });
    ecs.register(toBase(4));
    const startedAt = time.now;
    const results = await untilOver(time, way(ecs));
    return {
      ms: time.now - startedAt,
      failures: results.filter(({ status }) => status === "rejected").length,
      revisions: ecs.revisions(`${baseFamily}-user`).length,
    };
  } finally {
    time.uninstall();
  }
}

/** Lets simulated time pass, timer by timer, whenever nothing else is left to do. */
async function untilOver<Value>(time: ReturnType<typeof FakeTimers.install>, promise: Promise<Value>): Promise<Value> {
  let isOver = false;
  const over = (): void => {
    isOver = true;
  };
  promise.then(over, over);
  while (!isOver) {
    for (let turn = 0; turn < 8; turn += 1) {
      await new Promise<void>((resolve) => {
        setImmediate(resolve);
      });
    }
    if (!isOver) time.next();
  }
  return await promise;
}

async function toRow(what: string, way: Way, runs: number, aim?: number): Promise<Row> {
  const outcomes: Outcome[] = [];
  for (let run = 0; run < runs; run += 1) outcomes.push(await simulate(way));
  const ratios = outcomes.map(({ ms }) => ms / boundMs);
  const failures = Math.max(...outcomes.map(({ failures }) => failures));
  const revisions = outcomes.map(({ revisions }) => revisions);
  const seconds = outcomes.map(({ ms }) => ms / 1000);
  return {
    what,
    comparedWith: `the ${boundMs / 1000} s that ECS's quota takes`,
    // The worst run counts: delays are random.
    ratio: aim === undefined ? toSpread(ratios).median : Math.max(...ratios),
    ...(aim !== undefined && { aim }),
    failures,
    detail:
      `${Math.min(...seconds).toFixed(1)} to ${Math.max(...seconds).toFixed(1)} s of ECS's time in ${runs} runs; ` +
      `${Math.min(...revisions)} to ${Math.max(...revisions)} revisions, at most ${failures} of ${users.length} users failed`,
  };
}

// The SDK warms up outside simulated time.
const warm = new FakeEcs({ keepCalls: false });
warm.register(toBase(4));
await ours(warm);

report([
  await toRow("provisioning 200 users at once, worst run", ours, 10, 1.03),
  await toRow("the same by hand, all at once", byHandAtOnce, 3),
  await toRow("the same by hand, one after the other", byHandInTurn, 3),
]);
