import type { CloneRules } from "../derivation/clone-rules.ts";
import { toLargeWarnings } from "../derivation/definition-size.ts";
import { derive } from "../derivation/derive-clone.ts";
import type { DescribedRevision } from "../ecs/revisions.ts";
import { toCanonicalText } from "../record/canonical-text.ts";
import { type CloneRecord, toDigest, withRecord } from "../record/record.ts";
import type { RegisterInput } from "../task-definition.ts";
import type { Target } from "../user/target.ts";
import type { UserSpec } from "../user/user.ts";

/** Whose clone, and where to: decided once per call. */
export interface Order {
  readonly user: UserSpec;
  readonly family: string;
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

/** Derives the clone, and writes the record of its origin into it. Pure. */
export function toDraft(base: DescribedRevision, { user, family }: Order, rules: CloneRules, token: string): Draft {
  const { original, input: content, target, own, warnings } = derive(base, user, family, rules);
  const text = toCanonicalText(content);
  const { userId } = user;
  const { volume } = target;
  const record = { userId, family, base: base.arn, volume, own, digest: toDigest(text), token };
  const input = { ...withRecord(content, target, record), family };
  const large = toLargeWarnings({ original, input, target }, text);
  return { base, original, target, content, input, record, warnings: [...warnings, ...large] };
}

/** Says whether a clone with this record is what the draft would register: the same content, and the same parts of it the user's own. */
export function isSameClone(record: CloneRecord, draft: Draft): boolean {
  return (
    record.userId === draft.record.userId &&
    record.digest === draft.record.digest &&
    record.volume === draft.record.volume &&
    toCanonicalText(record.own) === toCanonicalText(draft.record.own)
  );
}
