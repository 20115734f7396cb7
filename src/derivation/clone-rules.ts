import type { RegisterInput } from "../task-definition.ts";
import type { Size } from "../user/parts/size.ts";
import type { TargetNames } from "../user/target.ts";
import type { PartRules, UserSpec } from "../user/user.ts";
import type { CloneFamily } from "./clone-family.ts";

/** The rules for making a clone from a base and a user. */
export interface CloneRules extends TargetNames, PartRules {
  /** Family of the clones, or a function that returns it for a user's id. @default `<base>-user` */
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
