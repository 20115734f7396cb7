/** A revision of a clone family, with what decides whether it is pruned. */
export interface PruneCandidate {
  readonly arn: string;
  readonly revision: number;
  /** When it was registered, in milliseconds since the epoch; absent if ECS doesn't say. */
  readonly registeredAt?: number | undefined;
  /** The user whose clone it is; absent if it is not one of the cloner's clones. */
  readonly userId?: string | undefined;
  /** Why it is not one of the cloner's clones. */
  readonly reason?: string | undefined;
}

/** What becomes of a revision, and why. */
export type PruneDecision =
  | { readonly action: "keep"; readonly reason: string; readonly userId?: string }
  | { readonly action: "deregister"; readonly reason: string; readonly userId: string };

/**
 * Decides which revisions are deregistered: of each user's clones, over all families, those that are neither among the newest nor in use.
 *
 * @returns a decision for each revision, in the order given.
 */
export function toPruneDecisions(
  revisions: readonly PruneCandidate[],
  inUse: ReadonlySet<string>,
  keep: number,
): readonly (readonly [arn: string, decision: PruneDecision])[] {
  const ranks = toRanks(revisions);
  return revisions.map((revision) => [revision.arn, decide(revision, ranks.get(revision.arn), inUse, keep)]);
}

/**
 * The same for the revisions of one family, which come with the newest first, so that each is decided when it comes: a family's revisions are numbered in
 * the order in which they are registered.
 */
export async function* decideInOneFamily(
  newestFirst: AsyncIterable<PruneCandidate>,
  inUse: ReadonlySet<string>,
  keep: number,
): AsyncGenerator<readonly [arn: string, decision: PruneDecision], void, undefined> {
  const countNewer = toCounter();
  for await (const revision of newestFirst) {
    const { arn, userId, registeredAt } = revision;
    const newer = userId === undefined || registeredAt === undefined ? undefined : countNewer(userId);
    yield [arn, decide(revision, newer, inUse, keep)];
  }
}

/** @param newer how many newer clones the user has, if that is known */
function decide(
  { arn, userId, reason }: PruneCandidate,
  newer: number | undefined,
  inUse: ReadonlySet<string>,
  keep: number,
): PruneDecision {
  if (userId === undefined) return { action: "keep", reason: `is no clone of this cloner: ${reason}` };
  if (newer === undefined) return { action: "keep", reason: "ECS doesn't say when it was registered", userId };
  if (newer < keep) return { action: "keep", reason: `is among the newest ${keep} of its user`, userId };
  if (inUse.has(arn)) return { action: "keep", reason: "is in use", userId };
  return { action: "deregister", reason: `its user has ${newer} newer`, userId };
}

/** For each clone whose age is known, how many newer ones its user has. */
function toRanks(revisions: readonly PruneCandidate[]): ReadonlyMap<string, number> {
  const clones = revisions.flatMap(({ arn, revision, registeredAt, userId }) =>
    userId === undefined || registeredAt === undefined ? [] : [{ arn, revision, registeredAt, userId }],
  );
  clones.sort((one, other) => other.registeredAt - one.registeredAt || other.revision - one.revision);
  const countNewer = toCounter();
  return new Map(clones.map(({ arn, userId }) => [arn, countNewer(userId)]));
}

/** For clones that come with the newest first: how many of its user came before each. */
function toCounter(): (userId: string) => number {
  const counts = new Map<string, number>();
  return (userId) => {
    const newer = counts.get(userId) ?? 0;
    counts.set(userId, newer + 1);
    return newer;
  };
}
