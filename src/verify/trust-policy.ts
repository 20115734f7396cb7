import { membersOf, parseJson } from "../unknown-value.ts";
import type { Place } from "./check.ts";

/** What a role's trust policy means for ECS. */
export type Trust = "trusts" | "trusts under a condition" | "refuses" | "does not trust" | "unclear";

/** Judges whether ECS may assume a role for tasks in this place. @param policy the policy as IAM hands it out, URL-encoded. */
export function judgeTrust(policy: string, place: Place): Trust | undefined {
  const { Statement } = membersOf(parseJson(decode(policy)));
  if (typeof Statement !== "object" || Statement === null) return undefined;
  const verdicts = (Array.isArray(Statement) ? Statement : [Statement]).map((statement) => {
    const members = membersOf(statement);
    const isKnown = members.Effect === "Deny" || members.Effect === "Allow";
    return { isDeny: members.Effect === "Deny", verdict: isKnown ? judgeStatement(members, place) : "unclear" };
  });
  const denials = verdicts.filter(({ isDeny }) => isDeny).map(({ verdict }) => verdict);
  const grants = verdicts.filter(({ isDeny }) => !isDeny).map(({ verdict }) => verdict);
  if (denials.includes("applies")) return "refuses";
  if (denials.includes("unclear") || denials.includes("applies here")) return "unclear";
  if (grants.includes("applies")) return "trusts";
  if (grants.includes("applies here")) return "trusts under a condition";
  return grants.includes("unclear") ? "unclear" : "does not trust";
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

type Verdict = "applies" | "applies here" | "no" | "unclear";

function judgeStatement(statement: Readonly<Record<string, unknown>>, place: Place): Verdict {
  const { Action, NotAction, Principal, NotPrincipal, Condition } = statement;
  if (NotAction !== undefined || NotPrincipal !== undefined) return "unclear";
  if (!toTexts(Action).some(isAssumeRole)) return "no";
  // Whether "everybody" among AWS accounts covers services as well is not documented.
  if (!isEcsTasks(Principal)) return toTexts(membersOf(Principal).AWS).includes("*") ? "unclear" : "no";
  return Condition === undefined ? "applies" : judgeConditions(membersOf(Condition), place);
}

const toTexts = (value: unknown): readonly string[] => (Array.isArray(value) ? value : [value]).map(String);

/** Whether an action, which may have wildcards, covers `sts:AssumeRole`. */
const isAssumeRole = (action: string): boolean => matches(action.toLowerCase(), "sts:assumerole");

const ecsTasks = new Set(["*", "ecs-tasks.amazonaws.com", "ecs-tasks.amazonaws.com.cn"]);

const isEcsTasks = (principal: unknown): boolean =>
  principal === "*" || toTexts(membersOf(principal).Service).some((service) => ecsTasks.has(service));

/** IAM's wildcards. */
function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`).test(text);
}

/** ECS says for which account and region it assumes a role. Other conditions are not for us to judge. */
function judgeConditions(conditions: Readonly<Record<string, unknown>>, place: Place): Verdict {
  const judged = Object.entries(conditions).flatMap(([operator, keys]) =>
    Object.entries(membersOf(keys)).map(([key, values]) => judgeCondition(operator, key, toTexts(values), place)),
  );
  if (judged.includes("no")) return "no";
  return judged.length > 0 && judged.every((one) => one === "applies here") ? "applies here" : "unclear";
}

function judgeCondition(operator: string, key: string, values: readonly string[], place: Place): Verdict {
  const isKnown = /^(?:String|Arn)(?:Equals|Like)(?:IgnoreCase)?(?:IfExists)?$/.test(operator);
  if (!isKnown) return "unclear";
  // StringEquals does not expand wildcards, so what such a condition means is for its author to say.
  if (operator.startsWith("StringEquals") && values.some((value) => /[*?]/.test(value))) return "unclear";
  if (key.toLowerCase() === "aws:sourceaccount") {
    return values.some((value) => matches(value, place.accountId)) ? "applies here" : "no";
  }
  return key.toLowerCase() === "aws:sourcearn" ? judgeSourceArns(values, place) : "unclear";
}

function judgeSourceArns(values: readonly string[], { region, accountId }: Place): Verdict {
  const verdicts = values.map((value): Verdict => {
    const [, , service = "*", itsRegion = "*", itsAccount = "*", ...resource] = value.split(":");
    const isHere = matches(service, "ecs") && matches(itsRegion, region) && matches(itsAccount, accountId);
    if (!isHere) return "no";
    return resource.length === 0 || resource.join(":") === "*" ? "applies here" : "unclear";
  });
  if (verdicts.includes("applies here")) return "applies here";
  return verdicts.includes("unclear") ? "unclear" : "no";
}
