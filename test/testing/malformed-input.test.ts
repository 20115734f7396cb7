import { describe, expect, it } from "vitest";
import { FakeEcs } from "../../src/testing/index.ts";
import { app, onFargate, smallest } from "./inputs.ts";

/** What ECS answers to an operation with this JSON. */
async function answerTo(operation: string, input: unknown) {
  const { response } = await new FakeEcs().requestHandler.handle({
    headers: { "x-amz-target": `AmazonEC2ContainerServiceV20141113.${operation}` },
    body: JSON.stringify(input),
  });
  return { statusCode: response.statusCode, ...JSON.parse(Buffer.from(response.body).toString()) };
}

const withContainer = (container: object) => ({ ...smallest, containerDefinitions: [{ ...app, ...container }] });

describe("input of the wrong type", () => {
  it.each([
    {
      what: "a number for a text",
      input: { cpu: 256 },
      message: "NUMBER_VALUE can not be converted to a String (cpu)",
    },
    {
      what: "a number with a fraction for a text",
      input: { cpu: 0.25 },
      message: "DECIMAL_VALUE can not be converted to a String (cpu)",
    },
    { what: "true for a text", input: { cpu: true }, message: "TRUE_VALUE can not be converted to a String (cpu)" },
    {
      what: "a text for a number",
      input: withContainer({ memory: "512" }),
      message: "STRING_VALUE cannot be converted to Integer (containerDefinitions[0].memory)",
    },
    {
      what: "a text for a truth value",
      input: withContainer({ essential: "yes" }),
      message: "STRING_VALUE can not be converted to a Boolean (containerDefinitions[0].essential)",
    },
    {
      what: "null in a list of texts",
      input: { requiresCompatibilities: ["FARGATE", null] },
      message: "NULL_VALUE can not be converted to a String (requiresCompatibilities[1])",
    },
    {
      what: "an object for a text",
      input: { family: {} },
      message: "Start of structure or map found where not expected. (family)",
    },
    { what: "a list for a text", input: { family: [] }, message: "Start of list found where not expected. (family)" },
    {
      what: "a list for an object",
      input: { ...smallest, volumes: [[]] },
      message: "Start of list found where not expected. (volumes[0])",
    },
    { what: "a text for a list", input: { volumes: "home" }, message: "Expected list or null (volumes)" },
    { what: "a text for an object", input: { volumes: ["home"] }, message: "Expected null (volumes[0])" },
    {
      what: "a number among texts by name",
      input: withContainer({ dockerLabels: { team: "web", tier: 1 } }),
      message: "NUMBER_VALUE can not be converted to a String (containerDefinitions[0].dockerLabels.tier)",
    },
    {
      what: "a list for texts by name",
      input: withContainer({ dockerLabels: ["team"] }),
      message: "Start of list found where not expected. (containerDefinitions[0].dockerLabels)",
    },
    {
      what: "a text for texts by name",
      input: withContainer({ logConfiguration: { logDriver: "awslogs", options: "none" } }),
      message: "Expected null (containerDefinitions[0].logConfiguration.options)",
    },
    {
      what: "a text for a member that no rule looks at",
      input: withContainer({ command: "serve" }),
      message: "Expected list or null (containerDefinitions[0].command)",
    },
    {
      what: "a wrong type beside what is missing and unknown",
      input: { ...withContainer({ secrets: [{}], command: "serve" }), networkMode: "nat" },
      message: "Expected list or null (containerDefinitions[0].command)",
    },
    { what: "a list in place of the whole", input: [], message: "Start of list found where not expected." },
  ])("is refused in the words of AWS, with the place: $what", async ({ input, message }) => {
    expect(await answerTo("RegisterTaskDefinition", input)).toStrictEqual({
      statusCode: 400,
      __type: "SerializationException",
      message,
    });
  });

  it.each([
    ["ListTaskDefinitions", { maxResults: "5" }, "STRING_VALUE cannot be converted to Integer (maxResults)"],
    ["DescribeTaskDefinition", { taskDefinition: 5 }, "NUMBER_VALUE can not be converted to a String (taskDefinition)"],
    ["RunTask", { count: "1" }, "STRING_VALUE cannot be converted to Integer (count)"],
    ["TagResource", { tags: [{ key: 1 }] }, "NUMBER_VALUE can not be converted to a String (tags[0].key)"],
  ])("is refused by every operation, such as %s", async (operation, input, message) => {
    expect(await answerTo(operation, input)).toStrictEqual({
      statusCode: 400,
      __type: "SerializationException",
      message,
    });
  });

  it("is reported for the first place only, and without the value", async () => {
    const environment = [{ name: "TOKEN", value: 5_311_776 }, { name: 1 }];
    expect(await answerTo("RegisterTaskDefinition", withContainer({ environment }))).toMatchObject({
      message: "NUMBER_VALUE can not be converted to a String (containerDefinitions[0].environment[0].value)",
    });
  });
});

