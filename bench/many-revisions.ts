import { hasNoAccessPoint } from "../src/base/is-base.ts";
import { audit } from "../src/fleet/audit.ts";
import { prune } from "../src/fleet/prune.ts";
import { TaskDefCloner } from "../src/task-def-cloner.ts";
import { FakeEcs } from "../src/testing/fake-ecs.ts";
import { baseFamily, container, toBase, toUser } from "./bases.ts";
import { type Row, report } from "./row.ts";
import { toSpread } from "./spread.ts";

const few = 1000;
const many = 10_000;

interface World {
  readonly ecs: FakeEcs;
  readonly cloner: TaskDefCloner;
}

/** An ECS whose base family holds a base below so many clones from before the library, and whose clone family holds as many clones of one user. */
async function toWorld(revisions: number): Promise<World> {
  const ecs = new FakeEcs({ keepCalls: false });
  ecs.register(toBase(1));
  const options = { client: ecs.client(), baseFamily, container, maxBaseRevisions: revisions + 1 };
  const cloner = new TaskDefCloner({ ...options, isBase: hasNoAccessPoint("home") });
  const { input } = await cloner.plan(toUser(1));
  const { dockerLabels: _, ...oldContainer } = input.containerDefinitions?.[0] ?? {};
  const old = {
    ...input,
    family: baseFamily,
    containerDefinitions: [oldContainer, ...(input.containerDefinitions ?? []).slice(1)],
  };
  for (let number = 0; number < revisions; number += 1) {
    ecs.register(old);
    ecs.register(input);
  }
  return { ecs, cloner };
}

const subjects: readonly (readonly [what: string, run: (world: World) => Promise<unknown>])[] = [
  ["looking for the base below them", ({ cloner }) => cloner.plan(toUser(1))],
  ["`audit` of them", ({ cloner }) => audit(cloner).complete()],
  ["`prune` of as many clones, dry run", ({ cloner }) => prune(cloner, { inUse: "unknown" }).complete()],
];

/** Microseconds of processor time for each revision. */
async function toMicros(run: (world: World) => Promise<unknown>, revisions: number): Promise<number> {
  const world = await toWorld(revisions);
  const before = process.cpuUsage();
  await run(world);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / revisions;
}

async function toRow([what, run]: (typeof subjects)[number]): Promise<Row> {
  await toMicros(run, few);
  const fewMicros: number[] = [];
  for (let round = 0; round < 5; round += 1) fewMicros.push(await toMicros(run, few));
  const manyMicros = await toMicros(run, many);
  const { median } = toSpread(fewMicros);
  return {
    what: `a family of ${many} revisions: ${what}, processor time per revision`,
    comparedWith: `the same in a family of ${few}`,
    ratio: manyMicros / median,
    aim: 1.2,
    detail: `${manyMicros.toFixed(0)} µs, ${median.toFixed(0)} µs`,
  };
}

const rows: Row[] = [];
for (const subject of subjects) rows.push(await toRow(subject));
report(rows);
