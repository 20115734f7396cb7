import { membersOf } from "../../unknown-value.ts";
import type { Asked } from "../ask.ts";
import type { Grant, Outcome, RolePermissionCheck } from "../check.ts";
import type { Context } from "../context.ts";
import { failed, faultOf, ok, toUnanswered, type Unanswered, unknown, unreadable } from "../outcome.ts";
import { listOf, textOf } from "../read-member.ts";

/** AWS throttles simulations of many resources. */
const mostResources = 20;

/** Whether a role's own policies let it do what the definition needs. Policies of the resources are not seen this way. */
export async function runRolePermission(check: RolePermissionCheck, context: Context): Promise<Outcome> {
  const questions = check.grants.flatMap((grant) => toChunks(grant));
  const judged = await Promise.all(questions.map(async (grant) => judge(grant, await askFor(check, grant, context))));
  const unanswered = judged.find((one) => one.asked !== undefined)?.asked;
  if (unanswered !== undefined) {
    if (faultOf(unanswered, "NoSuchEntityException", "NoSuchEntity") !== undefined) {
      return unknown("There is no such role to simulate.", "See the check of the role.");
    }
    const role = check.subject.slice(check.subject.indexOf("/") + 1);
    return toUnanswered(unanswered, check, "SimulatePrincipalPolicy", { role });
  }
  return conclude(judged);
}

function toChunks(grant: Grant): readonly Grant[] {
  const chunks: Grant[] = [];
  for (let start = 0; start < grant.resources.length; start += mostResources) {
    chunks.push({ ...grant, resources: grant.resources.slice(start, start + mostResources) });
  }
  return chunks;
}

const askFor = (check: RolePermissionCheck, { actions, resources }: Grant, context: Context): Promise<Asked> =>
  context.ask("SimulatePrincipalPolicy", check.region, {
    PolicySourceArn: check.subject,
    ActionNames: actions,
    ResourceArns: resources,
    MaxItems: 1000,
  });

interface Judged {
  readonly asked?: Unanswered;
  readonly isUnreadable?: true;
  readonly refused: readonly string[];
  readonly unclear: readonly string[];
}

function judge(grant: Grant, asked: Asked): Judged {
  if (asked.kind !== "answered") return { asked, refused: [], unclear: [] };
  const { EvaluationResults, IsTruncated } = asked.answer;
  if (!Array.isArray(EvaluationResults) || IsTruncated === true)
    return { isUnreadable: true, refused: [], unclear: [] };
  const refused: string[] = [];
  const unclear: string[] = [];
  for (const action of grant.actions) {
    const result = EvaluationResults.map(membersOf).find(({ EvalActionName }) => EvalActionName === action);
    for (const resource of grant.resources) {
      const isOnly = grant.resources.length === 1;
      const decision = decide(toDecision(membersOf(result), resource, isOnly), grant.isGrantableByResource);
      if (decision === "refused") refused.push(`${action} on ${resource}`);
      if (decision === "unclear") unclear.push(`${action} on ${resource}`);
    }
  }
  return { refused, unclear };
}

interface Decision {
  readonly decision: string | undefined;
  readonly isWithoutContext: boolean;
}

/** The decision about one resource. The one at the top speaks of the only resource, or of none. */
function toDecision(result: Readonly<Record<string, unknown>>, resource: string, isOnly: boolean): Decision {
  const specific = listOf(result.ResourceSpecificResults)
    .map(membersOf)
    .find(({ EvalResourceName }) => EvalResourceName === resource);
  const { MissingContextValues } = specific ?? result;
  const atTheTop = isOnly ? result.EvalDecision : undefined;
  return {
    decision: textOf(specific === undefined ? atTheTop : specific.EvalResourceDecision),
    isWithoutContext: listOf(MissingContextValues).length > 0,
  };
}

/** What a simulation denies without naming a policy, a policy of the resource may still allow. */
function decide(
  { decision, isWithoutContext }: Decision,
  isGrantableByResource: boolean,
): "ok" | "refused" | "unclear" {
  if (decision === "allowed") return "ok";
  if (isWithoutContext) return "unclear";
  if (decision === "explicitDeny") return "refused";
  return decision === "implicitDeny" && !isGrantableByResource ? "refused" : "unclear";
}

function conclude(judged: readonly Judged[]): Outcome {
  const refused = judged.flatMap((one) => one.refused);
  const unclear = judged.flatMap((one) => one.unclear);
  if (refused.length > 0) return failed(`The role may not: ${refused.join("; ")}.`, "Allow it in the role's policies.");
  if (judged.some((one) => one.isUnreadable)) return unreadable("SimulatePrincipalPolicy");
  if (unclear.length > 0) {
    const detail = `The role's own policies do not show that it may: ${unclear.join("; ")}.`;
    return unknown(detail, "Allow it in the role's policies, or make sure that the resource's policy does.");
  }
  return ok("The role's policies allow what the definition needs.");
}
