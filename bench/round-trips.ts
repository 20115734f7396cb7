import { DescribeTaskDefinitionCommand, RegisterTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { TaskDefCloner } from "../src/task-def-cloner.ts";
import { systemClock } from "../src/testing/clock.ts";
import type { FakeEcs } from "../src/testing/fake-ecs.ts";
import { baseFamily, container, toBase, toUser } from "./bases.ts";
import { toProvisionedEcs } from "./provisioned.ts";
import { type Row, report } from "./row.ts";
import { inSimulatedTime } from "./simulated-time.ts";
import { toSpread, toText } from "./spread.ts";

const latencyMs = 50;
const burst = 20;

/** Something to measure on an ECS of its own, in which user 0 has a clone. It gives what to run, with everything made that an application makes once. */
type Subject = (ecs: FakeEcs, arn: string) => () => Promise<unknown>;

const withCloner =
  (call: (cloner: TaskDefCloner, arn: string) => Promise<unknown>): Subject =>
  (ecs, arn) => {
    const cloner = new TaskDefCloner({ client: ecs.client(), baseFamily, container });
    return () => call(cloner, arn);
  };

const roundTrip: Subject = (ecs) => {
  const client = ecs.client();
  return () => client.send(new DescribeTaskDefinitionCommand({ taskDefinition: baseFamily, include: ["TAGS"] }));
};

const registrations: Subject = (ecs) => {
  const client = ecs.client();
  return async () => {
    for (let number = 0; number < burst; number += 1) {
      await client.send(new RegisterTaskDefinitionCommand({ ...toBase(4), family: `${baseFamily}-user` }));
    }
  };
};

const provisions = withCloner((cloner) =>
  Promise.all(Array.from({ length: burst }, (_, number) => cloner.clone(toUser(number + 1)))),
);

/** How many milliseconds it takes if every request to ECS takes the same time. */
async function toMs(subject: Subject, now: () => number): Promise<number> {
  const { ecs, arns } = await toProvisionedEcs(1, { clock: systemClock, latencyMs, concurrentRevisionError: true });
  const run = subject(ecs, arns[0] ?? "");
  const startedAt = now();
  await run();
  return now() - startedAt;
}

interface Comparison {
  readonly what: string;
  readonly comparedWith: string;
  readonly aim: number;
  readonly subject: Subject;
  readonly reference: Subject;
  readonly rounds: number;
}

/** Compares in real time, in turns. Simulated time shows what is left of the ratio on a machine that takes no time itself. */
async function toRow({ what, comparedWith, aim, subject, reference, rounds }: Comparison): Promise<Row> {
  const simulated =
    (await inSimulatedTime((now) => toMs(subject, now))) / (await inSimulatedTime((now) => toMs(reference, now)));
  const now = (): number => performance.now();
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await toMs(subject, now));
    theirs.push(await toMs(reference, now));
  }
  const ratio = toSpread(ours.map((ms, round) => ms / (theirs[round] ?? Number.NaN)));
  const median = (values: readonly number[]): string => toSpread(values).median.toFixed(0);
  return {
    what,
    comparedWith,
    ratio: ratio.median,
    aim,
    detail: `${simulated.toFixed(2)} in simulated time; ${median(ours)} ms, ${median(theirs)} ms; ${toText(ratio)}`,
  };
}

const calls: readonly (readonly [what: string, aim: number, subject: Subject])[] = [
  ["`clone` of a new user", 2.3, withCloner((cloner) => cloner.clone(toUser(1)))],
  ["`resize` that registers", 2.3, withCloner((cloner, arn) => cloner.resize(arn, { cpu: 1024, memory: 2048 }))],
  ["`clone` of an unchanged user", 1.3, withCloner((cloner, current) => cloner.clone(toUser(0), { current }))],
  ["`reclone` of an unchanged user", 1.3, withCloner((cloner, arn) => cloner.reclone(arn))],
  ["`inspect`", 1.3, withCloner((cloner, arn) => cloner.inspect(arn))],
];

const rows: Row[] = [];
for (const [what, aim, subject] of calls) {
  const comparedWith = "a round trip by hand";
  rows.push(
    await toRow({
      what: `${what}, ${latencyMs} ms a request`,
      comparedWith,
      aim,
      subject,
      reference: roundTrip,
      rounds: 25,
    }),
  );
}
rows.push(
  await toRow({
    what: `a burst of ${burst} provisions of one family, ${latencyMs} ms a request`,
    comparedWith: `${burst} registrations by hand, one after the other`,
    aim: 1.15,
    subject: provisions,
    reference: registrations,
    rounds: 9,
  }),
);
report(rows);
