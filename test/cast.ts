/** The bases and users of the tests, and what their ARNs are made of. The maximal base has a file of its own. */
import type { RegisterTaskDefinitionCommandInput, Tag, TaskDefinition } from "@aws-sdk/client-ecs";
import { toRegisterInput } from "../src/derivation/register-input.ts";
import type { Target } from "../src/user/target.ts";
import type { UserSpec } from "../src/user/user.ts";

/** Freezes a value at every depth, so that whoever mutates it throws. */
export function deepFreeze<Value>(value: Value): Value {
  if (typeof value === "object" && value !== null) {
    for (const member of Object.values(value)) deepFreeze(member);
    Object.freeze(value);
  }
  return value;
}

/** The only element of a list with this name. */
export function named<Element extends { name?: string | undefined }>(
  elements: readonly Element[] | undefined,
  name: string,
): Element {
  const [only, ...others] = (elements ?? []).filter((element) => element.name === name);
  if (only === undefined || others.length > 0) throw new Error(`expected one ${name}`);
  return only;
}

const accountId = "111122223333";
const region = "us-east-1";

export const baseFamily = "isol8-dev-openclaw";
export const cloneFamily = "isol8-dev-openclaw-user";

/** ARN of a revision of a family. */
export const toArn = (family: string, revision: number): string =>
  `arn:aws:ecs:${region}:${accountId}:task-definition/${family}:${revision}`;

export const toSecretArn = (name: string): string => `arn:aws:secretsmanager:${region}:${accountId}:secret:${name}`;

const awslogs = (streamPrefix: string) => ({
  logDriver: "awslogs" as const,
  options: {
    "awslogs-group": "/ecs/isol8-dev-openclaw",
    "awslogs-region": region,
    "awslogs-stream-prefix": streamPrefix,
  },
  secretOptions: [],
});

/** A Fargate service as infrastructure code registers it and `DescribeTaskDefinition` returns it, with the defaults that ECS fills in. */
export const typicalBase = deepFreeze({
  taskDefinitionArn: toArn(baseFamily, 42),
  containerDefinitions: [
    {
      name: "openclaw",
      image: `${accountId}.dkr.ecr.${region}.amazonaws.com/openclaw:2026.9.3`,
      cpu: 0,
      memoryReservation: 256,
      links: [],
      portMappings: [
        { name: "gateway", containerPort: 18789, hostPort: 18789, protocol: "tcp", appProtocol: "http" },
        { containerPort: 9229, hostPort: 9229, protocol: "tcp" },
      ],
      essential: true,
      entryPoint: ["/usr/bin/tini", "--"],
      command: ["node", "dist/gateway.js", "--bind", "0.0.0.0"],
      environment: [
        { name: "NODE_ENV", value: "production" },
        { name: "LOG_LEVEL", value: "info" },
        { name: "OPENCLAW_STATE_DIR", value: "/home/node/.openclaw" },
        { name: "CODEX_HOME", value: "/home/node/.codex-default" },
        { name: "PROXY_URL", value: "" },
      ],
      environmentFiles: [],
      mountPoints: [
        { sourceVolume: "workspace", containerPath: "/home/node", readOnly: false },
        { sourceVolume: "scratch", containerPath: "/tmp/scratch", readOnly: false },
      ],
      volumesFrom: [],
      linuxParameters: { initProcessEnabled: true, capabilities: { add: [], drop: ["ALL"] }, devices: [], tmpfs: [] },
      secrets: [
        { name: "GATEWAY_TOKEN", valueFrom: `${toSecretArn("isol8/dev/gateway-Ab12Cd")}:token::` },
        { name: "OPENAI_API_KEY", valueFrom: toSecretArn("isol8/dev/openai-placeholder-Ef34Gh") },
        {
          name: "TELEMETRY_KEY",
          valueFrom: `arn:aws:ssm:${region}:${accountId}:parameter/isol8/dev/telemetry-key`,
        },
      ],
      dependsOn: [{ containerName: "otel-collector", condition: "HEALTHY" }],
      startTimeout: 60,
      stopTimeout: 30,
      user: "node",
      workingDirectory: "/app",
      privileged: false,
      readonlyRootFilesystem: true,
      dnsServers: [],
      dnsSearchDomains: [],
      extraHosts: [],
      dockerSecurityOptions: [],
      interactive: false,
      pseudoTerminal: false,
      dockerLabels: { "com.isol8.service": "openclaw", "com.isol8.stage": "dev" },
      ulimits: [{ name: "nofile", softLimit: 65536, hardLimit: 65536 }],
      logConfiguration: awslogs("openclaw"),
      healthCheck: {
        command: ["CMD-SHELL", "curl -fsS http://localhost:18789/health || exit 1"],
        interval: 15,
        timeout: 5,
        retries: 3,
        startPeriod: 30,
      },
      systemControls: [],
    },
    {
      name: "otel-collector",
      image: "public.ecr.aws/aws-observability/aws-otel-collector:v0.43.3",
      cpu: 64,
      memory: 128,
      portMappings: [{ containerPort: 4317, hostPort: 4317, protocol: "tcp" }],
      essential: false,
      command: ["--config=/etc/ecs/ecs-default-config.yaml"],
      environment: [{ name: "AWS_REGION", value: region }],
      mountPoints: [],
      volumesFrom: [],
      secrets: [{ name: "OPENAI_API_KEY", valueFrom: toSecretArn("isol8/dev/openai-sidecar-Ij56Kl") }],
      readonlyRootFilesystem: true,
      logConfiguration: awslogs("otel"),
      healthCheck: { command: ["CMD", "/healthcheck"], interval: 10, timeout: 5, retries: 3, startPeriod: 5 },
      systemControls: [],
    },
  ],
  family: baseFamily,
  taskRoleArn: `arn:aws:iam::${accountId}:role/isol8-dev-openclaw-task`,
  executionRoleArn: `arn:aws:iam::${accountId}:role/isol8-dev-openclaw-execution`,
  networkMode: "awsvpc",
  revision: 42,
  volumes: [
    {
      name: "workspace",
      efsVolumeConfiguration: {
        fileSystemId: "fs-0a1b2c3d4e5f60718",
        rootDirectory: "/",
        transitEncryption: "DISABLED",
        transitEncryptionPort: 2999,
        authorizationConfig: { iam: "ENABLED" },
      },
    },
    { name: "scratch", host: {} },
  ],
  status: "ACTIVE",
  requiresAttributes: [
    { name: "com.amazonaws.ecs.capability.logging-driver.awslogs" },
    { name: "ecs.capability.efsAuth" },
    { name: "ecs.capability.secrets.asm.environment-variables" },
  ],
  placementConstraints: [],
  compatibilities: ["EC2", "FARGATE"],
  runtimePlatform: { cpuArchitecture: "ARM64", operatingSystemFamily: "LINUX" },
  requiresCompatibilities: ["FARGATE"],
  cpu: "512",
  memory: "1024",
  registeredAt: new Date("2026-09-03T10:15:00.000Z"),
  registeredBy: `arn:aws:sts::${accountId}:assumed-role/cdk-hnb659fds-cfn-exec-role-${accountId}-${region}/AWSCloudFormation`,
  ephemeralStorage: { sizeInGiB: 40 },
  enableFaultInjection: false,
} satisfies TaskDefinition);

