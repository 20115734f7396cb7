import type { CloneRules } from "../derivation/clone-rules.ts";
import { derive } from "../derivation/derive-clone.ts";
import { toCanonicalText } from "../record/canonical-text.ts";
import { toDigest } from "../record/record.ts";
import type { Base } from "../task-definition.ts";
import type { ExistingClone } from "./read-clone.ts";

/**
 * Warns if a clone was read back whose record does not vouch for the values in it. A record of version 1 holds only the digest of everything that
 * was sent: it speaks for the values if they give the same again on the newest base. Otherwise the base, the options or the values have changed,
 * and nothing says which.
 */
export function toUnvouchedWarnings(clone: ExistingClone, base: Base, rules: CloneRules): string[] {
  const { arn, user, record } = clone;
  if (record.ownDigest !== undefined || isDigestOf(clone, base, rules)) return [];
  return [
    `The record of clone ${arn} was written by version 0.1.0, which did not note the values of user ${JSON.stringify(user.userId)}, so whether these are ` +
      "still the user's cannot be checked. If somebody may have registered it by hand from another user's clone, call `clone` with the whole user.",
  ];
}

function isDigestOf({ user, record }: ExistingClone, base: Base, rules: CloneRules): boolean {
  // 0.1.0 left the limits of containers as they were.
  const then: CloneRules = { ...rules, containerLimits: "keep" };
  try {
    return toDigest(toCanonicalText(derive(base, user, record.family, then).input)) === record.digest;
  } catch {
    // The newest base or the options may no longer allow what the user has.
    return false;
  }
}
