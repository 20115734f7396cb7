import type { Side } from "./clone-child.ts";
import { compareInProcesses } from "./in-processes.ts";
import { type Row, report } from "./row.ts";
import { toText } from "./spread.ts";

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

async function toRows({ kibibytes, transport, calls, aim }: Setting): Promise<Row[]> {
  const args = [`${kibibytes}`, transport, `${calls}`];
  const sides = { script: "clone-child", args, ours: "ours", reference: "by hand" } as const;
  const { ratio, processorRatio, took } = await compareInProcesses<Side>(sides);
  const where = transport === "fake" ? "on `FakeEcs`" : "answers ready made";
  const what = `\`clone\`, base of ${kibibytes} KiB, ${where}`;
  const comparedWith = "describe, spread and register by hand";
  const detail = `${took}; ${toText(ratio)}`;
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
