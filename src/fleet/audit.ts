import * as z from "zod";
import { judgeContent, mayBeClone } from "../base/judge-base.ts";
import { readClone } from "../clone/read-clone.ts";
import { familyPerUser } from "../derivation/family-per-user.ts";
import { type DescribedRevision, describe, listNewestFirst } from "../ecs/revisions.ts";
import { lazily } from "../lazily.ts";
import { parseInput } from "../parse-input.ts";
import { toMessage } from "../printable.ts";
import { readRecord } from "../record/record.ts";
import { type ClonerInternals, internalsOf, type TaskDefCloner } from "../task-def-cloner.ts";
import { type FamilySearch, findFamilies, type SearchedFamily, toFamilySearch } from "./families.ts";
import { type FleetRun, type Tally, toTalliedRun } from "./fleet-run.ts";

/** A revision of the base family or of a clone family, classified. */
export interface AuditedRevision {
  readonly arn: string;
  /**
   * In the base family, `base`: would be cloned if it were the newest. `clone`: carries a clone's record, or `isBase` rejects it. `unknown`: `isBase` is
   * not set and a volume that is or may be the user's already has an access point, or the record cannot be read.
   *
   * In a clone family, `unrecorded`: carries no record, so other code registered it, such as yours from before this library. To replace it, call `clone`
   * with the whole user; once nothing uses it, deregister it yourself. `unknown`: carries a record that is not this cloner's, or cannot be read.
   */
  readonly kind: "base" | "clone" | "unknown" | "unrecorded";
  readonly reason: string;
  /** The user whose clone it is, if its record says so. */
  readonly userId?: string;
}

/** The result of a whole run of {@link audit}: how many revisions there are of each kind. */
export type AuditSummary = Readonly<Record<AuditedRevision["kind"], number>>;

/** Options for {@link audit}. */
export interface AuditOptions {
  /**
   * The clone families to search for revisions without a record; `[]` searches the base family only.
   *
   * @default the cloner's only clone family; with `familyPerUser`, those of all users, and `<base>-user`; none if `cloneFamily` is a function of your own
   */
  readonly families?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

const schema = lazily(() =>
  z.strictObject({ families: z.unknown().optional(), signal: z.instanceof(AbortSignal).optional() }),
);

/**
 * Classifies the base family's ACTIVE revisions, newest first, and then finds those in the clone families that are not the cloner's clones; its clones
 * are what `listClones` lists. Read-only; one `DescribeTaskDefinition` call per revision. You may deregister revisions in the loop.
 *
 * @returns a run to loop over; its `complete()` runs to the end and counts the revisions of each kind.
 * @throws {@link InvalidInputError} immediately, if an option is invalid.
 */
export function audit(cloner: TaskDefCloner, options: AuditOptions = {}): FleetRun<AuditedRevision, AuditSummary> {
  const { families, signal } = parseInput(schema(), options, "options of audit");
  const internals = internalsOf(cloner, signal);
  return toTalliedRun(auditEach(internals, toAuditedFamilies(internals, families)), toTally());
}

function toAuditedFamilies(internals: ClonerInternals, families: unknown): FamilySearch {
  const { cloneFamily } = internals.settings;
  const isUnknown = families === undefined && typeof cloneFamily === "function" && cloneFamily !== familyPerUser;
  if (isUnknown || (Array.isArray(families) && families.length === 0)) return [];
  return toFamilySearch(internals, families);
}

async function* auditEach(
  internals: ClonerInternals,
  search: FamilySearch,
): AsyncGenerator<AuditedRevision, void, undefined> {
  const { baseFamily } = internals.settings;
  yield* auditFamily(
    internals,
    baseFamily,
    (described) => toRecordVerdict(described) ?? toBaseVerdict(internals, described),
  );
  for await (const searched of findFamilies(internals, search, "ACTIVE")) yield* auditClones(internals, searched);
}

async function* auditFamily(
  { ecs }: ClonerInternals,
  family: string,
  judge: (described: DescribedRevision) => Verdict | undefined,
): AsyncGenerator<AuditedRevision, void, undefined> {
  for await (const arn of listNewestFirst(ecs, family, "ACTIVE")) {
    const described = await describe(ecs, arn);
    if (described?.taskDefinition.status !== "ACTIVE") continue;
    const verdict = judge(described);
    if (verdict !== undefined) yield { arn, ...verdict };
  }
}

/** A family that was found by its name's beginning, and holds neither clones of the cloner nor records that cannot be read, is of something else. */
async function* auditClones(
  internals: ClonerInternals,
  { family, isFound }: SearchedFamily,
): AsyncGenerator<AuditedRevision, void, undefined> {
  const strangers: AuditedRevision[] = [];
  let isOurs = !isFound;
  const revisions = auditFamily(internals, family, (described) => {
    const unreadable = toRecordVerdict(described);
    const verdict = unreadable ?? toCloneVerdict(internals, described);
    isOurs ||= unreadable !== undefined || verdict === undefined;
    return verdict;
  });
  for await (const revision of revisions) {
    if (!isFound) yield revision;
    else strangers.push(revision);
  }
  if (isOurs) yield* strangers;
}

type Verdict = Omit<AuditedRevision, "arn">;

/** What a record that cannot be read says of a revision, in whatever family. */
function toRecordVerdict({ taskDefinition }: DescribedRevision): Verdict | undefined {
  const { kind } = readRecord(taskDefinition);
  if (kind === "none" || kind === "record") return undefined;
  return { kind: "unknown", reason: `carries a clone's record that is ${kind}` };
}

function toBaseVerdict({ settings }: ClonerInternals, described: DescribedRevision): Verdict {
  const { isBase } = settings;
  const reading = readRecord(described.taskDefinition);
  if (reading.kind === "record") {
    return { kind: "clone", reason: "carries the record of a clone", userId: reading.record.userId };
  }
  const { reason } = judgeContent(described, isBase);
  if (reason !== undefined) return { kind: "clone", reason };
  if (mayBeClone(described, isBase, settings)) {
    return { kind: "unknown", reason: "has an access point, as a clone would, and no `isBase` is set to tell" };
  }
  return { kind: "base", reason: isBase === undefined ? "carries no record" : "`isBase` says that it is one" };
}

/** Nothing for the cloner's own clones: whoever clears what an audit finds must not come across them. */
function toCloneVerdict({ settings }: ClonerInternals, described: DescribedRevision): Verdict | undefined {
  const record = readRecord(described.taskDefinition);
  if (record.kind !== "record") {
    return { kind: "unrecorded", reason: "carries no record: other code registered it into the clone family" };
  }
  const reading = readClone(described, settings.baseFamily);
  if (reading.kind === "clone") return undefined;
  const reason = `is no clone of this cloner: ${toMessage(reading.reason)}`;
  return { kind: "unknown", reason, userId: record.record.userId };
}

function toTally(): Tally<AuditedRevision, AuditSummary> {
  const counts = { base: 0, clone: 0, unknown: 0, unrecorded: 0 };
  return {
    add: ({ kind }) => {
      counts[kind] += 1;
    },
    toSummary: () => ({ ...counts }),
  };
}
