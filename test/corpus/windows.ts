import { awslogs, ec2, ecr, fargate, mount, role, type Shape, secret, variables } from "./shape.ts";

const core = { operatingSystemFamily: "WINDOWS_SERVER_2022_CORE", cpuArchitecture: "X86_64" } as const;
const full = { operatingSystemFamily: "WINDOWS_SERVER_2019_FULL" } as const;

const fsx = (name: string) => ({
  name,
  fsxWindowsFileServerVolumeConfiguration: {
    fileSystemId: "fs-0dddddddddddddddd",
    rootDirectory: "share",
    authorizationConfig: { credentialsParameter: secret("fsx/service-user"), domain: "corp.example.com" },
  },
});

/** Tasks for Windows containers. */
export const windowsShapes: readonly Shape[] = [
  {
    title: "IIS on Fargate",
    base: fargate(
      "intranet",
      [
        {
          name: "iis",
          image: "mcr.microsoft.com/dotnet/framework/aspnet:4.8-windowsservercore-ltsc2022",
          entryPoint: ["powershell", "-Command"],
          command: ["C:\\ServiceMonitor.exe w3svc"],
          portMappings: [{ containerPort: 80, protocol: "tcp" }],
          logConfiguration: awslogs("/ecs/intranet", "iis"),
        },
      ],
      { cpu: "1024", memory: "2048", runtimePlatform: core },
    ),
    options: { volume: false },
    own: { environment: { TENANT: "seven" } },
    size: { cpu: 2048, memory: 4096 },
    sized: { cpu: "2048", memory: "4096" },
  },
  {
    title: "Windows on a container instance, where ECS ignores the task's size",
    base: ec2(
      "report-server",
      [{ name: "reports", image: ecr("reports:ltsc2019"), cpu: 512, memory: 1024, environment: [] }],
      { cpu: "1024", memory: "2048", runtimePlatform: full },
    ),
    options: { volume: false },
    own: { environment: { LOCALE: "de-AT" } },
    size: { cpu: 2048, memory: 4096 },
    // The task's own is raised as far as the container needs, since ECS compares the two all the same.
    sized: {
      "containerDefinitions[reports].cpu": 2048,
      "containerDefinitions[reports].memory": 4096,
      cpu: "2048",
      memory: "4096",
    },
  },
  {
    title: "Windows on a container instance with a share on FSx",
    base: ec2(
      "cad",
      [
        {
          name: "cad",
          image: ecr("cad:ltsc2022"),
          cpu: 2048,
          memory: 4096,
          mountPoints: [mount("projects", "C:\\Projects")],
        },
      ],
      { runtimePlatform: core, volumes: [fsx("projects")], taskRoleArn: role("cad") },
    ),
    options: { volume: false },
    own: { environment: { SEAT: "7" }, taskRoleArn: role("tenants/cad-7") },
    size: { cpu: 4096, memory: 8192 },
    sized: { "containerDefinitions[cad].cpu": 4096, "containerDefinitions[cad].memory": 8192 },
  },
  {
    title: "Windows with a group-managed service account and a soft limit",
    base: ec2(
      "sql-agent",
      [
        {
          name: "agent",
          image: ecr("sql-agent:ltsc2019"),
          cpu: 256,
          memoryReservation: 1024,
          credentialSpecs: ["credentialspec:arn:aws:s3:::specs/agent.json"],
          environment: variables({ ACCEPT_EULA: "Y" }),
          healthCheck: { command: ["CMD", "powershell", "-Command", "exit 0"], interval: 60, timeout: 30, retries: 5 },
        },
        { name: "logs", image: ecr("logs:ltsc2019"), cpu: 64, memoryReservation: 128, essential: false },
      ],
      { runtimePlatform: full },
    ),
    options: { volume: false, container: "agent" },
    own: { containers: { logs: { image: ecr("logs:ltsc2019-7") } } },
    size: { cpu: 512, memory: 2048 },
    sized: { "containerDefinitions[agent].cpu": 512, "containerDefinitions[agent].memoryReservation": 2048 },
  },
  {
    title: "a domainless service account on Linux",
    base: fargate(
      "kerberos-client",
      [
        {
          name: "client",
          image: ecr("kerberos:1"),
          credentialSpecs: ["credentialspecdomainless:arn:aws:ssm:eu-west-1:111122223333:parameter/gmsa"],
        },
      ],
      { taskRoleArn: role("kerberos") },
    ),
    options: { volume: false },
    own: { environment: { REALM: "SEVEN" } },
    size: { cpu: 1024, memory: 2048 },
    sized: { cpu: "1024", memory: "2048" },
  },
];
