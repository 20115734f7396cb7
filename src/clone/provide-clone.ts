import type { Ecs } from "../ecs/connection.ts";
import type { DescribedRevision } from "../ecs/revisions.ts";
import type { CloneOptions } from "../options.ts";
import type { Clone } from "../results.ts";
import { inTurn, sideBySide } from "../waiting.ts";
import { deploy } from "./deploy.ts";
import { type Draft, isSameClone, type Order } from "./draft.ts";
import { findEarlierAttempts, resumeClone, retireReplaced } from "./earlier-attempts.ts";
import { inTurnForFamily, type RegistrationNews, withRegistrationNews } from "./family-turn.ts";
import type { Gate } from "./gate.ts";
import { type Hold, withHolds } from "./holds.ts";
import { inTurnForQuota } from "./quota-turn.ts";
import type { ExistingClone } from "./read-clone.ts";
import { registerClone } from "./register-clone.ts";
import { reuseClone } from "./reuse-clone.ts";

/** The steps of a call that provides a clone, apart from their order. */
export interface ProvidingSteps<Current extends ExistingClone | undefined>
  extends Pick<CloneOptions, "deploy" | "attempt"> {
  readonly baseFamily: string;
  /** Verifies what is about to be registered. */
  readonly gate?: Gate | undefined;
  /** Reads the current clone, if the call was given one. */
  readonly readCurrent: (ecs: Ecs) => Promise<Current>;
  /** Whether another clone may have become the current one since it was read: it was not given by its ARN. */
  readonly isCurrentLatest: boolean;
  /** Finds the newest base, and calls back when it begins to look. */
  readonly findBase: (ecs: Ecs, onLook: () => void) => Promise<DescribedRevision>;
  /** Decides whose clone it is, and where it goes. */
  readonly toOrder: (current: Current) => Order;
  /** Derives the clone. */
  readonly toDraft: (base: DescribedRevision, order: Order) => Draft;
}

/**
 * Reads the base and the current clone, reuses that clone or registers a new one when it is the family's turn, and runs the caller's step. Only a
 * registration takes a turn. Attempts at the same thing run one after another in this process, so that each finds what the one before it registered.
 */
export async function provideClone<Current extends ExistingClone | undefined>(
  ecs: Ecs,
  steps: ProvidingSteps<Current>,
): Promise<Clone> {
  const provide = () =>
    withHolds(async (hold) => {
      const { clone, replaced } = await withRegistrationNews((news) => reuseOrRegister(ecs, steps, hold, news));
      const deployed = await deploy(ecs, clone, steps);
      await retireReplaced(ecs, replaced);
      return deployed;
    });
  const { attempt } = steps;
  return attempt === undefined ? await provide() : await inTurn(`attempt ${attempt.token}`, ecs.signal, provide);
}

/** A clone, and what earlier attempts registered in its place. */
interface Provided {
  readonly clone: Clone;
  readonly replaced: readonly ExistingClone[];
}

async function reuseOrRegister<Current extends ExistingClone | undefined>(
  ecs: Ecs,
  steps: ProvidingSteps<Current>,
  hold: Hold,
  news: RegistrationNews,
): Promise<Provided> {
  const { attempt, baseFamily, isCurrentLatest } = steps;
  let reading = await read(ecs, steps, news);
  const earlier = attempt ? await findEarlierAttempts(ecs, reading.order, attempt, baseFamily) : [];

  const takeOver = async (): Promise<Clone | undefined> => {
    const { current, draft, readAt } = reading;
    const isOld = performance.now() - readAt > recentMs;
    return (
      resumeClone(ecs, earlier, draft, hold) ?? (current && (await reuseClone(ecs, current, draft, { hold, isOld })))
    );
  };
  const clone =
    (await takeOver()) ??
    (await registerInTurn(ecs, steps.gate, isCurrentLatest ? news.over : news.sent, {
      toDraft: () => reading.draft,
      renew: async () => {
        reading = await readAgain(ecs, steps, news, reading);
        return await takeOver();
      },
    }));
  const { current, draft } = reading;
  const replaced = earlier.filter((one) => ![clone.arn, current?.arn].includes(one.arn) && !isSameClone(one, draft));
  return { clone, replaced };
}

