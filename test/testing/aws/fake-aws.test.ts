import { CloudWatchLogsClient, CreateLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeAccessPointsCommand, EFSClient } from "@aws-sdk/client-efs";
import { GetRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { S3FilesClient } from "@aws-sdk/client-s3files";
import { DescribeSecretCommand, GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { GetParametersCommand, SSMClient } from "@aws-sdk/client-ssm";
import { FakeAws, ManualClock } from "taskdef-cloner/testing";
import { describe, expect, it } from "vitest";

const fileSystemId = "fs-0123456789abcdef0";
const accessPointId = "fsap-0123456789abcdef0";

describe("FakeAws", () => {
  const describeSecret = (aws: FakeAws, config = {}) =>
    new SecretsManagerClient({ ...aws.config, maxAttempts: 1, ...config }).send(
      new DescribeSecretCommand({ SecretId: "user-keys/ana" }),
    );

  it("refuses what reads a value or writes", async () => {
    const aws = new FakeAws();
    const refusal = /^FakeAws refuses/;

    const secrets = new SecretsManagerClient(aws.config);
    await expect(secrets.send(new GetSecretValueCommand({ SecretId: "a" }))).rejects.toThrow(refusal);
    await expect(new SSMClient(aws.config).send(new GetParametersCommand({ Names: ["/a"] }))).rejects.toThrow(refusal);
    const get = new GetObjectCommand({ Bucket: "b", Key: "k" });
    await expect(new S3Client(aws.config).send(get)).rejects.toThrow(refusal);
    const create = new CreateLogGroupCommand({ logGroupName: "g" });
    await expect(new CloudWatchLogsClient(aws.config).send(create)).rejects.toThrow(refusal);
    const { DeleteFileSystemCommand } = await import("@aws-sdk/client-efs");
    const remove = new DeleteFileSystemCommand({ FileSystemId: fileSystemId });
    await expect(new EFSClient(aws.config).send(remove)).rejects.toThrow(refusal);
    const { GetFileSystemPolicyCommand } = await import("@aws-sdk/client-s3files");
    const policy = new GetFileSystemPolicyCommand({ fileSystemId });
    await expect(new S3FilesClient(aws.config).send(policy)).rejects.toThrow(refusal);
    expect(new Set(aws.calls.map(({ outcome }) => outcome))).toStrictEqual(new Set(["refused"]));
  });

  it.each([
    ["secretsmanager:DescribeSecret", "AccessDeniedException", (aws: FakeAws) => describeSecret(aws)],
    [
      "elasticfilesystem:DescribeAccessPoints",
      "AccessDeniedException",
      (aws: FakeAws) => new EFSClient(aws.config).send(new DescribeAccessPointsCommand({ AccessPointId: "fsap-1" })),
    ],
    [
      "iam:GetRole",
      "AccessDenied",
      (aws: FakeAws) => new IAMClient(aws.config).send(new GetRoleCommand({ RoleName: "a" })),
    ],
    [
      "s3:ListBucket",
      "AccessDenied",
      (aws: FakeAws) => new S3Client(aws.config).send(new ListObjectsV2Command({ Bucket: "b" })),
    ],
  ])("denies %s as its service does", async (action, name, ask) => {
    const aws = new FakeAws();
    aws.deny(action);

    await expect(ask(aws)).rejects.toMatchObject({ name, message: expect.stringContaining(action) });
  });

  it("fails the calls that a fault names, in order", async () => {
    const aws = new FakeAws();
    aws.secret({ name: "user-keys/ana" });
    const operation = "secretsmanager:DescribeSecret";
    aws.fail({ operation, skip: 1, error: "ThrottlingException" });
    aws.fail({ operation, unavailable: true });
    aws.fail({ operation, reset: true, times: 2 });
    aws.fail({ operation, output: {} });
    aws.fail({ operation: "iam:GetRole", error: "ServiceFailure", message: "no", statusCode: 500 });

    expect(await describeSecret(aws)).toMatchObject({ Name: "user-keys/ana" });
    await expect(describeSecret(aws)).rejects.toMatchObject({ name: "ThrottlingException" });
    await expect(describeSecret(aws)).rejects.toMatchObject({ $metadata: { httpStatusCode: 503 } });
    await expect(describeSecret(aws)).rejects.toMatchObject({ code: "ECONNRESET" });
    await expect(describeSecret(aws)).rejects.toMatchObject({ code: "ECONNRESET" });
    expect((await describeSecret(aws)).ARN).toBeUndefined();
    expect((await describeSecret(aws)).ARN).toBeDefined();
    expect(aws.calls.map(({ outcome }) => outcome)).toStrictEqual([
      "ok",
      "ThrottlingException",
      "unavailable",
      "reset",
      "reset",
      "ok",
      "ok",
    ]);
  });

  it("never answers a call that hangs, and answers a late one when its time has come", async () => {
    const clock = new ManualClock();
    const aws = new FakeAws({ clock, latencyMs: 10 });
    aws.secret({ name: "user-keys/ana" });
    aws.fail({ operation: "secretsmanager:DescribeSecret", hang: true });
    aws.fail({ operation: "secretsmanager:DescribeSecret", delayMs: 500 });
    let answered = 0;
    const count = () => {
      answered += 1;
    };
    describeSecret(aws).then(count, count);
    const late = describeSecret(aws).then(count);

    await clock.advance(509);
    expect(answered).toBe(0);
    await clock.advance(1);
    await late;
    expect(answered).toBe(1);
    aws.clearCalls();
    expect(aws.calls).toStrictEqual([]);
  });

  it("closes the connection of what it refuses on a port", async () => {
    const aws = new FakeAws();
    await using server = await aws.listen();
    const client = new SSMClient({ ...aws.config, requestHandler: {}, endpoint: server.endpoint, maxAttempts: 1 });

    await expect(client.send(new GetParametersCommand({ Names: ["/a"] }))).rejects.toThrow();
  });

  it("refuses an unsigned request", async () => {
    const aws = new FakeAws();
    await using server = await aws.listen();

    const response = await fetch(`${server.endpoint}/2015-02-01/access-points`);

    expect(response.status).toBe(403);
  });

  it.each([
    ["of a service that it does not know", "lambda", {}, "{}"],
    ["that no SDK sends", "ecr", { "x-amz-target": "AmazonEC2ContainerRegistry_V20150921.BatchGetImage" }, "null"],
  ])("closes the connection of a request %s", async (_, service, more, body) => {
    const aws = new FakeAws();
    await using server = await aws.listen();
    const authorization = `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/${service}/aws4_request`;

    await expect(
      fetch(server.endpoint, { method: "POST", headers: { authorization, ...more }, body }),
    ).rejects.toThrow();
  });

  it("serves every protocol on a port", async () => {
    const aws = new FakeAws({ region: "eu-west-1", accountId: "444455556666", partition: "aws-cn" });
    const secretArn = aws.secret({ name: "a" });
    aws.accessPoint({ id: accessPointId, fileSystemId });
    aws.role({ name: "task" });
    aws.object({ bucket: "b", key: "k" });
    await using server = await aws.listen();
    const { endpoint } = server;
    const config = { region: "eu-west-1", credentials: aws.config.credentials, endpoint };

    const secret = await new SecretsManagerClient(config).send(new DescribeSecretCommand({ SecretId: "a" }));
    const points = await new EFSClient(config).send(new DescribeAccessPointsCommand({ AccessPointId: accessPointId }));
    const role = await new IAMClient(config).send(new GetRoleCommand({ RoleName: "task" }));
    const objects = await new S3Client({ ...config, forcePathStyle: true }).send(
      new ListObjectsV2Command({ Bucket: "b" }),
    );

    expect(secret.ARN).toBe(secretArn);
    expect(secretArn).toBe("arn:aws-cn:secretsmanager:eu-west-1:444455556666:secret:a-AbCdEf");
    expect(points.AccessPoints).toHaveLength(1);
    expect(role.Role?.Arn).toBe("arn:aws-cn:iam::444455556666:role/task");
    expect(objects.Contents).toHaveLength(1);
  });
});
