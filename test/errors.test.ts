import { describe, expect, it } from "vitest";
import {
  EcsBusyError,
  FailedVerificationError,
  InvalidInputError,
  NotACloneError,
  OutcomeUnknownError,
  RequestTimeoutError,
  TaskDefClonerError,
  toAbortError,
  UnexpectedResponseError,
  UnfitBaseError,
  withUndoError,
} from "../src/errors.ts";
import type { CheckResult, CheckStatus } from "../src/verify/check.ts";

const cause = new Error("Rate exceeded");
const arn = "arn:aws:ecs:us-east-1:111122223333:task-definition/app:7";

const place = { region: "us-east-1", accountId: "111122223333" };

/** The result of a check of something. */
const toResult = (subject: string, status: CheckStatus): CheckResult => ({
  check: { kind: "file-system", subject, where: ["volumes[home]"], ...place, prevents: "", isForeign: false },
  status,
  detail: `It is ${status}.`,
  ...(status === "failed" && { advice: "Make it." }),
});

const results = [toResult("fs-1", "ok"), toResult("fs-2", "unknown"), toResult("fs-3", "failed")];
const unknown = [1, 2, 3, 4, 5, 6, 7].map((number) => toResult(`fs-${number}`, "unknown"));
const toUnknownText = (number: number) => `file-system fs-${number} in volumes[home]: It is unknown.`;

const leaves = [
  {
    error: new InvalidInputError("no"),
    name: "InvalidInputError",
    message: "no",
    fields: {},
    cause: undefined,
  },
  {
    error: new UnfitBaseError("no"),
    name: "UnfitBaseError",
    message: "no",
    fields: {},
    cause: undefined,
  },
  {
    error: new NotACloneError(arn, "it is of the base family."),
    name: "NotACloneError",
    message: `${arn} is not a clone made by this cloner: it is of the base family.`,
    fields: { arn },
    cause: undefined,
  },
  {
    error: new EcsBusyError("RegisterTaskDefinition", "family app-user", 7, 120_049, cause),
    name: "EcsBusyError",
    message:
      "ECS was too busy for RegisterTaskDefinition of family app-user: 7 attempts in 120.0 s, the last refused with " +
      '"Rate exceeded". Try again later, spread users over several clone families, or raise `deadlineMs`.',
    fields: { operation: "RegisterTaskDefinition", attempts: 7, waitedMs: 120_049 },
    cause,
  },
  {
    error: new EcsBusyError("ListTaskDefinitions", "app-user", 1, 60, "no error"),
    name: "EcsBusyError",
    message:
      "ECS was too busy for ListTaskDefinitions of app-user: 1 attempts in 0.1 s, the last refused with " +
      '"no message". Try again later, spread users over several clone families, or raise `deadlineMs`.',
    fields: { operation: "ListTaskDefinitions", attempts: 1, waitedMs: 60 },
    cause: "no error",
  },
  {
    error: new RequestTimeoutError("DescribeTaskDefinition", 10_000),
    name: "RequestTimeoutError",
    message: "ECS did not answer DescribeTaskDefinition within 10000 ms. Try again, or raise `requestTimeoutMs`.",
    fields: { operation: "DescribeTaskDefinition" },
    cause: undefined,
  },
  {
    error: new UnexpectedResponseError("RegisterTaskDefinition", "an ARN"),
    name: "UnexpectedResponseError",
    message: "ECS's response to RegisterTaskDefinition is missing an ARN. Is a proxy or an incomplete mock in between?",
    fields: { operation: "RegisterTaskDefinition" },
    cause: undefined,
  },
  {
    error: new OutcomeUnknownError("app-user", 'auth0|"5f7c"', cause),
    name: "OutcomeUnknownError",
    message:
      'ECS did not confirm registering user "auth0|\\"5f7c\\""\'s clone in family app-user, and checking the family failed too. It may or may not ' +
      "exist. Retrying is safe; `prune` removes a duplicate once the user has a newer clone.",
    fields: { family: "app-user", userId: 'auth0|"5f7c"' },
    cause,
  },
  {
    error: new OutcomeUnknownError("app-user", "user_1", cause, "found nothing"),
    name: "OutcomeUnknownError",
    message:
      'ECS did not confirm registering user "user_1"\'s clone in family app-user, and the family does not show it yet. It may still appear. ' +
      "Retrying is safe; `prune` removes a duplicate once the user has a newer clone.",
    fields: { family: "app-user", userId: "user_1" },
    cause,
  },
  {
    error: new FailedVerificationError("user_1", arn, results),
    name: "FailedVerificationError",
    message:
      'User "user_1" gets no clone of app:7: 1 of 3 checks failed. file-system fs-3 in volumes[home]: It is failed. Make it. Nothing was registered.',
    fields: { userId: "user_1", baseArn: arn, results },
    cause: undefined,
  },
  {
    error: new FailedVerificationError("user_1", arn, unknown),
    name: "FailedVerificationError",
    message:
      'User "user_1" gets no clone of app:7: 7 of 7 checks gave no answer, and `unverified` is "refuse". ' +
      `${[1, 2, 3, 4, 5].map(toUnknownText).join(" ")} And 2 more. Nothing was registered.`,
    fields: { userId: "user_1", baseArn: arn, results: unknown },
    cause: undefined,
  },
];

