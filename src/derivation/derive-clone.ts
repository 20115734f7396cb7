import { UnfitBaseError } from "../errors.ts";
import type { Base, RegisterInput } from "../task-definition.ts";
import { toFamilyRevision } from "../task-definition-arn.ts";
import { applyParts, type OwnNotes, refuseImpossibleParts, toNotes, toPartWarnings } from "../user/own-parts.ts";
import { withTags } from "../user/parts/tags.ts";
import { type Target, toTarget } from "../user/target.ts";
import type { UserSpec } from "../user/user.ts";
import { toCloneFamily, withFamily } from "./clone-family.ts";
import type { CloneRules } from "./clone-rules.ts";
import { withCustomization } from "./customize.ts";
import { toBaseInput } from "./register-input.ts";

/** The result of {@link deriveClone}. */
export interface DerivedClone {
  /** What to register; it does not carry a record yet. */
  readonly input: RegisterInput;
  /** The family to register it in. */
  readonly family: string;
  readonly target: Target;
  /** Non-fatal problems worth logging. */
  readonly warnings: readonly string[];
}

/**
 * The whole derivation: takes a base and a user, returns the input for `RegisterTaskDefinition`. Pure: it mutates nothing, and shares with
 * the base what does not change.
 *
 * @throws {@link InvalidInputError} if the user or the rules are invalid.
 * @throws {@link UnfitBaseError} if the base cannot be cloned for this user.
 */
export function deriveClone(base: Base, user: UserSpec, rules: CloneRules = {}): DerivedClone {
  const { family: baseFamily } = base.taskDefinition;
  if (baseFamily === undefined) throw new UnfitBaseError("The base has no family, so neither have its clones.");
  const family = toCloneFamily(baseFamily, user.userId, rules.cloneFamily);
  refuseImpossibleParts(user, rules);
  const { input, target, warnings } = derive(base, user, family, rules);
  return { input, family, target, warnings };
}

/** The result of {@link derive}: a derived clone, and what a draft needs to know about it. */
export interface Derivation extends Omit<DerivedClone, "family"> {
  /** The base itself, as a register input. */
  readonly original: RegisterInput;
  /** Which parts are user-specific. */
  readonly own: OwnNotes;
}

/** The derivation for a user and a family that were already validated. @throws InvalidInputError, UnfitBaseError */
export function derive(base: Base, user: UserSpec, family: string, rules: CloneRules): Derivation {
  const original = toBaseInput(base);
  const { taskDefinitionArn, family: baseFamily } = base.taskDefinition;
  const target = toTarget(original, toFamilyRevision(String(taskDefinitionArn ?? baseFamily)), rules);
  const sized = user.size === undefined && rules.size !== undefined ? { ...user, size: rules.size } : user;
  const own = toNotes(user);

  let input = withFamily(original, family);
  input = withTags(input, rules.copyTags === false ? [] : (original.tags ?? []));
  input = applyParts(input, sized, target, rules);
  if (rules.customize) input = withCustomization(input, target, user, own, rules.customize);

  return { original, input, target, own, warnings: toPartWarnings(original, sized, target) };
}
