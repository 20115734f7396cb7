import type { S3FilesVolumeConfiguration } from "@aws-sdk/client-ecs";
import { app, onFargate } from "../inputs.ts";
import { type Input, specify } from "./specify.ts";

const fileSystemArn = "arn:aws:s3files:us-east-1:111122223333:file-system/fs-0123456789abcdef0";
const accessPointArn = `${fileSystemArn}/access-point/fsap-0123456789abcdef0`;
const withS3Files = (s3Files: Partial<S3FilesVolumeConfiguration>): Input => ({
  ...onFargate,
  taskRoleArn: "task-role",
  containerDefinitions: [{ ...app, mountPoints: [{ sourceVolume: "home", containerPath: "/home" }] }],
  volumes: [{ name: "home", s3filesVolumeConfiguration: { fileSystemArn, ...s3Files } }],
});

specify("rules on S3 Files volumes", {
  refused: [
    ...[undefined, ""].map((none) => ({
      what: `no file system: ${none}`,
      input: withS3Files({ fileSystemArn: none }),
      message: "S3FilesVolumeConfiguration.fileSystemArn should not be null or empty.",
    })),
    ...[`${fileSystemArn}1/access-point/fsap-0123456789abcdef0`, "fsap-0123456789abcdef0", fileSystemArn].map(
      (other) => ({
        what: `an access point of another file system: ${other}`,
        input: withS3Files({ accessPointArn: other }),
        message: "The S3 Files access point does not belong to the file system of the volume.",
      }),
    ),
    {
      what: "an access point with a root directory",
      input: withS3Files({ accessPointArn, rootDirectory: "/data" }),
      message: 'When using an S3 Files access point, the root directory must either be set to "/" or be omitted.',
    },
    {
      what: "a volume without a task role",
      input: { ...withS3Files({}), taskRoleArn: undefined },
      message: "S3 Files volumes require a task role.",
    },
  ],
  accepted: [
    { what: "a root directory", input: withS3Files({ rootDirectory: "/data", transitEncryptionPort: 2999 }) },
    { what: "an access point", input: withS3Files({ accessPointArn }) },
    { what: "an access point at the root directory", input: withS3Files({ accessPointArn, rootDirectory: "/" }) },
    {
      what: "a task for EC2 only, which fails no earlier than at its start",
      input: { ...withS3Files({ accessPointArn }), requiresCompatibilities: ["EC2"] },
    },
  ],
});