const withVolume = (volume: object) => ({ ...smallest, volumes: [{ name: "home", ...volume }] });

describe("input without what it must have", () => {
  it.each([
    { missing: "Secret.name", input: withContainer({ secrets: [{ valueFrom: "token" }] }) },
    {
      missing: "Secret.valueFrom",
      input: withContainer({ logConfiguration: { logDriver: "splunk", secretOptions: [{ name: "token" }] } }),
    },
    { missing: "LogConfiguration.logDriver", input: withContainer({ logConfiguration: { options: {} } }) },
    { missing: "HealthCheck.command", input: withContainer({ healthCheck: { command: [] } }) },
    { missing: "ContainerDependency.condition", input: withContainer({ dependsOn: [{ containerName: "app" }] }) },
    { missing: "ContainerDependency.containerName", input: withContainer({ dependsOn: [{ condition: "START" }] }) },
    { missing: "EnvironmentFile.value", input: withContainer({ environmentFiles: [{ type: "s3" }] }) },
    { missing: "RepositoryCredentials.credentialsParameter", input: withContainer({ repositoryCredentials: {} }) },
    { missing: "ContainerRestartPolicy.enabled", input: withContainer({ restartPolicy: {} }) },
    { missing: "HostEntry.ipAddress", input: withContainer({ extraHosts: [{ hostname: "db", ipAddress: "" }] }) },
    { missing: "Ulimit.hardLimit", input: withContainer({ ulimits: [{ name: "nofile", softLimit: 0 }] }) },
    { missing: "ResourceRequirement.type", input: withContainer({ resourceRequirements: [{ value: "1" }] }) },
    { missing: "FirelensConfiguration.type", input: withContainer({ firelensConfiguration: {} }) },
    { missing: "Device.hostPath", input: withContainer({ linuxParameters: { devices: [{}] } }) },
    { missing: "Tmpfs.size", input: withContainer({ linuxParameters: { tmpfs: [{ containerPath: "/tmp" }] } }) },
    {
      missing: "FSxWindowsFileServerVolumeConfiguration.rootDirectory",
      input: withVolume({
        fsxWindowsFileServerVolumeConfiguration: {
          fileSystemId: "fs-1",
          authorizationConfig: { credentialsParameter: "arn", domain: "corp" },
        },
      }),
    },
    { missing: "ProxyConfiguration.containerName", input: { ...smallest, proxyConfiguration: {} } },
    { missing: "EphemeralStorage.sizeInGiB", input: { ...smallest, ephemeralStorage: { sizeInGiB: null } } },
  ])("is refused, and the message names what is missing: $missing", async ({ missing, input }) => {
    expect(await answerTo("RegisterTaskDefinition", input)).toStrictEqual({
      statusCode: 400,
      __type: "ClientException",
      message: `${missing} should not be null or empty.`,
    });
  });
});

