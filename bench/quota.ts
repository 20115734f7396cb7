import { TaskDefCloner } from "../src/task-def-cloner.ts";
import { systemClock } from "../src/testing/clock.ts";
import { FakeEcs } from "../src/testing/fake-ecs.ts";
import type { UserSpec } from "../src/user/user.ts";
import { baseFamily, container, toBase, toUser } from "./bases.ts";
import { cloneByHand } from "./by-hand.ts";
import { type Curve, toPicture } from "./picture.ts";
import { type Row, report } from "./row.ts";
import { inSimulatedTime } from "./simulated-time.ts";
import { toSpread } from "./spread.ts";

const users = Array.from({ length: 200 }, (_, number) => toUser(number));

/** ECS's bucket for registrations holds 20 tokens and gets one more per second. */
const boundMs = (users.length - 20) * 1000;

/** What came of provisioning everybody once. */
interface Outcome {
  readonly ms: number;
  readonly failures: number;
  readonly revisions: number;
  /** When each user's revision was registered, in seconds from the start. */
  readonly movedAt: readonly number[];
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
  return await inSimulatedTime(async (now) => {
    const ecs = new FakeEcs({
      clock: systemClock,
      quotas: true,
      concurrentRevisionError: true,
      latencyMs: 30,
      keepCalls: false,
    });
    ecs.register(toBase(4));
    const startedAt = now();
    const results = await way(ecs);
    const movedAt = ecs
      .revisions(`${baseFamily}-user`)
      .map(({ registeredAt }) => (registeredAt.getTime() - startedAt) / 1000);
    return {
      ms: now() - startedAt,
      failures: results.filter(({ status }) => status === "rejected").length,
      revisions: movedAt.length,
      movedAt,
    };
  });
}

interface Measured {
  readonly row: Row;
  /** The run that took longest. */
  readonly worst: Outcome;
}

async function toRow(what: string, way: Way, runs: number, aim?: number): Promise<Measured> {
  let worst = await simulate(way);
  const outcomes = [worst];
  while (outcomes.length < runs) outcomes.push(await simulate(way));
  for (const outcome of outcomes) if (outcome.ms > worst.ms) worst = outcome;
  const ratios = outcomes.map(({ ms }) => ms / boundMs);
  const failures = Math.max(...outcomes.map(({ failures }) => failures));
  const revisions = outcomes.map(({ revisions }) => revisions);
  const seconds = outcomes.map(({ ms }) => ms / 1000);
  const row = {
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
  return { row, worst };
}

// The SDK warms up outside simulated time.
const warm = new FakeEcs({ keepCalls: false });
warm.register(toBase(4));
await ours(warm);

const library = await toRow("provisioning 200 users at once, worst run", ours, 10, 1.02);
const atOnce = await toRow("the same by hand, all at once", byHandAtOnce, 3);
const inTurn = await toRow("the same by hand, one after the other", byHandInTurn, 3);

const bound: Curve = {
  name: "ECS's bound",
  movedAt: users.map((_, number) => Math.max(0, number - 19)),
};
const toCurve = (name: string, { worst }: Measured): Curve => ({ name, movedAt: worst.movedAt });
const picture = toPicture(users.length, boundMs / 1000, [
  bound,
  toCurve("taskdef-cloner", library),
  toCurve("by hand, one after the other", inTurn),
  toCurve("by hand, all at once", atOnce),
]);

report(
  [library, atOnce, inTurn].map(({ row }) => row),
  { "fleet.svg": picture },
);
