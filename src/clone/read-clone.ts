import type { Tag, TaskDefinition, TaskDefinitionStatus } from "@aws-sdk/client-ecs";
import type { Ecs } from "../ecs/connection.ts";
import { type DescribedRevision, describe, listNewestFirst } from "../ecs/revisions.ts";
import { InvalidInputError, NotACloneError } from "../errors.ts";
import { type CloneRecord, type RecordReading, readRecord, toOwnDigest } from "../record/record.ts";
import { parseTaskDefinitionArn, refuseBadArn } from "../task-definition-arn.ts";
import { readBackUser } from "../user/own-parts.ts";
import type { Place } from "../user/target.ts";
import type { UserSpec } from "../user/user.ts";

/** A clone that exists in ECS. */
export interface ExistingClone {
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  readonly status: TaskDefinitionStatus | undefined;
  readonly record: CloneRecord;
  /** Where in the clone the user's parts stand. */
  readonly place: Place;
  /** The user's own parts, read back from the clone. */
  readonly user: UserSpec;
  /** Digest of these parts, as they stand in the clone. */
  readonly ownDigest: string;
  readonly taskDefinition: TaskDefinition;
  readonly tags: readonly Tag[];
}

/** What a revision is: a clone of this base family, or something else. */
export type CloneReading = { readonly kind: "clone"; readonly clone: ExistingClone } | NoClone;

/** A revision that is no clone of this base family. */
interface NoClone {
  readonly kind: "other";
  /** Why, and what to do for the user. */
  readonly reason: string;
  /** Why. */
  readonly why: string;
}

/** What is found at an ARN. */
export type ArnReading = CloneReading | { readonly kind: "gone" };

/**
 * Reads what stands at the ARN of a revision.
 *
 * @param call the call that was given the ARN, for the message.
 * @throws {@link InvalidInputError} when it is not such an ARN.
 */
export async function readCloneAt(ecs: Ecs, arn: string, baseFamily: string, call: string): Promise<ArnReading> {
  refuseBadArn(arn, call);
  const described = await describe(ecs, arn);
  return described === undefined ? { kind: "gone" } : readClone(described, baseFamily);
}

/** Reads the clone at the ARN. @throws {@link NotACloneError} if there is none. */
export async function requireCloneAt(ecs: Ecs, arn: string, baseFamily: string, call: string): Promise<ExistingClone> {
  const reading = await readCloneAt(ecs, arn, baseFamily, call);
  if (reading.kind === "clone") return reading.clone;
  throw new NotACloneError(arn, reading.kind === "gone" ? whyGone : reading.reason);
}

/**
 * Reads the newest ACTIVE clone in a user's own family; revisions there that are not clones are passed over. `undefined` if there is none.
 *
 * @throws {@link InvalidInputError} if it is another user's.
 */
export async function readLatestClone(
  ecs: Ecs,
  family: string,
  baseFamily: string,
  userId: string,
): Promise<ExistingClone | undefined> {
  for await (const clone of listClonesNewestFirst(ecs, family, baseFamily)) {
    if (clone.record.userId === userId) return clone;
    throw toForeignError(family, clone, userId);
  }
  return undefined;
}

/** What to throw for another user's clone in a family that is to be a user's own. */
export function toForeignError(family: string, { arn }: ExistingClone, userId: string): InvalidInputError {
  return new InvalidInputError(
    `Family ${family} is to be user ${JSON.stringify(userId)}'s own, and its clone ${arn} is another user's. Have the option \`cloneFamily\` give every ` +
      "user a family, as `familyPerUser` does.",
  );
}

/** The ACTIVE clones of a family, highest revision first. */
export async function* listClonesNewestFirst(
  ecs: Ecs,
  family: string,
  baseFamily: string,
): AsyncGenerator<ExistingClone, void, undefined> {
  const latest = await describe(ecs, family);
  if (latest === undefined) return;
  const first = toActiveClone(latest, baseFamily);
  if (first !== undefined) yield first;
  for await (const arn of listNewestFirst(ecs, family, "ACTIVE")) {
    const described = arn === latest.arn ? undefined : await describe(ecs, arn);
    const clone = described && toActiveClone(described, baseFamily);
    if (clone !== undefined) yield clone;
  }
}

