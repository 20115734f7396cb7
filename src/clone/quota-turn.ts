import { inTurn, newCue } from "../waiting.ts";

/** Ends a registration that ECS throttles, so that it is tried again in its turn. */
class OutOfTurn extends Error {}

/** By account and region: the registrations of this process that ECS throttles there, or would. */
const throttled = new Map<string, Set<symbol>>();

/** How to register under a quota. */
export interface UnderQuota<Value> {
  /** Registers. `onThrottled` is to be called each time that ECS throttles it, and what that throws ends it. */
  readonly register: (onThrottled: () => void) => Promise<Value>;
  /** Runs when the turn of a registration has come, which rests on what was read before the wait. If it gives a value, there is nothing to register. */
  readonly renew: () => Promise<Value | undefined>;
}

/**
 * Registers at once while ECS takes registrations. Once it throttles one, the others of this process in the same account and region wait for their turn,
 * whatever their families: they draw on one quota, so that side by side they would push each other past the deadline. Waiting is no part of it.
 *
 * @param place an account and region
 */
export async function inTurnForQuota<Value>(
  place: string,
  signal: AbortSignal | undefined,
  { register, renew }: UnderQuota<Value>,
): Promise<Value> {
  if (!throttled.has(place)) {
    const over = newCue();
    let isFirst = false;
    const onThrottled = (): void => {
      if (isFirst) return;
      if (throttled.has(place)) throw new OutOfTurn();
      isFirst = true;
      waitInLine(place, undefined, () => over.given);
    };
    try {
      return await register(onThrottled);
    } catch (error) {
      if (!(error instanceof OutOfTurn)) throw error;
    } finally {
      over.give();
    }
  }
  return await waitInLine(place, signal, async () => (await renew()) ?? (await register(() => {})));
}

/** Runs a task once those before it in the line of a place are over. */
async function waitInLine<Value>(
  place: string,
  signal: AbortSignal | undefined,
  task: () => Promise<Value>,
): Promise<Value> {
  const line = throttled.get(place) ?? new Set();
  throttled.set(place, line);
  const self = Symbol(place);
  line.add(self);
  try {
    return await inTurn(`quota ${place}`, signal, task);
  } finally {
    line.delete(self);
    if (line.size === 0) throttled.delete(place);
  }
}
