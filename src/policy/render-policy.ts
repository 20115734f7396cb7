import type { Grant } from "./grants.ts";
import { toGrants } from "./grants.ts";
import { type PolicyOptions, toDocument, toScope } from "./to-policy.ts";

/** The forms in which a policy can be shown. */
export const policyFormats = ["json", "cdk", "terraform"] as const;

export type PolicyFormat = (typeof policyFormats)[number];

const renderers: Readonly<Record<PolicyFormat, (grants: readonly Grant[]) => string>> = {
  json: (grants) => JSON.stringify(toDocument(grants), undefined, 2),
  cdk: toCdk,
  terraform: toTerraform,
};

/**
 * Renders the least IAM policy as JSON, as statements for the AWS CDK in TypeScript, or as a Terraform data source. All but JSON say what each action is for.
 *
 * @throws {@link InvalidInputError} naming each option that is invalid or unknown.
 */
export function renderPolicy(options: PolicyOptions, format: PolicyFormat = "json"): string {
  return renderers[format](toGrants(toScope(options)));
}

function toCdk(grants: readonly Grant[]): string {
  const statements = grants.flatMap((grant) => [
    ...toReasons(grant).map((reason) => `  // ${reason}`),
    "  new iam.PolicyStatement({",
    `    actions: ${toList(grant.actions)},`,
    `    resources: ${toList(grant.resources)},`,
    ...(grant.condition ? [`    conditions: { StringEquals: ${toObject(grant.condition)} },`] : []),
    "  }),",
  ]);
  return ['import * as iam from "aws-cdk-lib/aws-iam";', "", "export const statements = [", ...statements, "];"].join(
    "\n",
  );
}

function toTerraform(grants: readonly Grant[]): string {
  const statements = grants.map((grant) =>
    [
      ...toReasons(grant).map((reason) => `  # ${reason}`),
      "  statement {",
      `    actions   = ${toHcl(toList(grant.actions))}`,
      `    resources = ${toHcl(toList(grant.resources))}`,
      ...Object.entries(grant.condition ?? {}).flatMap(([variable, value]) => [
        "    condition {",
        '      test     = "StringEquals"',
        `      variable = ${toHcl(JSON.stringify(variable))}`,
        `      values   = ${toHcl(toList([value]))}`,
        "    }",
      ]),
      "  }",
    ].join("\n"),
  );
  return ['data "aws_iam_policy_document" "taskdef_cloner" {', statements.join("\n\n"), "}"].join("\n");
}

/** What each action is for, and why some are allowed on everything. */
function toReasons({ permissions }: Grant): string[] {
  const purposes = permissions.map(({ action, why }) => (why === undefined ? action : `${action} ${why}`));
  const everywhere = [...new Set(permissions.map((permission) => permission.everywhere))].filter(
    (reason) => reason !== undefined,
  );
  const exceptions = everywhere.map((reason) => {
    const actions = permissions.filter((permission) => permission.everywhere === reason).map(({ action }) => action);
    return `On all resources because ${reason}: ${actions.join(", ")}`;
  });
  return [...purposes, ...exceptions];
}

const toList = (texts: readonly string[]): string => `[${texts.map((text) => JSON.stringify(text)).join(", ")}]`;

function toObject(members: Readonly<Record<string, string>>): string {
  const entries = Object.entries(members).map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  return `{ ${entries.join(", ")} }`;
}

/** Terraform would take an IAM policy variable, such as `${aws:username}`, for one of its own. */
const toHcl = (text: string): string => text.replace(/([$%])\{/g, "$1$1{");