/** The tags of the typical base, as `DescribeTaskDefinition` returns them. */
export const typicalTags = deepFreeze([
  { key: "stage", value: "dev" },
  { key: "team", value: "agents" },
  { key: "note", value: "" },
] satisfies Tag[]);

/** The typical base as infrastructure code registers it: without the encryption that an access point needs, and that a clone is to get. */
export const baseInput = deepFreeze({
  ...toRegisterInput(typicalBase),
  family: baseFamily,
  volumes: [
    {
      name: "workspace",
      efsVolumeConfiguration: {
        fileSystemId: "fs-0a1b2c3d4e5f60718",
        rootDirectory: "/",
        transitEncryption: "DISABLED",
        authorizationConfig: { iam: "DISABLED" },
      },
    },
    { name: "scratch", host: {} },
  ],
  tags: [...typicalTags],
} satisfies RegisterTaskDefinitionCommandInput);

/** What is the user's in the typical base and in the maximal one. */
export const target = deepFreeze<Target>({
  baseName: `${baseFamily}:42`,
  container: "openclaw",
  volumes: ["workspace"],
});

/** A user with everything that a user may have. */
export const typicalUser = deepFreeze({
  userId: "user_2x9",
  accessPointId: "fsap-0123456789abcdef0",
  secrets: {
    OPENAI_API_KEY: toSecretArn("user-keys/user_2x9-AbCdEf"),
    ANTHROPIC_API_KEY: `${toSecretArn("user-keys/user_2x9-GhIjKl")}:anthropic::`,
  },
  environment: { CODEX_HOME: "/home/node/.codex", GREETING: "hunter2 says hello" },
  size: { cpu: 1024, memory: 4096 },
  image: `${accountId}.dkr.ecr.${region}.amazonaws.com/openclaw:canary`,
  tags: { user: "user_2x9", team: "agents-eu" },
});

/** A user with only what every user must have. */
export const plainUser = deepFreeze({ userId: "user_7k1", accessPointId: "fsap-0fedcba9876543210" });

/** The user of this number: nothing of theirs but the size is anybody else's. */
export function toUser(number: number): UserSpec & { readonly userId: string } {
  return {
    userId: `user_${number}`,
    accessPointId: `fsap-${number.toString(16).padStart(17, "0")}`,
    secrets: { OPENAI_API_KEY: toSecretArn(`user-keys/user_${number}-AbCdEf`) },
    environment: { CODEX_HOME: `/home/hunter2-${number}/.codex` },
  };
}

/** The users of the numbers from 0 up. */
export const toUsers = (count: number): ReturnType<typeof toUser>[] =>
  Array.from({ length: count }, (_, number) => toUser(number));

/** The least that a cloner takes for a base, and that ECS registers. */
export const smallBase = deepFreeze({
  family: "web",
  containerDefinitions: [
    {
      name: "app",
      image: "nginx:1",
      memory: 512,
      environment: [{ name: "STAGE", value: "dev" }],
      mountPoints: [{ sourceVolume: "data", containerPath: "/data" }],
    },
  ],
  volumes: [{ name: "data", efsVolumeConfiguration: { fileSystemId: "fs-0a1b2c3d4e5f60718" } }],
});

/** A user's clone from before this library: in the base's own family, with that user's access point, and without a record. */
export function toOldClone(number: number) {
  const accessPointId = `fsap-${number.toString(16).padStart(17, "0")}`;
  return {
    ...smallBase,
    volumes: smallBase.volumes.map((volume) => ({
      ...volume,
      efsVolumeConfiguration: {
        ...volume.efsVolumeConfiguration,
        transitEncryption: "ENABLED" as const,
        authorizationConfig: { accessPointId },
      },
    })),
  };
}
