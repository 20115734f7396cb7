import { describe, expect, it } from "vitest";
import { isPassing, toFault } from "../../src/verify/fault.ts";
import { sdkError } from "./stub-aws.ts";

const judged = (error: unknown) => {
  const fault = toFault(error);
  return [fault.kind, fault.name, isPassing(error, fault)];
};
const withCode = (code: string) => Object.assign(new Error("x"), { code });

describe("toFault", () => {
  it.each([
    [sdkError("AccessDeniedException"), "denied", false],
    [sdkError("AccessDenied", "", 403), "denied", false],
    [sdkError("UnauthorizedOperation"), "denied", false],
    [sdkError("Unknown", "", 403), "denied", false],
    [sdkError("ExpiredTokenException"), "credentials", false],
    [sdkError("UnrecognizedClientException"), "credentials", false],
    [sdkError("InvalidSignatureException", "", 403), "credentials", false],
    [Object.assign(new Error("x"), { name: "CredentialsProviderError" }), "credentials", false],
    [sdkError("ThrottlingException"), "busy", true],
    [sdkError("Throttling"), "busy", true],
    [sdkError("TooManyRequests", "", 429), "busy", true],
    [sdkError("SlowDown", "", 503), "busy", true],
    [sdkError("InternalServerError", "", 500), "unreachable", true],
    [withCode("ECONNRESET"), "unreachable", true],
    [withCode("ENOTFOUND"), "unreachable", true],
    [Object.assign(new Error("x"), { name: "TimeoutError" }), "unreachable", true],
    [new Error("Region is missing"), "unreachable", false],
    ["a text", "unreachable", false],
    [undefined, "unreachable", false],
    [sdkError("UnreadableAnswer", "", 200), "unreadable", false],
    [sdkError("PermanentRedirect", "", 301), "refused", false],
    [sdkError("ResourceNotFoundException"), "refused", false],
  ])("takes %s for %s", (error, kind, again) => {
    const [found, , isAgain] = judged(error);
    expect([found, isAgain]).toStrictEqual([kind, again]);
  });

  it("finds the name of an error without a type in the service's own member", () => {
    const nameless = Object.assign(sdkError("Unknown"), { ErrorCode: "AccessPointNotFound" });
    expect(judged(nameless)).toStrictEqual(["refused", "AccessPointNotFound", false]);
    expect(judged(Object.assign(sdkError("Unknown"), { Code: "NoSuchBucket" }))[1]).toBe("NoSuchBucket");
    expect(judged(sdkError("Unknown"))[1]).toBe("Unknown");
  });

  it("keeps what AWS wrote, without control characters, and nothing of an answer that cannot be read", () => {
    expect(toFault(sdkError("X", "a\u001b[31mb\nc")).message).toBe("a\\u001b[31mb\\u000ac");
    expect(toFault(sdkError("X", "hunter2", 200)).message).toBe("");
    expect(toFault(new SyntaxError("Unexpected token in hunter2")).message).toBe("");
    expect(toFault({}).message).toBe("");
  });
});
