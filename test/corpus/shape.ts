/** A shape of the corpus, and what shapes are made of. */
import type {
  ContainerDefinition,
  EFSVolumeConfiguration,
  LogConfiguration,
  MountPoint,
  RegisterTaskDefinitionCommandInput,
  Volume,
} from "@aws-sdk/client-ecs";
import type { TaskDefClonerOptions, UserSpec } from "../../src/index.ts";
import type { Changes } from "./oracle.ts";

export type Base = RegisterTaskDefinitionCommandInput & { readonly family: string };

/** A kind of task that people run, and a user who suits it. */
export interface Shape {
  readonly title: string;
  readonly base: Base;
  readonly options?: Omit<Partial<TaskDefClonerOptions>, "client" | "baseFamily">;
  /** What is the user's own. */
  readonly own: Omit<UserSpec, "userId" | "size">;
  /** What the options change for every user, by path. */
  readonly always?: Changes;
  /** What the user is resized to. */
  readonly size: { readonly cpu: number; readonly memory: number };
  /** What that changes, by path. */
  readonly sized: Changes;
  /** What is deployed next. @default the base with a variable more, and another image in each container that is not pinned */
  readonly next?: Base;
  /** What the size changes in what is deployed next. @default the same */
  readonly nextSized?: Changes;
}

const account = "111122223333";
const region = "eu-west-1";

export const role = (name: string): string => `arn:aws:iam::${account}:role/${name}`;
export const secret = (name: string): string => `arn:aws:secretsmanager:${region}:${account}:secret:${name}-AbCdEf`;
export const parameter = (name: string): string => `arn:aws:ssm:${region}:${account}:parameter/${name}`;
export const ecr = (image: string): string => `${account}.dkr.ecr.${region}.amazonaws.com/${image}`;

/** The access points of the one user that each shape has. */
export const accessPoint = "fsap-0aaaaaaaaaaaaaaa1";
export const otherAccessPoint = "fsap-0aaaaaaaaaaaaaaa2";

export const s3FileSystem = `arn:aws:s3files:${region}:${account}:file-system/fs-0cccccccccccccccc`;
export const s3AccessPoint = `${s3FileSystem}/access-point/fsap-0ccccccccccccccc1`;

type Members = Partial<RegisterTaskDefinitionCommandInput>;

/** A task on Fargate, of half a vCPU and one GiB unless it says otherwise. */
export const fargate = (family: string, containerDefinitions: ContainerDefinition[], members: Members = {}): Base => ({
  requiresCompatibilities: ["FARGATE"],
  networkMode: "awsvpc",
  cpu: "512",
  memory: "1024",
  executionRoleArn: role("ecsTaskExecutionRole"),
  ...members,
  family,
  containerDefinitions,
});

/** A task on container instances, without a size of its own unless it says otherwise. */
export const ec2 = (family: string, containerDefinitions: ContainerDefinition[], members: Members = {}): Base => ({
  requiresCompatibilities: ["EC2"],
  executionRoleArn: role("ecsTaskExecutionRole"),
  ...members,
  family,
  containerDefinitions,
});

/** A task on ECS Managed Instances, without a size of its own unless it says otherwise. */
export const managed = (family: string, containerDefinitions: ContainerDefinition[], members: Members = {}): Base => ({
  requiresCompatibilities: ["MANAGED_INSTANCES"],
  networkMode: "awsvpc",
  executionRoleArn: role("ecsTaskExecutionRole"),
  ...members,
  family,
  containerDefinitions,
});

export const efs = (name: string, members: Partial<EFSVolumeConfiguration> = {}): Volume => ({
  name,
  efsVolumeConfiguration: { fileSystemId: "fs-0bbbbbbbbbbbbbbb1", ...members },
});

export const mount = (sourceVolume: string, containerPath: string, readOnly = false): MountPoint => ({
  sourceVolume,
  containerPath,
  readOnly,
});

export const awslogs = (group: string, prefix = "ecs"): LogConfiguration => ({
  logDriver: "awslogs",
  options: { "awslogs-group": group, "awslogs-region": region, "awslogs-stream-prefix": prefix },
});

/** Variables of a base. */
export const variables = (values: Readonly<Record<string, string>>) =>
  Object.entries(values).map(([name, value]) => ({ name, value }));
