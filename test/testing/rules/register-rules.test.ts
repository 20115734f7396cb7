import {
  type ContainerDefinition,
  type EFSVolumeConfiguration,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
} from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { FakeEcs } from "../../../src/testing/index.ts";
import { toSecretArn } from "../../cast.ts";
import { app, onFargate, smallest } from "../inputs.ts";

type Input = RegisterTaskDefinitionCommandInput;

const client = new FakeEcs().client();
const register = (input: Input) => client.send(new RegisterTaskDefinitionCommand(input));

const executionRoleArn = "arn:aws:iam::111122223333:role/ecs-execution";
const secretArn = toSecretArn("key-AbCdEf");
const parameterArn = "arn:aws:ssm:us-east-1:111122223333:parameter/key";
const withContainer = (container: Partial<ContainerDefinition>): Input => ({
  ...smallest,
  containerDefinitions: [{ ...app, memory: 512, ...container }],
});
const withContainers = (count: number): Input => ({
  ...smallest,
  containerDefinitions: Array.from({ length: count }, (_, index) => ({ ...app, name: `app-${index}`, memory: 128 })),
});
const withEfs = (efs: Partial<EFSVolumeConfiguration>): Input => ({
  ...withContainer({ mountPoints: [{ sourceVolume: "home", containerPath: "/home" }] }),
  volumes: [{ name: "home", efsVolumeConfiguration: { fileSystemId: "fs-0123456789abcdef0", ...efs } }],
});
const withTags = (tags: Input["tags"]): Input => ({ ...smallest, tags });
const manyTags = (count: number): Input =>
  withTags(Array.from({ length: count }, (_, index) => ({ key: `key-${index}`, value: "" })));
const fargateSize = (cpu: string, memory: string, more?: Partial<Input>): Input => ({
  ...onFargate,
  cpu,
  memory,
  ...more,
});
const noFargate = (cpu: number | undefined, memory: number | undefined) =>
  `No Fargate configuration exists for given values: ${cpu} CPU, ${memory} memory. See the Amazon ECS documentation for the valid values.`;
const secretNames = (name: string) =>
  `The secret name must be unique and not shared with any new or existing environment variables set on the container, such as '${name}'.`;
const largest = "x".repeat(65_536 - JSON.stringify(withContainer({ command: [""] })).length);

/** The input with one more container and one more tag, which are right. */
const withMore = (input: Input): Input => {
  const { containerDefinitions = [], tags = [] } = input;
  const container = { ...app, name: "more", memory: 128, essential: false };
  return {
    ...input,
    ...(containerDefinitions.length > 0 && { containerDefinitions: [...containerDefinitions, container] }),
    ...(tags.length > 0 && { tags: [...tags, { key: "more", value: "" }] }),
  };
};

interface Accepted {
  readonly what: string;
  readonly input: Input;
}

interface Refused extends Accepted {
  readonly message: string;
  /** Whether the message counts the whole input. */
  readonly countsAll?: boolean;
}

function specify(
  subject: string,
  { refused, accepted }: { refused: readonly Refused[]; accepted: readonly Accepted[] },
) {
  describe(subject, () => {
    it.each(refused.map((row) => [row.what, row] as const))("refuse %s", async (_what, { input, message }) => {
      await expect(register(input)).rejects.toMatchObject({
        name: "ClientException",
        message,
        $metadata: { httpStatusCode: 400, attempts: 1 },
      });
    });

    it.each(refused.filter(({ countsAll }) => !countsAll).map((row) => [row.what, row] as const))(
      "refuse %s beside what is right",
      async (_what, { input, message }) => {
        await expect(register(withMore(input))).rejects.toMatchObject({ message });
      },
    );

    it.each(accepted.map((row) => [row.what, row] as const))("accept %s", async (_what, { input }) => {
      const { taskDefinition } = await register(input);
      expect(taskDefinition?.status).toBe("ACTIVE");
    });
  });
}

