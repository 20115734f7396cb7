import * as z from "zod";
import { InvalidInputError } from "../../errors.ts";
import { lazily } from "../../lazily.ts";
import { parseInput } from "../../parse-input.ts";
import type { RegisterInput } from "../../task-definition.ts";
import { parseTaskDefinitionArn } from "../../task-definition-arn.ts";
import { parseRegisterInput } from "../input-shape.ts";
import { parseTarget, type Target } from "../target.ts";
import { given, type UserPart } from "../user-part.ts";

export interface OwnTaskRole {
  /**
   * ARN of the IAM role that the code in the task has, in the base's account: `arn:aws:iam::<account>:role/<path><name>`. For containers that run
   * the user's own code. Whoever registers the clone needs `iam:PassRole` on it.
   */
  readonly taskRoleArn?: string | undefined;
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html for names and paths */
const rolePattern = /^arn:aws[a-z-]*:iam::\d{12}:role\/(?:[!-~]+\/)?[\w+=,.@-]{1,64}$/;

const schemaWith = (whenEmpty: string) =>
  z
    .string()
    .min(1, { error: `must not be empty; ${whenEmpty}`, abort: true })
    .regex(
      rolePattern,
      "must be the role's full ARN, arn:<partition>:iam::<account>:role/<name> with the role's path, if any, before its name",
    );

const schema = lazily(() => schemaWith("leave it out to use the base's"));

/** @internal */
export const taskRoleArn: UserPart<string, boolean> = {
  schema: () => schema().optional(),
  change: () => schemaWith("pass null to use the base's").nullish(),
  note: given,
  apply: applyTaskRole,
  judge(_, value, { baseArn, target }) {
    refuseForeignRole(value, baseArn, target);
    return [];
  },
  readBack: (clone) => clone.taskRoleArn,
};

/**
 * Sets the role that the code in the task has. {@link deriveClone}, which knows the base's ARN, also refuses a role of another account.
 *
 * @throws {@link InvalidInputError} if an argument is malformed.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
 */
export function withTaskRole(input: RegisterInput, target: Target, taskRoleArn: string): RegisterInput {
  parseTarget(target);
  return applyTaskRole(parseRegisterInput(input), parseInput(schema(), taskRoleArn, "task role"));
}

function applyTaskRole(input: RegisterInput, taskRoleArn: string): RegisterInput {
  return { ...input, taskRoleArn };
}

/** IAM doesn't let a role be passed to a task in another account. A base from a file may have no ARN, and then its account is unknown. */
function refuseForeignRole(taskRoleArn: string, baseArn: string | undefined, { baseName }: Target): void {
  if (baseArn === undefined || parseTaskDefinitionArn(baseArn) === undefined) return;
  const [role, base] = [toAccount(taskRoleArn), toAccount(baseArn)];
  if (role === base) return;
  throw new InvalidInputError(
    `The user's task role ${taskRoleArn} is in ${role}, and base ${baseName} in ${base}. A task can have only a role of its own account: pass one.`,
  );
}

function toAccount(arn: string): string {
  const [, partition, , , account] = arn.split(":");
  return `account ${account} of partition ${partition}`;
}
