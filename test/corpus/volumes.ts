import type { Volume } from "@aws-sdk/client-ecs";
import {
  accessPoint,
  ec2,
  ecr,
  efs,
  fargate,
  managed,
  mount,
  otherAccessPoint,
  role,
  type Shape,
  s3AccessPoint,
  s3FileSystem,
  variables,
} from "./shape.ts";

const app = (...mountPoints: ReturnType<typeof mount>[]) => ({ name: "app", image: ecr("app:1"), mountPoints });

const s3Files = (name: string, members: object = {}): Volume => ({
  name,
  s3filesVolumeConfiguration: { fileSystemArn: s3FileSystem, ...members },
});

const grown = { cpu: 1024, memory: 2048 };
const grownTask = { cpu: "1024", memory: "2048" };

/** Tasks by the kinds of their volumes: EFS, one and several. */
export const efsShapes: readonly Shape[] = [
  {
    title: "EFS with IAM authorization and a port",
    base: fargate("wiki", [app(mount("pages", "/pages"))], {
      taskRoleArn: role("wiki"),
      volumes: [
        efs("pages", {
          transitEncryption: "ENABLED",
          transitEncryptionPort: 2999,
          authorizationConfig: { iam: "ENABLED" },
        }),
      ],
    }),
    own: { accessPointId: accessPoint, taskRoleArn: role("tenants/wiki-7") },
    size: grown,
    sized: grownTask,
  },
  {
    title: "EFS that says that it is not encrypted",
    base: fargate("forum", [app(mount("avatars", "/avatars"))], {
      volumes: [
        efs("avatars", { rootDirectory: "/", transitEncryption: "DISABLED", authorizationConfig: { iam: "DISABLED" } }),
      ],
    }),
    own: { accessPoints: { avatars: accessPoint } },
    size: grown,
    sized: grownTask,
  },
  {
    title: "two EFS file systems, one of them the user's and one for all, with directories of its own",
    base: fargate("ide", [app(mount("home", "/home"), mount("tools", "/opt/tools", true))], {
      volumes: [efs("home"), efs("tools", { fileSystemId: "fs-0bbbbbbbbbbbbbbb2", rootDirectory: "/tools/stable" })],
    }),
    options: { shared: ["tools"] },
    own: { accessPointId: accessPoint },
    size: grown,
    sized: grownTask,
  },
  {
    title: "two EFS file systems, both the user's",
    base: fargate("mail", [app(mount("boxes", "/var/mail"), mount("index", "/var/index"))], {
      volumes: [efs("boxes"), efs("index", { fileSystemId: "fs-0bbbbbbbbbbbbbbb2", transitEncryption: "ENABLED" })],
    }),
    options: { volume: ["boxes", "index"] },
    own: { accessPoints: { boxes: accessPoint, index: otherAccessPoint } },
    size: grown,
    sized: grownTask,
  },
  {
    title: "two volumes of one file system, of which one has the base's own access point",
    base: fargate("publishing", [app(mount("drafts", "/drafts"), mount("templates", "/templates", true))], {
      volumes: [
        efs("drafts"),
        efs("templates", {
          transitEncryption: "ENABLED",
          authorizationConfig: { accessPointId: "fsap-0eeeeeeeeeeeeeee1", iam: "ENABLED" },
        }),
      ],
      taskRoleArn: role("publishing"),
    }),
    options: { volume: "drafts" },
    own: { accessPointId: accessPoint },
    size: grown,
    sized: grownTask,
  },
  {
    title: "a default access point that the base's owner means",
    base: fargate("demo-site", [app(mount("site", "/site"))], {
      volumes: [
        efs("site", {
          transitEncryption: "ENABLED",
          authorizationConfig: { accessPointId: "fsap-0eeeeeeeeeeeeeee2" },
        }),
      ],
    }),
    options: { isBase: () => true },
    own: { accessPointId: accessPoint },
    size: grown,
    sized: grownTask,
  },
  {
    title: "an EFS volume that comes to the user's container from another one",
    base: fargate(
      "game-server",
      [
        { name: "game", image: ecr("game:1"), volumesFrom: [{ sourceContainer: "saves", readOnly: false }] },
        { name: "saves", image: ecr("saves:1"), essential: false, mountPoints: [mount("worlds", "/worlds")] },
      ],
      { volumes: [efs("worlds")] },
    ),
    options: { container: "game" },
    own: { accessPointId: accessPoint },
    size: grown,
    sized: grownTask,
  },
  {
    title: "the user's files, and a sidecar that backs them up",
    base: fargate(
      "vault",
      [
        { ...app(mount("files", "/files")), name: "vault" },
        {
          name: "backup",
          image: "restic/restic:0.18",
          essential: false,
          mountPoints: [mount("files", "/files", true)],
          environment: variables({ RESTIC_REPOSITORY: "s3:backups/all", INTERVAL: "1h" }),
        },
      ],
      { volumes: [efs("files")] },
    ),
    options: { container: "vault" },
    own: {
      accessPointId: accessPoint,
      containers: {
        backup: {
          environment: { RESTIC_REPOSITORY: "s3:backups/seven" },
          secrets: { RESTIC_PASSWORD: "/tenants/7/restic" },
          unset: ["INTERVAL"],
        },
      },
    },
    size: grown,
    sized: grownTask,
  },
  {
    title: "a volume that the next deploy renames",
    base: fargate("renamed", [app(mount("old-home", "/home"))], { volumes: [efs("old-home")] }),
    own: { accessPointId: accessPoint, environment: { HOME: "/home" } },
    size: grown,
    sized: grownTask,
    next: fargate("renamed", [app(mount("new-home", "/home"))], { volumes: [efs("new-home")] }),
  },
];