specify("rules on names and limits", {
  refused: [
    { what: "no family", input: { ...smallest, family: undefined }, message: "Family should not be null or empty." },
    {
      what: "a family with a dot",
      input: { ...smallest, family: "web.app" },
      message: "Family contains invalid characters.",
    },
    {
      what: "a family of 256 characters",
      input: { ...smallest, family: "f".repeat(256) },
      message: "Family should not be longer than 255 characters.",
    },
    {
      what: "more than 64 KiB",
      input: withContainer({ command: [`${largest}x`] }),
      message: "Actual length: '65537'. Max allowed length is '65536' bytes.",
      countsAll: true,
    },
    { what: "a role that is none", input: { ...smallest, taskRoleArn: "not a role" }, message: "Role is not valid" },
    {
      what: "an execution role that is something else",
      input: { ...smallest, executionRoleArn: "arn:aws:iam::111122223333:user/somebody" },
      message: "Role is not valid",
    },
    {
      what: "eleven placement constraints",
      input: { ...smallest, placementConstraints: Array.from({ length: 11 }, () => ({ type: "memberOf" as const })) },
      message: "A task definition can have at most 10 placement constraints.",
    },
    {
      what: "inference accelerators",
      input: { ...smallest, inferenceAccelerators: [{ deviceName: "eia", deviceType: "eia2.medium" }] },
      message: "Inference accelerators are no longer supported.",
    },
  ],
  accepted: [
    { what: "a family of 255 characters", input: { ...smallest, family: "f".repeat(255) } },
    {
      what: "64 KiB, to which tags do not count",
      input: { ...withContainer({ command: [largest] }), tags: [{ key: "a", value: "" }] },
    },
    { what: "roles by ARN and by name", input: { ...smallest, executionRoleArn, taskRoleArn: "task-role" } },
    {
      what: "ten placement constraints and no inference accelerator",
      input: {
        ...smallest,
        placementConstraints: Array.from({ length: 10 }, () => ({ type: "memberOf" as const })),
        inferenceAccelerators: [],
      },
    },
  ],
});

specify("rules on containers", {
  refused: [
    {
      what: "no list of containers",
      input: { ...smallest, containerDefinitions: undefined },
      message: "Container list cannot be empty.",
    },
    {
      what: "an empty list of containers",
      input: { ...smallest, containerDefinitions: [] },
      message: "Container list cannot be empty.",
    },
    {
      what: "eleven containers",
      input: withContainers(11),
      message: "A task definition can have at most 10 containers.",
    },
    {
      what: "a container without a name",
      input: withContainer({ name: undefined }),
      message: "Container.name should not be null or empty.",
    },
    {
      what: "a container's name with a space",
      input: withContainer({ name: "the app" }),
      message: "Container.name contains invalid characters.",
    },
    {
      what: "two containers of one name",
      input: {
        ...smallest,
        containerDefinitions: [...smallest.containerDefinitions, ...smallest.containerDefinitions],
      },
      message: "Container names must be unique within a task definition",
    },
    {
      what: "a container without an image",
      input: withContainer({ image: "" }),
      message: "Container.image should not be null or empty.",
    },
    {
      what: "no essential container",
      input: withContainer({ essential: false }),
      message: "Task definition doesn't have any essential container.",
    },
    {
      what: "a wait for the end of an essential container",
      input: {
        ...smallest,
        containerDefinitions: [
          { ...app, memory: 128, dependsOn: [{ containerName: "init", condition: "SUCCESS" }] },
          { ...app, name: "init", memory: 128 },
        ],
      },
      message: "A dependency container with SUCCESS or COMPLETE condition cannot be an essential container",
    },
    {
      what: "eleven environment files",
      input: withContainer({
        environmentFiles: Array.from({ length: 11 }, () => ({ type: "s3" as const, value: "a.env" })),
      }),
      message: "A container can have at most 10 environment files.",
    },
    {
      what: "two credential specs",
      input: withContainer({ credentialSpecs: ["a", "b"] }),
      message: "A container can have at most 1 credential spec.",
    },
  ],
  accepted: [
    { what: "ten containers", input: withContainers(10) },
    {
      what: "a wait for the end of a container that is not essential, and for the start of one that is",
      input: {
        ...smallest,
        containerDefinitions: [
          {
            ...app,
            memory: 128,
            dependsOn: [
              { containerName: "init", condition: "COMPLETE" },
              { containerName: "proxy", condition: "START" },
            ],
          },
          { ...app, name: "init", memory: 128, essential: false },
          { ...app, name: "proxy", memory: 128 },
        ],
      },
    },
    {
      what: "ten environment files and one credential spec",
      input: withContainer({
        environmentFiles: Array.from({ length: 10 }, () => ({ type: "s3" as const, value: "a.env" })),
        credentialSpecs: ["a"],
      }),
    },
  ],
});

