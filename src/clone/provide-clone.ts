import type { Ecs } from "../ecs/connection.ts";
import type { DescribedRevision } from "../ecs/revisions.ts";
import type { CloneOptions } from "../options.ts";
import type { Clone } from "../results.ts";
import { sideBySide } from "../waiting.ts";
import { deploy } from "./deploy.ts";
import type { Draft, Order } from "./draft.ts";
import { inTurnForFamily, type RegistrationNews, withRegistrationNews } from "./family-turn.ts";
import { type Hold, withHolds } from "./holds.ts";
import type { ExistingClone } from "./read-clone.ts";
import { registerClone } from "./register-clone.ts";
import { reuseClone } from "./reuse-clone.ts";

/** The steps of a call that provides a clone, apart from their order. */
export interface ProvidingSteps<Current extends ExistingClone | undefined> {
  /** Reads the current clone, if the call was given one. */
  readonly readCurrent: (ecs: Ecs) => Promise<Current>;
  /** Finds the newest base, and calls back when it begins to look. */
  readonly findBase: (ecs: Ecs, onLook: () => void) => Promise<DescribedRevision>;
  /** Decides whose clone it is, and where it goes. */
  readonly toOrder: (current: Current) => Order;
  /** Derives the clone. */
  readonly toDraft: (base: DescribedRevision, order: Order) => Draft;
  /** The caller's step. */
  readonly deploy: CloneOptions["deploy"];
}

/**
 * Reads the base and the current clone, reuses that clone or registers a new one when it is the family's turn, and runs the caller's step. Only a
 * registration takes a turn.
 */
export async function provideClone<Current extends ExistingClone | undefined>(
  ecs: Ecs,
  steps: ProvidingSteps<Current>,
): Promise<Clone> {
  return await withHolds(async (hold) => {
    const clone = await withRegistrationNews((news) => reuseOrRegister(ecs, steps, hold, news));
    return await deploy(ecs, clone, steps.deploy);
  });
}

/** For how long (ms) a clone that was read as ACTIVE passes for that while its base is still being looked up. */
const recentMs = 2000;

async function reuseOrRegister<Current extends ExistingClone | undefined>(
  ecs: Ecs,
  { readCurrent, findBase, toOrder, toDraft }: ProvidingSteps<Current>,
  hold: Hold,
  news: RegistrationNews,
): Promise<Clone> {
  const find = (connection: Ecs) => findBase(connection, () => news.clear());
  const read = async () => ({ current: await readCurrent(ecs), at: performance.now() });
  const [{ current, at }, base] = await sideBySide(ecs.signal, read, (signal) => find({ ...ecs, signal }));
  const order = toOrder(current);
  let draft = toDraft(base, order);
  const reuse = async (isOld: boolean) => current && (await reuseClone(ecs, current, draft, { hold, isOld }));
  const reused = await reuse(performance.now() - at > recentMs);
  if (reused !== undefined) return reused;

  // What is registered rests on a base that was described no earlier than the registration before it was sent.
  const renew = async (isOutdated: () => boolean): Promise<Clone | undefined> => {
    if (!isOutdated()) return undefined;
    draft = toDraft(await find(ecs), order);
    return await reuse(true);
  };
  return await inTurnForFamily(ecs, order.family, news, {
    whenNext: renew,
    inTurn: async (isOutdated, onSend) => (await renew(isOutdated)) ?? (await registerClone(ecs, draft, onSend)),
  });
}
