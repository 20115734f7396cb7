import type { TaskDefinitionStatus } from "@aws-sdk/client-ecs";
import * as z from "zod";
import { type ExistingClone, readClone } from "../clone/read-clone.ts";
import { describe, listNewestFirst } from "../ecs/revisions.ts";
import { lazily } from "../lazily.ts";
import { parseInput } from "../parse-input.ts";
import { toMessage } from "../printable.ts";
import { type ClonerInternals, internalsOf, type TaskDefCloner } from "../task-def-cloner.ts";
import { type FamilySearch, findFamilies, toFamilySearch } from "./families.ts";
import { type FleetRun, toRun } from "./fleet-run.ts";

/** A clone in one of the cloner's families. */
export interface ListedClone {
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  readonly userId: string;
  /** ARN of the base revision it was cloned from. */
  readonly baseArn: string;
  /** The user's own access points, by volume. `findSharedAccessPoints` of `taskdef-cloner/verify` finds those that several users have. */
  readonly accessPoints: Readonly<Record<string, string>>;
}

/** Options for {@link listClones}. */
export interface ListClonesOptions {
  /**
   * The families to search; required if the cloner's `cloneFamily` is a function of your own.
   *
   * @default the cloner's only clone family; with `familyPerUser`, those of all users, and `<base>-user`, which they may have shared before
   */
  readonly families?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

const schema = lazily(() =>
  z.strictObject({ families: z.unknown().optional(), signal: z.instanceof(AbortSignal).optional() }),
);

/**
 * Lists the ACTIVE clones, newest first within each family, so a user's first clone is the last one registered there. Makes one
 * `DescribeTaskDefinition` call per revision. After a crash, it gives `cloneAll` the clones whose ARNs were not stored in time.
 *
 * @returns a run to loop over; its `complete()` returns the clones that no loop has fetched, as a list.
 * @throws {@link InvalidInputError} immediately, if the families are invalid or missing.
 */
export function listClones(
  cloner: TaskDefCloner,
  options: ListClonesOptions = {},
): FleetRun<ListedClone, readonly ListedClone[]> {
  const { families, signal } = parseInput(schema(), options, "options of listClones");
  const internals = internalsOf(cloner, signal);
  return toRun(listEach(internals, toFamilySearch(internals, families)), async (rest) => {
    const clones: ListedClone[] = [];
    for await (const clone of rest) clones.push(clone);
    return clones;
  });
}

async function* listEach(
  internals: ClonerInternals,
  search: FamilySearch,
): AsyncGenerator<ListedClone, void, undefined> {
  for await (const { family } of findFamilies(internals, search, "ACTIVE")) {
    const arns = listNewestFirst(internals.ecs, family, "ACTIVE");
    for await (const { clone } of readRevisions(internals, arns, "ACTIVE")) {
      if (clone === undefined) continue;
      const { arn, revision, record } = clone;
      const accessPoints = toAccessPoints(clone);
      yield { arn, family, revision, userId: record.userId, baseArn: record.base, accessPoints };
    }
  }
}

/** The user's own access points, by volume. An access point that is not named by its volume is for the only one, which the record names. */
function toAccessPoints({ record, user: { accessPointId, accessPoints } }: ExistingClone): ListedClone["accessPoints"] {
  return accessPointId === undefined ? { ...accessPoints } : { [String(record.volume)]: accessPointId };
}

/** A revision of a clone family. */
export interface ReadRevision {
  readonly arn: string;
  readonly registeredAt: Date | undefined;
  /** Absent if the revision is not one of the cloner's clones; `reason` says why. */
  readonly clone?: ExistingClone;
  readonly reason?: string;
}

/** The number of a revision, which ends its ARN. */
export const toRevision = (arn: string): number => Number(arn.slice(arn.lastIndexOf(":") + 1));

/** Reads revisions one by one, skipping any that vanish or change their status in the meantime. */
export async function* readRevisions(
  { ecs, settings }: ClonerInternals,
  arns: Iterable<string> | AsyncIterable<string>,
  status: TaskDefinitionStatus,
): AsyncGenerator<ReadRevision, void, undefined> {
  for await (const arn of arns) {
    const described = await describe(ecs, arn);
    if (described?.taskDefinition.status !== status) continue;
    const { registeredAt } = described.taskDefinition;
    const reading = readClone(described, settings.baseFamily);
    yield reading.kind === "clone"
      ? { arn, registeredAt, clone: reading.clone }
      : { arn, registeredAt, reason: toMessage(reading.reason) };
  }
}
