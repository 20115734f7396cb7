import type { RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";

/** The image that the base begins with. */
export const image = "111122223333.dkr.ecr.us-east-1.amazonaws.com/openclaw:1.4.0";

/** The base that infrastructure code would register: a Fargate service with a sidecar, EFS, secrets, logs and a health check. */
export const base = {
  family: "isol8-dev-openclaw",
  requiresCompatibilities: ["FARGATE"],
  networkMode: "awsvpc",
  cpu: "512",
  memory: "1024",
  executionRoleArn: "arn:aws:iam::111122223333:role/isol8-dev-execution",
  taskRoleArn: "arn:aws:iam::111122223333:role/isol8-dev-task",
  runtimePlatform: { cpuArchitecture: "ARM64", operatingSystemFamily: "LINUX" },
  ephemeralStorage: { sizeInGiB: 30 },
  containerDefinitions: [
    {
      name: "openclaw",
      image,
      essential: true,
      portMappings: [{ containerPort: 18789, protocol: "tcp" }],
      environment: [
        { name: "NODE_ENV", value: "production" },
        { name: "CODEX_HOME", value: "/tmp/codex" },
      ],
      secrets: [
        {
          name: "GATEWAY_TOKEN",
          valueFrom: "arn:aws:secretsmanager:us-east-1:111122223333:secret:isol8-dev/gateway-XyZabc",
        },
      ],
      mountPoints: [{ sourceVolume: "home", containerPath: "/home/node" }],
      healthCheck: {
        command: ["CMD-SHELL", "curl -fsS http://localhost:18789/health || exit 1"],
        interval: 30,
        timeout: 5,
        retries: 3,
        startPeriod: 60,
      },
      logConfiguration: {
        logDriver: "awslogs",
        options: {
          "awslogs-group": "/isol8/dev/openclaw",
          "awslogs-region": "us-east-1",
          "awslogs-stream-prefix": "user",
        },
      },
      linuxParameters: { initProcessEnabled: true },
    },
    {
      name: "log-router",
      image: "public.ecr.aws/aws-observability/aws-for-fluent-bit:stable",
      essential: false,
      dependsOn: [{ containerName: "openclaw", condition: "START" }],
    },
  ],
  volumes: [
    {
      name: "home",
      efsVolumeConfiguration: {
        fileSystemId: "fs-0123456789abcdef0",
        transitEncryption: "ENABLED",
        authorizationConfig: { iam: "ENABLED" },
      },
    },
  ],
  tags: [
    { key: "service", value: "openclaw" },
    { key: "stage", value: "dev" },
  ],
} satisfies RegisterTaskDefinitionCommandInput;

/** The base with another image tag, as the next deploy registers it. */
export function toDeployed(tag: string): RegisterTaskDefinitionCommandInput {
  const [openclaw, ...others] = base.containerDefinitions;
  return {
    ...base,
    containerDefinitions: [{ ...openclaw, name: "openclaw", image: image.replace("1.4.0", tag) }, ...others],
  };
}
