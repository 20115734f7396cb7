import { describe, expect, it } from "vitest";
import { outcomeOf, resultsOf, StubAws, sdkError } from "../stub-aws.ts";

const group = "arn:aws:logs:us-east-1:111122223333:log-group:g:log-stream:*";
const definition = (more: object = {}) => ({
  executionRoleArn: "execution",
  containerDefinitions: [{ logConfiguration: { logDriver: "awslogs", options: { "awslogs-group": "g" } }, ...more }],
});
const withSecrets = (count = 1) =>
  definition({
    secrets: Array.from({ length: count }, (_, index) => ({
      name: `S${index}`,
      valueFrom: `arn:aws:secretsmanager:us-east-1:111122223333:secret:s${index}-AbCdEf`,
    })),
  });

/** What the simulator says of each action on each resource. */
const simulating =
  (decision: string | undefined, more: object = {}) =>
  (input: Readonly<Record<string, unknown>>) => ({
    EvaluationResults: [input.ActionNames].flat().map((EvalActionName) => ({
      EvalActionName,
      EvalDecision: "allowed",
      ResourceSpecificResults: [input.ResourceArns].flat().map((EvalResourceName) => ({
        EvalResourceName,
        EvalResourceDecision: decision,
        ...more,
      })),
    })),
  });
const ofLogs = (EvalDecision: string | undefined, more: object = {}) => ({
  EvaluationResults: ["logs:CreateLogStream", "logs:PutLogEvents"].map((EvalActionName) => ({
    EvalActionName,
    EvalDecision,
    ...more,
  })),
});
/** Each resource of several has a decision of its own; the one at the top is of a template. */
const withTwoGroups = {
  executionRoleArn: "execution",
  containerDefinitions: ["g", "h"].map((name) => ({
    logConfiguration: { logDriver: "awslogs", options: { "awslogs-group": name } },
  })),
};
const simulate = { simulate: true };
const check = (answer: object, input: object = definition()) =>
  outcomeOf("role-permission", input, { SimulatePrincipalPolicy: answer }, simulate);

describe("the check of what a role may do", () => {
  it.each([
    ["ok", simulating("allowed"), definition()],
    ["ok", ofLogs("allowed"), definition()],
    ["failed", simulating("implicitDeny"), definition()],
    ["failed", simulating("explicitDeny"), withSecrets()],
    ["failed", ofLogs("explicitDeny"), definition()],
    ["unknown", simulating("implicitDeny", { MissingContextValues: ["aws:x"] }), definition()],
    ["unknown", ofLogs("explicitDeny", { MissingContextValues: ["aws:x"] }), definition()],
    ["unknown", simulating(undefined), definition()],
    ["unknown", { EvaluationResults: ofLogs("allowed").EvaluationResults }, withTwoGroups],
    ["ok", simulating("allowed"), withTwoGroups],
    ["unknown", { EvaluationResults: [] }, definition()],
    ["unknown", { ...ofLogs("allowed"), IsTruncated: true }, definition()],
    ["unknown", {}, definition()],
    ["unknown", sdkError("NoSuchEntityException", "", 404), definition()],
    ["unknown", sdkError("AccessDenied", "", 403), definition()],
  ])("is %s", async (status, answer, input) => {
    expect((await check(answer, input)).status).toBe(status);
  });

  it("leaves open what a policy of the resource may allow", async () => {
    const aws = new StubAws({
      SimulatePrincipalPolicy: (input) =>
        simulating(String(input.ActionNames).startsWith("logs") ? "allowed" : "implicitDeny")(input),
    });
    const [result] = await resultsOf("role-permission", withSecrets(), aws, simulate);
    expect(result).toMatchObject({
      status: "unknown",
      detail: expect.stringMatching(/secretsmanager:GetSecretValue on arn:.*:secret:s0-AbCdEf\.$/),
    });
  });

  it("leaves open what the owner of a shared parameter may allow", async () => {
    const valueFrom = (accountId: string) => `arn:aws:ssm:us-east-1:${accountId}:parameter/p`;
    const withParameter = (accountId: string) => ({
      executionRoleArn: "execution",
      containerDefinitions: [{ secrets: [{ name: "P", valueFrom: valueFrom(accountId) }] }],
    });
    expect((await check(simulating("implicitDeny"), withParameter("111122223333"))).status).toBe("failed");
    expect((await check(simulating("implicitDeny"), withParameter("444455556666"))).status).toBe("unknown");
  });

  it("says what is refused", async () => {
    expect((await check(simulating("implicitDeny"))).detail).toBe(
      `The role may not: logs:CreateLogStream on ${group}; logs:PutLogEvents on ${group}.`,
    );
  });

  it("asks about twenty resources at most in one request", async () => {
    const aws = new StubAws({ SimulatePrincipalPolicy: simulating("allowed") });
    const [result] = await resultsOf("role-permission", withSecrets(45), aws, simulate);
    expect(result?.status).toBe("ok");
    const sizes = aws.calls.map(({ input }) => [input.ResourceArns].flat().length);
    expect(sizes.sort((one, other) => one - other)).toStrictEqual([1, 5, 20, 20]);
  });

  it("names the permission that the checker lacks", async () => {
    expect((await check(sdkError("AccessDenied", "", 403))).permission).toBe(
      "iam:SimulatePrincipalPolicy on arn:aws:iam::111122223333:role/execution",
    );
  });
});
