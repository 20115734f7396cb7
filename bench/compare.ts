import { type Spread, toSpread } from "./spread.ts";

/** How one thing compares with another. Ratios are taken round by round, so that noise which lasts longer than a round cancels. */
export interface Comparison {
  readonly ratio: Spread;
  /** Of processor time, all threads of the process together. */
  readonly processorRatio: Spread;
  /** Microseconds a call. */
  readonly ours: number;
  readonly reference: number;
}

interface Block {
  readonly micros: number;
  readonly processorMicros: number;
}

/** What keeps the results of what is measured, so that nothing is optimised away. */
export const sink: { value?: unknown } = {};

const warmUpRounds = 20;
const fewestRounds = 30;

/**
 * Runs two asynchronous tasks in short alternating blocks, each block first in every other round.
 *
 * @param calls How many make a block: enough for the garbage of both to be collected within it.
 * @param beforeRound Runs untimed before each round.
 */
export async function compare(
  ours: () => Promise<unknown>,
  reference: () => Promise<unknown>,
  { seconds, calls, beforeRound }: { seconds: number; calls: number; beforeRound: () => Promise<void> },
): Promise<Comparison> {
  const pairs: Pair[] = [];
  const startedAt = performance.now();
  for (let round = 0; pairs.length < fewestRounds || performance.now() - startedAt < seconds * 1000; round += 1) {
    await beforeRound();
    const oursFirst = round % 2 === 0;
    const first = await runBlock(oursFirst ? ours : reference, calls);
    const second = await runBlock(oursFirst ? reference : ours, calls);
    if (round >= warmUpRounds) pairs.push(oursFirst ? [first, second] : [second, first]);
  }
  return toComparison(pairs);
}

/** The same for two functions that return what they give. */
export function compareSync(ours: () => unknown, reference: () => unknown, seconds = 2): Comparison {
  const oursCalls = toCallsIn(ours, 4000);
  const referenceCalls = toCallsIn(reference, 4000);
  const pairs: Pair[] = [];
  const startedAt = performance.now();
  for (let round = 0; pairs.length < fewestRounds || performance.now() - startedAt < seconds * 1000; round += 1) {
    const oursFirst = round % 2 === 0;
    const first = oursFirst ? runBlockSync(ours, oursCalls) : runBlockSync(reference, referenceCalls);
    const second = oursFirst ? runBlockSync(reference, referenceCalls) : runBlockSync(ours, oursCalls);
    pairs.push(oursFirst ? [first, second] : [second, first]);
  }
  return toComparison(pairs);
}

type Pair = readonly [ours: Block, reference: Block];

function toComparison(pairs: readonly Pair[]): Comparison {
  return {
    ratio: toSpread(pairs.map(([ours, reference]) => ours.micros / reference.micros)),
    processorRatio: toSpread(pairs.map(([ours, reference]) => ours.processorMicros / reference.processorMicros)),
    ours: toSpread(pairs.map(([ours]) => ours.micros)).median,
    reference: toSpread(pairs.map(([, reference]) => reference.micros)).median,
  };
}

async function runBlock(task: () => Promise<unknown>, calls: number): Promise<Block> {
  const startedAt = performance.now();
  const processor = process.cpuUsage();
  for (let call = 0; call < calls; call += 1) sink.value = await task();
  return toBlock(startedAt, processor, calls);
}

function runBlockSync(task: () => unknown, calls: number): Block {
  const startedAt = performance.now();
  const processor = process.cpuUsage();
  for (let call = 0; call < calls; call += 1) sink.value = task();
  return toBlock(startedAt, processor, calls);
}

function toBlock(startedAt: number, before: NodeJS.CpuUsage, calls: number): Block {
  const micros = (performance.now() - startedAt) * 1000;
  const { user, system } = process.cpuUsage(before);
  return { micros: micros / calls, processorMicros: (user + system) / calls };
}

/** How many calls fill this many microseconds, once the function is warm. */
function toCallsIn(task: () => unknown, micros: number): number {
  for (let call = 0; call < 2000; call += 1) sink.value = task();
  return Math.max(1, Math.round(micros / runBlockSync(task, 200).micros));
}
