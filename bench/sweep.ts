import { recloneAll } from "../src/fleet/clone-all.ts";
import { TaskDefCloner } from "../src/task-def-cloner.ts";
import { systemClock } from "../src/testing/clock.ts";
import { baseFamily, container } from "./bases.ts";
import { toProvisionedEcs } from "./provisioned.ts";
import { report } from "./row.ts";
import { inSimulatedTime } from "./simulated-time.ts";

/** What came of a sweep over a fleet in which nothing has to be registered. */
interface Sweep {
  readonly ms: number;
  /** Requests that ECS did not refuse. */
  readonly requests: number;
  readonly refused: number;
  readonly failures: number;
}

const latencyMs = 50;
const concurrency = 10;

/** Sweeps the fleet in simulated time. */
async function sweep(users: number, quotas: boolean): Promise<Sweep> {
  return await inSimulatedTime(async (now) => {
    const { ecs, arns } = await toProvisionedEcs(users, { clock: systemClock, latencyMs, quotas });
    const cloner = new TaskDefCloner({ client: ecs.client(), baseFamily, container });
    const startedAt = now();
    const { reused } = await recloneAll(cloner, arns, { concurrency }).complete();
    const requests = ecs.calls.filter(({ outcome }) => outcome === "ok").length;
    return { ms: now() - startedAt, requests, refused: ecs.calls.length - requests, failures: users - reused };
  });
}

const few = 200;
const boundRoundTrips = Math.ceil(few / concurrency);
const unhurried = await sweep(few, false);

const many = 2000;
/** ECS's bucket for reads holds 50 tokens and gets 20 more per second; a user's clone and a tenth of a base take 1.1. */
const boundMs = ((many * 1.1 - 50) / 20) * 1000;
const runs: Sweep[] = [];
for (let run = 0; run < 3; run += 1) runs.push(await sweep(many, true));
const worst = runs.toSorted((one, other) => other.ms - one.ms)[0] ?? unhurried;
const mostRequests = Math.max(...runs.map(({ requests }) => requests));
const failures = Math.max(...runs.map((run) => run.failures));
const toSeconds = ({ ms }: Sweep): string => (ms / 1000).toFixed(1);

report([
  {
    what: `\`recloneAll\` over ${few} unchanged clones, ${concurrency} at a time`,
    comparedWith: `${boundRoundTrips} round trips`,
    ratio: unhurried.ms / (boundRoundTrips * latencyMs),
    aim: 1.15,
    failures: unhurried.failures,
    detail: `${(unhurried.ms / latencyMs).toFixed(1)} round trips of simulated time, ${unhurried.requests} requests`,
  },
  {
    what: `\`recloneAll\` over ${many} unchanged clones under ECS's quotas, worst run`,
    comparedWith: `the ${(boundMs / 1000).toFixed(1)} s that ECS's quota takes for 1.1 reads per user`,
    ratio: worst.ms / boundMs,
    aim: 1.1,
    failures,
    detail: `${runs.map(toSeconds).join(", ")} s of simulated time; ${runs.map(({ refused }) => refused).join(", ")} requests refused and sent again`,
  },
  {
    what: "requests per unchanged user in that sweep, most",
    comparedWith: "one user",
    ratio: mostRequests / many,
    aim: 1.2,
    detail: `${runs.map(({ requests }) => requests).join(", ")} requests for ${many} users`,
  },
]);
