import { TaskDefCloner } from "../src/task-def-cloner.ts";
import { systemClock } from "../src/testing/clock.ts";
import { baseFamily, container, toUser } from "./bases.ts";
import { toProvisionedEcs } from "./provisioned.ts";
import { type Row, report } from "./row.ts";
import { inSimulatedTime } from "./simulated-time.ts";
import { toSpread } from "./spread.ts";

const latencyMs = 50;

type Call = (cloner: TaskDefCloner, arn: string) => Promise<unknown>;

const calls: readonly (readonly [what: string, aim: number, call: Call])[] = [
  ["`clone` of a new user", 2.3, (cloner) => cloner.clone(toUser(1))],
  ["`resize` that registers", 2.3, (cloner, arn) => cloner.resize(arn, { cpu: 1024, memory: 2048 })],
  ["`clone` of an unchanged user", 1.3, (cloner, current) => cloner.clone(toUser(0), { current })],
  ["`reclone` of an unchanged user", 1.3, (cloner, arn) => cloner.reclone(arn)],
  ["`inspect`", 1.3, (cloner, arn) => cloner.inspect(arn)],
];

/** How long the call takes, by a clock, if every request to ECS takes the same time. */
async function toMs(call: Call, now: () => number): Promise<number> {
  const { ecs, arns } = await toProvisionedEcs(1, { clock: systemClock, latencyMs, concurrentRevisionError: true });
  const cloner = new TaskDefCloner({ client: ecs.client(), baseFamily, container });
  const startedAt = now();
  await call(cloner, arns[0] ?? "");
  return now() - startedAt;
}

async function toRows([what, aim, call]: (typeof calls)[number]): Promise<Row[]> {
  const simulated = await inSimulatedTime((now) => toMs(call, now));
  const real: number[] = [];
  for (let round = 0; round < 15; round += 1) real.push(await toMs(call, () => performance.now()));
  const { median } = toSpread(real);
  return [
    {
      what: `round trips one after the other: ${what}`,
      comparedWith: "one round trip",
      ratio: median / latencyMs,
      aim,
      detail: `${(simulated / latencyMs).toFixed(1)} in simulated time; median of 15 calls in real time: ${median.toFixed(0)} ms, a round trip ${latencyMs} ms`,
    },
  ];
}

const burst = 20;

/** Provisions many users of one family at once. */
async function toBurstMs(now: () => number): Promise<number> {
  return await toMs(
    (cloner) => Promise.all(Array.from({ length: burst }, (_, number) => cloner.clone(toUser(number + 1)))),
    now,
  );
}

async function toBurstRow(): Promise<Row> {
  const boundMs = burst * latencyMs;
  const simulated = await inSimulatedTime(toBurstMs);
  const real: number[] = [];
  for (let round = 0; round < 7; round += 1) real.push(await toBurstMs(() => performance.now()));
  const { median } = toSpread(real);
  return {
    what: `a burst of ${burst} provisions of one family, ${latencyMs} ms a request`,
    comparedWith: `${burst} registrations one after the other`,
    ratio: median / boundMs,
    aim: 1.15,
    failures: 0,
    detail: `${(simulated / boundMs).toFixed(3)} in simulated time; median of 7 bursts in real time: ${median.toFixed(0)} ms of ${boundMs}`,
  };
}

const rows: Row[] = [];
for (const call of calls) rows.push(...(await toRows(call)));
report([...rows, await toBurstRow()]);
