import {
  DescribeAccessPointsCommand,
  DescribeFileSystemsCommand,
  DescribeMountTargetsCommand,
  EFSClient,
} from "@aws-sdk/client-efs";
import {
  GetAccessPointCommand,
  GetFileSystemCommand,
  ListMountTargetsCommand,
  S3FilesClient,
} from "@aws-sdk/client-s3files";
import { FakeAws } from "taskdef-cloner/testing";
import { describe, expect, it } from "vitest";

const fileSystemId = "fs-0123456789abcdef0";
const accessPointId = "fsap-0123456789abcdef0";

describe("FakeAws and file systems", () => {
  it("says to which file system an access point of EFS belongs", async () => {
    const aws = new FakeAws();
    aws.accessPoint({ id: accessPointId, fileSystemId });
    const client = new EFSClient(aws.config);

    const { AccessPoints } = await client.send(new DescribeAccessPointsCommand({ AccessPointId: accessPointId }));

    expect(AccessPoints).toMatchObject([{ FileSystemId: fileSystemId, LifeCycleState: "available" }]);
    const unknown = new DescribeAccessPointsCommand({ AccessPointId: "fsap-0" });
    await expect(client.send(unknown)).rejects.toMatchObject({ name: "AccessPointNotFound" });
  });

  it("describes a file system of EFS and its mount targets", async () => {
    const aws = new FakeAws();
    aws.fileSystem({ id: fileSystemId, mountTargets: ["available", "creating"] });
    aws.fileSystem({ id: "fs-1" });
    const client = new EFSClient(aws.config);

    const { FileSystems } = await client.send(new DescribeFileSystemsCommand({ FileSystemId: fileSystemId }));
    const { MountTargets } = await client.send(new DescribeMountTargetsCommand({ FileSystemId: fileSystemId }));

    expect(FileSystems).toMatchObject([{ LifeCycleState: "available", NumberOfMountTargets: 2 }]);
    expect(MountTargets?.map(({ LifeCycleState }) => LifeCycleState)).toStrictEqual(["available", "creating"]);
    const single = await client.send(new DescribeMountTargetsCommand({ FileSystemId: "fs-1" }));
    expect(single.MountTargets).toHaveLength(1);
    expect((await client.send(new DescribeFileSystemsCommand({ FileSystemId: "fs-1" }))).FileSystems).toHaveLength(1);
    const unknown = new DescribeFileSystemsCommand({ FileSystemId: "fs-0" });
    await expect(client.send(unknown)).rejects.toMatchObject({ name: "FileSystemNotFound" });
  });

  it("describes S3 Files by id and by ARN", async () => {
    const aws = new FakeAws();
    aws.s3FileSystem({ id: fileSystemId });
    aws.s3AccessPoint({ id: accessPointId, fileSystemId, state: "creating" });
    const client = new S3FilesClient(aws.config);
    const arn = `arn:aws:s3files:us-east-1:111122223333:file-system/${fileSystemId}`;

    const point = await client.send(new GetAccessPointCommand({ accessPointId }));
    const system = await client.send(new GetFileSystemCommand({ fileSystemId: arn }));
    const targets = await client.send(new ListMountTargetsCommand({ fileSystemId }));

    expect(point).toMatchObject({ accessPointArn: `${arn}/access-point/${accessPointId}`, status: "creating" });
    expect(system).toMatchObject({ fileSystemArn: arn, status: "available" });
    expect(targets.mountTargets).toMatchObject([{ status: "available" }]);
  });

  it("defaults to an access point that is available", async () => {
    const aws = new FakeAws();
    aws.s3AccessPoint({ id: accessPointId, fileSystemId });

    const point = await new S3FilesClient(aws.config).send(new GetAccessPointCommand({ accessPointId }));

    expect(point.status).toBe("available");
  });

  it("does not find what is not there in S3 Files", async () => {
    const client = new S3FilesClient(new FakeAws().config);
    const missing = { name: "ResourceNotFoundException" };

    await expect(client.send(new GetAccessPointCommand({ accessPointId }))).rejects.toMatchObject(missing);
    await expect(client.send(new GetFileSystemCommand({ fileSystemId }))).rejects.toMatchObject(missing);
    await expect(client.send(new ListMountTargetsCommand({ fileSystemId }))).rejects.toMatchObject(missing);
  });
});
