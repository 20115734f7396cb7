import { describe, expect, it } from "vitest";
import { outcomeOf, resultsOf, type StubAnswers, StubAws, sdkError } from "../stub-aws.ts";

const fileSystemId = "fs-0a1b2c3d4e5f60718";
const accessPointId = "fsap-0123456789abcdef0";
const definition = {
  volumes: [
    {
      name: "data",
      efsVolumeConfiguration: { fileSystemId, transitEncryption: "ENABLED", authorizationConfig: { accessPointId } },
    },
  ],
};
const accessPoint = (more: object = {}) => ({
  AccessPoints: [{ AccessPointId: accessPointId, FileSystemId: fileSystemId, LifeCycleState: "available", ...more }],
});

describe("the check of an access point", () => {
  const check = (answer: object) => outcomeOf("access-point", definition, { DescribeAccessPoints: answer });

  it("is ok for an access point that is available and belongs to the volume's file system", async () => {
    const aws = new StubAws({ DescribeAccessPoints: accessPoint() });
    const [result] = await resultsOf("access-point", definition, aws);
    expect(result).toMatchObject({ status: "ok", detail: "The access point is available." });
    expect(aws.calls.map(({ input }) => input)).toStrictEqual([{ AccessPointId: accessPointId }]);
  });

  it("fails for one of another file system: it may be another tenant's", async () => {
    expect(await check(accessPoint({ FileSystemId: "fs-99999999" }))).toStrictEqual({
      status: "failed",
      detail:
        "The access point belongs to the file system fs-99999999, and the volume's is fs-0a1b2c3d4e5f60718: it may be another tenant's.",
      advice: "Give the volume an access point of its own file system.",
    });
  });

  it.each([
    ["failed", sdkError("AccessPointNotFound", "gone", 404)],
    ["failed", accessPoint({ LifeCycleState: "deleting" })],
    ["failed", accessPoint({ LifeCycleState: "deleted" })],
    ["failed", accessPoint({ LifeCycleState: "error" })],
    ["unknown", accessPoint({ LifeCycleState: "creating" })],
    ["unknown", accessPoint({ LifeCycleState: "updating" })],
    ["unknown", accessPoint({ LifeCycleState: "sleeping" })],
    ["unknown", accessPoint({ AccessPointId: "fsap-99999999" })],
    ["unknown", accessPoint({ FileSystemId: undefined })],
    ["unknown", accessPoint({ OwnerId: "444455556666" })],
    ["unknown", { AccessPoints: [] }],
    ["unknown", sdkError("BadRequest")],
  ])("is %s for %j", async (status, answer) => {
    expect(await check(answer)).toMatchObject({ status, advice: expect.any(String) });
  });

  it("names the permission that the checker lacks", async () => {
    expect(await check(sdkError("AccessDeniedException", "", 403))).toMatchObject({
      status: "unknown",
      permission:
        "elasticfilesystem:DescribeAccessPoints on arn:aws:elasticfilesystem:us-east-1:111122223333:access-point/fsap-0123456789abcdef0",
    });
  });
});

describe("the check of a file system", () => {
  const fileSystem = (more: object = {}) => ({
    FileSystems: [{ FileSystemId: fileSystemId, LifeCycleState: "available", NumberOfMountTargets: 1, ...more }],
  });
  const targets = (...states: (string | undefined)[]) => ({
    MountTargets: states.map((LifeCycleState) => ({ LifeCycleState })),
  });
  const check = (answers: StubAnswers) =>
    outcomeOf("file-system", definition, {
      DescribeFileSystems: fileSystem(),
      DescribeMountTargets: targets("available"),
      ...answers,
    });

  it.each([
    ["ok", {}],
    ["ok", { DescribeMountTargets: targets("creating", "available") }],
    ["failed", { DescribeFileSystems: sdkError("FileSystemNotFound", "gone", 404) }],
    ["failed", { DescribeFileSystems: fileSystem({ LifeCycleState: "deleting" }) }],
    ["failed", { DescribeFileSystems: fileSystem({ NumberOfMountTargets: 0 }) }],
    ["failed", { DescribeMountTargets: targets() }],
    ["failed", { DescribeMountTargets: targets("deleted", "error") }],
    ["unknown", { DescribeFileSystems: fileSystem({ LifeCycleState: "creating" }) }],
    ["unknown", { DescribeFileSystems: fileSystem({ LifeCycleState: undefined }) }],
    ["unknown", { DescribeFileSystems: fileSystem({ FileSystemId: "fs-99999999" }) }],
    ["unknown", { DescribeFileSystems: fileSystem({ OwnerId: "444455556666" }) }],
    ["unknown", { DescribeFileSystems: {} }],
    ["unknown", { DescribeFileSystems: sdkError("BadRequest") }],
    ["unknown", { DescribeMountTargets: targets("creating") }],
    ["unknown", { DescribeMountTargets: targets("deleted", undefined) }],
    ["unknown", { DescribeMountTargets: { ...targets("deleted"), NextMarker: "1" } }],
    ["unknown", { DescribeMountTargets: { ...targets(), NextMarker: "1" } }],
    ["unknown", { DescribeMountTargets: {} }],
    ["unknown", { DescribeMountTargets: sdkError("AccessDeniedException", "", 403) }],
  ])("is %s for %j", async (status, answers) => {
    expect((await check(answers)).status).toBe(status);
  });
});
