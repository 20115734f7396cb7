import {
  accessPoint,
  awslogs,
  ec2,
  ecr,
  efs,
  fargate,
  mount,
  parameter,
  role,
  type Shape,
  secret,
  variables,
} from "./shape.ts";

const grown = { cpu: 1024, memory: 2048 };
const grownTask = { cpu: "1024", memory: "2048" };

const app = { name: "app", image: ecr("app:1"), essential: true };

/** Tasks of several containers. */
export const sidecarShapes: readonly Shape[] = [
  {
    title: "FireLens with Fluent Bit on Fargate, which sends to a service that needs a key",
    base: fargate("api-firelens", [
      {
        ...app,
        logConfiguration: {
          logDriver: "awsfirelens",
          options: {
            Name: "datadog",
            Host: "http-intake.logs.datadoghq.eu",
            TLS: "on",
            dd_service: "api",
            provider: "ecs",
          },
          secretOptions: [{ name: "apikey", valueFrom: secret("datadog") }],
        },
      },
      {
        name: "log_router",
        image: "public.ecr.aws/aws-observability/aws-for-fluent-bit:stable",
        essential: true,
        user: "0",
        memoryReservation: 50,
        firelensConfiguration: { type: "fluentbit", options: { "enable-ecs-log-metadata": "true" } },
        logConfiguration: awslogs("/ecs/firelens", "router"),
      },
    ]),
    options: { volume: false, container: "app" },
    own: { environment: { TENANT: "7" } },
    size: grown,
    sized: grownTask,
  },
  {
    title: "FireLens with Fluentd and a configuration in S3",
    base: ec2("batch-firelens", [
      { ...app, memory: 512, logConfiguration: { logDriver: "awsfirelens", options: {} } },
      {
        name: "fluentd",
        image: "fluent/fluentd:v1.18",
        memory: 128,
        firelensConfiguration: {
          type: "fluentd",
          options: { "config-file-type": "s3", "config-file-value": "arn:aws:s3:::config/fluent.conf" },
        },
      },
    ]),
    options: { volume: false, container: "app" },
    own: { containers: { fluentd: { environment: { TENANT: "7" } } } },
    size: { cpu: 256, memory: 1024 },
    sized: { "containerDefinitions[app].cpu": 256, "containerDefinitions[app].memory": 1024 },
  },
  {
    title: "App Mesh, with Envoy as the proxy of all traffic",
    base: fargate(
      "mesh-node",
      [
        {
          ...app,
          portMappings: [{ containerPort: 8080 }],
          dependsOn: [{ containerName: "envoy", condition: "HEALTHY" }],
        },
        {
          name: "envoy",
          image: `840364872350.dkr.ecr.eu-west-1.amazonaws.com/aws-appmesh-envoy:v1.29.12.1-prod`,
          essential: true,
          user: "1337",
          environment: variables({ APPMESH_RESOURCE_ARN: "mesh/shop/virtualNode/app", ENVOY_LOG_LEVEL: "info" }),
          healthCheck: {
            command: ["CMD-SHELL", "curl -s http://localhost:9901/server_info | grep state | grep -q LIVE"],
            interval: 5,
            timeout: 2,
            retries: 3,
            startPeriod: 10,
          },
          ulimits: [{ name: "nofile", softLimit: 15000, hardLimit: 15000 }],
        },
      ],
      {
        taskRoleArn: role("mesh"),
        proxyConfiguration: {
          type: "APPMESH",
          containerName: "envoy",
          properties: [
            { name: "IgnoredUID", value: "1337" },
            { name: "IgnoredGID", value: "" },
            { name: "AppPorts", value: "8080" },
            { name: "ProxyIngressPort", value: "15000" },
            { name: "ProxyEgressPort", value: "15001" },
            { name: "EgressIgnoredIPs", value: "169.254.170.2,169.254.169.254" },
          ],
        },
      },
    ),
    options: { volume: false, container: "app" },
    own: { containers: { envoy: { environment: { APPMESH_RESOURCE_ARN: "mesh/shop/virtualNode/app-7" } } } },
    size: grown,
    sized: grownTask,
  },
  {
    title: "an X-Ray daemon",
    base: fargate("traced", [
      { ...app, environment: variables({ AWS_XRAY_DAEMON_ADDRESS: "127.0.0.1:2000" }) },
      {
        name: "xray-daemon",
        image: "public.ecr.aws/xray/aws-xray-daemon:3.x",
        cpu: 32,
        memoryReservation: 256,
        portMappings: [{ containerPort: 2000, protocol: "udp" }],
        essential: false,
      },
    ]),
    options: { volume: false, container: "app" },
    own: { environment: { FEATURE: "on" } },
    size: grown,
    sized: grownTask,
  },
  {
    title: "an OpenTelemetry collector whose configuration is an SSM parameter, by its bare name",
    base: fargate(
      "observed",
      [
        { ...app, dependsOn: [{ containerName: "aws-otel-collector", condition: "START" }] },
        {
          name: "aws-otel-collector",
          image: "public.ecr.aws/aws-observability/aws-otel-collector:v0.43.3",
          secrets: [{ name: "AOT_CONFIG_CONTENT", valueFrom: "otel-collector-config" }],
          essential: true,
        },
      ],
      { taskRoleArn: role("observed") },
    ),
    options: { volume: false, container: "app", reserved: [/^AOT_/] },
    own: { environment: { OTEL_RESOURCE_ATTRIBUTES: "tenant=7" } },
    size: grown,
    sized: grownTask,
  },
  {
    title: "a Datadog agent with the user's own key",
    base: fargate("watched", [
      { ...app, environment: variables({ DD_SERVICE: "app", DD_ENV: "prod" }) },
      {
        name: "datadog-agent",
        image: "public.ecr.aws/datadog/agent:7",
        essential: false,
        environment: variables({ ECS_FARGATE: "true", DD_SITE: "datadoghq.eu", DD_APM_ENABLED: "true" }),
        secrets: [{ name: "DD_API_KEY", valueFrom: secret("datadog") }],
        healthCheck: { command: ["CMD-SHELL", "agent health"], retries: 10 },
      },
    ]),
    options: { volume: false, container: "app" },
    own: {
      containers: {
        "datadog-agent": { secrets: { DD_API_KEY: secret("tenants/7/datadog") }, unset: ["DD_APM_ENABLED"] },
      },
      unset: ["DD_ENV"],
    },
    size: grown,
    sized: grownTask,
  },
  {
    title: "a migration that has to end well before the application starts",
    base: fargate("migrated", [
      {
        name: "migrate",
        image: ecr("app:1"),
        essential: false,
        command: ["bin/rails", "db:migrate"],
        secrets: [{ name: "DATABASE_URL", valueFrom: parameter("shared/database") }],
      },
      {
        ...app,
        dependsOn: [{ containerName: "migrate", condition: "SUCCESS" }],
        secrets: [{ name: "DATABASE_URL", valueFrom: parameter("shared/database") }],
      },
    ]),
    options: { volume: false, container: "app" },
    own: {
      image: ecr("app:2"),
      secrets: { DATABASE_URL: parameter("tenants/7/database") },
      containers: { migrate: { image: ecr("app:2"), secrets: { DATABASE_URL: parameter("tenants/7/database") } } },
    },
    size: grown,
    sized: grownTask,
  },
  {
    title: "a Vault agent that writes secrets into a volume of the task's",
    base: fargate(
      "vaulted",
      [
        {
          name: "vault-agent",
          image: "hashicorp/vault:1.20",
          essential: false,
          command: ["agent", "-config=/etc/vault/agent.hcl", "-exit-after-auth"],
          mountPoints: [mount("secrets", "/secrets")],
        },
        {
          ...app,
          mountPoints: [mount("secrets", "/secrets", true), mount("home", "/home")],
          dependsOn: [{ containerName: "vault-agent", condition: "COMPLETE" }],
        },
      ],
      { volumes: [{ name: "secrets" }, efs("home")], taskRoleArn: role("vaulted") },
    ),
    options: { container: "app" },
    own: { accessPointId: accessPoint, containers: { "vault-agent": { environment: { VAULT_ROLE: "tenant-7" } } } },
    size: grown,
    sized: grownTask,
  },
  {
    title: "a tunnel with the user's own token, and nothing else in the network",
    base: fargate("tunnelled", [
      app,
      {
        name: "cloudflared",
        image: "cloudflare/cloudflared:2026.10.0",
        command: ["tunnel", "--no-autoupdate", "run"],
        secrets: [{ name: "TUNNEL_TOKEN", valueFrom: secret("tunnels/nobody") }],
        restartPolicy: { enabled: true },
      },
    ]),
    options: { volume: false, container: "app" },
    own: { containers: { cloudflared: { secrets: { TUNNEL_TOKEN: secret("tunnels/7") } } } },
    size: grown,
    sized: grownTask,
  },
  {
    title: "nginx in front of an application, over a socket in a volume",
    base: ec2(
      "php",
      [
        { name: "php", image: ecr("php-fpm:8"), memory: 384, mountPoints: [mount("socket", "/run/php")] },
        {
          name: "nginx",
          image: "nginx:1.29",
          memory: 64,
          portMappings: [{ containerPort: 80, hostPort: 0 }],
          volumesFrom: [{ sourceContainer: "php", readOnly: true }],
          mountPoints: [mount("socket", "/run/php")],
        },
      ],
      { networkMode: "bridge", volumes: [{ name: "socket" }] },
    ),
    options: { volume: false, container: "php" },
    own: { environment: { APP_ENV: "prod" }, containers: { nginx: { image: "nginx:1.30" } } },
    size: { cpu: 256, memory: 512 },
    sized: { "containerDefinitions[php].cpu": 256, "containerDefinitions[php].memory": 512 },
  },
  {
    title: "as many containers as ECS takes",
    base: fargate(
      "crowd",
      Array.from({ length: 10 }, (_, index) => ({
        name: `part-${index}`,
        image: ecr(`part-${index}:1`),
        essential: index === 0,
        cpu: 50,
        memoryReservation: 64,
        environment: variables({ PART: String(index), ZULU: "z", ALPHA: "a" }),
      })),
    ),
    options: { volume: false, container: "part-4" },
    own: {
      environment: { PART: "seven" },
      containers: {
        "part-0": { environment: { PART: "zero" } },
        "part-9": { unset: ["ALPHA"], image: ecr("part-9:2") },
      },
    },
    size: grown,
    sized: {
      ...grownTask,
      "containerDefinitions[part-4].cpu": 562,
      "containerDefinitions[part-4].memoryReservation": 1088,
    },
  },
];
