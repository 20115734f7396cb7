import { describe, expect, it } from "vitest";
import { judgeTrust } from "../../../src/verify/trust-policy.ts";
import { outcomeOf, place, sdkError } from "../stub-aws.ts";

const arn = "arn:aws:iam::111122223333:role/apps/task";
const encoded = (policy: unknown) => encodeURIComponent(JSON.stringify(policy));
const trusting = (more: object = {}) => ({
  Effect: "Allow",
  Action: "sts:AssumeRole",
  Principal: { Service: "ecs-tasks.amazonaws.com" },
  ...more,
});
const role = (statement: unknown = trusting(), Arn = arn) => ({
  Role: { Arn, AssumeRolePolicyDocument: encoded({ Statement: statement }) },
});
const check = (answer: object, roleArn = arn) => outcomeOf("task-role", { taskRoleArn: roleArn }, { GetRole: answer });
const unjudged = { StringEquals: { "aws:PrincipalOrgID": "o-1" } };

describe("the check of a role", () => {
  it.each([
    ["ok", role()],
    ["ok", role([trusting({ Condition: { StringEquals: { "aws:SourceAccount": "111122223333" } } })])],
    ["failed", sdkError("NoSuchEntityException", "", 404)],
    ["failed", sdkError("NoSuchEntity", "", 404)],
    ["failed", role(trusting(), "arn:aws:iam::111122223333:role/other/task")],
    ["failed", role(trusting({ Principal: { Service: "ec2.amazonaws.com" } }))],
    ["failed", role([trusting(), trusting({ Effect: "Deny" })])],
    ["unknown", role(trusting({ Condition: unjudged }))],
    ["unknown", role(trusting(), "arn:aws:iam::444455556666:role/apps/task")],
    ["unknown", role(trusting(), "no ARN")],
    ["unknown", { Role: { Arn: arn } }],
    ["unknown", { Role: { Arn: arn, AssumeRolePolicyDocument: "%" } }],
    ["unknown", {}],
    ["unknown", sdkError("AccessDenied", "", 403)],
  ])("is %s for %j", async (status, answer) => {
    expect((await check(answer)).status).toBe(status);
  });

  it("takes a bare name for any path, and is the same for the execution role", async () => {
    expect((await check(role(), "task")).status).toBe("ok");
    const outcome = await outcomeOf("execution-role", { executionRoleArn: arn }, { GetRole: role() });
    expect(outcome).toStrictEqual({ status: "ok", detail: "The role is there, and trusts ECS tasks." });
  });

  it("shows nothing of the policy", async () => {
    const answer = role(trusting({ Condition: { StringEquals: { "sts:ExternalId": "hunter2" } } }));
    expect(JSON.stringify(await check(answer))).not.toContain("hunter2");
  });

  it("names the permission that the checker lacks", async () => {
    expect((await check(sdkError("AccessDenied", "", 403))).permission).toBe(
      "iam:GetRole on arn:aws:iam::111122223333:role/task",
    );
  });
});

describe("judgeTrust", () => {
  const judge = (...statements: object[]) => judgeTrust(encoded({ Statement: statements }), place);
  const under = (Condition: object) => judge(trusting({ Condition }));
  const fromArn = (...arns: string[]) => under({ ArnLike: { "AWS:SourceArn": arns } });

  it.each([
    [{}],
    [{ Action: ["sts:TagSession", "STS:AssumeRole"] }],
    [{ Action: "sts:*" }],
    [{ Action: "*" }],
    [{ Action: "sts:Assume?ole" }],
    [{ Principal: "*" }],
    [{ Principal: { Service: ["ec2.amazonaws.com", "ecs-tasks.amazonaws.com"] } }],
    [{ Principal: { Service: "ecs-tasks.amazonaws.com.cn" } }],
  ])("trusts with %j", (more) => {
    expect(judge(trusting(more))).toBe("trusts");
  });

  it.each([
    [{ Action: "sts:TagSession" }],
    [{ Action: "sts:AssumeRoleWithSAML" }],
    [{ Principal: { AWS: "arn:aws:iam::111122223333:root" } }],
    [{ Principal: { Service: "ecs.amazonaws.com" } }],
    [{ Principal: undefined }],
  ])("does not trust with %j", (more) => {
    expect(judge(trusting(more))).toBe("does not trust");
  });

  it.each([
    [{ NotAction: "iam:*" }],
    [{ NotPrincipal: { AWS: "x" } }],
    [{ Principal: { AWS: "*" } }],
    [{ Effect: "allow" }],
    [{ Effect: undefined }],
    [{ Condition: { StringEquals: { "aws:SourceArn": "arn:aws:ecs:us-east-1:111122223333:*" } } }],
    [{ Condition: { StringEquals: { "aws:SourceAccount": "1111*" } } }],
  ])("is unclear with %j", (more) => {
    expect(judge(trusting(more))).toBe("unclear");
  });

  it("lets a denial win, unless it is under a condition", () => {
    expect(judge(trusting(), trusting({ Effect: "Deny" }))).toBe("refuses");
    expect(judge(trusting(), trusting({ Effect: "Deny", Condition: unjudged }))).toBe("unclear");
    const here = { StringEquals: { "aws:SourceAccount": place.accountId } };
    expect(judge(trusting(), trusting({ Effect: "Deny", Condition: here }))).toBe("unclear");
    expect(judge(trusting(), trusting({ Effect: "Deny", Action: "s3:*" }))).toBe("trusts");
    expect(judge()).toBe("does not trust");
  });

  it("judges the account and the ARN that ECS assumes a role for", () => {
    expect(under({ StringEquals: { "aws:SourceAccount": ["1", place.accountId] } })).toBe("trusts under a condition");
    expect(under({ StringLikeIfExists: { "aws:sourceaccount": "1111*" } })).toBe("trusts under a condition");
    expect(under({ StringEquals: { "aws:SourceAccount": "444455556666" } })).toBe("does not trust");
    expect(fromArn("arn:aws:ecs:us-east-1:111122223333:*")).toBe("trusts under a condition");
    expect(fromArn("x", "arn:aws:ecs:*:111122223333:*")).toBe("trusts under a condition");
    expect(fromArn("*")).toBe("trusts under a condition");
    expect(fromArn("arn:aws:ecs:eu-west-1:111122223333:*")).toBe("does not trust");
    expect(fromArn("arn:aws:lambda:us-east-1:111122223333:*")).toBe("does not trust");
    expect(fromArn("arn:aws:ecs:us-east-1:111122223333:cluster/web")).toBe("unclear");
  });

  it("does not judge other conditions, but a condition that cannot hold is enough", () => {
    expect(under(unjudged)).toBe("unclear");
    expect(under({})).toBe("unclear");
    expect(under({ StringNotEquals: { "aws:SourceAccount": place.accountId } })).toBe("unclear");
    expect(under({ ...unjudged, ArnEquals: { "aws:SourceArn": "arn:aws:ecs:eu-west-1:1:*" } })).toBe("does not trust");
    expect(judge(trusting({ Condition: unjudged }), trusting())).toBe("trusts");
  });

  it("cannot read what is not a policy", () => {
    expect(judgeTrust("%", place)).toBeUndefined();
    expect(judgeTrust("{}", place)).toBeUndefined();
    expect(judgeTrust('{"Statement":null}', place)).toBeUndefined();
    expect(judgeTrust('{"Statement":[7]}', place)).toBe("unclear");
  });
});
