import { InvalidInputError } from "../errors.ts";
import { readRecord } from "../record/record.ts";
import type { Target } from "../user/target.ts";
import { type BaseCandidate, hasNoAccessPoint, type IsBase } from "./is-base.ts";

/** What the content of a revision says of it. */
export interface Judgement {
  /** Why the revision is not a base; absent if it is one. */
  readonly reason?: string;
  /** Tags can be changed later, content cannot. */
  readonly restsOnTags: boolean;
}

/** Judges a revision by its record and by `isBase`. */
export function judgeContent(candidate: BaseCandidate, isBase: IsBase | undefined): Judgement {
  const { taskDefinition, tags } = candidate;
  if (readRecord(taskDefinition).kind !== "none") {
    return { reason: "carries the record of a clone", restsOnTags: false };
  }
  let restsOnTags = false;
  const watched: BaseCandidate = {
    taskDefinition,
    get tags() {
      restsOnTags = true;
      return tags;
    },
  };
  const answer: unknown = isBase === undefined || isBase(watched);
  // A promise, for one, would make every clone a base.
  if (typeof answer !== "boolean")
    throw new InvalidInputError(`The option \`isBase\` must return true or false, and returned ${typeof answer}.`);
  if (answer) return { restsOnTags };
  return { reason: "`isBase` says that it is no base", restsOnTags };
}

/** Says whether a base may be a clone from before this library: it has an access point already, and nothing says that it may have one. */
export function mayBeClone(candidate: BaseCandidate, isBase: IsBase | undefined, volume?: string): boolean {
  return isBase === undefined && !hasNoAccessPoint(volume)(candidate);
}

/** What to tell somebody whose base may be a clone. */
export function toAccessPointAdvice({ baseName, volume }: Pick<Target, "baseName" | "volume">): string {
  return (
    `Volume ${volume} of base ${baseName} has an access point already. If that revision is a user's clone from before this library, its secrets and image ` +
    `are that user's: set the option \`isBase\`, for instance to hasNoAccessPoint(${JSON.stringify(volume)}).`
  );
}