describe.each(leaves)("$name", ({ error, name, message, fields, cause }) => {
  it("is a TaskDefClonerError and an Error", () => {
    expect(error).toBeInstanceOf(TaskDefClonerError);
    expect(error).toBeInstanceOf(Error);
  });

  it("has its name, message and cause", () => {
    expect({ name: error.name, message: error.message, cause: error.cause }).toStrictEqual({ name, message, cause });
    expect(String(error)).toBe(`${name}: ${message}`);
  });

  it("has the fields a program needs, and no others", () => {
    expect({ ...error }).toStrictEqual({ name, ...fields });
  });
});

describe("the message of an error", () => {
  const name = "A\u0000\u001b[2J\u007f\u009b\u061c\u200f\u2028\u202e\u2066\ud800";
  const shown = "A\\u0000\\u001b[2J\\u007f\\u009b\\u061c\\u200f\\u2028\\u202e\\u2066\\ud800";

  it.each([
    new InvalidInputError(`no ${name}`),
    new UnfitBaseError(`no ${name}`),
    new NotACloneError(arn, name),
    new EcsBusyError("RegisterTaskDefinition", name, 7, 1, cause),
    new EcsBusyError("RegisterTaskDefinition", "app", 7, 1, new Error(name)),
    new RequestTimeoutError(name, 1),
    new UnexpectedResponseError("RegisterTaskDefinition", name),
    new OutcomeUnknownError(name, "user", cause),
    new FailedVerificationError("user", arn, [toResult(name, "failed")]),
  ])("escapes control characters: $name", ({ message }) => {
    expect(message).toContain(shown);
  });

  it.each([
    new InvalidInputError("x".repeat(1_000_000)),
    new NotACloneError("x".repeat(1_000_000), "it is none."),
    new OutcomeUnknownError("app", "x".repeat(1_000_000), cause),
    new FailedVerificationError("user", arn, [toResult("x".repeat(1_000_000), "failed")]),
    new EcsBusyError("RegisterTaskDefinition", "app", 7, 1, new Error("x".repeat(1_000_000))),
  ])("is bounded: $name", ({ message }) => {
    expect(message).toHaveLength(4000);
  });
});

describe("toAbortError", () => {
  const undoError = new Error("undo");

  it("has the reason's name and message, and the reason as its cause", () => {
    const { reason } = AbortSignal.abort();
    const error = toAbortError(reason, undoError);
    expect(String(error)).toBe("AbortError: This operation was aborted");
    expect(error).toMatchObject({ cause: reason, undoError });
    expect(Object.keys(error)).toStrictEqual(["name", "undoError"]);
  });

  it.each([[undefined], [null], [7], [{}], [{ name: 7, message: {} }]])(
    "has its own where the reason is %j",
    (reason) => {
      expect(String(toAbortError(reason, undoError))).toBe("AbortError: The call was aborted.");
    },
  );
});

describe("withUndoError", () => {
  const undoError = new Error("undo");

  it("adds the second error to the first, which otherwise stays the same", () => {
    const error = new UnfitBaseError("first");
    expect(withUndoError(error, undoError)).toBe(error);
    expect(error).toHaveProperty("undoError", undoError);
    expect(Object.keys(error)).toContain("undoError");
  });

  it("replaces what an earlier call added", () => {
    const error = withUndoError(withUndoError(new Error("first"), undoError), "second");
    expect(error).toHaveProperty("undoError", "second");
  });

  it.each(["text", null, undefined, 7, Object.freeze(new Error("frozen"))])(
    "leaves %s alone, which cannot take an undoError",
    (error) => {
      expect(withUndoError(error, undoError)).toBe(error);
      expect(Object(error)).not.toHaveProperty("undoError");
    },
  );
});
