import { accessPoint, awslogs, ec2, ecr, efs, managed, mount, role, type Shape, secret, variables } from "./shape.ts";

/** Tasks on container instances, external ones among them. */
export const instanceShapes: readonly Shape[] = [
  {
    title: "bridge networking with dynamic host ports, and a size on the container alone",
    base: ec2("legacy-api", [
      {
        name: "api",
        image: ecr("legacy-api:88"),
        cpu: 256,
        memory: 512,
        portMappings: [{ containerPort: 3000, hostPort: 0 }],
        environment: variables({ NODE_ENV: "production" }),
        logConfiguration: awslogs("/ecs/legacy-api"),
      },
    ]),
    options: { volume: false },
    own: { environment: { NODE_ENV: "staging" } },
    size: { cpu: 512, memory: 1024 },
    sized: { "containerDefinitions[api].cpu": 512, "containerDefinitions[api].memory": 1024 },
  },
  {
    title: "a container with a soft memory limit alone",
    base: ec2("cron", [{ name: "cron", image: ecr("cron:2"), memoryReservation: 128, command: ["crond", "-f"] }], {
      networkMode: "bridge",
    }),
    options: { volume: false },
    own: { environment: { TZ: "Europe/Vienna" } },
    size: { cpu: 128, memory: 256 },
    sized: { "containerDefinitions[cron].cpu": 128, "containerDefinitions[cron].memoryReservation": 256 },
  },
  {
    title: "a container with a soft and a hard memory limit",
    base: ec2("search", [
      { name: "search", image: ecr("search:5"), cpu: 1024, memory: 2048, memoryReservation: 1024, essential: true },
      { name: "exporter", image: "prom/exporter:1", cpu: 64, memory: 64, essential: false },
    ]),
    options: { volume: false, container: "search" },
    own: { environment: { HEAP: "large" } },
    size: { cpu: 2048, memory: 4096 },
    sized: {
      "containerDefinitions[search].cpu": 2048,
      "containerDefinitions[search].memory": 4096,
      "containerDefinitions[search].memoryReservation": 3072,
    },
  },
  {
    title: "a monitoring agent on the host's network and processes, which mounts its sockets",
    base: ec2(
      "host-agent",
      [
        {
          name: "agent",
          image: "public.ecr.aws/datadog/agent:7",
          cpu: 100,
          memory: 512,
          privileged: true,
          portMappings: [{ containerPort: 8126, hostPort: 8126, protocol: "tcp" }],
          mountPoints: [
            mount("docker_sock", "/var/run/docker.sock", true),
            mount("cgroup", "/host/sys/fs/cgroup", true),
            mount("proc", "/host/proc", true),
          ],
          linuxParameters: { capabilities: { add: ["SYS_ADMIN", "NET_ADMIN"] } },
          secrets: [{ name: "DD_API_KEY", valueFrom: secret("datadog") }],
        },
      ],
      {
        networkMode: "host",
        pidMode: "host",
        volumes: [
          { name: "docker_sock", host: { sourcePath: "/var/run/docker.sock" } },
          { name: "cgroup", host: { sourcePath: "/sys/fs/cgroup/" } },
          { name: "proc", host: { sourcePath: "/proc/" } },
        ],
      },
    ),
    options: { volume: false },
    own: { secrets: { DD_API_KEY: secret("tenants/7/datadog") }, environment: { DD_TAGS: "tenant:7" } },
    size: { cpu: 200, memory: 1024 },
    sized: { "containerDefinitions[agent].cpu": 200, "containerDefinitions[agent].memory": 1024 },
  },
  {
    title: "awsvpc on container instances, with a size on the task",
    base: ec2(
      "notebook",
      [
        {
          name: "jupyter",
          image: "quay.io/jupyter/datascience-notebook:2026-10-01",
          portMappings: [{ containerPort: 8888 }],
          mountPoints: [mount("home", "/home/jovyan")],
        },
      ],
      { networkMode: "awsvpc", cpu: "1024", memory: "4096", volumes: [efs("home", { rootDirectory: "/" })] },
    ),
    own: { accessPointId: accessPoint, environment: { JUPYTER_TOKEN_PATH: "/home/jovyan/.token" } },
    size: { cpu: 3000, memory: 5000 },
    sized: { cpu: "3000", memory: "5000" },
  },
  {
    title: "a site and its database, linked on the bridge",
    base: ec2(
      "wordpress",
      [
        {
          name: "wordpress",
          image: "wordpress:6",
          memory: 512,
          cpu: 10,
          links: ["mysql:db"],
          portMappings: [{ containerPort: 80, hostPort: 80 }],
          hostname: "blog",
          extraHosts: [{ hostname: "legacy.internal", ipAddress: "10.0.0.7" }],
          dnsServers: ["10.0.0.2"],
          dnsSearchDomains: ["internal"],
        },
        {
          name: "mysql",
          image: "mysql:8",
          memory: 512,
          cpu: 10,
          environment: variables({ MYSQL_DATABASE: "blog", MYSQL_ALLOW_EMPTY_PASSWORD: "" }),
          mountPoints: [mount("mysql", "/var/lib/mysql")],
        },
      ],
      { volumes: [{ name: "mysql", host: { sourcePath: "/ecs/mysql" } }] },
    ),
    options: { volume: false, container: "wordpress" },
    own: {
      environment: { WORDPRESS_TABLE_PREFIX: "wp7_" },
      containers: { mysql: { environment: { MYSQL_DATABASE: "blog7" }, unset: ["MYSQL_ALLOW_EMPTY_PASSWORD"] } },
    },
    size: { cpu: 100, memory: 1024 },
    sized: { "containerDefinitions[wordpress].cpu": 100, "containerDefinitions[wordpress].memory": 1024 },
  },
  {
    title: "placement constraints, and devices, swap and shared memory of the host",
    base: ec2(
      "browser",
      [
        {
          name: "chrome",
          image: "selenium/standalone-chrome:140",
          memory: 2048,
          linuxParameters: {
            sharedMemorySize: 1024,
            maxSwap: 4096,
            swappiness: 10,
            devices: [{ hostPath: "/dev/dri", containerPath: "/dev/dri", permissions: ["read", "write"] }],
            tmpfs: [{ containerPath: "/tmp", size: 512, mountOptions: ["noexec", "nosuid"] }],
          },
        },
      ],
      {
        ipcMode: "task",
        placementConstraints: [
          { type: "memberOf", expression: "attribute:ecs.instance-type =~ m7i.*" },
          { type: "memberOf", expression: "attribute:ecs.availability-zone in [eu-west-1a, eu-west-1b]" },
        ],
      },
    ),
    options: { volume: false },
    own: { environment: { SE_NODE_MAX_SESSIONS: "2" } },
    size: { cpu: 1024, memory: 4096 },
    sized: { "containerDefinitions[chrome].cpu": 1024, "containerDefinitions[chrome].memory": 4096 },
  },
  {
    title: "a task on a machine of one's own, outside of AWS",
    base: ec2(
      "edge-collector",
      [
        {
          name: "collector",
          image: ecr("edge:4"),
          cpu: 256,
          memory: 256,
          mountPoints: [mount("serial", "/dev/serial")],
          portMappings: [{ containerPort: 8080, hostPort: 8080 }],
        },
      ],
      {
        requiresCompatibilities: ["EXTERNAL"],
        networkMode: "bridge",
        volumes: [{ name: "serial", host: { sourcePath: "/dev/serial" } }],
      },
    ),
    options: { volume: false },
    own: { environment: { SITE: "plant-7" } },
    size: { cpu: 512, memory: 300 },
    sized: { "containerDefinitions[collector].cpu": 512, "containerDefinitions[collector].memory": 300 },
  },
  {
    title: "no compatibilities at all, and a size on the task",
    base: {
      family: "from-2016",
      cpu: "256",
      memory: "512",
      containerDefinitions: [
        { name: "app", image: "example/app", essential: true, portMappings: [{ containerPort: 80 }] },
      ],
    },
    options: { volume: false },
    own: { environment: { OLD: "yes" } },
    size: { cpu: 512, memory: 700 },
    sized: { cpu: "512", memory: "700" },
  },
  {
    title: "a task with a memory limit and no CPU",
    base: ec2("half-sized", [{ name: "app", image: ecr("half:1"), memoryReservation: 256 }], { memory: "1024" }),
    options: { volume: false },
    own: { environment: { MODE: "half" } },
    size: { cpu: 512, memory: 2048 },
    sized: { cpu: "512", memory: "2048", "containerDefinitions[app].memoryReservation": 1280 },
  },
  {
    title: "no network, and a log driver of the host's",
    base: ec2(
      "sandbox",
      [
        {
          name: "runner",
          image: ecr("sandbox:6"),
          memory: 128,
          disableNetworking: true,
          dockerSecurityOptions: ["no-new-privileges", "apparmor:docker-default"],
          logConfiguration: {
            logDriver: "syslog",
            options: { "syslog-address": "udp://10.0.0.9:514", tag: "{{.Name}}" },
          },
          startTimeout: 30,
          stopTimeout: 600,
        },
      ],
      { networkMode: "none", ipcMode: "none" },
    ),
    options: { volume: false },
    own: { image: ecr("sandbox:7") },
    size: { cpu: 256, memory: 256 },
    sized: { "containerDefinitions[runner].cpu": 256, "containerDefinitions[runner].memory": 256 },
  },
];

