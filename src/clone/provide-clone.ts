import type { Ecs } from "../ecs/connection.ts";
import type { DescribedRevision } from "../ecs/revisions.ts";
import type { CloneOptions } from "../options.ts";
import type { Clone } from "../results.ts";
import { inTurn, sideBySide } from "../waiting.ts";
import { deploy } from "./deploy.ts";
import { type Draft, isSameClone, type Order } from "./draft.ts";
import { findEarlierAttempts, resumeClone, retireReplaced } from "./earlier-attempts.ts";
import { inTurnForFamily, type RegistrationNews, withRegistrationNews } from "./family-turn.ts";
import { type Hold, withHolds } from "./holds.ts";
import { inTurnForQuota } from "./quota-turn.ts";
import type { ExistingClone } from "./read-clone.ts";
import { registerClone } from "./register-clone.ts";
import { reuseClone } from "./reuse-clone.ts";

/** The steps of a call that provides a clone, apart from their order. */
export interface ProvidingSteps<Current extends ExistingClone | undefined>
  extends Pick<CloneOptions, "deploy" | "attempt"> {
  readonly baseFamily: string;
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
  // What is registered rests on a base that was described no earlier than the registration before it was sent.
  const renew = async (isOutdated: () => boolean): Promise<Clone | undefined> => {
    if (!isOutdated()) return undefined;
    reading = await readAgain(ecs, steps, news, reading);
    return await takeOver();
  };

  const clone =
    (await takeOver()) ??
    (await inTurnForFamily(ecs, reading.order.family, isCurrentLatest ? news.over : news.sent, {
      whenNext: renew,
      inTurn: async (isOutdated, onSend) =>
        (await renew(isOutdated)) ??
        (await inTurnForQuota(toPlace(reading.draft), ecs.signal, {
          register: (onThrottled) => registerClone(ecs, reading.draft, { onSend, onThrottled }),
          renew: () => renew(() => true),
        })),
    }));
  const { current, draft } = reading;
  const replaced = earlier.filter((one) => ![clone.arn, current?.arn].includes(one.arn) && !isSameClone(one, draft));
  return { clone, replaced };
}

/** The account and region in which a clone is registered. */
const toPlace = ({ base: { arn } }: Draft): string => arn.slice(0, arn.lastIndexOf("/"));

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
