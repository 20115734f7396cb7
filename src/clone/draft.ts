import type { CloneRules } from "../derivation/clone-rules.ts";
import { toLargeWarnings } from "../derivation/definition-size.ts";
import { derive } from "../derivation/derive-clone.ts";
import type { DescribedRevision } from "../ecs/revisions.ts";
import { UnfitBaseError } from "../errors.ts";
import { toCanonicalText } from "../record/canonical-text.ts";
import { type CloneRecord, toDigest, toOwnDigest, withRecord } from "../record/record.ts";
import type { RegisterInput } from "../task-definition.ts";
import { type OwnNotes, readBackUser } from "../user/own-parts.ts";
import type { Target } from "../user/target.ts";
import type { UserSpec } from "../user/user.ts";
import { toIsolationText } from "./isolation-text.ts";
import type { ExistingClone } from "./read-clone.ts";
import { toUnvouchedWarnings } from "./unvouched.ts";

/** Whose clone, and where to: decided once per call. */
export interface Order {
  readonly user: UserSpec;
  readonly family: string;
  /** What the call is an attempt at. */
  readonly attempt?: string | undefined;
  /** The clone that the user was read back from. */
  readonly readFrom?: ExistingClone | undefined;
  /** What the caller should know of what the call was given. */
  readonly warning?: string | undefined;
}

/** A clone before it is registered: what would be sent, and what its record says. */
export interface Draft {
  readonly base: DescribedRevision;
  /** The base itself, as an input. */
  readonly original: RegisterInput;
  readonly target: Target;
  /** What the clone is, without its record. */
  readonly content: RegisterInput;
  /** What to register. */
  readonly input: RegisterInput & { readonly family: string };
  readonly record: CloneRecord;
  readonly warnings: readonly string[];
}

/** Derives the clone, and writes the record of its origin into it. Pure. @throws InvalidInputError, UnfitBaseError */
export function toDraft(base: DescribedRevision, order: Order, rules: CloneRules, token: string): Draft {
  const { user, family, attempt, readFrom, warning } = order;
  const { original, input: content, target, own, warnings } = derive(base, user, family, rules);
  const text = toCanonicalText(content);
  const ownDigest = toOwnDigest(readBack(content, user, target, own), target);
  const { userId } = user;
  const [volume, ...others] = target.volumes;
  const only = volume !== undefined && others.length === 0 ? { volume } : {};
  const named = attempt === undefined ? {} : { attempt };
  const digest = toDigest(text);
  const record = { userId, family, base: base.arn, ...only, own, digest, ownDigest, token, ...named };
  const input = { ...withRecord(content, target, record), family };
  const large = toLargeWarnings({ original, input, target }, text);
  const unvouched = readFrom ? toUnvouchedWarnings(readFrom, base, rules) : [];
  const given = warning === undefined ? [] : [warning];
  return { base, original, target, content, input, record, warnings: [...given, ...warnings, ...large, ...unvouched] };
}

/** Reads the user back as the next call will. A clone that cannot be read back had better not be registered. @throws UnfitBaseError */
function readBack(content: RegisterInput, { userId }: UserSpec, target: Target, own: OwnNotes): UserSpec {
  const user = readBackUser(content, userId, target, own);
  if (user !== undefined) return user;
  throw new UnfitBaseError(
    `A clone of base ${target.baseName} could not be read back: not everything that is the user's own is found where it was put. Give every container ` +
      "and volume of the base a name of its own.",
  );
}

/**
 * Says whether a clone is what the draft would register: sent with the same content, the same parts of it the user's own, and what isolates users
 * still stands in it as it was sent, which a copy that was made by hand need not hold.
 */
export function isSameClone({ record, ownDigest, taskDefinition }: ExistingClone, draft: Draft): boolean {
  return (
    record.userId === draft.record.userId &&
    record.digest === draft.record.digest &&
    record.volume === draft.record.volume &&
    toCanonicalText(record.own) === toCanonicalText(draft.record.own) &&
    ownDigest === draft.record.ownDigest &&
    toIsolationText(taskDefinition) === toIsolationText(draft.content)
  );
}
