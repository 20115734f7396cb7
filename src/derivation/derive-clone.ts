import { UnfitBaseError } from "../errors.ts";
import { readRecord } from "../record/record.ts";
import type { Base, RegisterInput } from "../task-definition.ts";
import { toFamilyRevision } from "../task-definition-arn.ts";
import { withShortForm } from "../user/access-point-forms.ts";
import { parseBaseShape } from "../user/input-shape.ts";
import {
  applyParts,
  judgeParts,
  type OwnNotes,
  refuseImpossibleParts,
  toNotes,
  toPlacedNotes,
} from "../user/own-parts.ts";
import { parseUser } from "../user/parse-user.ts";
import { withBaseTags } from "../user/parts/tags.ts";
import { findTarget, type Target } from "../user/target.ts";
import type { UserSpec } from "../user/user.ts";
import { toCloneFamily } from "./clone-family.ts";
import { type CloneRules, parseRules } from "./clone-rules.ts";
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
 * the base what does not change. Members of the base that are `null`, at any depth, count as absent.
 *
 * @throws {@link InvalidInputError} if the user or the rules are invalid, or the base is malformed.
 * @throws {@link UnfitBaseError} if the base cannot be cloned for this user.
 */
export function deriveClone(base: Base, user: UserSpec, rules: CloneRules = {}): DerivedClone {
  const settings = parseRules(rules);
  const spec = parseUser(user, settings);
  const described = parseBaseShape(base);
  const { family: baseFamily } = described.taskDefinition;
  if (!baseFamily) throw new UnfitBaseError("The base has no family, so neither have its clones.");
  if (readRecord(described.taskDefinition).kind !== "none") {
    throw new UnfitBaseError(`The base of family ${baseFamily} carries the record of a clone, so it is not a base.`);
  }
  const family = toCloneFamily(baseFamily, spec.userId, settings.cloneFamily);
  refuseImpossibleParts(spec, settings);
  const { input, target, warnings } = derive(described, spec, family, settings);
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
export function derive(base: Base, spec: UserSpec, family: string, rules: CloneRules): Derivation {
  const original = toBaseInput(base);
  const { taskDefinitionArn, family: baseFamily } = base.taskDefinition;
  const target = findTarget(original, toFamilyRevision(String(taskDefinitionArn ?? baseFamily)), rules);
  const user = withShortForm(spec, target);
  const sized = user.size === undefined && rules.size !== undefined ? { ...user, size: rules.size } : user;

  let input: RegisterInput = { ...original, family };
  input = withBaseTags(input, rules.copyTags === false ? [] : (original.tags ?? []));
  input = applyParts(input, sized, target, rules);
  const own = toPlacedNotes(toNotes(user), input, target);
  if (rules.customize) input = withCustomization(input, target, user, own, rules.customize);

  const warnings = judgeParts(input, sized, { base: original, baseArn: taskDefinitionArn, target, rules });
  return { original, input, target, own, warnings };
}
