import type { Ecs } from "../ecs/connection.ts";
import { RequestTimeoutError } from "../errors.ts";
import { type Cue, inTime, newCue, orAborted } from "../waiting.ts";

/** A call's place in the line of those that register into a family. */
interface Place {
  /** Whether it is before all that are not. */
  readonly isAhead: boolean;
  /** Resolves once the registration of the call before it was sent, or there is none. */
  readonly next: Cue;
  /** Resolves once no other call registers into the family. */
  readonly turn: Cue;
}

interface Line {
  readonly waiting: Set<Place>;
  /** Whose turn it is. */
  holder: Place | undefined;
  /** Whether the holder has sent its registration. */
  hasSent: boolean;
}

/** By region and family. */
const lines = new Map<string, Line>();

/** The lines in which this process has registered since a call began to read, or last cleared it. */
export interface RegistrationNews {
  /** Those in which a registration was sent. */
  readonly sent: Set<string>;
  /** Those in which a turn with a registration is over, so that it has its effect, if it has one. */
  readonly over: Set<string>;
}

const watching = new Set<RegistrationNews>();

/** Runs a call that needs to know whether what it has read is older than a registration. */
export async function withRegistrationNews<Value>(call: (news: RegistrationNews) => Promise<Value>): Promise<Value> {
  const news: RegistrationNews = { sent: new Set(), over: new Set() };
  watching.add(news);
  try {
    return await call(news);
  } finally {
    watching.delete(news);
  }
}

/** What a call does in the line of a family. `isOutdated` says whether the family is in the call's news. */
export interface Registering<Value> {
  /** Whether the call goes before those who wait: it has had a turn, and gave it back. */
  readonly isAhead?: boolean;
  /**
   * Runs once the call is the next, and the one before it has sent its registration: the time to read what the call's own registration rests on. If
   * it gives a value, there is nothing to register, and the call leaves the line with it.
   */
  readonly whenNext: (isOutdated: () => boolean) => Promise<Value | undefined>;
  /** Runs in the turn. `onSend` is to be called each time that a registration is sent. */
  readonly inTurn: (isOutdated: () => boolean, onSend: () => void) => Promise<Value>;
}

/**
 * Takes the call's turn to register into a family, in the client's region: one at a time in this process, since ECS takes one registration at a time per
 * family. A call that is aborted while it waits leaves the line at once.
 *
 * @throws {@link RequestTimeoutError} when the client does not say which region is its own.
 */
export async function inTurnForFamily<Value>(
  ecs: Ecs,
  family: string,
  news: ReadonlySet<string>,
  { isAhead = false, whenNext, inTurn }: Registering<Value>,
): Promise<Value> {
  const { signal } = ecs;
  const key = `${await findRegion(ecs)}/${family}`;
  const line = lines.get(key) ?? { waiting: new Set(), holder: undefined, hasSent: false };
  lines.set(key, line);
  const place = { isAhead, next: newCue(), turn: newCue() };
  join(line, place);
  moveUp(line);
  const isOutdated = (): boolean => news.has(key);
  const onSend = (): void => {
    for (const one of watching) one.sent.add(key);
    line.hasSent = true;
    moveUp(line);
  };
  try {
    await orAborted(place.next.given, signal);
    const early = await whenNext(isOutdated);
    if (early !== undefined) return early;
    await orAborted(place.turn.given, signal);
    return await inTurn(isOutdated, onSend);
  } finally {
    line.waiting.delete(place);
    if (line.holder === place) {
      if (line.hasSent) for (const one of watching) one.over.add(key);
      line.holder = undefined;
    }
    moveUp(line);
    if (line.holder === undefined) lines.delete(key);
  }
}

/** Those who go ahead keep their order among themselves, as the others do. */
function join({ waiting }: Line, place: Place): void {
  const behind = place.isAhead ? [...waiting].filter(({ isAhead }) => !isAhead) : [];
  for (const one of behind) waiting.delete(one);
  for (const one of [place, ...behind]) waiting.add(one);
}

/** Gives the turn to the first call that waits if none has it, and lets the next know that it comes after. */
function moveUp(line: Line): void {
  const { waiting } = line;
  if (line.holder === undefined) {
    const [first] = waiting;
    if (first === undefined) return;
    waiting.delete(first);
    line.holder = first;
    line.hasSent = false;
    first.next.give();
    first.turn.give();
  }
  const [next] = waiting;
  if (line.hasSent) next?.next.give();
}

/** A client that has no region says so when it sends. A client that is silent here would be silent then, too. */
async function findRegion({ client: { config }, requestTimeoutMs, signal }: Ecs): Promise<string | undefined> {
  const region = config?.region;
  if (typeof region !== "function") return region;
  const toError = (): Error => new RequestTimeoutError("config.region", requestTimeoutMs, "The client");
  const ask = async (): Promise<string | undefined> => {
    try {
      return await region.call(config);
    } catch {
      return undefined;
    }
  };
  return await inTime({ milliseconds: requestTimeoutMs, toError, signal }, ask);
}
