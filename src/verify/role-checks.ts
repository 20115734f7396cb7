import type { Check, Place } from "./check.ts";
import { textOf } from "./read-member.ts";
import { parseRoleReference } from "./role-reference.ts";
import { toShape } from "./shape-check.ts";
import { stopReasons } from "./stop-reasons.ts";

/** The roles of a definition. */
export const toRoleChecks = (definition: Readonly<Record<string, unknown>>, place: Place): readonly Check[] => [
  ...toRoleCheck("execution-role", definition.executionRoleArn, "executionRoleArn", place),
  ...toRoleCheck("task-role", definition.taskRoleArn, "taskRoleArn", place),
];

function toRoleCheck(
  kind: "execution-role" | "task-role",
  value: unknown,
  member: string,
  { region, accountId }: Place,
): readonly Check[] {
  const subject = textOf(value);
  if (subject === undefined) return [];
  const task = { region, accountId };
  const role = parseRoleReference(subject, accountId);
  if (role === undefined) {
    const finding = {
      status: "unknown",
      detail: "This is not the ARN of a role.",
      advice: "Correct the ARN.",
    } as const;
    return [toShape(task, subject, [member], stopReasons.role, finding)];
  }
  if (role.accountId !== accountId) {
    const detail = `The role is one of account ${role.accountId}, the task runs in ${accountId}, and a role cannot be passed to another account.`;
    const finding = { status: "failed", detail, advice: `Give \`${member}\` a role of ${accountId}.` } as const;
    return [toShape(task, subject, [member], stopReasons.role, finding)];
  }
  return [{ kind, subject, where: [member], ...task, prevents: stopReasons.role, isForeign: false, role, task }];
}