specify("rules on environment and secrets", {
  refused: [
    {
      what: "a secret with the name of an environment variable",
      input: {
        ...withContainer({
          environment: [{ name: "KEY", value: "" }],
          secrets: [{ name: "KEY", valueFrom: secretArn }],
        }),
        executionRoleArn,
      },
      message: secretNames("KEY"),
    },
    {
      what: "two secrets of one name",
      input: {
        ...withContainer({
          secrets: [
            { name: "KEY", valueFrom: secretArn },
            { name: "KEY", valueFrom: "/key" },
          ],
        }),
        executionRoleArn,
      },
      message: secretNames("KEY"),
    },
    {
      what: "secrets without an execution role",
      input: withContainer({ secrets: [{ name: "KEY", valueFrom: secretArn }] }),
      message: "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
    },
    {
      what: "a secret's name with a JSON key, which is no ARN",
      input: { ...withContainer({ secrets: [{ name: "KEY", valueFrom: "my-secret:key::" }] }), executionRoleArn },
      message: "The Systems Manager parameter name specified for secret KEY is invalid.",
    },
    ...["my:secret", "my secret", "my-arn:secret"].map((valueFrom) => ({
      what: `a secret from ${valueFrom}`,
      input: { ...withContainer({ secrets: [{ name: "KEY", valueFrom }] }), executionRoleArn },
      message: "The Systems Manager parameter name specified for secret KEY is invalid.",
    })),
    {
      what: "a secret from nowhere",
      input: { ...withContainer({ secrets: [{ name: "KEY", valueFrom: undefined }] }), executionRoleArn },
      message: "The Systems Manager parameter name specified for secret KEY is invalid.",
    },
    {
      what: "a parameter of another account",
      input: {
        ...withContainer({
          secrets: [{ name: "KEY", valueFrom: parameterArn.replace("111122223333", "444455556666") }],
        }),
        executionRoleArn,
      },
      message:
        "The Systems Manager parameter ARN has a different account ID than the current account. " +
        "Cross-account access for ARNs is not currently supported.",
    },
  ],
  accepted: [
    {
      what: "secrets of every kind",
      input: {
        ...withContainer({
          secrets: [
            { name: "A", valueFrom: secretArn },
            { name: "B", valueFrom: `${secretArn}:key::` },
            { name: "C", valueFrom: parameterArn },
            { name: "D", valueFrom: "/path/to/key" },
          ],
        }),
        executionRoleArn,
      },
    },
    {
      what: "a secret of another account, which is no parameter",
      input: {
        ...withContainer({ secrets: [{ name: "A", valueFrom: secretArn.replace("111122223333", "444455556666") }] }),
        executionRoleArn,
      },
    },
    {
      what: "an environment variable that is set twice",
      input: withContainer({
        environment: [
          { name: "A", value: "1" },
          { name: "A", value: "2" },
        ],
      }),
    },
    {
      what: "a secret and an environment variable of one name in two containers",
      input: {
        ...smallest,
        executionRoleArn,
        containerDefinitions: [
          { ...app, memory: 128, environment: [{ name: "KEY", value: "" }] },
          { ...app, name: "other", memory: 128, secrets: [{ name: "KEY", valueFrom: secretArn }] },
        ],
      },
    },
  ],
});

specify("rules on volumes", {
  refused: [
    {
      what: "a volume without a name",
      input: { ...smallest, volumes: [{}] },
      message: "Volume.name contains invalid characters.",
    },
    ...["!home", "home!", "h".repeat(256)].map((name) => ({
      what: `a volume named ${name}`,
      input: { ...smallest, volumes: [{ name }] },
      message: "Volume.name contains invalid characters.",
    })),
    {
      what: "a volume of two kinds",
      input: {
        ...withEfs({}),
        volumes: [{ name: "home", host: {}, efsVolumeConfiguration: { fileSystemId: "fs-0123456789abcdef0" } }],
      },
      message: "Only one volume configuration can be specified for a volume.",
    },
    {
      what: "volumes that no container mounts",
      input: { ...smallest, volumes: [{ name: "home" }, { name: "cache" }] },
      message: "Volumes [home, cache] are not referenced by any of the containers",
    },
    {
      what: "a mount of a volume that is not there",
      input: withContainer({ mountPoints: [{ sourceVolume: "home", containerPath: "/home" }] }),
      message: "Unknown volume 'home'",
    },
    {
      what: "an EFS volume without a file system",
      input: withEfs({ fileSystemId: undefined }),
      message: "EFSVolumeConfiguration.fileSystemId should not be null or empty.",
    },
    {
      what: "an access point beside a root directory",
      input: withEfs({
        rootDirectory: "/data",
        transitEncryption: "ENABLED",
        authorizationConfig: { accessPointId: "fsap-0123456789abcdef0" },
      }),
      message: 'When using an EFS access point, the root directory must either be set to "/" or be omitted.',
    },
    {
      what: "IAM authorization without encryption",
      input: withEfs({ authorizationConfig: { iam: "ENABLED" } }),
      message: "EFS IAM authorization requires TransitEncryption to be enabled",
    },
    {
      what: "an access point without encryption",
      input: withEfs({
        transitEncryption: "DISABLED",
        authorizationConfig: { accessPointId: "fsap-0123456789abcdef0" },
      }),
      message: "EFS IAM access point requires TransitEncryption to be enabled.",
    },
    {
      what: "an encryption port without encryption",
      input: withEfs({ transitEncryptionPort: 2999 }),
      message: "TransitEncryptionPort requires that TransitEncryption is enabled",
    },
  ],
  accepted: [
    { what: "an EFS volume as such", input: withEfs({ rootDirectory: "/data" }) },
    {
      what: "an encrypted access point with IAM and a port at the root directory",
      input: withEfs({
        rootDirectory: "/",
        transitEncryption: "ENABLED",
        transitEncryptionPort: 2999,
        authorizationConfig: { accessPointId: "fsap-0123456789abcdef0", iam: "ENABLED" },
      }),
    },
  ],
});

