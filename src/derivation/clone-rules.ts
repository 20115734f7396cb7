import * as z from "zod";
import { lazily } from "../lazily.ts";
import { functionOf, parseInput } from "../parse-input.ts";
import type { RegisterInput } from "../task-definition.ts";
import { fargateMemorySchema } from "../user/parts/fargate-sizes.ts";
import { containerLimitsSchema, type Size, sizeSchema } from "../user/parts/size.ts";
import { reservedSchema } from "../user/parts/variables.ts";
import { type TargetNames, targetNames } from "../user/target.ts";
import type { PartRules, UserSpec } from "../user/user.ts";
import { refuseContradictoryVolumes } from "../user/volumes.ts";
import type { CloneFamily } from "./clone-family.ts";

/** The rules for making a clone from a base and a user. */
export interface CloneRules extends TargetNames, PartRules {
  /** Family of the clones, or a function that returns it for a user's id, such as `familyPerUser`. @default `<base>-user` */
  readonly cloneFamily?: CloneFamily | undefined;
  /** Size for users who have none of their own. @default the base's */
  readonly size?: Size | undefined;
  /** Whether to copy the base's tags. @default true */
  readonly copyTags?: boolean | undefined;
  /**
   * Your own final change to the register input. It receives a copy, and returns what to register. It must not change the family or the
   * user-specific parts.
   */
  readonly customize?: ((input: RegisterInput, user: UserSpec) => RegisterInput) | undefined;
}

/** The schemas of the rules, which are options of a cloner too. @internal */
export const cloneRules = lazily(() => ({
  cloneFamily: z
    .union([z.string(), functionOf<Exclude<CloneFamily, string>>()], "expected a family name or a function")
    .optional(),
  ...targetNames(),
  size: sizeSchema().optional(),
  reserved: reservedSchema().optional(),
  copyTags: z.boolean().optional(),
  fargateMemory: fargateMemorySchema().optional(),
  containerLimits: containerLimitsSchema().optional(),
  customize: functionOf<NonNullable<CloneRules["customize"]>>().optional(),
}));

const schema = lazily(() => z.strictObject(cloneRules()) satisfies z.ZodType<CloneRules>);

/**
 * Parses what a caller passed as rules.
 *
 * @throws {@link InvalidInputError} naming each rule that is invalid or unknown.
 */
export function parseRules(value: unknown): CloneRules {
  const rules = parseInput(schema(), value, "rules");
  refuseContradictoryVolumes(rules);
  return rules;
}
