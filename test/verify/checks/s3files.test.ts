import { describe, expect, it } from "vitest";
import { outcomeOf, type StubAnswers, sdkError } from "../stub-aws.ts";

const id = "fs-0a1b2c3d4e5f60718";
const accessPointId = "fsap-0123456789abcdef0";
const definition = (accountId = "111122223333") => {
  const fileSystemArn = `arn:aws:s3files:eu-west-1:${accountId}:file-system/${id}`;
  const accessPointArn = `${fileSystemArn}/access-point/${accessPointId}`;
  return {
    taskRoleArn: "task",
    volumes: [{ name: "data", s3filesVolumeConfiguration: { fileSystemArn, accessPointArn } }],
  };
};
const missing = sdkError("ResourceNotFoundException", "", 404);
const denied = sdkError("AccessDeniedException", "", 403);

describe("the check of an access point of S3 Files", () => {
  const check = (answer: object, accountId?: string) =>
    outcomeOf("s3files-access-point", definition(accountId), { GetAccessPoint: answer });

  it.each([
    ["ok", { accessPointId, status: "available" }],
    ["failed", missing],
    ["failed", { accessPointId, status: "deleted" }],
    ["ok", { accessPointId, fileSystemId: id, status: "available" }],
    ["failed", { accessPointId, fileSystemId: "fs-99999999999999999", status: "available" }],
    ["unknown", { accessPointId, status: "creating" }],
    ["unknown", { accessPointId: "fsap-9", status: "available" }],
    ["unknown", { accessPointId }],
    ["unknown", {}],
    ["unknown", denied],
  ])("is %s for %j", async (status, answer) => {
    expect((await check(answer)).status).toBe(status);
  });

  it("does not take another account's answer for a missing access point", async () => {
    expect((await check(missing, "444455556666")).status).toBe("unknown");
  });

  it("names the permission that the checker lacks", async () => {
    expect((await check(denied)).permission).toBe(
      `s3files:GetAccessPoint on arn:aws:s3files:eu-west-1:111122223333:file-system/${id}/access-point/${accessPointId}`,
    );
  });
});

describe("the check of a file system of S3 Files", () => {
  const targets = (...states: string[]) => ({ mountTargets: states.map((status) => ({ status })) });
  const check = (answers: StubAnswers) =>
    outcomeOf("s3files-file-system", definition(), {
      GetFileSystem: { fileSystemId: id, status: "available" },
      ListMountTargets: targets("available"),
      ...answers,
    });

  it.each([
    ["ok", {}],
    ["failed", { GetFileSystem: missing }],
    ["failed", { GetFileSystem: { fileSystemId: id, status: "error" } }],
    ["failed", { ListMountTargets: targets() }],
    ["unknown", { GetFileSystem: { fileSystemId: id, status: "updating" } }],
    ["unknown", { GetFileSystem: { fileSystemId: "fs-9", status: "available" } }],
    ["unknown", { ListMountTargets: { ...targets(), nextToken: "1" } }],
    ["unknown", { ListMountTargets: {} }],
    ["unknown", { ListMountTargets: denied }],
  ])("is %s for %j", async (status, answers) => {
    expect((await check(answers)).status).toBe(status);
  });
});
