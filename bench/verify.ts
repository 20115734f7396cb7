import { compareInProcesses } from "./in-processes.ts";
import { type Row, report } from "./row.ts";
import { toText } from "./spread.ts";
import type { Side } from "./verify-child.ts";

const calls = 40;

async function toRow(what: string, ours: Side, aim?: number): Promise<Row> {
  const sides = { script: "verify-child", args: [`${calls}`], ours, reference: "without" } as const;
  const { processorRatio, took } = await compareInProcesses<Side>(sides);
  const comparedWith = "a cloner without `verify`";
  const detail = `${took}; ${toText(processorRatio)}`;
  return { what, comparedWith, ratio: processorRatio.median, ...(aim !== undefined && { aim }), detail };
}

report([
  await toRow("`clone` with `verify: false`, answers ready made, processor time", "left out", 1.05),
  await toRow("`clone` with a verifier that answers at once: listing checks, and reading the base again", "verified"),
]);