specify("rules on sizes", {
  refused: [
    {
      what: "a task cpu that is no number",
      input: { ...smallest, cpu: "much" },
      message: "Invalid 'cpu' setting for task.",
    },
    { what: "a task cpu under 128", input: { ...smallest, cpu: "127" }, message: "Invalid 'cpu' setting for task." },
    {
      what: "a task cpu over 196608",
      input: { ...smallest, cpu: "193 vCPU" },
      message: "Invalid 'cpu' setting for task.",
    },
    {
      what: "a task memory that is no number",
      input: { ...smallest, memory: "512 MiB" },
      message: "Invalid 'memory' setting for task.",
    },
    {
      what: "a container with more memory than its task",
      input: { ...smallest, memory: "0.25GB" },
      message: "The 'memory' setting for container 'app' is greater than for the task",
    },
    {
      what: "containers with more cpu than their task",
      input: {
        ...smallest,
        cpu: "256",
        containerDefinitions: [
          { ...app, memory: 128, cpu: 200 },
          { ...app, name: "other", memory: 128, cpu: 57 },
        ],
      },
      message: "The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'.",
    },
    {
      what: "a reservation over the limit",
      input: withContainer({ memory: 128, memoryReservation: 129 }),
      message: "'memory' must be greater than or equal to 'memoryReservation'",
    },
    {
      what: "memory nowhere",
      input: withContainer({ memory: undefined }),
      message:
        "Invalid setting for container 'app'. At least one of 'memory' or 'memoryReservation' must be specified.",
    },
  ],
  accepted: [
    { what: "sizes in vCPU and GB", input: { ...smallest, cpu: ".5 vCPU", memory: "1 GB" } },
    { what: "sizes in vCPU and GB without a space", input: { ...smallest, cpu: "0.25vCPU", memory: "1GB" } },
    { what: "sizes with white space around", input: { ...smallest, cpu: " 256 ", memory: " 1024 " } },
    { what: "the largest task for EC2", input: { ...smallest, cpu: "196608" } },
    { what: "a reservation in place of a limit", input: withContainer({ memory: undefined, memoryReservation: 128 }) },
    {
      what: "containers that fill their task",
      input: { ...withContainer({ cpu: 256, memory: 512, memoryReservation: 512 }), cpu: "256", memory: "512" },
    },
  ],
});

