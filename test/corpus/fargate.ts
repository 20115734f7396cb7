import { accessPoint, awslogs, ecr, efs, fargate, mount, role, type Shape, secret, variables } from "./shape.ts";

/** Services, workers and jobs on Fargate. */
export const fargateShapes: readonly Shape[] = [
  {
    title: "a web application behind a load balancer, with uploads on EFS",
    base: fargate(
      "shop-web",
      [
        {
          name: "web",
          image: ecr("shop/web:2026.11.3"),
          essential: true,
          portMappings: [{ containerPort: 8080, protocol: "tcp" }],
          environment: variables({ RAILS_ENV: "production", RAILS_LOG_TO_STDOUT: "1", WEB_CONCURRENCY: "2" }),
          secrets: [{ name: "DATABASE_URL", valueFrom: secret("shop/database") }],
          mountPoints: [mount("uploads", "/rails/storage")],
          healthCheck: { command: ["CMD-SHELL", "curl -f http://localhost:8080/up || exit 1"], startPeriod: 60 },
          logConfiguration: awslogs("/ecs/shop-web", "web"),
        },
      ],
      { volumes: [efs("uploads", { transitEncryption: "ENABLED" })], taskRoleArn: role("shop-web-task") },
    ),
    own: {
      accessPointId: accessPoint,
      secrets: { DATABASE_URL: secret("tenants/7/database"), STRIPE_KEY: secret("tenants/7/stripe") },
      environment: { WEB_CONCURRENCY: "4", TENANT: "seven" },
      tags: { tenant: "seven" },
    },
    size: { cpu: 1024, memory: 2048 },
    sized: { cpu: "1024", memory: "2048" },
  },
  {
    title: "a worker on Graviton without ports, with an entry point and a command",
    base: fargate(
      "render-worker",
      [
        {
          name: "worker",
          image: ecr("render:arm64"),
          entryPoint: ["/usr/bin/tini", "--"],
          command: ["python", "-m", "worker", "--queue", "render", ""],
          workingDirectory: "/srv",
          user: "1000:1000",
          environment: variables({ PYTHONUNBUFFERED: "1" }),
          logConfiguration: awslogs("/ecs/render-worker"),
          stopTimeout: 120,
        },
      ],
      { runtimePlatform: { cpuArchitecture: "ARM64", operatingSystemFamily: "LINUX" }, cpu: "2048", memory: "4096" },
    ),
    options: { volume: false },
    own: { environment: { PYTHONUNBUFFERED: "0" }, image: ecr("render:arm64-canary") },
    size: { cpu: 4096, memory: 30720 },
    sized: { cpu: "4096", memory: "30720" },
  },
  {
    title: "the least that Fargate takes: one public image, and no role",
    base: {
      family: "hello",
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: "256",
      memory: "512",
      containerDefinitions: [{ name: "hello", image: "public.ecr.aws/nginx/nginx:1.29" }],
    },
    options: { volume: false },
    own: { environment: { GREETING: "hello" } },
    size: { cpu: 256, memory: 1024 },
    sized: { memory: "1024" },
  },
  {
    title: "a task whose size is given in vCPU and GB",
    base: fargate("metrics-api", [{ name: "api", image: ecr("metrics:4"), environment: [] }], {
      cpu: ".5 vCPU",
      memory: "1 GB",
    }),
    options: { volume: false },
    own: { environment: { REGION_NAME: "eu" } },
    size: { cpu: 1024, memory: 3072 },
    sized: { cpu: "1024", memory: "3072" },
  },
  {
    title: "a large task with the largest disk",
    base: fargate(
      "transcode",
      [
        {
          name: "ffmpeg",
          image: ecr("transcode:7"),
          command: ["transcode", "s3://in", "s3://out"],
          ulimits: [{ name: "nofile", softLimit: 65536, hardLimit: 65536 }],
          mountPoints: [mount("scratch", "/scratch")],
        },
      ],
      { cpu: "8192", memory: "32768", ephemeralStorage: { sizeInGiB: 200 }, volumes: [{ name: "scratch" }] },
    ),
    options: { volume: false },
    own: { ephemeralStorage: { sizeInGiB: 100 }, taskRoleArn: role("tenants/seven") },
    size: { cpu: 16384, memory: 65536 },
    sized: { cpu: "16384", memory: "65536" },
  },
  {
    title: "the largest task there is",
    base: fargate("in-memory-index", [{ name: "index", image: ecr("index:1"), memoryReservation: 49152 }], {
      cpu: "16384",
      memory: "122880",
    }),
    options: { volume: false },
    own: { ephemeralStorage: { sizeInGiB: 21 } },
    size: { cpu: 32768, memory: 249856 },
    sized: {
      cpu: "32768",
      memory: "249856",
      "containerDefinitions[index].memoryReservation": 176128,
    },
  },
  {
    title: "one definition for Fargate and container instances",
    base: fargate(
      "billing",
      [
        {
          name: "billing",
          image: ecr("billing:12"),
          portMappings: [{ containerPort: 9000, hostPort: 9000 }],
          logConfiguration: awslogs("billing"),
        },
      ],
      { requiresCompatibilities: ["EC2", "FARGATE"], taskRoleArn: role("billing") },
    ),
    options: { volume: false },
    own: { taskRoleArn: role("tenants/billing-7"), tags: { tenant: "7" } },
    size: { cpu: 1024, memory: 2048 },
    sized: { cpu: "1024", memory: "2048" },
  },
  {
    title: "a hardened container with a read-only file system and scratch volumes",
    base: fargate(
      "gateway",
      [
        {
          name: "gateway",
          image: "ghcr.io/example/gateway@sha256:0f9d1b2c3a4e5f60718293a4b5c6d7e8f90112233445566778899aabbccddeef",
          user: "65532",
          readonlyRootFilesystem: true,
          privileged: false,
          linuxParameters: { initProcessEnabled: true, capabilities: { drop: ["ALL"] } },
          mountPoints: [mount("tmp", "/tmp"), mount("run", "/run"), mount("config", "/etc/gateway", true)],
          portMappings: [{ containerPort: 8443 }],
        },
      ],
      { volumes: [{ name: "tmp" }, { name: "run", host: {} }, efs("config")] },
    ),
    own: { accessPointId: accessPoint, unset: ["DEBUG"] },
    size: { cpu: 512, memory: 4096 },
    sized: { memory: "4096" },
  },
  {
    title: "a container that restarts by itself, and resolves its tag at every start",
    base: fargate("bot", [
      {
        name: "bot",
        image: "docker.io/library/node:24",
        restartPolicy: { enabled: true, ignoredExitCodes: [0, 143], restartAttemptPeriod: 180 },
        versionConsistency: "disabled",
        command: ["node", "bot.js"],
        secrets: [{ name: "DISCORD_TOKEN", valueFrom: `${secret("bots/shared")}:discord::` }],
      },
    ]),
    options: { volume: false },
    own: { secrets: { DISCORD_TOKEN: `${secret("bots/seven")}:discord::` } },
    size: { cpu: 256, memory: 512 },
    sized: { cpu: "256", memory: "512" },
  },
  {
    title: "a service that takes part in fault injection experiments",
    base: fargate("checkout", [{ name: "checkout", image: ecr("checkout:9"), essential: true }], {
      enableFaultInjection: true,
      pidMode: "task",
    }),
    options: { volume: false },
    own: { image: ecr("checkout:10") },
    size: { cpu: 1024, memory: 8192 },
    sized: { cpu: "1024", memory: "8192" },
  },
  {
    title: "a gRPC service with named ports for Service Connect, and a range of ports",
    base: fargate("ledger", [
      {
        name: "ledger",
        image: ecr("ledger:3"),
        portMappings: [
          { name: "grpc", containerPort: 50051, protocol: "tcp", appProtocol: "grpc" },
          { name: "admin", containerPort: 9901, appProtocol: "http2" },
          { containerPort: 8125, hostPort: 8125, protocol: "udp" },
          { containerPortRange: "20000-20010", protocol: "tcp" },
        ],
        systemControls: [{ namespace: "net.ipv4.tcp_keepalive_time", value: "300" }],
      },
    ]),
    options: { volume: false },
    own: { environment: { SHARD: "7" } },
    size: { cpu: 2048, memory: 4096 },
    sized: { cpu: "2048", memory: "4096" },
  },
  {
    title: "a shell for people, with a terminal",
    base: fargate("bastion", [
      {
        name: "shell",
        image: ecr("bastion:1"),
        interactive: true,
        pseudoTerminal: true,
        linuxParameters: { initProcessEnabled: true, capabilities: { add: ["SYS_PTRACE"] } },
        command: ["sleep", "infinity"],
        dockerLabels: { "com.example.purpose": "debugging" },
      },
    ]),
    options: {
      volume: false,
      customize: (input, { custom }) => ({ ...input, pidMode: custom === "debug" ? "task" : undefined }),
    },
    own: { custom: "debug", taskRoleArn: role("people/seven") },
    always: { pidMode: "task" },
    size: { cpu: 512, memory: 2048 },
    sized: { memory: "2048" },
  },
];
