import type { Ecs } from "../ecs/connection.ts";
import { type DescribedRevision, describe, listNewestFirst } from "../ecs/revisions.ts";
import { UnfitBaseError } from "../errors.ts";
import type { SkippedRevision } from "../events.ts";
import { toFrozen } from "../frozen.ts";
import { toFamilyRevision } from "../task-definition-arn.ts";
import type { VolumeNames } from "../user/volumes.ts";
import { inTurn, sleep } from "../waiting.ts";
import type { IsBase } from "./is-base.ts";
import { carriesRecord, judgeContent, mayBeClone, toMayBeCloneMessage, whyNoBaseByContent } from "./judge-base.ts";
import { type Remembered, recall, remember } from "./remembered.ts";
import { lookUpTogether } from "./shared-look-up.ts";
import { refuseUnknownMembers } from "./unknown-members.ts";

/** How to look for the base. */
export interface BaseSearch {
  readonly family: string;
  readonly isBase: IsBase | undefined;
  /** Which volumes are the user's, by the options. */
  readonly volumes: VolumeNames;
  /** How many revisions to look at, and to remember, at most. */
  readonly maxRevisions: number;
  /** How long to wait for a base while there is none. */
  readonly waitMs: number;
  /** Revisions that need no describing again. */
  readonly remembered: Remembered;
  /** Whether to refuse a base with members that the SDK does not know. */
  readonly unknownMembers: "carry" | "refuse";
}

const pollMs = 1000;

/**
 * Finds the newest ACTIVE revision of the base family that is a base, live, and reports what it is. Calls that search alike look together; a base that
 * several of them get is frozen.
 *
 * @param startedAt when the call began to wait for a base, by `performance.now`.
 * @param onLook is called each time that a look-up begins: the base that is found was not described before the last of them.
 * @throws {@link UnfitBaseError} when there is none within the bounds, it may be a user's clone, or its members are not all known and must be.
 */
export async function findBase(
  ecs: Ecs,
  search: BaseSearch,
  startedAt: number,
  onLook?: () => void,
): Promise<DescribedRevision> {
  const base = await waitForBase(ecs, search, startedAt, onLook);
  const { arn, unknownMembers, unchecked } = base;
  ecs.emit({ type: "base-described", arn });
  if (unchecked !== undefined) ecs.emit({ type: "unknown-members-unchecked", arn, reason: unchecked });
  if (unknownMembers.length > 0) ecs.emit({ type: "unknown-members", arn, carried: [], left: unknownMembers });
  if (search.unknownMembers === "refuse") refuseUnknownMembers(base);
  return base;
}

async function waitForBase(
  ecs: Ecs,
  search: BaseSearch,
  startedAt: number,
  onLook?: () => void,
): Promise<DescribedRevision> {
  for (;;) {
    const found = await lookTogether(ecs, search, onLook);
    if (!(found instanceof UnfitBaseError)) return found;
    const remainingMs = search.waitMs - (performance.now() - startedAt);
    if (remainingMs <= 0) throw found;
    await sleep(Math.min(pollMs, remainingMs), ecs.signal);
  }
}

async function lookTogether(
  ecs: Ecs,
  search: BaseSearch,
  onLook?: () => void,
): Promise<DescribedRevision | UnfitBaseError> {
  const { family, isBase, volumes, maxRevisions } = search;
  const look = async (shared: Ecs, isShared: boolean) => {
    const found = await lookForBase(shared, search);
    return isShared && !(found instanceof UnfitBaseError) ? toFrozen(found) : found;
  };
  return await lookUpTogether(ecs, [family, isBase, JSON.stringify(volumes), maxRevisions], look, onLook);
}

async function lookForBase(ecs: Ecs, search: BaseSearch): Promise<DescribedRevision | UnfitBaseError> {
  const { family } = search;
  const latest = await describe(ecs, family);
  if (latest === undefined) return new UnfitBaseError(toEmptyMessage(family));
  const reason = whyNoBase(latest, search);
  if (reason === undefined) return latest;
  const judged = new Map([[latest.arn, reason]]);
  // One walk at a time: the second profits from what the first has learned.
  return await inTurn(search.remembered, ecs.signal, () => walk(ecs, search, judged));
}