/** Volumes of other kinds than EFS. */
export const otherVolumeShapes: readonly Shape[] = [
  {
    title: "S3 Files on Fargate",
    base: fargate("dataset-viewer", [app(mount("dataset", "/data"))], {
      taskRoleArn: role("viewer"),
      volumes: [s3Files("dataset")],
    }),
    own: { accessPointId: s3AccessPoint },
    size: grown,
    sized: grownTask,
  },
  {
    title: "S3 Files on a managed instance, mounted with the user's own role",
    base: managed("dataset-job", [{ ...app(mount("dataset", "/data")), cpu: 512, memory: 1024 }], {
      volumes: [s3Files("dataset", { transitEncryptionPort: 2998, rootDirectory: "/" })],
      taskRoleArn: role("nobody"),
    }),
    own: { accessPointId: s3AccessPoint, taskRoleArn: role("tenants/dataset-7") },
    size: grown,
    sized: { "containerDefinitions[app].cpu": 1024, "containerDefinitions[app].memory": 2048 },
  },
  {
    title: "EFS and S3 Files side by side, both the user's",
    base: fargate("lab", [app(mount("home", "/home"), mount("data", "/data"))], {
      taskRoleArn: role("lab"),
      volumes: [efs("home"), s3Files("data")],
    }),
    options: { volume: ["data", "home"] },
    own: { accessPoints: { home: accessPoint, data: s3AccessPoint }, ephemeralStorage: { sizeInGiB: 64 } },
    size: grown,
    sized: grownTask,
  },
  {
    title: "EFS for the user, and S3 Files for all",
    base: fargate("classroom", [app(mount("home", "/home"), mount("course", "/course", true))], {
      taskRoleArn: role("classroom"),
      volumes: [efs("home"), s3Files("course", { rootDirectory: "/2026" })],
    }),
    options: { shared: ["course"] },
    own: { accessPointId: accessPoint },
    size: grown,
    sized: grownTask,
  },
  {
    title: "a database on an EBS volume that is configured at launch",
    base: fargate(
      "postgres",
      [
        {
          name: "postgres",
          image: "postgres:18",
          environment: variables({ PGDATA: "/pg/data" }),
          mountPoints: [mount("pg", "/pg")],
          user: "999",
        },
      ],
      { volumes: [{ name: "pg", configuredAtLaunch: true }] },
    ),
    options: { volume: false },
    own: { secrets: { POSTGRES_PASSWORD: "/tenants/7/postgres" } },
    size: grown,
    sized: grownTask,
  },
  {
    title: "EFS, an EBS volume at launch and a scratch volume together",
    base: fargate("build", [app(mount("home", "/home"), mount("cache", "/cache"), mount("tmp", "/tmp"))], {
      volumes: [{ name: "tmp" }, { name: "cache", configuredAtLaunch: true }, efs("home")],
    }),
    own: { accessPointId: accessPoint },
    size: grown,
    sized: grownTask,
  },
  {
    title: "a Docker volume that a plug-in provides for each task",
    base: ec2("rexray", [{ ...app(mount("rexray-vol", "/data")), memory: 512 }], {
      volumes: [
        {
          name: "rexray-vol",
          dockerVolumeConfiguration: {
            scope: "task",
            driver: "rexray/ebs",
            driverOpts: { volumetype: "gp3", size: "5" },
            labels: { team: "storage" },
          },
        },
      ],
    }),
    options: { volume: false },
    own: { environment: { SHARD: "7" } },
    size: { cpu: 512, memory: 1024 },
    sized: { "containerDefinitions[app].cpu": 512, "containerDefinitions[app].memory": 1024 },
  },
  {
    title: "a Docker volume that the tasks of an instance share",
    base: ec2("spool", [{ ...app(mount("spool", "/spool")), memory: 256 }], {
      networkMode: "bridge",
      volumes: [
        { name: "spool", dockerVolumeConfiguration: { scope: "shared", autoprovision: true, driver: "local" } },
      ],
    }),
    options: { volume: false },
    own: { environment: { SPOOL: "seven" } },
    size: { cpu: 128, memory: 512 },
    sized: { "containerDefinitions[app].cpu": 128, "containerDefinitions[app].memory": 512 },
  },
  {
    title: "EFS on a container instance next to a directory of the host",
    base: ec2("mixed-disks", [{ ...app(mount("home", "/home"), mount("fast", "/fast")), memory: 512, cpu: 256 }], {
      volumes: [{ name: "fast", host: { sourcePath: "/mnt/nvme" } }, efs("home")],
    }),
    own: { accessPointId: accessPoint },
    size: { cpu: 512, memory: 2048 },
    sized: { "containerDefinitions[app].cpu": 512, "containerDefinitions[app].memory": 2048 },
  },
];
