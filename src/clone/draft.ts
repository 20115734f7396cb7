import type { RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import { refuseTooLarge } from "../derivation/definition-size.ts";
import { type CloneRules, deriveClone } from "../derivation/derive-clone.ts";
import type { DescribedRevision } from "../ecs/revisions.ts";
import { toCanonicalText } from "../record/canonical-text.ts";
import { type Provenance, toDigest, toOwnParts, withProvenance } from "../record/record.ts";
import type { Target } from "../user/target.ts";
import type { UserSpec } from "../user/user.ts";

/** A clone before it is registered: what would be sent, and what its record says. */
export interface Draft {
  readonly base: DescribedRevision;
  readonly target: Target;
  /** What the clone is, without its record. */
  readonly content: RegisterTaskDefinitionCommandInput;
  /** What to register. */
  readonly input: RegisterTaskDefinitionCommandInput & { readonly family: string };
  readonly record: Provenance;
  readonly warnings: readonly string[];
}

/** Derives the clone, and writes the record of its origin into it. Pure. */
export function toDraft(base: DescribedRevision, user: UserSpec, rules: CloneRules, token: string): Draft {
  const { input, family, target, warnings } = deriveClone(base, user, rules);
  const text = toCanonicalText(input);
  refuseTooLarge(input, text, target);
  const record: Provenance = {
    userId: user.userId,
    family,
    base: base.arn,
    own: toOwnParts(user, target.volume),
    digest: toDigest(text),
    token,
  };
  const recorded = { ...withProvenance(input, target, record), family };
  return { base, target, content: input, input: recorded, record, warnings };
}

/** Tells whether a clone with this record is what the draft would register: the same content, and the same parts of it the user's own. */
export function isSameClone(record: Provenance, draft: Draft): boolean {
  return (
    record.userId === draft.record.userId &&
    record.digest === draft.record.digest &&
    toCanonicalText(record.own) === toCanonicalText(draft.record.own)
  );
}
