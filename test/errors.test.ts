import { describe, expect, it } from "vitest";
import {
  EcsBusyError,
  InvalidInputError,
  NotACloneError,
  OutcomeUnknownError,
  RequestTimeoutError,
  TaskDefClonerError,
  UnexpectedResponseError,
  UnfitBaseError,
  withUndoError,
} from "../src/errors.ts";

const cause = new Error("Rate exceeded");
const arn = "arn:aws:ecs:us-east-1:111122223333:task-definition/app:7";

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
