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

/** What one block of calls took, a call. */
export interface Block {
  readonly micros: number;
  readonly processorMicros: number;
}

/** Runs a block of calls and measures it. */
export type RunBlock = () => Promise<Block>;

/** A block on either side. */
export type Pair = readonly [ours: Block, reference: Block];

/** What keeps the results of what is measured, so that nothing is optimised away. */
export const sink: { value?: unknown } = {};

/** Until the engine has compiled both for good: it takes some thousand calls. */
const warmUpRounds = 100;
const fewestRounds = 30;

/** Runs two sides in short alternating blocks, each side first in every other round, so that noise which lasts longer than a round meets both. */
export async function toPairs(ours: RunBlock, reference: RunBlock, seconds: number): Promise<Pair[]> {
  const pairs: Pair[] = [];
  let startedAt = 0;
  for (let round = 0; pairs.length < fewestRounds || performance.now() - startedAt < seconds * 1000; round += 1) {
    const oursFirst = round % 2 === 0;
    const first = await (oursFirst ? ours : reference)();
    const second = await (oursFirst ? reference : ours)();
    if (round < warmUpRounds) startedAt = performance.now();
    else pairs.push(oursFirst ? [first, second] : [second, first]);
  }
  return pairs;
}

/** Runs so many calls of a task, and measures them. */
export async function runBlock(task: () => Promise<unknown>, calls: number): Promise<Block> {
  const startedAt = performance.now();
  const processor = process.cpuUsage();
  for (let call = 0; call < calls; call += 1) sink.value = await task();
  return toBlock(startedAt, processor, calls);
}

/** Compares two functions that return what they give. */
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

export function toComparison(pairs: readonly Pair[]): Comparison {
  return {
    ratio: toSpread(pairs.map(([ours, reference]) => ours.micros / reference.micros)),
    processorRatio: toSpread(pairs.map(([ours, reference]) => ours.processorMicros / reference.processorMicros)),
    ours: toSpread(pairs.map(([ours]) => ours.micros)).median,
    reference: toSpread(pairs.map(([, reference]) => reference.micros)).median,
  };
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
