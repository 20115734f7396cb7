import type { Ecs, EcsClient } from "../ecs/connection.ts";
import { afterThisTurn, newCue, noLongerNeeded, orAborted } from "../waiting.ts";

interface WaitingCall extends Pick<Ecs, "emit"> {
  /** Called when the look-up leaves: what the call gets was not described before. */
  readonly onLeave: () => void;
}

/** A look-up that calls wait for. It leaves only once; who comes later needs the next one. */
interface LookUp {
  readonly waiting: Set<WaitingCall>;
  /** Aborts the look-up once no call waits anymore. */
  readonly ending: AbortController;
  readonly leave: () => void;
  /** Settles like the look-up, once it has left. */
  readonly found: Promise<unknown>;
}

/** The look-ups of one thing: those under way, and the next one to leave. */
interface LookUps {
  readonly subject: readonly unknown[];
  readonly underWay: Set<LookUp>;
  next: LookUp | undefined;
  /** Lets the next one leave although another is under way. */
  timer?: NodeJS.Timeout;
}

const lookUpsOf = new WeakMap<EcsClient, Set<LookUps>>();

/**
 * The next look-up leaves when the one before it is over, so that calls which do not begin together share it too. If that takes longer (ms), as when a
 * response is lost or ECS throttles, it leaves without waiting.
 */
const longestWaitMs = 1000;

/**
 * Looks something up in ECS, together with all calls that need the same by the same client. Every call gets what was looked up after it began: the next
 * look-up to leave, never a look-up that is under way, and nothing is kept.
 *
 * A call whose signal aborts stops waiting; the look-up is aborted when no call waits for it. What happens in it is reported once to each cloner.
 *
 * @param subject what is looked up, and how: the same values mean the same look-up.
 * @param look is given a connection of its own, and whether several calls will get the result.
 * @param onLeave is called when the look-up leaves: what the call gets is not older.
 */
export async function lookUpTogether<Found>(
  ecs: Ecs,
  subject: readonly unknown[],
  look: (ecs: Ecs, isShared: boolean) => Promise<Found>,
  onLeave: () => void = () => {},
): Promise<Found> {
  ecs.signal?.throwIfAborted();
  const { client, requestTimeoutMs, deadlineMs, emit, signal } = ecs;
  const lookUps = findLookUps(client, [requestTimeoutMs, deadlineMs, ...subject]);
  if (lookUps.next === undefined) {
    lookUps.next = newLookUp(ecs, look);
    leaveSoon(client, lookUps);
  }
  const { next } = lookUps;
  const waiting = { emit, onLeave };
  next.waiting.add(waiting);
  try {
    // The cast: what is looked up is the same, and so is its type.
    return (await orAborted(next.found, signal)) as Found;
  } finally {
    next.waiting.delete(waiting);
    if (next.waiting.size === 0) {
      next.ending.abort(noLongerNeeded);
      if (lookUps.next === next) takeNext(lookUps);
      forgetIfIdle(client, lookUps);
    }
  }
}

function findLookUps(client: EcsClient, subject: readonly unknown[]): LookUps {
  const all = lookUpsOf.get(client) ?? new Set();
  lookUpsOf.set(client, all);
  for (const one of all) if (isSame(one.subject, subject)) return one;
  const lookUps: LookUps = { subject, underWay: new Set(), next: undefined };
  all.add(lookUps);
  return lookUps;
}

const isSame = (one: readonly unknown[], other: readonly unknown[]): boolean =>
  one.length === other.length && one.every((value, index) => value === other[index]);

function forgetIfIdle(client: EcsClient, lookUps: LookUps): void {
  if (lookUps.next === undefined && lookUps.underWay.size === 0) lookUpsOf.get(client)?.delete(lookUps);
}

function newLookUp(ecs: Ecs, look: (ecs: Ecs, isShared: boolean) => Promise<unknown>): LookUp {
  const waiting = new Set<WaitingCall>();
  const ending = new AbortController();
  const emit: Ecs["emit"] = (event) => {
    for (const tell of new Set([...waiting].map((one) => one.emit))) tell(event);
  };
  const leaving = newCue();
  const found = leaving.given.then(() => look({ ...ecs, emit, signal: ending.signal }, waiting.size > 1));
  return { waiting, ending, leave: leaving.give, found };
}

/** Lets the next look-up leave when no other is under way anymore, or has been for too long. */
function leaveSoon(client: EcsClient, lookUps: LookUps): void {
  if (lookUps.next === undefined) return;
  if (lookUps.underWay.size === 0) leaveNow(client, lookUps);
  else lookUps.timer ??= setTimeout(() => leaveNow(client, lookUps), longestWaitMs);
}

/** Lets it leave at the end of this turn: calls that begin together share it. */
function leaveNow(client: EcsClient, lookUps: LookUps): void {
  const { next, underWay } = lookUps;
  afterThisTurn(() => {
    // No call waits for it anymore, or it has left already.
    if (next === undefined || lookUps.next !== next) return;
    takeNext(lookUps);
    underWay.add(next);
    const end = (): void => {
      underWay.delete(next);
      leaveSoon(client, lookUps);
      forgetIfIdle(client, lookUps);
    };
    next.found.then(end, end);
    for (const call of next.waiting) call.onLeave();
    next.leave();
  });
}

function takeNext(lookUps: LookUps): void {
  lookUps.next = undefined;
  clearTimeout(lookUps.timer);
  delete lookUps.timer;
}
