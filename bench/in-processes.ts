import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type Block, type Comparison, type RunBlock, toComparison, toPairs } from "./compare.ts";
import { type Spread, toSpread } from "./spread.ts";

/** How often each is measured, in fresh processes: two that do the same may differ by some percent for as long as they live, by what the engine made of the code. */
const times = 5;

const seconds = 4;

/** The medians of what fresh processes measured. */
export interface Medians {
  readonly ratio: Spread;
  readonly processorRatio: Spread;
  /** What a call took on either side, in words. */
  readonly took: string;
}

/** What is compared: two sides of one script, which runs a block of calls of the side that a message names. */
export interface Sides<Side extends string> {
  /** Its name, without an ending. */
  readonly script: string;
  readonly args: readonly string[];
  readonly ours: Side;
  readonly reference: Side;
}

/** Compares both sides, which take turns in one process, in several processes one after another. */
export async function compareInProcesses<Side extends string>(sides: Sides<Side>): Promise<Medians> {
  const measured: Comparison[] = [];
  for (let time = 0; time < times; time += 1) measured.push(await measure(sides));
  const medianOf = (figure: (comparison: Comparison) => number): Spread => toSpread(measured.map(figure));
  const micros = medianOf(({ ours }) => ours).median.toFixed(0);
  const reference = medianOf((comparison) => comparison.reference).median.toFixed(0);
  return {
    ratio: medianOf(({ ratio }) => ratio.median),
    processorRatio: medianOf(({ processorRatio }) => processorRatio.median),
    took: `median of ${times} processes; ${micros} µs, ${reference} µs`,
  };
}

async function measure<Side extends string>({ script, args, ours, reference }: Sides<Side>): Promise<Comparison> {
  const child = fork(fileURLToPath(new URL(`${script}.js`, import.meta.url)), args);
  await once(child, "message");
  const toRunBlock =
    (side: Side): RunBlock =>
    async () => {
      child.send(side);
      const [block] = await once(child, "message");
      return block as Block; // The child sends nothing else.
    };
  try {
    return toComparison(await toPairs(toRunBlock(ours), toRunBlock(reference), seconds));
  } finally {
    child.kill();
  }
}
