/**
 * A bulk operation that starts when you loop over it with `for await`, or call `complete`. It can be gone through once, as a generator can; leaving the
 * loop ends it.
 */
export interface FleetRun<Item, Summary> extends AsyncGenerator<Item, void, undefined> {
  /**
   * Runs to the end and returns a summary. Throws what the loop would have thrown; calling it again then summarizes what was done until that point.
   */
  complete(): Promise<Summary>;
  /** Never there: a run is not a promise, and awaiting it would do nothing. Declared so that `await` on a run does not compile. */
  readonly then?: (this: never) => never;
}

/** Makes a summary of items that are shown to it one by one. */
export interface Tally<Item, Summary> {
  add(item: Item): void;
  toSummary(): Summary;
}

/** How many failures a summary holds at most, so that memory stays flat. */
const mostFailures = 100;

/** Adds a failure to a list that stays within bounds. */
export function addFailure<Failure>(failures: Failure[], failure: Failure): void {
  if (failures.length < mostFailures) failures.push(failure);
}

/** A run whose summary is made of the items that are left. */
export function toRun<Item, Summary>(
  items: AsyncGenerator<Item, void, undefined>,
  summarize: (rest: AsyncIterable<Item>) => Promise<Summary>,
): FleetRun<Item, Summary> {
  return Object.assign(items, { complete: () => summarize(items) });
}

/** A run whose summary covers all items, including those that a loop has fetched before. */
export function toTalliedRun<Item, Summary>(
  items: AsyncIterable<Item>,
  tally: Tally<Item, Summary>,
): FleetRun<Item, Summary> {
  return toRun(withTally(items, tally), async (rest) => {
    for await (const _ of rest);
    return tally.toSummary();
  });
}

async function* withTally<Item>(
  items: AsyncIterable<Item>,
  tally: Tally<Item, unknown>,
): AsyncGenerator<Item, void, undefined> {
  for await (const item of items) {
    tally.add(item);
    yield item;
  }
}
