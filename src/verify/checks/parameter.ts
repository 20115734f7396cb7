import { membersOf } from "../../unknown-value.ts";
import type { Outcome, ParameterCheck } from "../check.ts";
import type { Context } from "../context.ts";
import { accountOf, toOtherAccount } from "../other-account.ts";
import { failed, ok, toRequestId, toUnanswered, unknown, unreadable } from "../outcome.ts";
import type { ParameterReference } from "../parameter-reference.ts";
import { listOf, textOf } from "../read-member.ts";

/** Whether a parameter is there. Its value is not read. */
export async function runParameter(check: ParameterCheck, context: Context): Promise<Outcome> {
  const { parameter, region, accountId, isForeign } = check;
  if (isForeign) {
    return unknown(`The parameter belongs to account ${accountId}, and only that one can list it.`, "Ask its owner.");
  }
  const asked = await context.askForParameters(region, parameter.names);
  if (asked.kind !== "answered") return toUnanswered(asked, check, "DescribeParameters", {});
  const { Parameters } = asked.answer;
  if (!Array.isArray(Parameters) || Parameters.some((one) => textOf(membersOf(one).Name) === undefined)) {
    return unreadable("DescribeParameters", toRequestId(asked));
  }
  const found = toParameter(parameter, asked.answer);
  if (found === undefined) {
    const detail = `The Parameter Store of account ${accountId} in ${region} has no such parameter.`;
    return failed(detail, "Create it, or correct the name.", toRequestId(asked));
  }
  const elsewhere = toOtherAccount(accountOf(found.ARN), accountId, toRequestId(asked));
  return elsewhere ?? judgeSelector(parameter.selector, found, toRequestId(asked));
}

/** The parameter among those of an answer. */
export const toParameter = (
  { names, arn }: ParameterReference,
  { Parameters }: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> | undefined =>
  listOf(Parameters)
    .map(membersOf)
    .find(({ Name, ARN }) => names.includes(String(Name)) && (arn === undefined || ARN === undefined || ARN === arn));

function judgeSelector(
  selector: string | undefined,
  { Version }: Readonly<Record<string, unknown>>,
  more: { readonly requestId?: string },
): Outcome {
  if (selector === undefined) return ok("The parameter is there.", more);
  const wanted = Number(selector);
  if (!Number.isInteger(wanted) || typeof Version !== "number") {
    return unknown(`The parameter is there; whether it has ${selector} is not known.`, "Name a version number.", more);
  }
  // The Parameter Store keeps the last hundred versions.
  if (wanted < 1 || wanted > Version) {
    return failed(`The parameter has ${Version} versions, and not ${wanted}.`, "Name a version that it has.", more);
  }
  if (wanted > Version - 100) return ok("The parameter is there.", more);
  return unknown(`Version ${wanted} of ${Version} may no longer be kept.`, "Name a newer version.", more);
}