const gpu = (count: string) => [{ type: "GPU" as const, value: count }];

/** Tasks with accelerators. */
export const acceleratorShapes: readonly Shape[] = [
  {
    title: "one GPU on a container instance",
    base: ec2(
      "inference",
      [
        {
          name: "vllm",
          image: "vllm/vllm-openai:v0.11",
          cpu: 4096,
          memory: 16384,
          resourceRequirements: gpu("1"),
          environment: variables({ NVIDIA_DRIVER_CAPABILITIES: "all" }),
          command: ["--model", "meta-llama/Llama-3.1-8B", "--port", "8000"],
          ulimits: [{ name: "memlock", softLimit: -1, hardLimit: -1 }],
          mountPoints: [mount("models", "/root/.cache/huggingface")],
        },
      ],
      { networkMode: "awsvpc", volumes: [{ name: "models", host: { sourcePath: "/mnt/models" } }] },
    ),
    options: {
      volume: false,
      customize: (input, { custom }) => ({
        ...input,
        volumes: [{ name: "models", host: { sourcePath: `/mnt/models/${custom}` } }],
      }),
    },
    own: { secrets: { HF_TOKEN: secret("tenants/7/hugging-face") }, custom: "tenant-7" },
    always: { "volumes[models].host.sourcePath": "/mnt/models/tenant-7" },
    size: { cpu: 8192, memory: 30000 },
    sized: { "containerDefinitions[vllm].cpu": 8192, "containerDefinitions[vllm].memory": 30000 },
  },
  {
    title: "four GPUs over two containers that share a memory segment",
    base: ec2(
      "training",
      [
        { name: "trainer", image: ecr("trainer:3"), memory: 60000, resourceRequirements: gpu("3"), essential: true },
        { name: "evaluator", image: ecr("trainer:3"), memory: 20000, resourceRequirements: gpu("1"), essential: false },
      ],
      {
        ipcMode: "host",
        pidMode: "task",
        placementConstraints: [{ type: "memberOf", expression: "attribute:ecs.instance-type == p5.48xlarge" }],
      },
    ),
    options: { volume: false, container: "trainer" },
    own: { containers: { evaluator: { environment: { EVERY: "100" } } } },
    size: { cpu: 16384, memory: 64000 },
    sized: { "containerDefinitions[trainer].cpu": 16384, "containerDefinitions[trainer].memory": 64000 },
  },
  {
    title: "a GPU of a managed instance",
    base: managed("diffusion", [
      {
        name: "diffusion",
        image: ecr("diffusion:2"),
        cpu: 2048,
        memory: 8192,
        memoryReservation: 4096,
        resourceRequirements: gpu("1"),
      },
    ]),
    options: { volume: false },
    own: { environment: { STEPS: "40" } },
    size: { cpu: 1024, memory: 6144 },
    sized: {
      "containerDefinitions[diffusion].cpu": 1024,
      "containerDefinitions[diffusion].memory": 6144,
    },
  },
  {
    title: "a share of a GPU",
    base: ec2("embeddings", [
      {
        name: "embeddings",
        image: ecr("embeddings:1"),
        memory: 4096,
        resourceRequirements: [
          { type: "GPU", sharingStrategy: { nvidiaMps: { memory: 8192, maxComputePercent: 25 } } },
        ],
      },
    ]),
    options: { volume: false },
    own: { image: ecr("embeddings:2") },
    size: { cpu: 1024, memory: 8192 },
    sized: { "containerDefinitions[embeddings].cpu": 1024, "containerDefinitions[embeddings].memory": 8192 },
  },
  {
    title: "all Neuron devices of a managed instance",
    base: managed("neuron-managed", [
      {
        name: "model",
        image: ecr("neuron:2"),
        memory: 16384,
        resourceRequirements: [{ type: "NeuronDevice", value: "ALL" }],
      },
    ]),
    options: { volume: false },
    own: { secrets: { HF_TOKEN: secret("tenants/7/hugging-face") } },
    size: { cpu: 4096, memory: 8192 },
    sized: { "containerDefinitions[model].cpu": 4096, "containerDefinitions[model].memory": 8192 },
  },
  {
    title: "a Neuron device",
    base: ec2(
      "neuron",
      [
        {
          name: "model",
          image: ecr("neuron:1"),
          cpu: 1024,
          memoryReservation: 8000,
          linuxParameters: {
            devices: [
              { hostPath: "/dev/neuron0", containerPath: "/dev/neuron0", permissions: ["read", "write", "mknod"] },
            ],
            capabilities: { add: ["IPC_LOCK"] },
          },
        },
      ],
      { networkMode: "host", taskRoleArn: role("neuron") },
    ),
    options: { volume: false },
    own: { taskRoleArn: role("tenants/neuron-7") },
    size: { cpu: 2048, memory: 12000 },
    sized: { "containerDefinitions[model].cpu": 2048, "containerDefinitions[model].memoryReservation": 12000 },
  },
];

