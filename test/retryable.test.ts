import { describe, expect, it } from "vitest";
import {
  EcsBusyError,
  FailedVerificationError,
  InvalidInputError,
  NotACloneError,
  OutcomeUnknownError,
  RequestTimeoutError,
  UnexpectedResponseError,
  UnfitBaseError,
} from "../src/errors.ts";
import { isWorthRetrying } from "../src/retryable.ts";
import type { CheckResult, CheckStatus } from "../src/verify/check.ts";

const sdkError = (name: string, httpStatusCode: number, message = ""): Error =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });

const place = { region: "us-east-1", accountId: "111122223333" };

/** An error whose only check came out like this. */
const unverified = (status: CheckStatus, permission?: string): FailedVerificationError => {
  const check = { kind: "file-system", subject: "fs-1", where: [], ...place, prevents: "", isForeign: false } as const;
  const result: CheckResult = { check, status, detail: "", ...(permission !== undefined && { permission }) };
  return new FailedVerificationError("user_1", "arn", [result]);
};

describe("isWorthRetrying", () => {
  it.each([
    new EcsBusyError("RegisterTaskDefinition", "app", 1, 1, undefined),
    new RequestTimeoutError("DescribeTaskDefinition", 1),
    new UnexpectedResponseError("DescribeTaskDefinition", "an ARN"),
    new OutcomeUnknownError("app-user", "user_1", undefined),
    unverified("unknown"),
    sdkError("ThrottlingException", 400),
    sdkError("ClientException", 400, "Too many concurrent attempts to create a new revision of the specified family."),
    sdkError("ServerException", 500),
    sdkError("ExpiredTokenException", 400),
    Object.assign(new Error(), { code: "ECONNREFUSED" }),
    Object.assign(new Error(), { code: "ECONNRESET" }),
    new DOMException("stop", "AbortError"),
    new Error("the caller's own"),
    "no error",
    undefined,
  ])("says yes to what may pass: %s", (error) => {
    expect(isWorthRetrying(error)).toBe(true);
  });

  it.each([
    new InvalidInputError("no"),
    new UnfitBaseError("no"),
    new NotACloneError("arn", "no"),
    unverified("failed"),
    unverified("unknown", "iam:GetRole on *"),
    sdkError("AccessDeniedException", 400),
    sdkError("ClientException", 400, "Role is not valid"),
    Object.assign(new Error(), { name: "InvalidParameterException", $fault: "client" }),
  ])("says no to what somebody has to fix: %s", (error) => {
    expect(isWorthRetrying(error)).toBe(false);
  });
});