function toActiveClone(described: DescribedRevision, baseFamily: string): ExistingClone | undefined {
  const reading = readClone(described, baseFamily);
  return reading.kind === "clone" && reading.clone.status === "ACTIVE" ? reading.clone : undefined;
}

/** What was given to `clone` as the user's current clone. */
export interface CurrentReading {
  /** The clone; absent if there is none at the ARN. */
  readonly clone?: ExistingClone;
  /** What the caller should know if there is none. */
  readonly warning?: string;
}

/** Reads the user's current clone, for `clone`. @throws {@link InvalidInputError} */
export async function readCurrentClone(
  ecs: Ecs,
  arn: string,
  baseFamily: string,
  userId: string,
): Promise<CurrentReading> {
  const reading = await readCloneAt(ecs, arn, baseFamily, "clone, `current`");
  if (reading.kind !== "clone") {
    const why = reading.kind === "gone" ? whyGone : reading.why;
    const warning = `${arn}, given as the user's current clone, is not a clone made by this cloner, so it was not reused: ${why}`;
    return { warning };
  }
  if (reading.clone.record.userId === userId) return { clone: reading.clone };
  throw new InvalidInputError(
    `The current clone ${arn}, given for user ${JSON.stringify(userId)}, is another user's. Give the user's own, or none.`,
  );
}

/** Reads a described revision as a clone of the base family. */
export function readClone(described: DescribedRevision, baseFamily: string): CloneReading {
  const { arn, taskDefinition, tags } = described;
  const parsed = parseTaskDefinitionArn(arn);
  // Before searching for its record: a base has none, and is not a clone from before this library either.
  if (parsed?.family === baseFamily) return toNoClone(ofBaseFamily);
  const reading = readRecord(taskDefinition);
  if (reading.kind !== "record" || parsed === undefined) return toNoClone(...whyNoRecord[reading.kind]);
  const { record, place } = reading;
  const base = parseTaskDefinitionArn(record.base);
  const { prefix, family, revision } = parsed;
  if (record.family !== family) {
    return toNoClone(`its record was written for family ${record.family}: it is a copy of a clone.`);
  }
  if (base?.family !== baseFamily || base.prefix !== prefix) {
    return toNoClone(`it was cloned from ${record.base}, not from this account's ${baseFamily}.`);
  }
  const user = readBackUser({ ...taskDefinition, tags }, record.userId, place, record.own);
  if (user === undefined) return toNoClone(whyNotAsNoted);
  const ownDigest = toOwnDigest(user, place);
  if (record.ownDigest !== undefined && record.ownDigest !== ownDigest) return toNoClone(whyNotVouched, wholeUser);
  const { status } = taskDefinition;
  return {
    kind: "clone",
    clone: { arn, family, revision, status, record, place, user, ownDigest, taskDefinition, tags },
  };
}

/** @param remedy what to do for the user */
const toNoClone = (why: string, remedy?: string): NoClone => ({
  kind: "other",
  reason: remedy === undefined ? why : `${why} ${remedy}`,
  why,
});

/** Why a revision of the base family is no clone, whatever it carries. */
export const ofBaseFamily = "it is a revision of the base family, not a clone.";

const whyGone = "there is no such revision in this account and region.";

const whyNotAsNoted =
  "it lacks something that its record calls the user's own, or has a variable that its record says the user leaves out.";

const whyNotVouched = "its values are not the ones its record was written for, so it is probably a copy of a clone.";

const wholeUser = "Call `clone` with the whole user.";

/** Why, and what to do for the user. */
const whyNoRecord: Readonly<Record<RecordReading["kind"], readonly [why: string, remedy?: string]>> = {
  none: [
    "it carries no record of its origin.",
    "For a clone from before this library, call `clone` with the whole user.",
  ],
  newer: ["its record was written by a newer version of this library. Update the library."],
  broken: ["its record cannot be read.", wholeUser],
  record: ["its ARN does not have the form of ECS's ARNs."],
};
