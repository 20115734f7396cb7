import { sleep } from "../waiting.ts";

/** Gives at most so many items per second. */
export async function* paced<Item>(
  items: Iterable<Item>,
  perSecond: number,
  signal: AbortSignal,
): AsyncGenerator<Item, void, undefined> {
  let next = performance.now();
  for (const item of items) {
    const waitMs = next - performance.now();
    if (waitMs > 0) await sleep(waitMs, signal);
    next = Math.max(next, performance.now()) + 1000 / perSecond;
    yield item;
  }
}

/** How many failures are too many: a number, or a share of all. `undefined` if the text is neither. */
export function toMostFailures(text: string, total: number): number | undefined {
  const [, digits, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  return percent === "%" ? Math.max(1, Math.floor((total * Number(digits)) / 100)) : Number(digits);
}
