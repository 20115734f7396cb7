import { describe, expect, it } from "vitest";
import { policyFormats, renderPolicy } from "../../src/policy/render-policy.ts";
import { toPolicy } from "../../src/policy/to-policy.ts";
import { options, taskRole } from "./scope.ts";

const verify = [
  { action: "iam:GetRole", resource: "arn:<partition>:iam::<account>:role/<role>", why: "sees that a role exists" },
  { action: "ssm:DescribeParameters", resource: "arn:<partition>:ssm:<region>:<account>:*" },
];

const small = { ...options, baseFamily: "web", passRoles: [taskRole], verify };

describe("renderPolicy", () => {
  it("gives the policy as JSON", () => {
    expect(JSON.parse(renderPolicy(options))).toStrictEqual(toPolicy(options));
    expect(renderPolicy(options, "json")).toBe(renderPolicy(options));
  });

  it.each(policyFormats)("names every role in the form %s", (format) => {
    for (const role of options.passRoles) expect(renderPolicy(options, format)).toContain(JSON.stringify(role));
  });

  it("gives statements for the CDK, and says what each is for", () => {
    expect(renderPolicy(small, "cdk")).toBe(`import * as iam from "aws-cdk-lib/aws-iam";

export const statements = [
  // ecs:DescribeTaskDefinition finds the newest base and reads clones
  // ecs:ListTaskDefinitions walks the base family, looks for a registration that got no answer, and lists clones
  // ecs:DeregisterTaskDefinition rolls back a registration whose deployment failed, and retires clones
  // On all resources because ECS supports no resource-level permissions: ecs:DescribeTaskDefinition, ecs:ListTaskDefinitions, ecs:DeregisterTaskDefinition
  new iam.PolicyStatement({
    actions: ["ecs:DescribeTaskDefinition", "ecs:ListTaskDefinitions", "ecs:DeregisterTaskDefinition"],
    resources: ["*"],
  }),
  // ecs:RegisterTaskDefinition registers clones, only in their own family
  new iam.PolicyStatement({
    actions: ["ecs:RegisterTaskDefinition"],
    resources: ["arn:aws:ecs:us-east-1:111122223333:task-definition/web-user:*"],
  }),
  // ecs:TagResource lets a clone be registered with tags
  new iam.PolicyStatement({
    actions: ["ecs:TagResource"],
    resources: ["arn:aws:ecs:us-east-1:111122223333:task-definition/web-user:*"],
    conditions: { StringEquals: { "ecs:CreateAction": "RegisterTaskDefinition" } },
  }),
  // iam:PassRole lets a clone keep the task and execution roles of its base
  new iam.PolicyStatement({
    actions: ["iam:PassRole"],
    resources: ["arn:aws:iam::111122223333:role/isol8-dev-task"],
    conditions: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
  }),
  // iam:GetRole sees that a role exists
  new iam.PolicyStatement({
    actions: ["iam:GetRole"],
    resources: ["arn:aws:iam::111122223333:role/*"],
  }),
  // ssm:DescribeParameters
  new iam.PolicyStatement({
    actions: ["ssm:DescribeParameters"],
    resources: ["arn:aws:ssm:us-east-1:111122223333:*"],
  }),
];`);
  });

  it("gives a data source for Terraform, and says what each statement is for", () => {
    expect(renderPolicy({ ...small, verify: [] }, "terraform")).toBe(`data "aws_iam_policy_document" "taskdef_cloner" {
  # ecs:DescribeTaskDefinition finds the newest base and reads clones
  # ecs:ListTaskDefinitions walks the base family, looks for a registration that got no answer, and lists clones
  # ecs:DeregisterTaskDefinition rolls back a registration whose deployment failed, and retires clones
  # On all resources because ECS supports no resource-level permissions: ecs:DescribeTaskDefinition, ecs:ListTaskDefinitions, ecs:DeregisterTaskDefinition
  statement {
    actions   = ["ecs:DescribeTaskDefinition", "ecs:ListTaskDefinitions", "ecs:DeregisterTaskDefinition"]
    resources = ["*"]
  }

  # ecs:RegisterTaskDefinition registers clones, only in their own family
  statement {
    actions   = ["ecs:RegisterTaskDefinition"]
    resources = ["arn:aws:ecs:us-east-1:111122223333:task-definition/web-user:*"]
  }

  # ecs:TagResource lets a clone be registered with tags
  statement {
    actions   = ["ecs:TagResource"]
    resources = ["arn:aws:ecs:us-east-1:111122223333:task-definition/web-user:*"]
    condition {
      test     = "StringEquals"
      variable = "ecs:CreateAction"
      values   = ["RegisterTaskDefinition"]
    }
  }

  # iam:PassRole lets a clone keep the task and execution roles of its base
  statement {
    actions   = ["iam:PassRole"]
    resources = ["arn:aws:iam::111122223333:role/isol8-dev-task"]
    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["ecs-tasks.amazonaws.com"]
    }
  }
}`);
  });

  it("keeps IAM's own variables from Terraform, and quotes from ending a text", () => {
    const tenants = "arn:aws:iam::111122223333:role/tenants/$" + "{aws:username}";
    const odd = 'arn:aws:iam::111122223333:role/a"b%{c}';

    const rendered = renderPolicy({ ...options, passRoles: [tenants, odd] }, "terraform");

    expect(rendered).toContain('"arn:aws:iam::111122223333:role/tenants/$$' + '{aws:username}"');
    expect(rendered).toContain('"arn:aws:iam::111122223333:role/a\\"b%%{c}"');
    expect(renderPolicy({ ...options, passRoles: [tenants] }, "cdk")).toContain(JSON.stringify(tenants));
  });
});
