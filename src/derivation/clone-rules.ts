import type { RegisterInput } from "../task-definition.ts";
import type { Size } from "../user/parts/size.ts";
import type { TargetNames } from "../user/target.ts";
import type { PartRules, UserSpec } from "../user/user.ts";
import type { CloneFamily } from "./clone-family.ts";

/** How a base and a user become a clone. */
export interface CloneRules extends TargetNames, PartRules {
  /** Family of the clones, or a function that gives it for a user's id. @default `<base>-user` */
  readonly cloneFamily?: CloneFamily | undefined;
  /** Size of users that have none of their own. @default the base's */
  readonly size?: Size | undefined;
  /** Whether the base's tags come along. @default true */
  readonly copyTags?: boolean | undefined;
  /**
   * Your own last change to what will be registered. It gets a copy, and returns what to register. The family and what is the user's own
   * must stay as they are.
   */
  readonly customize?: ((input: RegisterInput, user: UserSpec) => RegisterInput) | undefined;
}
