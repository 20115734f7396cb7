import type { TaskDefinition, Volume } from "@aws-sdk/client-ecs";
import { InvalidInputError } from "../errors.ts";
import { toFrozen } from "../frozen.ts";
import { readRecord } from "../record/record.ts";
import { toFamilyRevision } from "../task-definition-arn.ts";
import { accessPointOf, mayBeUsers, takesAccessPoint, type VolumeNames } from "../user/volumes.ts";
import type { BaseCandidate, IsBase } from "./is-base.ts";

/** What the content of a revision says of it. */
export interface Judgement {
  /** Why the revision is not a base; absent if it is one. */
  readonly reason?: string;
  /** Tags can be changed later, content cannot. */
  readonly restsOnTags: boolean;
}

/** Why a revision with a record is no base, whatever anybody says. */
export const carriesRecord = "carries the record of a clone";

/** Judges a revision by its record and by `isBase`, which gets a frozen copy. */
export function judgeContent(candidate: BaseCandidate, isBase: IsBase | undefined): Judgement {
  if (readRecord(candidate.taskDefinition).kind !== "none") return { reason: carriesRecord, restsOnTags: false };
  if (isBase === undefined) return { restsOnTags: false };
  const { watched, restsOnTags } = watch(toFrozen(candidate));
  const reason = ask(isBase, watched);
  return { ...(reason !== undefined && { reason }), restsOnTags: restsOnTags() };
}

/**
 * Says why a revision that was described once, and carries no record, is no base. `undefined` if only a new look at it can say: it may be a base, or
 * `isBase` wants its tags, which may have changed since.
 */
export function whyNoBaseByContent(taskDefinition: TaskDefinition, isBase: IsBase): string | undefined {
  const { watched, restsOnTags } = watch({ taskDefinition, tags: [] });
  try {
    const reason = ask(isBase, watched);
    return restsOnTags() ? undefined : reason;
  } catch (error) {
    if (restsOnTags()) return undefined;
    throw error;
  }
}

function watch({ taskDefinition, tags }: BaseCandidate) {
  let isLookedAt = false;
  const watched: BaseCandidate = Object.freeze({
    taskDefinition,
    get tags() {
      isLookedAt = true;
      return tags;
    },
  });
  return { watched, restsOnTags: () => isLookedAt };
}

function ask(isBase: IsBase, candidate: BaseCandidate): string | undefined {
  const answer: unknown = isBase(candidate);
  // A promise, for one, would make every clone a base.
  if (typeof answer !== "boolean")
    throw new InvalidInputError(`The option \`isBase\` must return true or false, and returned ${typeof answer}.`);
  return answer ? undefined : "`isBase` says that it is not a base";
}

/**
 * Says whether a revision may be a clone from before this library: a volume that is or may be the user's has an access point already, and nothing says that it
 * may have one.
 */
export function mayBeClone({ taskDefinition }: BaseCandidate, isBase: IsBase | undefined, names: VolumeNames): boolean {
  return isBase === undefined && toSuspects(taskDefinition, names).length > 0;
}

const toSuspects = ({ volumes }: TaskDefinition, names: VolumeNames): Volume[] =>
  (volumes ?? []).filter((one) => accessPointOf(one) !== undefined && mayBeUsers(one, names));

/** What to tell somebody whose base may be a clone. It names nothing that would be another user's. */
export function toMayBeCloneMessage(arn: string, taskDefinition: TaskDefinition, names: VolumeNames): string {
  const name = toSuspects(taskDefinition, names)[0]?.name ?? "(without a name)";
  const candidates = (taskDefinition.volumes ?? []).filter((one) => takesAccessPoint(one) && mayBeUsers(one, names));
  const isOneOfMany = names.volume === undefined && candidates.length > 1;
  return (
    `Volume ${name} of base ${toFamilyRevision(arn)} already has an access point. If that revision is a user's clone from before this library, its secrets ` +
    "and image are that user's, so it is not cloned. Set the option `isBase` to tell bases from clones, for example " +
    `hasNoAccessPoint(${JSON.stringify(name)}); if the base is meant to have an access point there, set \`isBase: () => true\`.` +
    (isOneOfMany ? " If another volume is the user's, name it in the option `volume`." : "")
  );
}
