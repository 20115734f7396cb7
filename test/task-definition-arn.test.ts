import { describe, expect, it } from "vitest";
import { parseTaskDefinitionArn, toFamilyRevision } from "../src/task-definition-arn.ts";

describe("parseTaskDefinitionArn", () => {
  it.each(["aws", "aws-cn", "aws-us-gov", "aws-iso-b"])("parses an ARN of the partition %s", (partition) => {
    expect(
      parseTaskDefinitionArn(`arn:${partition}:ecs:us-gov-west-1:111122223333:task-definition/app-user:42`),
    ).toStrictEqual({
      prefix: `arn:${partition}:ecs:us-gov-west-1:111122223333:task-definition/`,
      family: "app-user",
      revision: 42,
    });
  });

  it.each([
    "",
    "app",
    "app:42",
    "arn:aws:ecs:us-east-1:111122223333:task-definition/app",
    "arn:aws:ecs:us-east-1:111122223333:task-definition/app:0",
    "arn:aws:ecs:us-east-1:111122223333:task-definition/app:042",
    "arn:aws:ecs:us-east-1:111122223333:task-definition/app:1e3",
    "arn:aws:ecs:us-east-1:111122223333:task-definition/app:42 ",
    " arn:aws:ecs:us-east-1:111122223333:task-definition/app:42",
    "arn:aws:ecs:us-east-1:111122223333:task-definition/a/b:42",
    "arn:aws:ecs:us-east-1:111122223333:task-definition/:42",
    `arn:aws:ecs:us-east-1:111122223333:task-definition/${"x".repeat(256)}:42`,
    "arn:aws:ecs:us-east-1:11112222333:task-definition/app:42",
    "arn:aws:ecs:us-east-1:111122223333:service/app:42",
    "arn:aws:iam:us-east-1:111122223333:task-definition/app:42",
    "arn:gcp:ecs:us-east-1:111122223333:task-definition/app:42",
  ])("rejects %j", (arn) => {
    expect(parseTaskDefinitionArn(arn)).toBeUndefined();
  });
});

describe("toFamilyRevision", () => {
  it("returns the short form of an ARN", () => {
    expect(toFamilyRevision("arn:aws:ecs:us-east-1:111122223333:task-definition/app-user:42")).toBe("app-user:42");
  });

  it.each(["app:42", "app", ""])("leaves %j alone", (text) => {
    expect(toFamilyRevision(text)).toBe(text);
  });
});
