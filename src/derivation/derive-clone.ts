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
  /** What to register; it carries no record of its origin yet. */
  readonly input: RegisterInput;
  /** The family that it goes to. */
  readonly family: string;
  readonly target: Target;
  /** Non-fatal problems worth logging. */
  readonly warnings: readonly string[];
}

/**
 * The whole derivation: base and user in, the input for `RegisterTaskDefinition` out. Pure: nothing is mutated, and what does not change is
 * shared with the base.
 *
 * @throws {@link InvalidInputError} when the user or the rules are wrong.
 * @throws {@link UnfitBaseError} when the base cannot carry this user.
 */
export function deriveClone(base: Base, user: UserSpec, rules: CloneRules = {}): DerivedClone {
  const { family: baseFamily } = base.taskDefinition;
  if (baseFamily === undefined) throw new UnfitBaseError("The base has no family, so neither have its clones.");
  const family = toCloneFamily(baseFamily, user.userId, rules.cloneFamily);
  refuseImpossibleParts(user, rules);
  const { input, target, warnings } = derive(base, user, family, rules);
  return { input, family, target, warnings };
}

/** What a base and a user give, with what a draft needs to know of it. */
export interface Derivation extends Omit<DerivedClone, "family"> {
  /** The base itself, as an input. */
  readonly original: RegisterInput;
  /** Which parts are the user's own. */
  readonly own: OwnNotes;
}

/** The derivation for a user and a family that were found right already. @throws InvalidInputError, UnfitBaseError */
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
