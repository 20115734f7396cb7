import { membersOf } from "../../unknown-value.ts";
import type { LogGroupCheck, Outcome } from "../check.ts";
import type { Context } from "../context.ts";
import { accountOf, toOtherAccount } from "../other-account.ts";
import { failed, ok, toRequestId, toUnanswered, unreadable } from "../outcome.ts";

/** Whether a log group is there. Groups are sorted by name, so the one of this very name comes first. */
export async function runLogGroup(check: LogGroupCheck, context: Context): Promise<Outcome> {
  const { subject, region, accountId, isCreatedByTask } = check;
  const asked = await context.ask("DescribeLogGroups", region, { logGroupNamePrefix: subject, limit: 1 });
  const more = toRequestId(asked);
  if (asked.kind !== "answered") return toUnanswered(asked, check, "DescribeLogGroups", {});
  const { logGroups, nextToken } = asked.answer;
  if (!Array.isArray(logGroups)) return unreadable("DescribeLogGroups", more);
  const { logGroupName, logGroupClass, arn } = membersOf(logGroups[0]);
  const isNone = logGroups.length === 0 && nextToken === undefined;
  if (!isNone && !String(logGroupName).startsWith(subject)) return unreadable("DescribeLogGroups", more);
  if (logGroupName !== subject) {
    if (isCreatedByTask) {
      return ok("The log group is made by the first task: the execution role needs logs:CreateLogGroup.", more);
    }
    return failed(`CloudWatch Logs has no group ${subject} in ${region}.`, "Create it, or correct the name.", more);
  }
  const elsewhere = toOtherAccount(accountOf(arn), accountId, more);
  if (elsewhere !== undefined) return elsewhere;
  return logGroupClass === "DELIVERY"
    ? failed("The log group is of the class DELIVERY, which takes no logs of containers.", "Use another group.", more)
    : ok("The log group is there.", more);
}
