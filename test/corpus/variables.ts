import { gone } from "./oracle.ts";
import { accessPoint, awslogs, ecr, efs, fargate, mount, parameter, type Shape, secret, variables } from "./shape.ts";

/** Members that the SDK has no types for. */
const ahead = (members: object): object => members;

const grown = { cpu: 1024, memory: 2048 };
const grownTask = { cpu: "1024", memory: "2048" };

/** Tasks by their variables, secrets, registries, logs, labels and tags. */
export const variableShapes: readonly Shape[] = [
  {
    title: "environment files next to variables",
    base: fargate("configured", [
      {
        name: "app",
        image: ecr("app:1"),
        environmentFiles: [
          { type: "s3", value: "arn:aws:s3:::config/common.env" },
          { type: "s3", value: "arn:aws:s3:::config/prod.env" },
        ],
        environment: variables({ OVERRIDES: "files" }),
      },
    ]),
    options: {
      volume: false,
      customize: (input, { custom }) => ({
        ...input,
        containerDefinitions: input.containerDefinitions?.map((container) => ({
          ...container,
          environmentFiles: [...(container.environmentFiles ?? []), { type: "s3", value: String(custom) }],
        })),
      }),
    },
    own: { custom: "arn:aws:s3:::tenants/7/app.env", unset: ["OVERRIDES"] },
    always: {
      "containerDefinitions[app].environmentFiles[2].type": "s3",
      "containerDefinitions[app].environmentFiles[2].value": "arn:aws:s3:::tenants/7/app.env",
    },
    size: grown,
    sized: grownTask,
  },
  {
    title: "secrets in every form that ECS takes",
    base: fargate("secretive", [
      {
        name: "app",
        image: ecr("app:1"),
        secrets: [
          { name: "BARE", valueFrom: "a-parameter-of-the-region" },
          { name: "PATH_LIKE", valueFrom: "/prod/app/key" },
          { name: "FULL", valueFrom: parameter("prod/app/full") },
          { name: "OTHER_REGION", valueFrom: "arn:aws:ssm:us-east-1:111122223333:parameter/prod/app" },
          { name: "WHOLE", valueFrom: secret("whole") },
          { name: "KEY", valueFrom: `${secret("json")}:api key::` },
          { name: "STAGE", valueFrom: `${secret("json")}::AWSPREVIOUS:` },
          { name: "VERSION", valueFrom: `${secret("json")}:::9d4cb84b-ad69-40c0-a0ab-cead3EXAMPLE` },
        ],
        environment: variables({ PLAIN: "plain" }),
      },
    ]),
    options: { volume: false },
    own: {
      secrets: { KEY: `${secret("tenants/7")}:api key::`, PLAIN: "/tenants/7/plain", BARE: parameter("tenants/7") },
    },
    size: grown,
    sized: grownTask,
  },
  {
    title: "a registry that asks for credentials, and a user's image in ECR",
    base: fargate("licensed", [
      {
        name: "app",
        image: "registry.example.com/licensed:5",
        repositoryCredentials: { credentialsParameter: secret("registry") },
      },
    ]),
    options: { volume: false },
    own: { image: ecr("licensed:5-patched") },
    size: grown,
    sized: grownTask,
  },
  {
    title: "a registry that asks for credentials, and a user's image in it",
    base: fargate("licensed-too", [
      {
        name: "app",
        image: "registry.example.com/licensed:5",
        repositoryCredentials: { credentialsParameter: secret("registry") },
      },
    ]),
    options: { volume: false },
    own: { image: "registry.example.com/licensed:6-beta" },
    size: grown,
    sized: grownTask,
  },
  {
    title: "two hundred variables, empty ones, and a name that is there three times",
    base: fargate("twelve-factor", [
      {
        name: "app",
        image: ecr("app:1"),
        environment: [
          ...Array.from({ length: 200 }, (_, index) => ({ name: `SETTING_${index}`, value: `value ${index}` })),
          { name: "EMPTY", value: "" },
          { name: "TWICE", value: "first" },
          { name: "TWICE", value: "second" },
          { name: "TWICE", value: "third" },
          { name: "KEPT", value: "first" },
          { name: "KEPT", value: "second" },
        ],
      },
    ]),
    options: { volume: false },
    own: { environment: { TWICE: "mine", SETTING_100: "", NEW: "new" }, unset: ["SETTING_3", "NOT_THERE"] },
    size: grown,
    sized: grownTask,
  },
  {
    title: "a base's variable that becomes the user's secret, and values that are JSON",
    base: fargate("promoted", [
      {
        name: "app",
        image: ecr("app:1"),
        environment: variables({
          API_KEY: "replace me",
          CONFIG: '{"a": ["b", "\\u00fc", null]}',
          PATHS: "C:\\a;\tb\n",
        }),
      },
    ]),
    options: { volume: false },
    own: { secrets: { API_KEY: secret("tenants/7/api") } },
    size: grown,
    sized: grownTask,
  },
  {
    title: "logs to Splunk with a token that the log driver fetches",
    base: fargate("splunked", [
      {
        name: "app",
        image: ecr("app:1"),
        logConfiguration: {
          logDriver: "splunk",
          options: { "splunk-url": "https://splunk.example.com:8088", "splunk-format": "json", tag: "app" },
          secretOptions: [{ name: "splunk-token", valueFrom: secret("splunk") }],
        },
      },
    ]),
    options: { volume: false },
    own: { environment: { TENANT: "7" } },
    size: grown,
    sized: grownTask,
  },
  {
    title: "a log stream prefix of the user's",
    base: fargate("streams", [
      { name: "app", image: ecr("app:1"), logConfiguration: awslogs("/ecs/streams", "nobody") },
    ]),
    options: {
      volume: false,
      customize: (input, { userId }) => ({
        ...input,
        containerDefinitions: input.containerDefinitions?.map((container) => ({
          ...container,
          logConfiguration: awslogs("/ecs/streams", userId),
        })),
      }),
    },
    own: { tags: { tenant: "7" } },
    always: { "containerDefinitions[app].logConfiguration.options.awslogs-stream-prefix": "user_7" },
    size: grown,
    sized: grownTask,
  },
  {
    title: "labels that a proxy on the host reads",
    base: fargate("routed", [
      {
        name: "app",
        image: ecr("app:1"),
        dockerLabels: {
          "traefik.enable": "true",
          "traefik.http.routers.app.rule": "Host(`app.example.com`) && PathPrefix(`/v2`)",
          "com.datadoghq.ad.logs": '[{"source": "java", "service": "app"}]',
          empty: "",
        },
      },
    ]),
    options: { volume: false },
    own: { environment: { HOST: "seven.example.com" } },
    size: grown,
    sized: grownTask,
  },
  {
    title: "tags for costs, some of which a user has others of",
    base: fargate("tagged", [{ name: "app", image: ecr("app:1"), mountPoints: [mount("home", "/home")] }], {
      volumes: [efs("home")],
      tags: [
        { key: "CostCenter", value: "4711" },
        { key: "team:owner", value: "platform@example.com" },
        { key: "empty", value: "" },
      ],
    }),
    own: { accessPointId: accessPoint, tags: { CostCenter: "7", plan: "pro" } },
    size: grown,
    sized: grownTask,
  },
  {
    title: "tags that stay with the base",
    base: fargate("tagged-too", [{ name: "app", image: ecr("app:1") }], {
      tags: [{ key: "ManagedBy", value: "Terraform" }],
    }),
    options: { volume: false, copyTags: false },
    own: { tags: { tenant: "7" } },
    always: { "tags[ManagedBy]": gone },
    size: grown,
    sized: grownTask,
  },
  {
    title: "members that only a later ECS knows, at every depth but the first",
    base: fargate(
      "ahead",
      [
        {
          name: "app",
          image: ecr("app:1"),
          mountPoints: [{ ...mount("home", "/home"), ...ahead({ propagation: "shared" }) }],
          ...ahead({ gpuSharing: { mode: "time-sliced", replicas: 4 }, checkpoints: [{ name: "a", every: 0 }, []] }),
        },
      ],
      {
        volumes: [{ ...efs("home", ahead({ readReplica: { region: "us-east-1" } })), ...ahead({ snapshots: false }) }],
        runtimePlatform: { cpuArchitecture: "ARM64", operatingSystemFamily: "LINUX", ...ahead({ kernel: "6.12" }) },
      },
    ),
    own: { accessPointId: accessPoint, environment: { AHEAD: "yes" } },
    size: grown,
    sized: grownTask,
  },
];
