import { CfnParameter, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import * as ecs from "aws-cdk-lib/aws-ecs";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { grantCloning } from "taskdef-cloner/cdk";
import { describe, expect, it } from "vitest";
import { renderPolicy } from "../src/policy/render-policy.ts";
import { toPolicy } from "../src/policy/to-policy.ts";
import { permissions } from "../src/verify/permissions.ts";
import { family, newBase, newStack } from "./base.ts";

const roleOf = (stack: Stack): iam.Role =>
  new iam.Role(stack, "Backend", { assumedBy: new iam.ServicePrincipal("lambda.amazonaws.com") });

/** The statements of all policies of a stack that are for the backend. */
function statementsOf(stack: Stack): unknown[] {
  const policies = Object.entries(Template.fromStack(stack).findResources("AWS::IAM::Policy"));
  return policies.flatMap(([id, { Properties }]) =>
    id.startsWith("Backend") ? Properties.PolicyDocument.Statement : [],
  );
}

/** A policy as the CDK writes it: a list of one is written without brackets. */
const toCdkForm = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_, content) =>
    Array.isArray(content) && content.length === 1 && typeof content[0] === "string" ? content[0] : content,
  );

const passRoles = ["arn:aws:iam::111122223333:role/task", "arn:aws:iam::111122223333:role/execution"];
const options = { accountId: "111122223333", region: "us-east-1", baseFamily: family, passRoles };

describe("grantCloning", () => {
  it.each([
    { fleet: false, verify: false },
    { fleet: true, verify: false },
    { fleet: false, verify: true },
  ])("gives a role the statements of the policy (%j)", ({ fleet, verify }) => {
    const stack = newStack();

    grantCloning(newBase(stack), roleOf(stack), { fleet, verify });

    const roles = ["BaseTaskRoleF43C2309", "BaseExecutionRole6319919A"].map((id) => ({ "Fn::GetAtt": [id, "Arn"] }));
    const asked = verify ? permissions.filter(({ option }) => option === undefined) : [];
    const expected = toPolicy({ ...options, fleet, verify: asked }).Statement.map((statement) =>
      statement.Action.includes("iam:PassRole") ? { ...statement, Resource: roles } : statement,
    );
    expect(toCdkForm(statementsOf(stack))).toStrictEqual(toCdkForm(expected));
  });

  it("makes the execution role that the base lacks", () => {
    const stack = newStack();
    const base = newBase(stack);
    expect(base.executionRole).toBeUndefined();

    grantCloning(base, roleOf(stack));

    expect(base.executionRole).toBeDefined();
    Template.fromStack(stack).hasResourceProperties("AWS::ECS::TaskDefinition", {
      ExecutionRoleArn: { "Fn::GetAtt": ["BaseExecutionRole6319919A", "Arn"] },
    });
  });

  it("takes every kind of task definition, and every grantee", () => {
    const stack = newStack();
    const bases = [
      new ecs.FargateTaskDefinition(stack, "Fargate", { family }),
      new ecs.Ec2TaskDefinition(stack, "Ec2", { family }),
      new ecs.ExternalTaskDefinition(stack, "External", { family }),
      new ecs.TaskDefinition(stack, "Any", { family, compatibility: ecs.Compatibility.EC2 }),
    ];
    const grantees: iam.IGrantable[] = [
      new iam.User(stack, "BackendUser"),
      new lambda.Function(stack, "BackendFunction", {
        runtime: lambda.Runtime.NODEJS_22_X,
        handler: "index.handler",
        code: lambda.Code.fromInline("exports.handler = () => {}"),
      }),
    ];

    for (const base of bases) for (const grantee of grantees) grantCloning(base, grantee);

    expect(statementsOf(stack).length).toBeGreaterThan(0);
  });

  it("names the account and the region of a stack that does not know its own", () => {
    const stack = new Stack();

    grantCloning(newBase(stack), roleOf(stack));

    expect(JSON.stringify(statementsOf(stack))).toContain(
      '["arn:",{"Ref":"AWS::Partition"},":ecs:",{"Ref":"AWS::Region"},":",{"Ref":"AWS::AccountId"},":task-definition/isol8-dev-openclaw-user:*"]',
    );
  });

  it("refuses a family that is a token, and one that the CDK generates", () => {
    const stack = newStack();
    const parameter = new CfnParameter(stack, "Family");
    const token = new ecs.FargateTaskDefinition(stack, "Token", { family: parameter.valueAsString });
    const mixed = new ecs.FargateTaskDefinition(stack, "Mixed", { family: `web-${parameter.valueAsString}` });
    const generated = new ecs.FargateTaskDefinition(stack, "Generated");

    for (const base of [token, mixed]) {
      expect(() => grantCloning(base, roleOf(newStack()))).toThrow("The base's family is a token");
    }
    expect(() => grantCloning(generated, roleOf(newStack()))).toThrow(
      `The base has no family of its own, so the CDK generates "${generated.family}" from its path`,
    );
  });

  it("refuses an imported task definition, and a grantee that gets no permissions", () => {
    const stack = newStack();
    const arn = "arn:aws:ecs:us-east-1:111122223333:task-definition/web:1";
    const imported = ecs.FargateTaskDefinition.fromFargateTaskDefinitionArn(stack, "Imported", arn);
    const account = new iam.AccountPrincipal("444455556666");

    // @ts-expect-error: it has neither a family nor roles.
    expect(() => grantCloning(imported, roleOf(stack))).toThrow("Expected a task definition that this app defines");
    expect(() => grantCloning(newBase(stack), account)).toThrow("The grantee can't be given");
  });

  it("is what the statements do that a policy is rendered to", async () => {
    const stack = newStack();
    const code = renderPolicy({ ...options, fleet: true }, "cdk");
    const imported = code.replace(/^import \* as iam .*\n/, "").replace("export const statements =", "return");
    // The text is the library's own.
    const statements: iam.PolicyStatement[] = new Function("iam", imported)(iam);

    const role = roleOf(stack);
    for (const statement of statements) role.addToPolicy(statement);

    expect(toCdkForm(statementsOf(stack))).toStrictEqual(toCdkForm(toPolicy({ ...options, fleet: true }).Statement));
  });
});
