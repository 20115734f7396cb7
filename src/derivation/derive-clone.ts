import type { RegisterTaskDefinitionCommandInput, Tag, TaskDefinition } from "@aws-sdk/client-ecs";
import { InvalidInputError, UnfitBaseError } from "../errors.ts";
import { toCanonicalText } from "../record/canonical-text.ts";
import { provenanceLabel, readProvenance, toOwnParts, toUserSpec } from "../record/record.ts";
import { toFamilyRevision } from "../task-definition-arn.ts";
import { withAccessPoint } from "../user/parts/access-point.ts";
import type { FargateMemory } from "../user/parts/fargate-sizes.ts";
import { withImage } from "../user/parts/image.ts";
import { toSizeWarnings, withSize } from "../user/parts/size.ts";
import { refuseBadTags, withTags } from "../user/parts/tags.ts";
import { type ReservedName, refuseReservedNames, withEnvironment, withSecrets } from "../user/parts/variables.ts";
import { type Target, toTarget } from "../user/target.ts";
import type { Size, UserSpec } from "../user/user.ts";
import { type CloneFamily, toCloneFamily, withFamily } from "./clone-family.ts";
import { toRegisterInput } from "./register-input.ts";

/** A described revision of the base family. */
export interface Base {
  readonly taskDefinition: TaskDefinition;
  /** Its tags; `DescribeTaskDefinition` gives them beside the task definition, and only when asked to. */
  readonly tags?: readonly Tag[] | undefined;
}

/** How a base and a user become a clone. */
export interface CloneRules {
  /** Family of the clones, or a function that gives it for a user's id. @default `<base>-user` */
  readonly cloneFamily?: CloneFamily | undefined;
  /** Name of the user's container. @default the only container */
  readonly container?: string | undefined;
  /** Name of the user's EFS volume. @default the only EFS volume */
  readonly volume?: string | undefined;
  /** Size of users that have none of their own. @default the base's */
  readonly size?: Size | undefined;
  /** Names, or patterns of names, of environment variables that no user may set. @default none */
  readonly reserved?: readonly ReservedName[] | undefined;
  /** Whether the base's tags come along. @default true */
  readonly copyTags?: boolean | undefined;
  /** The sizes that Fargate offers. @default {@link fargateMemory} */
  readonly fargateMemory?: FargateMemory | undefined;
  /**
   * Your own last change to what will be registered. It gets a copy, and returns what to register. The family and what is the user's own
   * must stay as they are.
   */
  readonly customize?:
    | ((input: RegisterTaskDefinitionCommandInput, user: UserSpec) => RegisterTaskDefinitionCommandInput)
    | undefined;
}

/** What a base and a user give. */
export interface DerivedClone {
  /** What to register; it carries no record of its origin yet. */
  readonly input: RegisterTaskDefinitionCommandInput;
  /** The family that it goes to. */
  readonly family: string;
  readonly target: Target;
  /** What was done and may not be what you want. */
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
  const { taskDefinition } = base;
  const { family: baseFamily, taskDefinitionArn } = taskDefinition;
  if (baseFamily === undefined) throw new UnfitBaseError("The base has no family, so neither have its clones.");
  const copy = toRegisterInput(taskDefinition);
  const target = toTarget(copy, toFamilyRevision(taskDefinitionArn ?? baseFamily), rules);
  const size = user.size ?? rules.size;

  const family = toCloneFamily(baseFamily, user.userId, rules.cloneFamily);
  let input = withFamily(copy, family);
  input = withAccessPoint(input, target, user.accessPointId);
  if (user.secrets) input = withSecrets(input, target, user.secrets, rules.reserved);
  if (user.environment) input = withEnvironment(input, target, user.environment, rules.reserved);
  if (user.image) input = withImage(input, target, user.image);
  if (size) input = withSize(input, target, size, rules.fargateMemory);
  input = withTags(input, rules.copyTags === false ? [] : (base.tags ?? []), user.tags);
  if (rules.customize) input = withCustomization(input, target, user, rules.customize);

  return { input, family, target, warnings: size ? toSizeWarnings(copy, target, size) : [] };
}

/**
 * Refuses what no base could make right, so that it is known before ECS is asked for one.
 *
 * @throws {@link InvalidInputError}
 */
export function refuseImpossibleUser(user: UserSpec, baseFamily: string, rules: CloneRules): void {
  toCloneFamily(baseFamily, user.userId, rules.cloneFamily);
  refuseReservedNames(user, rules.reserved);
  refuseBadTags(user.tags);
}

function withCustomization(
  input: RegisterTaskDefinitionCommandInput,
  target: Target,
  user: UserSpec,
  customize: NonNullable<CloneRules["customize"]>,
): RegisterTaskDefinitionCommandInput {
  const customized: unknown = customize(structuredClone(input), user);
  if (!isRegisterInput(customized)) {
    throw new InvalidInputError(
      "The option `customize` must return the input to register. Its result has no family or no containers.",
    );
  }
  if (customized.family !== input.family) {
    throw new InvalidInputError(
      `The option \`customize\` may not change the family: it was ${input.family} and became ${customized.family}. Use the option \`cloneFamily\`.`,
    );
  }
  if (readProvenance(customized).kind !== "none") {
    throw new InvalidInputError(
      `The option \`customize\` may not set the label ${provenanceLabel}: it says what is a clone.`,
    );
  }
  // What is the user's own is read back from the clone at the next resize, so it has to be there as it was given.
  const own = toOwnParts(user, target.volume);
  const given = toUserSpec(input, user.userId, own, target.container);
  const readBack = toUserSpec(customized, user.userId, own, target.container);
  if (toCanonicalText(readBack) !== toCanonicalText(given)) {
    throw new InvalidInputError(
      `The option \`customize\` changed or removed what is the user's own (access point, secrets, environment, image, size or tags that were given for ` +
        `user ${JSON.stringify(user.userId)}). Change the user instead.`,
    );
  }
  const { tags, ...rest } = customized;
  return tags?.length === 0 ? rest : customized;
}

const isRegisterInput = (value: unknown): value is RegisterTaskDefinitionCommandInput =>
  typeof value === "object" &&
  value !== null &&
  "family" in value &&
  "containerDefinitions" in value &&
  Array.isArray(value.containerDefinitions);
