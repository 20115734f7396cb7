import type { TaskDefinition, TaskDefinitionStatus } from "@aws-sdk/client-ecs";
import type { Ecs } from "../ecs/connection.ts";
import { type DescribedRevision, describe } from "../ecs/revisions.ts";
import { InvalidInputError, NotACloneError } from "../errors.ts";
import { type CloneRecord, readRecord, toOwnDigest } from "../record/record.ts";
import { parseTaskDefinitionArn, refuseBadArn } from "../task-definition-arn.ts";
import { readBackUser } from "../user/own-parts.ts";
import type { UserSpec } from "../user/user.ts";

/** A clone that exists in ECS. */
export interface ExistingClone {
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  readonly status: TaskDefinitionStatus | undefined;
  readonly record: CloneRecord;
  /** The user's own parts, read back from the clone. */
  readonly user: UserSpec;
  /** Digest of these parts, as they stand in the clone. */
  readonly ownDigest: string;
  readonly taskDefinition: TaskDefinition;
}

/** What a revision is: a clone of this base family, or something else. */
export type CloneReading =
  | { readonly kind: "clone"; readonly clone: ExistingClone }
  | { readonly kind: "other"; readonly reason: string };

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
  throw new NotACloneError(
    arn,
    reading.kind === "gone" ? "there is no such revision in this account and region." : reading.reason,
  );
}

/** Reads the user's current clone, for `clone`. `undefined` if there is no clone at the ARN. @throws {@link InvalidInputError} */
export async function readCurrentClone(
  ecs: Ecs,
  arn: string,
  baseFamily: string,
  userId: string,
): Promise<ExistingClone | undefined> {
  const reading = await readCloneAt(ecs, arn, baseFamily, "clone, `current`");
  if (reading.kind !== "clone") return undefined;
  if (reading.clone.record.userId === userId) return reading.clone;
  throw new InvalidInputError(
    `The current clone ${arn}, given for user ${JSON.stringify(userId)}, is another user's. Give the user's own, or none.`,
  );
}

/** Reads a described revision as a clone of the base family. */
export function readClone(described: DescribedRevision, baseFamily: string): CloneReading {
  const { arn, taskDefinition, tags } = described;
  const parsed = parseTaskDefinitionArn(arn);
  // Before its record is looked for: a base has none, and is no clone from before this library.
  if (parsed?.family === baseFamily) return { kind: "other", reason: ofBaseFamily };
  const reading = readRecord(taskDefinition);
  if (reading.kind !== "record" || parsed === undefined) return { kind: "other", reason: whyNoRecord[reading.kind] };
  const { record, place } = reading;
  const base = parseTaskDefinitionArn(record.base);
  const { prefix, family, revision } = parsed;
  if (record.family !== family) {
    return { kind: "other", reason: `its record was written for family ${record.family}: it is a copy of a clone.` };
  }
  if (base?.family !== baseFamily || base.prefix !== prefix) {
    return { kind: "other", reason: `it was cloned from ${record.base}, not from this account's ${baseFamily}.` };
  }
  const user = readBackUser({ ...taskDefinition, tags }, record.userId, place, record.own);
  if (user === undefined) return { kind: "other", reason: whyNotAsNoted };
  const ownDigest = toOwnDigest(user, place);
  if (record.ownDigest !== undefined && record.ownDigest !== ownDigest) return { kind: "other", reason: whyNotVouched };
  const { status } = taskDefinition;
  return { kind: "clone", clone: { arn, family, revision, status, record, user, ownDigest, taskDefinition } };
}

/** Why a revision of the base family is no clone, whatever it carries. */
export const ofBaseFamily = "it is a revision of the base family, not a clone.";

const whyNotAsNoted =
  "it lacks something that its record calls the user's own, or has a variable that its record says the user leaves out.";

const whyNotVouched =
  "its values are not the ones its record was written for, so it is probably a copy of a clone. Call `clone` with the whole user.";

const whyNoRecord = {
  none: "it carries no record of its origin. For a clone from before this library, call `clone` with the whole user.",
  newer: "its record was written by a newer version of this library. Update the library.",
  broken: "its record cannot be read. Call `clone` with the whole user.",
  record: "its ARN is none that ECS gives.",
};