describe("a value that ECS does not know", () => {
  it.each([
    { input: { ...smallest, networkMode: "nat" }, message: "networkMode should be one of [awsvpc,bridge,host,none]" },
    { input: { ...smallest, pidMode: "HOST" }, message: "pidMode should be one of [host,task]" },
    { input: { ...smallest, ipcMode: "" }, message: "ipcMode should be one of [host,none,task]" },
    {
      input: { ...smallest, requiresCompatibilities: ["EC2", "fargate"] },
      message: /^requiresCompatibilities should be one of \[EC2,EXTERNAL,FARGATE,/,
    },
    {
      input: { ...smallest, runtimePlatform: { cpuArchitecture: "arm64" } },
      message: "cpuArchitecture should be one of [ARM64,X86_64]",
    },
    {
      input: withContainer({ portMappings: [{ containerPort: 80, protocol: "sctp" }] }),
      message: "protocol should be one of [tcp,udp]",
    },
    {
      input: withContainer({ dependsOn: [{ containerName: "app", condition: "STOPPED" }] }),
      message: "ContainerDependency.condition should be one of [COMPLETE,HEALTHY,START,SUCCESS]",
    },
    {
      input: withVolume({ efsVolumeConfiguration: { fileSystemId: "fs-1", transitEncryption: "yes" } }),
      message: "transitEncryption should be one of [DISABLED,ENABLED]",
    },
    {
      input: withVolume({ efsVolumeConfiguration: { fileSystemId: "fs-1", authorizationConfig: { iam: "on" } } }),
      message: "EFSAuthorizationConfig.iam should be one of [DISABLED,ENABLED]",
    },
    {
      input: { ...withContainer({ memory: 512, logConfiguration: { logDriver: "stdout" } }) },
      message: /^stdout is not a valid log driver\. Must be one of \[awsfirelens,awslogs,.*,sumologic\]$/,
    },
    {
      input: { ...onFargate, containerDefinitions: [{ ...app, logConfiguration: { logDriver: "json-file" } }] },
      message: "json-file is not a valid log driver. Must be one of [awslogs,splunk,awsfirelens]",
    },
  ])("is refused by RegisterTaskDefinition: $message", async ({ input, message }) => {
    expect(await answerTo("RegisterTaskDefinition", input)).toStrictEqual({
      statusCode: 400,
      __type: "ClientException",
      message: typeof message === "string" ? message : expect.stringMatching(message),
    });
  });

  it.each([
    ["DescribeTaskDefinition", { taskDefinition: "web", include: ["tags"] }, "include should be one of [TAGS]"],
    ["ListTaskDefinitions", { status: "active" }, "status should be one of [ACTIVE,DELETE_IN_PROGRESS,INACTIVE]"],
    ["ListTaskDefinitions", { sort: "NEWEST" }, "sort should be one of [ASC,DESC]"],
    ["ListTaskDefinitionFamilies", { status: "NONE" }, "status should be one of [ACTIVE,ALL,INACTIVE]"],
    ["ListTasks", { desiredStatus: "PAUSED" }, "desiredStatus should be one of [PENDING,RUNNING,STOPPED]"],
    ["RunTask", { launchType: "ec2" }, /^launch type should be one of \[EC2,EXTERNAL,FARGATE,/],
    ["CreateService", { schedulingStrategy: "ONCE" }, "Scheduling strategy should be one of [DAEMON,REPLICA]"],
    ["DescribeServices", { services: ["web"], include: ["ALL"] }, /^include should be one of \[/],
    ["DescribeTasks", { tasks: ["1"], include: ["ALL"] }, "include should be one of [TAGS]"],
    ["DescribeClusters", { include: ["ALL"] }, /^include should be one of \[/],
  ])("is refused by every operation, such as %s with %o", async (operation, input, message) => {
    expect(await answerTo(operation, input)).toStrictEqual({
      statusCode: 400,
      __type: "InvalidParameterException",
      message: typeof message === "string" ? message : expect.stringMatching(message),
    });
  });
});

describe("input that is in order", () => {
  it.each([
    ["null for whatever may be absent", { ...smallest, networkMode: null, volumes: null, pidMode: null }],
    ["null for texts by name", withContainer({ memory: 512, dockerLabels: null })],
    ["a null in a list whose elements no rule reads", withContainer({ memory: 512, command: [null], ulimits: [null] })],
    ["members that the SDK does not know", withContainer({ memory: 512, futureMember: { of: ["any", 1] } })],
    [
      "a log driver that container instances have",
      withContainer({ memory: 512, logConfiguration: { logDriver: "gelf" } }),
    ],
    ["one that only ECS knows", withContainer({ memory: 512, logConfiguration: { logDriver: "sumologic" } })],
  ])("is accepted: %s", async (_, input) => {
    expect(await answerTo("RegisterTaskDefinition", input)).toMatchObject({ statusCode: 200 });
  });

  it("comes back as it was sent, whatever its texts are named", async () => {
    const dockerLabels = JSON.parse('{"__proto__":"a","constructor":"b","":"c"}');
    const { taskDefinition } = await answerTo("RegisterTaskDefinition", withContainer({ memory: 512, dockerLabels }));
    expect(JSON.stringify(taskDefinition.containerDefinitions[0].dockerLabels)).toBe(JSON.stringify(dockerLabels));
  });
});
