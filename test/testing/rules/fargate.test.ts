import { app, onFargate, smallest } from "../inputs.ts";
import { executionRoleArn, type Input, specify } from "./specify.ts";

const fargateSize = (cpu: string, memory: string, more?: Partial<Input>): Input => ({
  ...onFargate,
  cpu,
  memory,
  ...more,
});
const noFargate = (cpu: number | undefined, memory: number | undefined) =>
  `No Fargate configuration exists for given values: ${cpu} CPU, ${memory} memory. See the Amazon ECS documentation for the valid values.`;

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
    { what: "an unsupported pair of cpu and memory", input: fargateSize("512", "512"), message: noFargate(512, 512) },
    { what: "an unsupported step of memory", input: fargateSize("8192", "17408"), message: noFargate(8192, 17_408) },
    { what: "an unsupported cpu", input: fargateSize("128", "512"), message: noFargate(128, 512) },
    {
      what: "a size unsupported on Windows",
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
      what: "a stop timeout above two minutes",
      input: { ...onFargate, containerDefinitions: [{ ...app, stopTimeout: 121 }] },
      message: "Tasks using the Fargate launch type must have a container stop timeout of less than 120 seconds",
    },
    {
      what: "the host's processes",
      input: { ...onFargate, pidMode: "host" },
      message:
        "Tasks using the Fargate launch type do not support pidMode 'host'. The supported value for pidMode is 'task'.",
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
    { what: "processes shared in a task", input: { ...onFargate, pidMode: "task" } },
    { what: "the host's processes on EC2", input: { ...smallest, pidMode: "host" } },
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
