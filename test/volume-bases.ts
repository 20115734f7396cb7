/** A base with volumes of both kinds that have access points, and access points for them. */
import { deepFreeze } from "./cast.ts";

export const fileSystemArn = "arn:aws:s3files:us-east-1:111122223333:file-system/fs-0123456789abcdef0";

/** An access point on the S3 Files file system. */
export const toAccessPointArn = (number: number): string =>
  `${fileSystemArn}/access-point/fsap-${number.toString(16).padStart(17, "0")}`;

/** An access point on the EFS file system. */
export const toAccessPointId = (number: number): string => `fsap-${number.toString(16).padStart(17, "0")}`;

export const efsVolume = (name: string, fileSystemId = "fs-0a1b2c3d4e5f60718") => ({
  name,
  efsVolumeConfiguration: { fileSystemId },
});

export const s3FilesVolume = (name: string, more: object = {}) => ({
  name,
  s3filesVolumeConfiguration: { fileSystemArn, ...more },
});

/** A Fargate base whose container `app` mounts these volumes, and whose container `log` mounts none. */
export const toVolumeBase = (...volumes: readonly { readonly name: string }[]) =>
  deepFreeze({
    family: "web",
    taskRoleArn: "arn:aws:iam::111122223333:role/web-task",
    executionRoleArn: "arn:aws:iam::111122223333:role/web-execution",
    requiresCompatibilities: ["FARGATE" as const],
    networkMode: "awsvpc" as const,
    cpu: "512",
    memory: "1024",
    containerDefinitions: [
      {
        name: "app",
        image: "web:1",
        mountPoints: volumes.map(({ name }) => ({ sourceVolume: name, containerPath: `/${name}` })),
      },
      { name: "log", image: "log:1", essential: false },
    ],
    volumes: [...volumes],
  });
