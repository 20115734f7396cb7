import { describe, expect, it } from "vitest";
import { outcomeOf, resultsOf, type StubAnswers, StubAws, sdkError } from "../stub-aws.ts";

const arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:user-keys/user_2x9-AbCdEf";
const foreign = arn.replace("111122223333", "444455556666");
const definition = (valueFrom = arn) => ({
  containerDefinitions: [{ name: "app", secrets: [{ name: "KEY", valueFrom }] }],
});
const found = (more: object = {}) => ({ ARN: arn, VersionIdsToStages: { v1: ["AWSCURRENT"] }, ...more });
const check = (answer: object, valueFrom?: string) =>
  outcomeOf("secret", definition(valueFrom), { DescribeSecret: answer });

describe("the check of a secret", () => {
  it("asks for the ARN without what ECS adds, in the secret's region", async () => {
    const aws = new StubAws({ DescribeSecret: found() });
    await resultsOf("secret", definition(`${arn}:key::`), aws);
    expect(aws.calls).toStrictEqual([{ operation: "DescribeSecret", region: "eu-west-1", input: { SecretId: arn } }]);
  });

  it.each([
    [arn, found(), "The secret is there."],
    [`${arn}::AWSPREVIOUS:`, found({ VersionIdsToStages: { v1: ["AWSPREVIOUS"] } }), "The secret is there."],
    [`${arn}:::v1`, found(), "The secret has this version."],
    [arn.slice(0, -7), found(), "The secret is there; the ARN lacks the suffix that ECS asks for."],
    [
      `${arn}::AWSPENDING:`,
      found({ VersionIdsToStages: { v1: ["AWSPENDING"] } }),
      "The secret has a version AWSPENDING; while a rotation begins it may be without a value.",
    ],
    ["/aws/reference/secretsmanager/user-keys/user_2x9", found({ Name: "user-keys/user_2x9" }), "The secret is there."],
  ])("is ok for %s", async (valueFrom, answer, detail) => {
    expect(await check(answer, valueFrom)).toStrictEqual({ status: "ok", detail });
  });

  it.each([
    ["one that is not there", sdkError("ResourceNotFoundException"), arn, /has no such secret\.$/],
    ["one that is scheduled for deletion", found({ DeletedDate: new Date(0) }), arn, /scheduled for deletion/],
    ["one without a value", found({ VersionIdsToStages: undefined }), arn, /has no value yet/],
    ["one whose values are old", found({ VersionIdsToStages: { v1: ["AWSPREVIOUS"] } }), arn, /has no value yet/],
    ["one without the stage", found(), `${arn}::blue:`, /No version of the secret has the stage blue/],
  ])("fails for %s", async (_, answer, valueFrom, detail) => {
    expect(await check(answer, valueFrom)).toMatchObject({
      status: "failed",
      detail: expect.stringMatching(detail),
      advice: expect.any(String),
    });
  });

  it.each([
    ["another account's", sdkError("ResourceNotFoundException"), foreign],
    ["a version without a stage", found(), `${arn}:::v2`],
    ["the answer to another question", found({ ARN: `${arn.slice(0, -6)}other-AbCdEf` }), arn],
    ["an answer without an ARN", { VersionIdsToStages: { v1: ["AWSCURRENT"] } }, arn],
    ["versions that are none", found({ VersionIdsToStages: "v1" }), arn],
    ["stages that are none", found({ VersionIdsToStages: { v1: "AWSCURRENT" } }), arn],
    ["a refusal", sdkError("InvalidParameterException"), arn],
  ])("does not know about %s", async (_, answer, valueFrom) => {
    expect(await check(answer, valueFrom)).toMatchObject({ status: "unknown" });
  });

  it("names the permission that the checker lacks", async () => {
    expect(await check(sdkError("AccessDeniedException"))).toMatchObject({
      permission:
        "secretsmanager:DescribeSecret on arn:aws:secretsmanager:eu-west-1:111122223333:secret:user-keys/user_2x9-AbCdEf",
    });
  });

  it("is the same for a registry's credentials", async () => {
    const containerDefinitions = [{ repositoryCredentials: { credentialsParameter: "hub" } }];
    const others: StubAnswers = { DescribeSecret: found({ Name: "hub", ARN: foreign }) };
    expect(await outcomeOf("registry-credentials", { containerDefinitions }, others)).toMatchObject({
      status: "unknown",
    });
    const answers: StubAnswers = { DescribeSecret: found({ Name: "hub" }) };
    expect(await outcomeOf("registry-credentials", { containerDefinitions }, answers)).toMatchObject({ status: "ok" });
  });
});

describe("the check of a secret's key", () => {
  const input = definition(`${arn}:token:blue:`);

  it("is skipped unless a function names the keys", async () => {
    expect(await outcomeOf("secret-key", input, {})).toMatchObject({
      status: "skipped",
      detail: expect.stringMatching(/`token` is not checked/),
    });
    const secretKeys = async () => undefined;
    expect(await outcomeOf("secret-key", input, {}, { secretKeys })).toMatchObject({ status: "skipped" });
  });

  it("believes the caller, who is asked for the version", async () => {
    const asked: unknown[] = [];
    const secretKeys = async (secretArn: string, { versionStage, versionId }: object & Record<string, unknown>) => {
      asked.push([secretArn, versionStage, versionId]);
      return ["token"];
    };
    expect(await outcomeOf("secret-key", input, {}, { secretKeys })).toMatchObject({ status: "ok" });
    expect(asked).toStrictEqual([[arn, "blue", undefined]]);
    const others = async () => ["other"];
    expect(await outcomeOf("secret-key", input, {}, { secretKeys: others })).toMatchObject({
      status: "failed",
      detail: "The secret has no key `token`.",
    });
  });

  it("throws on what the caller's function throws", async () => {
    const bug = new TypeError("a bug");
    const secretKeys = () => Promise.reject(bug);
    await expect(outcomeOf("secret-key", input, {}, { secretKeys })).rejects.toBe(bug);
  });

  it("does not know if the caller's function takes too long", async () => {
    const secretKeys = () => new Promise<undefined>(() => {});
    const options = { secretKeys, deadlineMs: 20 };
    expect(await outcomeOf("secret-key", input, {}, options)).toMatchObject({ status: "unknown" });
    const untilAborted = (_: string, { signal }: { readonly signal: AbortSignal }) =>
      new Promise<undefined>((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
      });
    const late = { secretKeys: untilAborted, deadlineMs: 20 };
    expect(await outcomeOf("secret-key", input, {}, late)).toMatchObject({ status: "unknown" });
  });
});