specify("rules on Fargate", {
  refused: [
    {
      what: "another network mode",
      input: { ...onFargate, networkMode: "bridge" },
      message: "Fargate only supports network mode 'awsvpc'.",
    },
    {
      what: "no task cpu",
      input: { ...onFargate, cpu: undefined },
      message: "Fargate requires that 'cpu' be defined at the task level.",
    },
    {
      what: "no task memory",
      input: { ...onFargate, memory: undefined, containerDefinitions: smallest.containerDefinitions },
      message: "Fargate requires that 'memory' be defined at the task level.",
    },
    { what: "a pair that is not offered", input: fargateSize("512", "512"), message: noFargate(512, 512) },
    { what: "a step that is not offered", input: fargateSize("8192", "17408"), message: noFargate(8192, 17_408) },
    { what: "a cpu that is not offered", input: fargateSize("128", "512"), message: noFargate(128, 512) },
    {
      what: "a size that is not offered on Windows",
      input: fargateSize("512", "1024", { runtimePlatform: { operatingSystemFamily: "WINDOWS_SERVER_2022_CORE" } }),
      message: noFargate(512, 1024),
    },
    {
      what: "an ECR image without an execution role",
      input: {
        ...onFargate,
        containerDefinitions: [{ ...app, image: "111122223333.dkr.ecr.us-east-1.amazonaws.com/app:1" }],
      },
      message: "Fargate requires task definition to have execution role ARN to support ECR images.",
    },
    {
      what: "awslogs without an execution role",
      input: { ...onFargate, containerDefinitions: [{ ...app, logConfiguration: { logDriver: "awslogs" } }] },
      message: "Fargate requires task definition to have execution role ARN to support log driver awslogs.",
    },
    {
      what: "too little ephemeral storage",
      input: { ...onFargate, ephemeralStorage: { sizeInGiB: 20 } },
      message: "EphemeralStorage size should be at least 21",
    },
    {
      what: "too much ephemeral storage",
      input: { ...onFargate, ephemeralStorage: { sizeInGiB: 201 } },
      message: "EphemeralStorage size should be at most 200",
    },
    {
      what: "a stop time-out over two minutes",
      input: { ...onFargate, containerDefinitions: [{ ...app, stopTimeout: 121 }] },
      message: "Tasks using the Fargate launch type must have a container stop timeout of less than 120 seconds",
    },
    {
      what: "placement constraints",
      input: { ...onFargate, placementConstraints: [{ type: "memberOf", expression: "true" }] },
      message: "Fargate does not support placement constraints.",
    },
  ],
  accepted: [
    { what: "the largest size", input: fargateSize("32 vCPU", "244 GB") },
    {
      what: "a size for Windows",
      input: fargateSize("1024", "2048", { runtimePlatform: { operatingSystemFamily: "WINDOWS_SERVER_2022_CORE" } }),
    },
    {
      what: "an image whose registry only looks like ECR, without an execution role",
      input: { ...onFargate, containerDefinitions: [{ ...app, image: "my.111122223333.dkr.ecr.example/app" }] },
    },
    { what: "the platform of Linux", input: { ...onFargate, runtimePlatform: { cpuArchitecture: "ARM64" } } },
    {
      what: "everything within its limits",
      input: {
        ...onFargate,
        executionRoleArn,
        ephemeralStorage: { sizeInGiB: 200 },
        containerDefinitions: [
          {
            ...app,
            image: "111122223333.dkr.ecr.us-east-1.amazonaws.com/app:1",
            stopTimeout: 120,
            logConfiguration: { logDriver: "awslogs" },
          },
        ],
      },
    },
  ],
});

specify("rules on tags", {
  refused: [
    { what: "an empty list", input: withTags([]), message: "Tags can not be empty." },
    { what: "51 tags", input: manyTags(51), message: "The number of tags cannot exceed 50." },
    {
      what: "a key twice",
      input: withTags([
        { key: "a", value: "1" },
        { key: "a", value: "2" },
      ]),
      message: "Duplicate tag keys found.",
    },
    {
      what: "an empty key",
      input: withTags([{ key: "", value: "" }]),
      message: "A tag key must have between 1 and 128 characters.",
    },
    {
      what: "a key of 129 characters",
      input: withTags([{ key: "k".repeat(129), value: "" }]),
      message: "A tag key must have between 1 and 128 characters.",
    },
    {
      what: "no value",
      input: withTags([{ key: "a" }]),
      message: "A tag value must have between 0 and 256 characters.",
    },
    {
      what: "a value of 257 characters",
      input: withTags([{ key: "a", value: "v".repeat(257) }]),
      message: "A tag value must have between 0 and 256 characters.",
    },
    {
      what: "characters that are not allowed",
      input: withTags([{ key: "a", value: "{}" }]),
      message: "A tag contains invalid characters.",
    },
    {
      what: "a key that is AWS's own",
      input: withTags([{ key: "AWS:cloudformation:stack-name", value: "" }]),
      message: "Tag keys and values that begin with aws: are reserved for system use.",
    },
    {
      what: "a value that is AWS's own",
      input: withTags([{ key: "a", value: "aws:b" }]),
      message: "Tag keys and values that begin with aws: are reserved for system use.",
    },
  ],
  accepted: [
    { what: "50 tags", input: manyTags(50) },
    {
      what: "AWS's prefix within a key and a value",
      input: withTags([{ key: "my-aws:key", value: "an aws:value" }]),
    },
    {
      what: "the longest key and value, of letters of any script",
      input: withTags([{ key: "é".repeat(128), value: `${"ж".repeat(247)} +-=._:/@` }]),
    },
  ],
});
