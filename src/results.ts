import type { TaskDefinitionStatus } from "@aws-sdk/client-ecs";
import type { UserSpec } from "./user/user.ts";

/** A user's clone, registered or reused. */
export interface Clone {
  /** The revision's ARN: what to give to CreateService, UpdateService or RunTask. */
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  /** ARN of the base revision that it was cloned from. */
  readonly baseArn: string;
  readonly userId: string;
  /** `true` if an identical existing clone was returned instead of registering a new one. */
  readonly reused: boolean;
  /** `true` if an earlier attempt of the same name had registered it. */
  readonly resumed: boolean;
  /** Non-fatal problems worth logging. */
  readonly warnings: readonly string[];
}

/** What a clone is, and how it compares with the newest base. */
export interface Inspection {
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  readonly status: TaskDefinitionStatus | undefined;
  readonly userId: string;
  /** ARN of the base revision that it was cloned from. */
  readonly baseArn: string;
  /** ARN of the newest base revision. */
  readonly newestBaseArn: string;
  /** Whether cloning the newest base for this user would give the same again. */
  readonly isUpToDate: boolean;
  /** Non-fatal problems worth logging. */
  readonly warnings: readonly string[];
  /** The user's own parts. They hold values of environment variables, so printing or serializing the inspection leaves them out. */
  readonly user: UserSpec;
}

/**
 * Makes a member of an object readable by its name only: printing, serializing and spreading the object pass over it. For what holds values of
 * environment variables, so that a plan that is logged does not log them.
 */
export function hide<Value extends object>(object: Value, member: keyof Value): Value {
  return Object.defineProperty(object, member, { enumerable: false });
}
