import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type Block, type Comparison, type RunBlock, toComparison, toPairs } from "./compare.ts";
import { type Row, report } from "./row.ts";
import { toSpread, toText } from "./spread.ts";
import type { Side } from "./verify-child.ts";

/** How often each is measured, in fresh processes. */
const times = 5;
const seconds = 4;
const calls = 40;

async function measure(ours: Side): Promise<Comparison> {
  const child = fork(fileURLToPath(new URL("verify-child.js", import.meta.url)), [`${calls}`]);
  await once(child, "message");
  const toRunBlock =
    (side: Side): RunBlock =>
    async () => {
      child.send(side);
      const [block] = await once(child, "message");
      return block as Block; // The child sends nothing else.
    };
  try {
    return toComparison(await toPairs(toRunBlock(ours), toRunBlock("without"), seconds));
  } finally {
    child.kill();
  }
}

async function toRow(what: string, ours: Side, aim?: number): Promise<Row> {
  const measured: Comparison[] = [];
  for (let time = 0; time < times; time += 1) measured.push(await measure(ours));
  const medianOf = (figure: (comparison: Comparison) => number) => toSpread(measured.map(figure));
  const ratio = medianOf((comparison) => comparison.processorRatio.median);
  const micros = medianOf((comparison) => comparison.ours).median;
  const reference = medianOf((comparison) => comparison.reference).median;
  const detail = `median of ${times} processes; ${micros.toFixed(0)} µs, ${reference.toFixed(0)} µs; ${toText(ratio)}`;
  const comparedWith = "a cloner without `verify`";
  return { what, comparedWith, ratio: ratio.median, ...(aim !== undefined && { aim }), detail };
}

report([
  await toRow("`clone` with `verify: false`, answers ready made, processor time", "left out", 1.05),
  await toRow("`clone` with a verifier that answers at once: listing checks, and reading the base again", "verified"),
]);