/** Tasks on ECS Managed Instances. */
export const managedShapes: readonly Shape[] = [
  {
    title: "a managed instance, with a size on the task",
    base: managed("analytics", [{ name: "app", image: ecr("analytics:1"), mountPoints: [mount("data", "/data")] }], {
      cpu: "1024",
      memory: "3000",
      volumes: [efs("data")],
    }),
    own: { accessPointId: accessPoint },
    size: { cpu: 2048, memory: 6000 },
    sized: { cpu: "2048", memory: "6000" },
  },
  {
    title: "a managed instance, with reservations on the containers alone",
    base: managed("challenge", [
      { name: "web", image: ecr("challenge:4"), cpu: 512, memoryReservation: 1024 },
      { name: "worker", image: ecr("challenge:4"), cpu: 512, memoryReservation: 2048, command: ["celery"] },
    ]),
    options: { volume: false, container: "worker" },
    own: { containers: { web: { environment: { ORIGIN: "https://seven.example" } } } },
    size: { cpu: 1024, memory: 4096 },
    sized: { "containerDefinitions[worker].cpu": 1024, "containerDefinitions[worker].memoryReservation": 4096 },
  },
  {
    title: "a managed instance or Fargate, with the host's network left out",
    base: managed(
      "either",
      [
        {
          name: "app",
          image: ecr("either:1"),
          cpu: 256,
          memory: 512,
          portMappings: [{ containerPort: 80, name: "http", appProtocol: "http" }],
        },
      ],
      { requiresCompatibilities: ["FARGATE", "MANAGED_INSTANCES"], cpu: "256", memory: "512" },
    ),
    options: { volume: false },
    own: { ephemeralStorage: { sizeInGiB: 30 } },
    size: { cpu: 512, memory: 1024 },
    sized: {
      cpu: "512",
      memory: "1024",
      "containerDefinitions[app].cpu": 512,
      "containerDefinitions[app].memory": 1024,
    },
  },
];