/** What a call is about to register. */
interface Registration {
  readonly toDraft: () => Draft;
  /** Reads again what the draft rests on. If there is nothing to register after all, it gives the clone that is there. */
  readonly renew: () => Promise<Clone | undefined>;
}

/** So often a call gives its turn back to verify what is new. If the base has changed again by then, it verifies in its turn. */
const mostGivenBack = 2;

/**
 * Registers when it is the family's turn, on a base that was described no earlier than the registration before it was sent, and after what was verified.
 * Verifying takes long, so others have their turns meanwhile.
 */
async function registerInTurn(
  ecs: Ecs,
  gate: Gate | undefined,
  news: ReadonlySet<string>,
  { toDraft, renew }: Registration,
): Promise<Clone> {
  for (let givenBack = 0; ; givenBack += 1) {
    let isOld = await verify(gate, toDraft());
    const prepare = async (isOutdated: () => boolean): Promise<Clone | "unverified" | undefined> => {
      if (!isOld && !isOutdated()) return undefined;
      const clone = await renew();
      isOld = false;
      if (clone !== undefined) return clone;
      if (givenBack < mostGivenBack && gate?.isOpenFor(toDraft()) === false) return "unverified";
      await verify(gate, toDraft());
      return undefined;
    };
    const registered = await inTurnForFamily(ecs, toDraft().input.family, news, {
      isAhead: givenBack > 0,
      whenNext: prepare,
      inTurn: async (isOutdated, onSend) =>
        (await prepare(isOutdated)) ??
        (await inTurnForQuota<Clone | "unverified">(toQuotaPlace(toDraft()), ecs.signal, {
          register: (onThrottled) =>
            registerClone(ecs, gate?.withWarnings(toDraft()) ?? toDraft(), { onSend, onThrottled }),
          renew: () => prepare(() => true),
        })),
    });
    if (registered !== "unverified") return registered;
  }
}

/** Verifies what the draft refers to and was not verified yet. @returns whether that took time */
async function verify(gate: Gate | undefined, draft: Draft): Promise<boolean> {
  if (gate === undefined || gate.isOpenFor(draft)) return false;
  await gate.verify(draft);
  return true;
}

/** The account and region in which a clone is registered. */
const toQuotaPlace = ({ base: { arn } }: Draft): string => arn.slice(0, arn.lastIndexOf("/"));

/** For how long (ms) a clone that was read as ACTIVE passes for that while its base is still being looked up. */
const recentMs = 2000;

/** What a call has read, and what it would register. */
interface Reading<Current> {
  readonly current: Current;
  /** When the current clone was described, by the clock of `performance`. */
  readonly readAt: number;
  readonly order: Order;
  readonly draft: Draft;
}

/** Reads the current clone and the base side by side. */
async function read<Current extends ExistingClone | undefined>(
  ecs: Ecs,
  { readCurrent, findBase, toOrder, toDraft }: ProvidingSteps<Current>,
  news: RegistrationNews,
): Promise<Reading<Current>> {
  news.over.clear();
  const readFirst = async () => ({ current: await readCurrent(ecs), readAt: performance.now() });
  const find = (signal: AbortSignal) => findBase({ ...ecs, signal }, () => news.sent.clear());
  const [{ current, readAt }, base] = await sideBySide(ecs.signal, readFirst, find);
  const order = toOrder(current);
  return { current, readAt, order, draft: toDraft(base, order) };
}

/** Reads the base again. A clone that was given by its ARN stays the current one, but it may have been deregistered. */
async function readAgain<Current extends ExistingClone | undefined>(
  ecs: Ecs,
  steps: ProvidingSteps<Current>,
  news: RegistrationNews,
  last: Reading<Current>,
): Promise<Reading<Current>> {
  if (steps.isCurrentLatest) return await read(ecs, steps, news);
  const base = await steps.findBase(ecs, () => news.sent.clear());
  return { ...last, readAt: Number.NEGATIVE_INFINITY, draft: steps.toDraft(base, last.order) };
}
