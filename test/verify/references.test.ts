import { describe, expect, it } from "vitest";
import { parseParameterReference, toReferencedSecret } from "../../src/verify/parameter-reference.ts";
import { toPartition } from "../../src/verify/partition.ts";
import { parseRoleReference } from "../../src/verify/role-reference.ts";
import { parseS3ObjectReference } from "../../src/verify/s3-object-reference.ts";
import { isAccessPointOf, parseS3AccessPoint, parseS3FileSystem } from "../../src/verify/s3files-reference.ts";
import { isSecretsManagerArn, parseSecretReference } from "../../src/verify/secret-reference.ts";

const own = { region: "us-east-1", accountId: "111122223333" };
const there = { region: "eu-west-1", accountId: "444455556666" };
const arnOf = (partition: string) =>
  `arn:${partition}:secretsmanager:eu-west-1:444455556666:secret:user-keys/user_2x9-AbCdEf`;
const secretId = arnOf("aws");

describe("parseSecretReference", () => {
  it.each([
    [secretId, { secretId, ...there }],
    [`${secretId}:key::`, { secretId, ...there, jsonKey: "key" }],
    [`${secretId}:two\nlines::`, { secretId, ...there, jsonKey: "two\nlines" }],
    [`${secretId}:::`, { secretId, ...there }],
    [`${secretId}::AWSPREVIOUS:`, { secretId, ...there, versionStage: "AWSPREVIOUS" }],
    [
      `${secretId}:key::9d4cb84b-ad69-40c0-a0ab-cead36b967e8`,
      { secretId, ...there, jsonKey: "key", versionId: "9d4cb84b-ad69-40c0-a0ab-cead36b967e8" },
    ],
    [`${secretId}:a b.c:AWSCURRENT:`, { secretId, ...there, jsonKey: "a b.c", versionStage: "AWSCURRENT" }],
    [arnOf("aws-cn"), { secretId: arnOf("aws-cn"), ...there }],
    [arnOf("aws-us-gov"), { secretId: arnOf("aws-us-gov"), ...there }],
    [
      "arn:aws:secretsmanager:eu-west-1:444455556666:secret:rds!db-1a2b-XyZ123",
      { secretId: "arn:aws:secretsmanager:eu-west-1:444455556666:secret:rds!db-1a2b-XyZ123", ...there },
    ],
  ])("takes %s apart", (text, expected) => {
    expect(parseSecretReference(text)).toStrictEqual(expected);
  });

  it.each([
    [`${secretId}:key`, "three colons"],
    [`${secretId}:key:`, "three colons"],
    [`${secretId}:key:::`, "three colons"],
    [`${secretId}:`, "three colons"],
    [`${secretId}::AWSCURRENT:9d4cb84b-ad69-40c0-a0ab-cead36b967e8`, "one of them"],
    ["arn:aws:secretsmanager:eu-west-1:4444:secret:x", "it is not arn:"],
    ["arn:aws:secretsmanager:eu-west-1:444455556666:secret:", "it is not arn:"],
  ])("says what ECS cannot read in %s", (text, problem) => {
    expect(parseSecretReference(text)).toStrictEqual({ problem: expect.stringContaining(problem) });
  });

  it("distinguishes ARNs of Secrets Manager from others in every partition", () => {
    expect(
      [arnOf("aws"), arnOf("aws-cn"), "arn:aws:ssm:eu-west-1:444455556666:parameter/x", "x"].map(isSecretsManagerArn),
    ).toStrictEqual([true, true, false, false]);
  });
});

describe("parseParameterReference", () => {
  const arn = (path: string) => `arn:aws:ssm:eu-west-1:444455556666:parameter/${path}`;

  it.each([
    ["/a/b", { names: ["/a/b"], ...own }],
    ["name", { names: ["name"], ...own }],
    ["/name:3", { names: ["/name"], ...own, selector: "3" }],
    ["name:prod", { names: ["name"], ...own, selector: "prod" }],
    [arn("a/b"), { names: ["/a/b"], arn: arn("a/b"), ...there }],
    [arn("name"), { names: ["/name", "name"], arn: arn("name"), ...there }],
    [`${arn("a/b")}:3`, { names: ["/a/b"], arn: arn("a/b"), ...there, selector: "3" }],
    [
      "arn:aws-us-gov:ssm:us-gov-west-1:444455556666:parameter/a.b-c_d",
      {
        names: ["/a.b-c_d", "a.b-c_d"],
        arn: "arn:aws-us-gov:ssm:us-gov-west-1:444455556666:parameter/a.b-c_d",
        region: "us-gov-west-1",
        accountId: "444455556666",
      },
    ],
  ])("takes %s apart", (text, expected) => {
    expect(parseParameterReference(text, own)).toStrictEqual(expected);
  });

  it.each([
    "",
    "a b",
    "/a/b:",
    "/a:1:2",
    "arn:aws:ssm:eu-west-1:444455556666:parameter",
    "arn:aws:s3:::bucket/key",
    "ä",
  ])("does not read %j", (text) => {
    expect(parseParameterReference(text, own)).toBeUndefined();
  });

  it("knows the parameters that stand for secrets", () => {
    const toSecret = (name: string) => toReferencedSecret({ names: [name], ...own });
    expect(toSecret("/aws/reference/secretsmanager/user-keys/a")).toBe("user-keys/a");
    expect(toSecret("/a/b")).toBeUndefined();
    expect(toReferencedSecret({ names: [], ...own })).toBeUndefined();
  });
});

