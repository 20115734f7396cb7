import type { ContainerDefinition, Tag, TaskDefinition, Volume } from "@aws-sdk/client-ecs";
import * as ecs from "@aws-sdk/client-ecs";
import type { Target } from "../src/user/target.ts";

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

export const accountId = "111122223333";
const region = "us-east-1";
const secretArn = (name: string): string => `arn:aws:secretsmanager:${region}:${accountId}:secret:${name}`;

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
  taskDefinitionArn: `arn:aws:ecs:${region}:${accountId}:task-definition/isol8-dev-openclaw:42`,
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
        { name: "GATEWAY_TOKEN", valueFrom: `${secretArn("isol8/dev/gateway-Ab12Cd")}:token::` },
        { name: "OPENAI_API_KEY", valueFrom: secretArn("isol8/dev/openai-placeholder-Ef34Gh") },
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
      secrets: [{ name: "OPENAI_API_KEY", valueFrom: secretArn("isol8/dev/openai-sidecar-Ij56Kl") }],
      readonlyRootFilesystem: true,
      logConfiguration: awslogs("otel"),
      healthCheck: { command: ["CMD", "/healthcheck"], interval: 10, timeout: 5, retries: 3, startPeriod: 5 },
      systemControls: [],
    },
  ],
  family: "isol8-dev-openclaw",
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

/** The tags of the typical base, as `DescribeTaskDefinition` gives them beside it. */
export const typicalTags = deepFreeze([
  { key: "stage", value: "dev" },
  { key: "team", value: "agents" },
  { key: "note", value: "" },
] satisfies Tag[]);

/** What is the user's in both bases. */
export const target = deepFreeze<Target>({
  base: "isol8-dev-openclaw:42",
  container: "openclaw",
  volume: "workspace",
});

/** A user with everything that a user may have. */
export const typicalUser = deepFreeze({
  userId: "user_2x9",
  accessPointId: "fsap-0123456789abcdef0",
  secrets: {
    OPENAI_API_KEY: secretArn("user-keys/user_2x9-AbCdEf"),
    ANTHROPIC_API_KEY: `${secretArn("user-keys/user_2x9-GhIjKl")}:anthropic::`,
  },
  environment: { CODEX_HOME: "/home/node/.codex", GREETING: "hunter2 says hello" },
  size: { cpu: 1024, memory: 4096 },
  image: `${accountId}.dkr.ecr.${region}.amazonaws.com/openclaw:canary`,
  tags: { user: "user_2x9", team: "agents-eu" },
});

/** A user with only what every user must have. */
export const plainUser = deepFreeze({ userId: "user_7k1", accessPointId: "fsap-0fedcba9876543210" });

/**
 * The member paths below one of the SDK's schemas, for instance `volumes[].efsVolumeConfiguration.iam`. A schema is a number for a simple
 * value (64 and 128 more for a list and a map of it), a function that gives it, `[schema, traits]`, or `[kind, namespace, name, traits, ...]`.
 */
export function toSchemaPaths(schema: unknown, path = ""): string[] {
  const shape = toShape(schema);
  if (shape.kind === "list") return [`${path}[]`, ...toSchemaPaths(shape.element, `${path}[]`)];
  if (shape.kind === "map") return [`${path}{}`];
  if (shape.kind === "simple") return [];
  // Of a union one member is present at a time.
  const members = shape.kind === "union" ? shape.members.slice(0, 1) : shape.members;
  return members.flatMap(([name, member]) => {
    const below = path === "" ? name : `${path}.${name}`;
    return [below, ...toSchemaPaths(member, below)];
  });
}

type Shape =
  | { readonly kind: "simple"; readonly type: number }
  | { readonly kind: "list"; readonly element: unknown }
  | { readonly kind: "map" }
  | { readonly kind: "structure" | "union"; readonly members: readonly (readonly [string, unknown])[] };

function toShape(schema: unknown): Shape {
  if (typeof schema === "function") return toShape(schema());
  if (typeof schema === "number") {
    if (schema & 64) return { kind: "list", element: schema & ~64 };
    return schema & 128 ? { kind: "map" } : { kind: "simple", type: schema };
  }
  if (!Array.isArray(schema)) throw new Error(`unknown schema ${String(schema)}`);
  if (schema.length === 2) return toShape(schema[0]);
  const [kind, , , , element, schemas]: readonly unknown[] = schema;
  if (kind === 1) return { kind: "list", element };
  if (kind === 2) return { kind: "map" };
  if ((kind !== 3 && kind !== 4) || !Array.isArray(element) || !Array.isArray(schemas)) {
    throw new Error(`unknown kind of schema ${String(kind)}`);
  }
  const members = element.map((name, index): readonly [string, unknown] => [String(name), schemas[index]]);
  return { kind: kind === 3 ? "structure" : "union", members };
}

