import { CloudWatchLogsClient, CreateLogGroupCommand, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  BatchGetImageCommand,
  DescribePullThroughCacheRulesCommand,
  ECRClient,
  GetDownloadUrlForLayerCommand,
} from "@aws-sdk/client-ecr";
import {
  DescribeAccessPointsCommand,
  DescribeFileSystemsCommand,
  DescribeMountTargetsCommand,
  EFSClient,
} from "@aws-sdk/client-efs";
import { GetRoleCommand, IAMClient, SimulatePrincipalPolicyCommand } from "@aws-sdk/client-iam";
import { DescribeKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import {
  GetAccessPointCommand,
  GetFileSystemCommand,
  ListMountTargetsCommand,
  S3FilesClient,
} from "@aws-sdk/client-s3files";
import { DescribeSecretCommand, GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { DescribeParametersCommand, GetParametersCommand, SSMClient } from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { FakeAws, ManualClock } from "taskdef-cloner/testing";
import { describe, expect, it } from "vitest";

const fileSystemId = "fs-0123456789abcdef0";
const accessPointId = "fsap-0123456789abcdef0";

describe("FakeAws and ECR", () => {
  const getImage = (aws: FakeAws, imageTag: string, more = {}) =>
    new ECRClient(aws.config).send(
      new BatchGetImageCommand({ repositoryName: "openclaw", imageIds: [{ imageTag }], ...more }),
    );

  it("answers an index with the image's platforms and BuildKit's attestation", async () => {
    const aws = new FakeAws();
    const digest = aws.image({ repository: "openclaw", tag: "1", platforms: ["linux/amd64", "linux/arm64/v8"] });

    const { images = [], failures } = await getImage(aws, "1");

    expect(failures).toStrictEqual([]);
    expect(images[0]?.imageId).toStrictEqual({ imageTag: "1", imageDigest: digest });
    const { manifests } = JSON.parse(String(images[0]?.imageManifest));
    expect(manifests.map(({ platform }: { platform: unknown }) => platform)).toStrictEqual([
      { os: "linux", architecture: "amd64" },
      { os: "linux", architecture: "arm64", variant: "v8" },
      { os: "unknown", architecture: "unknown" },
    ]);
  });

  it("serves the configuration of a single manifest at a presigned URL", async () => {
    const aws = new FakeAws();
    aws.image({ repository: "openclaw", tag: "1", platforms: ["linux/arm64/v8"], manifest: "single" });
    const { images = [] } = await getImage(aws, "1");
    const layerDigest: string = JSON.parse(String(images[0]?.imageManifest)).config.digest;

    const { downloadUrl = "" } = await new ECRClient(aws.config).send(
      new GetDownloadUrlForLayerCommand({ repositoryName: "openclaw", layerDigest }),
    );

    const config = await (await aws.fetch(new Request(downloadUrl))).json();
    expect(config).toMatchObject({ os: "linux", architecture: "arm64", variant: "v8" });
    expect((await aws.fetch("https://layers.invalid/sha256:0")).status).toBe(404);
  });

  it("finds an image by its digest, and refuses a layer of none", async () => {
    const aws = new FakeAws();
    const imageDigest = aws.image({ repository: "openclaw" });
    const { images } = await getImage(aws, "", { imageIds: [{ imageDigest }] });

    expect(images).toHaveLength(1);
    await expect(
      new ECRClient(aws.config).send(
        new GetDownloadUrlForLayerCommand({ repositoryName: "openclaw", layerDigest: "sha256:0" }),
      ),
    ).rejects.toMatchObject({ name: "LayersNotFoundException" });
  });

  it("reports a missing tag and an archived image as failures of a success", async () => {
    const aws = new FakeAws();
    aws.image({ repository: "openclaw", tag: "old", archived: true });

    expect((await getImage(aws, "none")).failures).toMatchObject([{ failureCode: "ImageNotFound" }]);
    expect((await getImage(aws, "old")).failures).toMatchObject([{ failureCode: "ImageInaccessible" }]);
    expect((await getImage(aws, "old", { imageIds: undefined })).images).toStrictEqual([]);
  });

  it("does not have a repository in another region, and denies one of another account", async () => {
    const aws = new FakeAws();
    aws.repository({ name: "openclaw", region: "eu-west-1" });

    await expect(getImage(aws, "1")).rejects.toMatchObject({ name: "RepositoryNotFoundException" });
    await expect(getImage(aws, "1", { registryId: "444455556666" })).rejects.toMatchObject({
      name: "AccessDeniedException",
    });
    const there = new ECRClient({ ...aws.config, region: "eu-west-1" });
    const command = new BatchGetImageCommand({ repositoryName: "openclaw", imageIds: [{ imageTag: "1" }] });
    expect((await there.send(command)).failures).toHaveLength(1);
  });

  it("lists the rules of its pull-through cache", async () => {
    const aws = new FakeAws();
    aws.pullThroughCache({ prefix: "docker-hub" });

    const { pullThroughCacheRules } = await new ECRClient(aws.config).send(
      new DescribePullThroughCacheRulesCommand({}),
    );

    expect(pullThroughCacheRules).toMatchObject([{ ecrRepositoryPrefix: "docker-hub" }]);
  });
});

describe("FakeAws and secrets", () => {
  const describeSecret = (aws: FakeAws, SecretId: string) =>
    new SecretsManagerClient(aws.config).send(new DescribeSecretCommand({ SecretId }));

  it("describes a secret by its ARN, its partial ARN and its name", async () => {
    const aws = new FakeAws();
    const arn = aws.secret({ name: "user-keys/ana" });

    for (const id of [arn, arn.slice(0, -7), "user-keys/ana"]) {
      expect(await describeSecret(aws, id)).toMatchObject({
        ARN: arn,
        Name: "user-keys/ana",
        VersionIdsToStages: { "11111111-1111-4111-8111-111111111111": ["AWSCURRENT"] },
      });
    }
  });

  it("says that a secret is deleted, has no value, is a replica or has a key of its own", async () => {
    const aws = new FakeAws();
    const deletedAt = new Date("2026-11-25T00:00:00Z");
    aws.secret({ name: "gone", deletedAt, kmsKeyId: "key-1", primaryRegion: "eu-west-1", stages: [] });

    const described = await describeSecret(aws, "gone");

    expect(described).toMatchObject({ DeletedDate: deletedAt, KmsKeyId: "key-1", PrimaryRegion: "eu-west-1" });
    expect(described.VersionIdsToStages).toBeUndefined();
  });

  it("does not find an unknown secret, and denies one of another account", async () => {
    const aws = new FakeAws();
    const foreign = "arn:aws:secretsmanager:us-east-1:444455556666:secret:x-AbCdEf";

    await expect(describeSecret(aws, "none")).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    await expect(describeSecret(aws, foreign)).rejects.toMatchObject({ name: "AccessDeniedException" });
  });

  it("pages through parameters to an empty page", async () => {
    const aws = new FakeAws();
    for (const name of ["/a", "/b", "/c", "d"]) aws.parameter({ name, type: name === "d" ? "String" : "SecureString" });
    const client = new SSMClient(aws.config);
    const names: unknown[] = [];
    const arns: unknown[] = [];
    let pages = 0;
    let NextToken: string | undefined;
    do {
      const page = await client.send(
        new DescribeParametersCommand({
          NextToken,
          ParameterFilters: [{ Key: "Name", Values: ["/a", "/b", "/c", "d"] }],
        }),
      );
      for (const { Name, ARN } of page.Parameters ?? []) {
        names.push(Name);
        arns.push(ARN);
      }
      NextToken = page.NextToken;
      pages += 1;
    } while (NextToken !== undefined);

    expect(names).toStrictEqual(["/a", "/b", "/c", "d"]);
    expect(arns.at(-1)).toBe("arn:aws:ssm:us-east-1:111122223333:parameter/d");
    expect(pages).toBe(3);
  });

  it("lists all parameters without a filter, and refuses a filter that it does not know", async () => {
    const aws = new FakeAws();
    aws.parameter({ name: "/a" });
    const client = new SSMClient(aws.config);

    expect((await client.send(new DescribeParametersCommand({}))).Parameters).toHaveLength(1);
    const odd = new DescribeParametersCommand({ ParameterFilters: [{ Key: "Path", Values: ["/"] }] });
    await expect(client.send(odd)).rejects.toMatchObject({ name: "InvalidFilterKey" });
  });

  it("describes a key", async () => {
    const aws = new FakeAws();
    aws.key({ id: "k-1" });
    aws.key({ id: "k-2", state: "Disabled" });
    const client = new KMSClient(aws.config);

    expect((await client.send(new DescribeKeyCommand({ KeyId: "k-1" }))).KeyMetadata).toMatchObject({ Enabled: true });
    const { KeyMetadata } = await client.send(
      new DescribeKeyCommand({ KeyId: "arn:aws:kms:us-east-1:111122223333:key/k-2" }),
    );
    expect(KeyMetadata).toMatchObject({ KeyState: "Disabled" });
    await expect(client.send(new DescribeKeyCommand({ KeyId: "k-3" }))).rejects.toMatchObject({
      name: "NotFoundException",
    });
  });
});

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

describe("FakeAws and IAM", () => {
  it("returns a role with its trust policy, URL-encoded", async () => {
    const aws = new FakeAws();
    const arn = aws.role({ name: "task", path: "/tenants/" });
    const client = new IAMClient(aws.config);

    const { Role } = await client.send(new GetRoleCommand({ RoleName: "task" }));

    expect(Role?.Arn).toBe(arn);
    expect(arn).toBe("arn:aws:iam::111122223333:role/tenants/task");
    expect(JSON.parse(decodeURIComponent(String(Role?.AssumeRolePolicyDocument)))).toMatchObject({
      Statement: [{ Principal: { Service: "ecs-tasks.amazonaws.com" } }],
    });
    await expect(client.send(new GetRoleCommand({ RoleName: "none" }))).rejects.toMatchObject({
      name: "NoSuchEntityException",
    });
  });

  it("returns a trust policy with characters that XML escapes", async () => {
    const aws = new FakeAws();
    aws.role({ name: "a&b", trust: { Statement: "<any>" } });

    const { Role } = await new IAMClient(aws.config).send(new GetRoleCommand({ RoleName: "a&b" }));

    expect(Role?.RoleName).toBe("a&b");
    expect(JSON.parse(decodeURIComponent(String(Role?.AssumeRolePolicyDocument)))).toStrictEqual({
      Statement: "<any>",
    });
  });

  it("simulates what a role may do", async () => {
    const aws = new FakeAws();
    const arn = aws.role({ name: "task", allows: ["logs:PutLogEvents"], denies: ["kms:Decrypt"] });
    const all = aws.role({ name: "admin", allows: ["*"] });
    const none = aws.role({ name: "none" });
    const client = new IAMClient(aws.config);
    const simulate = async (PolicySourceArn: string, ResourceArns?: string[]) => {
      const ActionNames = ["logs:PutLogEvents", "kms:Decrypt", "s3:GetObject"];
      const command = new SimulatePrincipalPolicyCommand({ PolicySourceArn, ActionNames, ResourceArns });
      const { EvaluationResults = [] } = await client.send(command);
      return EvaluationResults.map(({ EvalDecision }) => EvalDecision);
    };

    expect(await simulate(arn, ["arn:aws:logs:us-east-1:111122223333:log-group:a"])).toStrictEqual([
      "allowed",
      "explicitDeny",
      "implicitDeny",
    ]);
    expect(await simulate(all)).toStrictEqual(["allowed", "allowed", "allowed"]);
    expect(await simulate(none)).toStrictEqual(["implicitDeny", "implicitDeny", "implicitDeny"]);
    await expect(simulate("arn:aws:iam::111122223333:role/gone")).rejects.toMatchObject({
      name: "NoSuchEntityException",
    });
  });

  it("says whose account it is", async () => {
    const identity = await new STSClient(new FakeAws().config).send(new GetCallerIdentityCommand({}));

    expect(identity.Account).toBe("111122223333");
  });
});

describe("FakeAws, logs and files", () => {
  it("lists log groups by prefix, sorted", async () => {
    const aws = new FakeAws();
    for (const name of ["/ecs/b", "/ecs/a", "/other"]) aws.logGroup({ name });
    const client = new CloudWatchLogsClient(aws.config);

    const { logGroups } = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: "/ecs", limit: 1 }));
    const all = await client.send(new DescribeLogGroupsCommand({}));

    expect(logGroups).toMatchObject([{ logGroupName: "/ecs/a", logGroupClass: "STANDARD" }]);
    expect(all.logGroups).toHaveLength(3);
  });

  it("lists the objects of a bucket, named in the host or in the path", async () => {
    const aws = new FakeAws();
    aws.object({ bucket: "settings", key: "a.env" });
    aws.object({ bucket: "settings", key: "b.env" });
    const command = () => new ListObjectsV2Command({ Bucket: "settings", Prefix: "a.env", MaxKeys: 1 });

    for (const forcePathStyle of [false, true]) {
      const client = new S3Client({ ...aws.config, forcePathStyle });
      expect((await client.send(command())).Contents).toMatchObject([{ Key: "a.env" }]);
      const all = await client.send(new ListObjectsV2Command({ Bucket: "settings" }));
      expect(all.KeyCount).toBe(2);
      await expect(client.send(new ListObjectsV2Command({ Bucket: "none" }))).rejects.toMatchObject({
        name: "NoSuchBucket",
      });
    }
  });

  it("says in which region a bucket is", async () => {
    const aws = new FakeAws();
    aws.object({ bucket: "settings", key: "a.env", region: "eu-west-1" });
    const command = () => new ListObjectsV2Command({ Bucket: "settings" });

    expect((await new S3Client({ ...aws.config, region: "eu-west-1" }).send(command())).KeyCount).toBe(1);
    await expect(new S3Client(aws.config).send(command())).rejects.toMatchObject({
      name: "PermanentRedirect",
      $response: { headers: { "x-amz-bucket-region": "eu-west-1" } },
    });
  });
});

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
