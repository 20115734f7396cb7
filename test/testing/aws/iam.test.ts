import { GetRoleCommand, IAMClient, SimulatePrincipalPolicyCommand } from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { FakeAws } from "taskdef-cloner/testing";
import { describe, expect, it } from "vitest";

describe("FakeAws and IAM", () => {
  it("returns a role with its trust policy, URL-encoded", async () => {
    const aws = new FakeAws();
    const arn = aws.role({ name: "task", path: "/tenants/" });
    const client = new IAMClient(aws.config);

    const { Role } = await client.send(new GetRoleCommand({ RoleName: "task" }));

    expect(Role?.Arn).toBe(arn);
    expect(arn).toBe("arn:aws:iam::111122223333:role/tenants/task");
    expect(JSON.parse(decodeURIComponent(String(Role?.AssumeRolePolicyDocument)))).toMatchObject({
      Statement: [{ Principal: { Service: "ecs-tasks.amazonaws.com" } }],
    });
    await expect(client.send(new GetRoleCommand({ RoleName: "none" }))).rejects.toMatchObject({
      name: "NoSuchEntityException",
    });
  });

  it("returns a trust policy with characters that XML escapes", async () => {
    const aws = new FakeAws();
    aws.role({ name: "a&b", trust: { Statement: "<any>" } });

    const { Role } = await new IAMClient(aws.config).send(new GetRoleCommand({ RoleName: "a&b" }));

    expect(Role?.RoleName).toBe("a&b");
    expect(JSON.parse(decodeURIComponent(String(Role?.AssumeRolePolicyDocument)))).toStrictEqual({
      Statement: "<any>",
    });
  });

  it("simulates what a role may do", async () => {
    const aws = new FakeAws();
    const arn = aws.role({ name: "task", allows: ["logs:PutLogEvents"], denies: ["kms:Decrypt"] });
    const all = aws.role({ name: "admin", allows: ["*"] });
    const none = aws.role({ name: "none" });
    const client = new IAMClient(aws.config);
    const simulate = async (PolicySourceArn: string, ResourceArns?: string[]) => {
      const ActionNames = ["logs:PutLogEvents", "kms:Decrypt", "s3:GetObject"];
      const command = new SimulatePrincipalPolicyCommand({ PolicySourceArn, ActionNames, ResourceArns });
      const { EvaluationResults = [] } = await client.send(command);
      return EvaluationResults.map(({ EvalDecision }) => EvalDecision);
    };

    expect(await simulate(arn, ["arn:aws:logs:us-east-1:111122223333:log-group:a"])).toStrictEqual([
      "allowed",
      "explicitDeny",
      "implicitDeny",
    ]);
    expect(await simulate(all)).toStrictEqual(["allowed", "allowed", "allowed"]);
    expect(await simulate(none)).toStrictEqual(["implicitDeny", "implicitDeny", "implicitDeny"]);
    await expect(simulate("arn:aws:iam::111122223333:role/gone")).rejects.toMatchObject({
      name: "NoSuchEntityException",
    });
  });

  it("says whose account it is", async () => {
    const identity = await new STSClient(new FakeAws().config).send(new GetCallerIdentityCommand({}));

    expect(identity.Account).toBe("111122223333");
  });
});