/** A value that has every member at every depth, and in every list a second element of which every member is empty. */
function toMaximal(schema: unknown, path: string): unknown {
  const shape = toShape(schema);
  if (shape.kind === "map") return { [`${path}-key`]: `${path}-value`, [`${path}-empty`]: "" };
  if (shape.kind === "list") return [toMaximal(shape.element, path), toEmpty(shape.element, 1)];
  if (shape.kind === "simple") return toSimple(shape.type, path);
  const members = shape.kind === "union" ? shape.members.slice(0, 1) : shape.members;
  return Object.fromEntries(members.map(([name, member]) => [name, toMaximal(member, `${path}-${name}`)]));
}

/** The empty value, with all members down to a depth. */
function toEmpty(schema: unknown, depth: number): unknown {
  const shape = toShape(schema);
  if (shape.kind === "list") return [];
  if (shape.kind === "map") return {};
  if (shape.kind === "simple") return { 0: "", 1: 0, 2: false }[shape.type] ?? new Date(0);
  if (depth === 0 || shape.kind === "union") return {};
  return Object.fromEntries(shape.members.map(([name, member]) => [name, toEmpty(member, depth - 1)]));
}

/** A value that is its place's own: the path as text, its length as number. */
function toSimple(type: number, path: string): unknown {
  return { 0: path, 1: path.length, 2: path.length % 2 === 0 }[type] ?? new Date(path.length * 86_400_000);
}

/** The member paths that a value has, in the form of {@link toSchemaPaths}. */
export function toValuePaths(value: unknown, schema: unknown, path = ""): string[] {
  const shape = toShape(schema);
  if (shape.kind === "list") {
    if (!Array.isArray(value) || value.length === 0) return [];
    return [`${path}[]`, ...value.flatMap((element) => toValuePaths(element, shape.element, `${path}[]`))];
  }
  if (shape.kind === "map") return Object.keys(Object(value)).length > 0 ? [`${path}{}`] : [];
  if (shape.kind === "simple") return [];
  return shape.members.flatMap(([name, member]) => {
    if (!Object.hasOwn(Object(value), name)) return [];
    const below = path === "" ? name : `${path}.${name}`;
    return [below, ...toValuePaths(Object(value)[name], member, below)];
  });
}

// The cast: the SDK's schema of a task definition says at run time what its type says at compile time.
const maximal = toMaximal(ecs.TaskDefinition$, "maximal") as Required<TaskDefinition>;
const [maximalContainer = {}, emptyContainer = {}] = maximal.containerDefinitions ?? [];
const [maximalVolume = {}, emptyVolume = {}] = maximal.volumes ?? [];

/** The user's volume of the maximal base: everything but an access point, since a root directory of its own forbids one. */
const maximalTargetVolume: Volume = {
  ...maximalVolume,
  name: target.volume,
  efsVolumeConfiguration: {
    ...maximalVolume.efsVolumeConfiguration,
    fileSystemId: "fs-0a1b2c3d4e5f60718",
    rootDirectory: "/",
    transitEncryption: "DISABLED",
    authorizationConfig: { iam: "ENABLED" },
  },
};

const maximalTargetContainer: ContainerDefinition = {
  ...maximalContainer,
  name: target.container,
  environment: [
    { name: "NODE_ENV", value: "production" },
    { name: "CODEX_HOME", value: "" },
    { name: "", value: "" },
  ],
  // The maximal container has a memory limit and a share of the CPU too, small enough for every size.
  cpu: 1,
  memory: 2,
};

/**
 * A described task definition with every member that the installed SDK knows, at every depth, and with `""`, `0`, `false`, `[]` and `{}`
 * among the values. It is built from the SDK's own schemas, so that an upgrade widens it.
 */
export const maximalBase: Required<TaskDefinition> = deepFreeze({
  ...maximal,
  taskDefinitionArn: `arn:aws:ecs:${region}:${accountId}:task-definition/isol8-dev-openclaw:42`,
  family: "isol8-dev-openclaw",
  revision: 42,
  status: "ACTIVE",
  containerDefinitions: [
    maximalTargetContainer,
    { ...maximalContainer, name: "sidecar" },
    { ...emptyContainer, name: "empty" },
  ],
  volumes: [maximalTargetVolume, { ...maximalVolume, name: "other" }, { ...emptyVolume, name: "empty" }],
  requiresCompatibilities: ["FARGATE"],
  cpu: "512",
  memory: "1024",
});

/** The tags of the maximal base: `tags` is the one member of a register input that a described task definition lacks. */
export const maximalTags: readonly Tag[] = deepFreeze([
  { key: "stage", value: "dev" },
  { key: "empty", value: "" },
]);
