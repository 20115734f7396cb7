import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { ECRClient } from "@aws-sdk/client-ecr";
import { EFSClient } from "@aws-sdk/client-efs";
import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import { S3Client } from "@aws-sdk/client-s3";
import { S3FilesClient } from "@aws-sdk/client-s3files";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SSMClient } from "@aws-sdk/client-ssm";
import type { RegisterInput } from "../../src/task-definition.ts";
import { FakeAws, type FakeAwsOptions, systemClock } from "../../src/testing/index.ts";
import type { Check } from "../../src/verify/check.ts";
import type { VerifyClients } from "../../src/verify/clients.ts";
import { createVerifier } from "../../src/verify/verify.ts";
import type { VerifyOptions } from "../../src/verify/verify-options.ts";
import { place } from "./stub-aws.ts";

/** A value of an environment variable, which must show up nowhere. */
export const environmentValue = "hunter2";

interface Parts {
  readonly accountId?: string;
  readonly accessPointId?: string;
}

/** A definition that refers to something of every kind. */
export function toDefinition({ accountId = place.accountId, accessPointId = "fsap-01234567" }: Parts = {}) {
  const fileSystemArn = `arn:aws:s3files:us-east-1:${accountId}:file-system/fs-0a1b2c3d4e5f60718`;
  const definition = {
    family: "web",
    requiresCompatibilities: ["FARGATE"],
    executionRoleArn: `arn:aws:iam::${accountId}:role/execution`,
    taskRoleArn: `arn:aws:iam::${accountId}:role/task`,
    containerDefinitions: [
      {
        name: "app",
        image: `${accountId}.dkr.ecr.us-east-1.amazonaws.com/web:1`,
        environment: [{ name: "PASSWORD", value: environmentValue }],
        secrets: [
          { name: "A", valueFrom: `arn:aws:secretsmanager:us-east-1:${accountId}:secret:a-AbCdEf:key::` },
          { name: "B", valueFrom: `arn:aws:ssm:us-east-1:${accountId}:parameter/b` },
        ],
        environmentFiles: [{ type: "s3", value: "arn:aws:s3:::b-1/web.env" }],
        logConfiguration: { logDriver: "awslogs", options: { "awslogs-group": "g" } },
      },
      { name: "log", image: "acme/log:1", repositoryCredentials: { credentialsParameter: "hub" } },
    ],
    volumes: [
      {
        name: "efs",
        efsVolumeConfiguration: {
          fileSystemId: "fs-01234567",
          transitEncryption: "ENABLED",
          authorizationConfig: { accessPointId, iam: "ENABLED" },
        },
      },
      {
        name: "s3files",
        s3filesVolumeConfiguration: {
          fileSystemArn,
          accessPointArn: `${fileSystemArn}/access-point/fsap-0123456789abcdef0`,
        },
      },
    ],
  };
  // The cast: members that ECS's own types spell as enumerations.
  return definition as unknown as RegisterInput;
}

/** How to put what the definition refers to into the account, by name. */
export const resources: Readonly<Record<string, (aws: FakeAws) => void>> = {
  image: (aws) => void aws.image({ repository: "web", tag: "1", manifest: "single" }),
  secret: (aws) => void aws.secret({ name: "a", kmsKeyId: "arn:aws:kms:us-east-1:111122223333:key/k-1" }),
  credentials: (aws) => void aws.secret({ name: "hub" }),
  parameter: (aws) => aws.parameter({ name: "b", keyId: "k-1" }),
  key: (aws) => aws.key({ id: "k-1" }),
  fileSystem: (aws) => aws.fileSystem({ id: "fs-01234567" }),
  accessPoint: (aws) => aws.accessPoint({ id: "fsap-01234567", fileSystemId: "fs-01234567" }),
  s3FileSystem: (aws) => aws.s3FileSystem({ id: "fs-0a1b2c3d4e5f60718" }),
  s3AccessPoint: (aws) => aws.s3AccessPoint({ id: "fsap-0123456789abcdef0", fileSystemId: "fs-0a1b2c3d4e5f60718" }),
  executionRole: (aws) => void aws.role({ name: "execution", allows: ["*"] }),
  taskRole: (aws) => void aws.role({ name: "task", allows: ["*"] }),
  logGroup: (aws) => aws.logGroup({ name: "g" }),
  envFile: (aws) => aws.object({ bucket: "b-1", key: "web.env" }),
};

/** An account that holds these, and nothing else but an empty repository. */
export function toAccount(names: readonly string[] = Object.keys(resources), options: FakeAwsOptions = {}): FakeAws {
  const aws = new FakeAws({ clock: systemClock, ...options });
  aws.repository({ name: "web" });
  for (const name of names) resources[name]?.(aws);
  return aws;
}

type Logger = NonNullable<ConstructorParameters<typeof ECRClient>[0]>["logger"];

/** Real clients of every service, whose requests end in the account. */
export function toFakeClients(aws: FakeAws, more: { readonly region?: string; readonly logger?: Logger } = {}) {
  const { region = aws.config.region, logger } = more;
  const config = { ...aws.config, region, ...(logger !== undefined && { logger }) };
  const clients = {
    ecr: new ECRClient(config),
    secretsManager: new SecretsManagerClient(config),
    ssm: new SSMClient(config),
    efs: new EFSClient(config),
    iam: new IAMClient(config),
    logs: new CloudWatchLogsClient(config),
    s3: new S3Client(config),
    s3files: new S3FilesClient(config),
    kms: new KMSClient(config),
  } satisfies VerifyClients;
  return clients;
}

/** A verifier that asks the account for everything that it can ask for. */
export const toFakeVerifier = (aws: FakeAws, options: Partial<VerifyOptions> = {}) =>
  createVerifier({
    clients: toFakeClients(aws),
    simulate: true,
    keys: true,
    fetch: aws.fetch,
    secretKeys: async () => ["key"],
    ...options,
  });

/** Whether a check is about something that AWS is asked for. */
export const isAsked = (check: Check): boolean =>
  check.kind !== "shape" && !(check.kind === "image" && check.hasCredentials);