/** Looks at the family's ACTIVE revisions from the newest down to the first that is a base. */
async function walk(
  ecs: Ecs,
  search: BaseSearch,
  judged: ReadonlyMap<string, string>,
): Promise<DescribedRevision | UnfitBaseError> {
  const { family, maxRevisions } = search;
  const skipped: SkippedRevision[] = [];
  let base: DescribedRevision | undefined;
  let isPastBound = false;
  let newest = 0;
  let floor: number;
  do {
    // A base that was deployed during the walk wins, so the listing is read again until it shows nothing newer.
    floor = newest;
    for await (const arn of listNewestFirst(ecs, family, "ACTIVE")) {
      // What is listed is ARNs of revisions, which end with their number.
      const revision = Number(arn.slice(arn.lastIndexOf(":") + 1));
      if (revision <= floor) break;
      newest = Math.max(newest, revision);
      isPastBound = skipped.length >= maxRevisions;
      if (isPastBound) break;
      const outcome = judged.get(arn) ?? (await judge(ecs, search, arn));
      if (typeof outcome !== "string") {
        base = outcome;
        break;
      }
      skipped.push({ arn, reason: outcome });
    }
  } while (newest > floor && !isPastBound);
  ecs.emit({ type: "base-revisions-skipped", family, skipped, ...(base && { taken: base.arn }) });
  return base ?? new UnfitBaseError(toNoBaseMessage(family, skipped, isPastBound));
}

/** The described base, or why the revision is not one. */
async function judge(ecs: Ecs, search: BaseSearch, arn: string): Promise<DescribedRevision | string> {
  const known = whyKnownToBeNoBase(search, arn);
  if (known !== undefined) return known;
  // A revision that may be a base is described anew: its status may have changed since its content was remembered.
  const described = await describe(ecs, arn);
  if (described === undefined) return "gone since it was listed";
  return whyNoBase(described, search) ?? described;
}

function whyKnownToBeNoBase({ remembered, isBase }: BaseSearch, arn: string): string | undefined {
  const known = recall(remembered, arn);
  if (known === "record") return carriesRecord;
  return known && isBase && whyNoBaseByContent(known, isBase);
}

/**
 * Why a described revision is no base. Its content is remembered then, so that `isBase` can be asked again without describing it; not what rests on tags.
 *
 * @throws {@link UnfitBaseError} if it may be a user's clone: to walk past it would be a guess as well.
 */
function whyNoBase(described: DescribedRevision, search: BaseSearch): string | undefined {
  const { taskDefinition, arn } = described;
  const { isBase, volumes, remembered, maxRevisions } = search;
  const { status, family } = taskDefinition;
  if (status !== "ACTIVE") return `is ${status}`;
  if (family !== search.family) return `is of family ${family}`;
  const { reason, restsOnTags } = judgeContent(described, isBase);
  if (reason === undefined) {
    if (mayBeClone(described, isBase, volumes))
      throw new UnfitBaseError(toMayBeCloneMessage(arn, taskDefinition, volumes));
  } else if (restsOnTags) {
    remembered.delete(arn);
  } else {
    remember(remembered, maxRevisions, arn, reason === carriesRecord ? "record" : taskDefinition);
  }
  return reason;
}

function toNoBaseMessage(family: string, skipped: readonly SkippedRevision[], isPastBound: boolean): string {
  if (skipped.length === 0) return toEmptyMessage(family);
  const counts = new Map<string, number>();
  for (const { reason } of skipped) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const reasons = [...counts].map(([reason, count]) => `${count} × ${reason}`).join(", ");
  const names = skipped.map(({ arn }) => toFamilyRevision(arn));
  return (
    `Base family ${family} has no base among the ${skipped.length} ACTIVE revisions that were checked, from ${names[0]} down to ${names.at(-1)}: ${reasons}. ` +
    (isPastBound
      ? "There are more: raise the option `maxBaseRevisions`, or clear the old clones out of the family (`audit` lists them)."
      : "Deploy the base, or correct the option `isBase`.")
  );
}

function toEmptyMessage(family: string): string {
  return (
    `Base family ${family} has no ACTIVE revision in this account and region. Check the name, account and region, and whether the base has been ` +
    "deployed. While infrastructure code replaces a revision there may be none for a moment: the option `waitForBaseMs` waits for it."
  );
}