describe("parseRoleReference", () => {
  it.each([
    ["arn:aws:iam::444455556666:role/task", { name: "task", accountId: "444455556666" }],
    ["arn:aws:iam::444455556666:role/a/b/task", { name: "task", accountId: "444455556666" }],
    ["arn:aws-cn:iam::444455556666:role/service-role/t+=,.@-_", { name: "t+=,.@-_", accountId: "444455556666" }],
  ])("takes %s apart", (arn, expected) => {
    expect(parseRoleReference(arn, own.accountId)).toStrictEqual({ ...expected, arn });
  });

  it("takes a bare name for one of the own account", () => {
    expect(parseRoleReference("task", own.accountId)).toStrictEqual({ name: "task", accountId: own.accountId });
  });

  it.each(["", "a role", "arn:aws:iam::444455556666:user/x", "arn:aws:iam::1:role/x", "a/b", `${"r".repeat(65)}`])(
    "does not read %j",
    (text) => {
      expect(parseRoleReference(text, own.accountId)).toBeUndefined();
    },
  );
});

describe("the references of S3 Files", () => {
  const fileSystem = "arn:aws:s3files:eu-west-1:444455556666:file-system/fs-0a1b2c3d4e5f60718";
  const accessPoint = `${fileSystem}/access-point/fsap-0123456789abcdef0`;

  it("are taken apart", () => {
    expect(parseS3FileSystem(fileSystem)).toStrictEqual({ id: "fs-0a1b2c3d4e5f60718", ...there });
    expect(parseS3AccessPoint(accessPoint)).toStrictEqual({ id: "fsap-0123456789abcdef0", ...there });
  });

  it("are not mistaken for each other, nor for EFS", () => {
    expect(parseS3FileSystem(accessPoint)).toBeUndefined();
    expect(parseS3AccessPoint(fileSystem)).toBeUndefined();
    expect(
      parseS3FileSystem("arn:aws:elasticfilesystem:eu-west-1:444455556666:file-system/fs-01234567"),
    ).toBeUndefined();
  });

  it("show whose an access point is", () => {
    expect(isAccessPointOf(accessPoint, fileSystem)).toBe(true);
    expect(isAccessPointOf(accessPoint, `${fileSystem.slice(0, -1)}`)).toBe(false);
    expect(isAccessPointOf(fileSystem, fileSystem)).toBe(false);
  });
});

describe("parseS3ObjectReference", () => {
  it.each([
    ["arn:aws:s3:::bucket/key.env", { bucket: "bucket", key: "key.env" }],
    ["arn:aws-cn:s3:::a.b-c/x/y z:1.env", { bucket: "a.b-c", key: "x/y z:1.env" }],
  ])("takes %s apart", (text, expected) => {
    expect(parseS3ObjectReference(text)).toStrictEqual(expected);
  });

  it.each(["arn:aws:s3:::bucket", "arn:aws:s3:::bucket/", "s3://bucket/key", "arn:aws:s3:::B/key"])(
    "does not read %j",
    (text) => {
      expect(parseS3ObjectReference(text)).toBeUndefined();
    },
  );
});

describe("toPartition", () => {
  it.each([
    ["us-east-1", "aws"],
    ["cn-north-1", "aws-cn"],
    ["us-gov-west-1", "aws-us-gov"],
    ["us-iso-east-1", "aws-iso"],
    ["us-isob-east-1", "aws-iso-b"],
    ["eusc-de-east-1", "aws-eusc"],
  ])("knows that %s is in %s", (region, partition) => {
    expect(toPartition(region)).toBe(partition);
  });
});
