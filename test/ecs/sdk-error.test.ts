import { ClientException, ECSServiceException, ServerException } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import {
  errorName,
  httpStatus,
  isConcurrentRevision,
  isNamed,
  isRefusal,
  isThrottling,
  retryAfterMs,
} from "../../src/ecs/sdk-error.ts";
import { throttlingNames } from "./throttling-names.ts";

const sdkError = (name: string, httpStatusCode?: number, $fault: "client" | "server" = "client"): Error =>
  new ECSServiceException({
    name,
    message: "text",
    $fault,
    $metadata: httpStatusCode === undefined ? {} : { httpStatusCode },
  });

const withHeaders = (headers: unknown): Error => Object.assign(new Error("busy"), { $response: { headers } });

const notErrors = [undefined, null, "ThrottlingException", 429, {}];

describe("isThrottling", () => {
  it.each(throttlingNames)("knows %s by its name", (name) => {
    expect(isThrottling(sdkError(name, 400))).toBe(true);
  });

  it("knows HTTP's 429", () => {
    expect(isThrottling(sdkError("Unknown", 429))).toBe(true);
  });

  it.each([
    sdkError("ClientException", 400),
    // The SDK retries this one; to ECS it says that a resource limit is reached, which waiting does not cure.
    sdkError("LimitExceededException", 400),
    sdkError("ServerException", 500, "server"),
    new Error("ThrottlingException"),
    ...notErrors,
  ])("is no other: %s", (error) => {
    expect(isThrottling(error)).toBe(false);
  });
});

describe("isRefusal", () => {
  it.each([400, 403, 404, 429, 499])("knows a refusal by status %i", (status) => {
    expect(isRefusal(sdkError("ClientException", status))).toBe(true);
  });

  it.each([200, 399, 500, 503])(
    "does not take status %i for a refusal, whatever the error says of itself",
    (status) => {
      expect(isRefusal(sdkError("ClientException", status, "client"))).toBe(false);
    },
  );

  it("goes by the error's own word where there is no status, as from a mocked client", () => {
    expect(isRefusal(new ClientException({ message: "no", $metadata: {} }))).toBe(true);
    expect(isRefusal(new ServerException({ message: "no", $metadata: {} }))).toBe(false);
  });

  it.each([new Error("socket hang up"), new SyntaxError("<html>"), ...notErrors])("finds no refusal in %s", (error) => {
    expect(isRefusal(error)).toBe(false);
  });
});

describe("isConcurrentRevision", () => {
  const message = "Too many concurrent attempts to create a new revision of the specified family.";

  it("knows ECS's own text", () => {
    expect(isConcurrentRevision(new ClientException({ message, $metadata: {} }))).toBe(true);
    expect(isConcurrentRevision(new ClientException({ message: message.toLowerCase(), $metadata: {} }))).toBe(true);
  });

  it("is no other ClientException, and no other error with that text", () => {
    expect(isConcurrentRevision(new ClientException({ message: "Role is not valid", $metadata: {} }))).toBe(false);
    expect(isConcurrentRevision(new ServerException({ message, $metadata: {} }))).toBe(false);
    expect(isConcurrentRevision({ name: "ClientException", message })).toBe(false);
  });
});

describe("isNamed", () => {
  it("goes by the name of an error", () => {
    expect(isNamed(sdkError("ClientException"), "ClientException")).toBe(true);
    expect(isNamed(sdkError("ServerException"), "ClientException")).toBe(false);
    expect(isNamed({ name: "ClientException" }, "ClientException")).toBe(false);
  });
});

describe("errorName", () => {
  it("is the name of an error, and of anything else its type", () => {
    expect(errorName(new TypeError("no"))).toBe("TypeError");
    expect(errorName(sdkError("ThrottlingException"))).toBe("ThrottlingException");
    expect([..."x"].map(errorName)).toStrictEqual(["string"]);
    expect(errorName(undefined)).toBe("undefined");
    expect(errorName(null)).toBe("object");
  });
});

describe("httpStatus", () => {
  it("is the status of the response", () => {
    expect(httpStatus(sdkError("ServerException", 503))).toBe(503);
  });

  it.each([
    sdkError("ClientException"),
    new Error("no"),
    { $metadata: null },
    { $metadata: { httpStatusCode: "503" } },
    ...notErrors,
  ])("is absent from %s", (error) => {
    expect(httpStatus(error)).toBeUndefined();
  });
});

describe("retryAfterMs", () => {
  it("is what ECS asks for, in milliseconds", () => {
    expect(retryAfterMs(withHeaders({ "x-amz-retry-after": "1500" }))).toBe(1500);
  });

  it("is what HTTP's header asks for, in seconds", () => {
    expect(retryAfterMs(withHeaders({ "retry-after": "3" }))).toBe(3000);
  });

  it("prefers ECS's own header", () => {
    expect(retryAfterMs(withHeaders({ "x-amz-retry-after": "1500", "retry-after": "3" }))).toBe(1500);
  });

  it.each([
    withHeaders({}),
    withHeaders(undefined),
    withHeaders({ "retry-after": "Wed, 21 Oct 2026 07:28:00 GMT" }),
    withHeaders({ "x-amz-retry-after": "soon" }),
    new Error("busy"),
    ...notErrors,
  ])("is 0 where nothing is asked for, or nothing that can be read", (error) => {
    expect(retryAfterMs(error)).toBe(0);
  });
});
