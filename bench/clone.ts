import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type Block, type Pair, type RunBlock, toComparison, toPairs } from "./compare.ts";
import { type Row, report } from "./row.ts";
import { toText } from "./spread.ts";

interface Setting {
  readonly kibibytes: number;
  readonly transport: "fake" | "canned";
  /** How many calls make a block: enough for their garbage to be collected within it. */
  readonly calls: number;
  /** How many pairs of processes: two that do the same may differ by some percent for as long as they live, by what the engine made of the code. */
  readonly processes: number;
  readonly aim?: number;
}

const settings: readonly Setting[] = [
  { kibibytes: 4, transport: "fake", calls: 40, processes: 5, aim: 1.1 },
  { kibibytes: 60, transport: "fake", calls: 12, processes: 5, aim: 1.25 },
  { kibibytes: 4, transport: "canned", calls: 40, processes: 2 },
  { kibibytes: 60, transport: "canned", calls: 12, processes: 2 },
];

const seconds = 4;

type Side = "ours" | "by hand";

async function start(side: Side, { kibibytes, transport, calls }: Setting): Promise<ChildProcess> {
  const script = fileURLToPath(new URL("clone-child.js", import.meta.url));
  const child = fork(script, [side, `${kibibytes}`, transport, `${calls}`]);
  await once(child, "message");
  return child;
}

const toRunBlock =
  (child: ChildProcess): RunBlock =>
  async () => {
    child.send("run");
    const [block] = await once(child, "message");
    return block as Block; // The child sends nothing else.
  };

async function measure(setting: Setting): Promise<Pair[]> {
  const ours = await start("ours", setting);
  const byHand = await start("by hand", setting);
  try {
    return await toPairs(toRunBlock(ours), toRunBlock(byHand), seconds);
  } finally {
    ours.kill();
    byHand.kill();
  }
}

async function toRows(setting: Setting): Promise<Row[]> {
  const pairs: Pair[] = [];
  for (let pair = 0; pair < setting.processes; pair += 1) pairs.push(...(await measure(setting)));
  const { ratio, processorRatio, ours, reference } = toComparison(pairs);
  const { kibibytes, transport, aim } = setting;
  const what = `\`clone\`, base of ${kibibytes} KiB, ${transport === "fake" ? "on `FakeEcs`" : "answers ready made"}`;
  const shared = { comparedWith: "describe, spread and register by hand", ...(aim !== undefined && { aim }) };
  return [
    {
      ...shared,
      what,
      ratio: ratio.median,
      detail: `${ours.toFixed(0)} µs, ${reference.toFixed(0)} µs; ${toText(ratio)}`,
    },
    { ...shared, what: `${what}, processor time`, ratio: processorRatio.median, detail: toText(processorRatio) },
  ];
}

const rows: Row[] = [];
for (const setting of settings) rows.push(...(await toRows(setting)));
report(rows);
