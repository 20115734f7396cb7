import { membersOf } from "../../unknown-value.ts";
import type { Outcome, RoleCheck } from "../check.ts";
import type { Context } from "../context.ts";
import { failed, faultOf, ok, toRequestId, toUnanswered, unknown, unreadable } from "../outcome.ts";
import { textOf } from "../read-member.ts";
import { parseRoleReference } from "../role-reference.ts";
import { judgeTrust, type Trust } from "../trust-policy.ts";

/** Whether a role is there, and ECS may assume it. */
export async function runRole(check: RoleCheck, context: Context): Promise<Outcome> {
  const { role, region } = check;
  const asked = await context.ask("GetRole", region, { RoleName: role.name });
  const more = toRequestId(asked);
  const missing = faultOf(asked, "NoSuchEntityException", "NoSuchEntity");
  if (missing !== undefined) {
    const detail = `IAM has no role ${role.name} in the account of the client.`;
    return failed(detail, `Create it in ${role.accountId}, or correct the ARN.`, { ...more, error: missing.name });
  }
  if (asked.kind !== "answered") return toUnanswered(asked, check, "GetRole", { role: role.name });
  const found = membersOf(asked.answer.Role);
  const arn = textOf(found.Arn);
  const policy = textOf(found.AssumeRolePolicyDocument);
  const seen = arn === undefined ? undefined : parseRoleReference(arn, "");
  if (arn === undefined || policy === undefined || seen === undefined) return unreadable("GetRole", more);
  if (seen.accountId !== role.accountId) {
    const detail = `The client asks account ${seen.accountId}, and the role is one of ${role.accountId}.`;
    return unknown(detail, `Give a client for ${role.accountId}.`, more);
  }
  if (role.arn !== undefined && role.arn !== arn) {
    return failed(`The role of this name is ${arn}.`, "Correct the ARN.", more);
  }
  const trust = judgeTrust(policy, check.task);
  return trust === undefined ? unreadable("GetRole", more) : toOutcome(trust, more);
}

function toOutcome(trust: Trust, more: { readonly requestId?: string }): Outcome {
  const advice = "Let ecs-tasks.amazonaws.com assume the role in its trust policy.";
  switch (trust) {
    case "trusts":
      return ok("The role is there, and trusts ECS tasks.", more);
    case "trusts under a condition":
      return ok("The role is there, and trusts ECS tasks of this account and region.", more);
    case "refuses":
      return failed("The role's trust policy denies ECS tasks to assume it.", advice, more);
    case "does not trust":
      return failed(
        "The role's trust policy does not let ECS tasks of this account and region assume it.",
        advice,
        more,
      );
    default:
      return unknown("Whether the role trusts ECS tasks depends on conditions that are not judged.", advice, more);
  }
}
