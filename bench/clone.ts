import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Side } from "./clone-child.ts";
import { type Block, type Comparison, type RunBlock, toComparison, toPairs } from "./compare.ts";
import { type Row, report } from "./row.ts";
import { toSpread, toText } from "./spread.ts";

interface Setting {
  readonly kibibytes: number;
  readonly transport: "fake" | "canned";
  /** How many calls make a block: enough for their garbage to be collected within it. */
  readonly calls: number;
  readonly aim: number;
}

const settings: readonly Setting[] = [
  { kibibytes: 4, transport: "canned", calls: 40, aim: 1.05 },
  { kibibytes: 60, transport: "canned", calls: 12, aim: 0.85 },
  { kibibytes: 4, transport: "fake", calls: 40, aim: 1 },
  { kibibytes: 60, transport: "fake", calls: 12, aim: 0.9 },
];

/** How often each is measured, in fresh processes: two that do the same may differ by some percent for as long as they live, by what the engine made of the code. */
const times = 5;

const seconds = 4;

/** Compares both sides, which take turns in one process with one client. */
async function measure({ kibibytes, transport, calls }: Setting): Promise<Comparison> {
  const script = fileURLToPath(new URL("clone-child.js", import.meta.url));
  const child = fork(script, [`${kibibytes}`, transport, `${calls}`]);
  await once(child, "message");
  const toRunBlock =
    (side: Side): RunBlock =>
    async () => {
      child.send(side);
      const [block] = await once(child, "message");
      return block as Block; // The child sends nothing else.
    };
  try {
    return toComparison(await toPairs(toRunBlock("ours"), toRunBlock("by hand"), seconds));
  } finally {
    child.kill();
  }
}

async function toRows(setting: Setting): Promise<Row[]> {
  const { kibibytes, transport, aim } = setting;
  const measured: Comparison[] = [];
  for (let time = 0; time < times; time += 1) measured.push(await measure(setting));
  const medianOf = (figure: (comparison: Comparison) => number) => toSpread(measured.map(figure));
  const ratio = medianOf((comparison) => comparison.ratio.median);
  const processorRatio = medianOf((comparison) => comparison.processorRatio.median);
  const ours = medianOf((comparison) => comparison.ours).median;
  const reference = medianOf((comparison) => comparison.reference).median;
  const where = transport === "fake" ? "on `FakeEcs`" : "answers ready made";
  const what = `\`clone\`, base of ${kibibytes} KiB, ${where}`;
  const comparedWith = "describe, spread and register by hand";
  const detail = `median of ${times} processes; ${ours.toFixed(0)} µs, ${reference.toFixed(0)} µs; ${toText(ratio)}`;
  return [
    {
      what: `${what}, processor time`,
      comparedWith,
      ratio: processorRatio.median,
      aim,
      detail: toText(processorRatio),
    },
    { what, comparedWith, ratio: ratio.median, ...(transport === "fake" && { aim }), detail },
  ];
}

const rows: Row[] = [];
for (const setting of settings) rows.push(...(await toRows(setting)));
report(rows);
