import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Side } from "./clone-child.ts";
import { type Block, type Pair, type RunBlock, toComparison, toPairs } from "./compare.ts";
import { type Row, report } from "./row.ts";
import { toText } from "./spread.ts";

interface Setting {
  readonly kibibytes: number;
  readonly transport: "fake" | "canned";
  /** How many calls make a block: enough for their garbage to be collected within it. */
  readonly calls: number;
  /** Whether each side has a process of its own, as an application has one or the other, or both take turns in one, with one client. */
  readonly apart: boolean;
  /** How often it is measured, in fresh processes: two that do the same may differ by some percent for as long as they live, by what the engine made of the code. */
  readonly times: number;
  readonly aim?: number;
}

const settings: readonly Setting[] = [
  { kibibytes: 4, transport: "fake", calls: 40, apart: true, times: 8, aim: 1.1 },
  { kibibytes: 4, transport: "fake", calls: 40, apart: false, times: 8, aim: 1.1 },
  { kibibytes: 60, transport: "fake", calls: 12, apart: true, times: 4, aim: 1.25 },
  { kibibytes: 60, transport: "fake", calls: 12, apart: false, times: 4, aim: 1.25 },
  { kibibytes: 4, transport: "canned", calls: 40, apart: true, times: 4 },
  { kibibytes: 60, transport: "canned", calls: 12, apart: true, times: 2 },
];

const seconds = 4;

async function start({ kibibytes, transport, calls }: Setting): Promise<ChildProcess> {
  const script = fileURLToPath(new URL("clone-child.js", import.meta.url));
  const child = fork(script, [`${kibibytes}`, transport, `${calls}`]);
  await once(child, "message");
  return child;
}

const toRunBlock =
  (child: ChildProcess, side: Side): RunBlock =>
  async () => {
    child.send(side);
    const [block] = await once(child, "message");
    return block as Block; // The child sends nothing else.
  };

async function measure(setting: Setting): Promise<Pair[]> {
  const first = await start(setting);
  const second = setting.apart ? await start(setting) : first;
  try {
    return await toPairs(toRunBlock(first, "ours"), toRunBlock(second, "by hand"), seconds);
  } finally {
    first.kill();
    second.kill();
  }
}

async function toRows(setting: Setting): Promise<Row[]> {
  const pairs: Pair[] = [];
  for (let time = 0; time < setting.times; time += 1) pairs.push(...(await measure(setting)));
  const { ratio, processorRatio, ours, reference } = toComparison(pairs);
  const { kibibytes, transport, apart, aim } = setting;
  const where = transport === "fake" ? "on `FakeEcs`" : "answers ready made";
  const what = `\`clone\`, base of ${kibibytes} KiB, ${where}${apart ? "" : ", both in one process"}`;
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
