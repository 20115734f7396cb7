import { describe, expect, it } from "vitest";
import { outcomeOf, type StubAnswers, sdkError } from "../stub-aws.ts";

const arn = "arn:aws:secretsmanager:us-east-1:111122223333:secret:s-AbCdEf";
const keyArn = "arn:aws:kms:us-east-1:111122223333:key/k-1";
const definition = (valueFrom = arn) => ({ containerDefinitions: [{ secrets: [{ name: "A", valueFrom }] }] });
const secretWith = (KmsKeyId?: string): StubAnswers => ({ DescribeSecret: { ARN: arn, KmsKeyId } });
const state = (KeyState?: string) => ({ DescribeKey: { KeyMetadata: { KeyState } } });
const gone: StubAnswers = { DescribeKey: sdkError("NotFoundException") };
const check = (answers: StubAnswers, valueFrom?: string) =>
  outcomeOf("key", definition(valueFrom), answers, { keys: true });

describe("the check of a KMS key", () => {
  it.each([
    ["ok", secretWith()],
    ["ok", secretWith("alias/aws/secretsmanager")],
    ["ok", secretWith("arn:aws:kms:us-east-1:111122223333:alias/aws/secretsmanager")],
    ["ok", { ...secretWith(keyArn), ...state("Enabled") }],
    ["failed", { ...secretWith(keyArn), ...state("Disabled") }],
    ["failed", { ...secretWith(keyArn), ...state("PendingDeletion") }],
    ["failed", { ...secretWith(keyArn), ...gone }],
    ["failed", { ...secretWith("k-1"), ...gone }],
    ["unknown", { ...secretWith(keyArn), ...state("Creating") }],
    ["unknown", { ...secretWith(keyArn), ...state() }],
    ["unknown", { ...secretWith(keyArn.replace("1111", "4444")), ...gone }],
    ["unknown", { ...secretWith(keyArn), DescribeKey: sdkError("AccessDeniedException") }],
    ["unknown", { DescribeSecret: sdkError("AccessDeniedException") }],
    ["skipped", { DescribeSecret: sdkError("ResourceNotFoundException") }],
    ["skipped", { DescribeSecret: {} }],
    ["skipped", { DescribeSecret: { ARN: `${arn}x`, KmsKeyId: keyArn }, ...state("Enabled") }],
    ["unknown", { DescribeSecret: sdkError("InvalidRequestException") }],
  ])("is %s for a secret with %j", async (status, answers) => {
    expect((await check(answers)).status).toBe(status);
  });

  it("does not know about the key of another account's secret", async () => {
    const foreign = arn.replace("111122223333", "444455556666");
    const answers = { DescribeSecret: { ARN: foreign, KmsKeyId: "k-1" }, ...gone };
    expect((await check(answers, foreign)).status).toBe("unknown");
  });

  it.each([
    ["ok", { Parameters: [{ Name: "/p", ARN: "arn:p", KeyId: "alias/aws/ssm" }] }],
    ["failed", { Parameters: [{ Name: "/p", ARN: "arn:p", KeyId: "alias/own" }] }],
    ["skipped", { Parameters: [] }],
    ["skipped", {}],
    ["unknown", sdkError("AccessDeniedException")],
  ])("is %s for a parameter with %j", async (status, answer) => {
    expect((await check({ DescribeParameters: answer, ...state("Disabled") }, "/p")).status).toBe(status);
  });

  it("names the permission that the checker lacks", async () => {
    const answers = { ...secretWith(keyArn), DescribeKey: sdkError("AccessDeniedException") };
    expect((await check(answers)).permission).toBe(`kms:DescribeKey on ${keyArn}`);
  });
});
