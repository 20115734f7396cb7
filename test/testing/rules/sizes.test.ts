import { app, smallest } from "../inputs.ts";
import { specify, withContainer } from "./specify.ts";

specify("rules on sizes", {
  refused: [
    {
      what: "a task cpu that is not a number",
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
      what: "a task memory that is not a number",
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
      what: "a reservation above the limit",
      input: withContainer({ memory: 128, memoryReservation: 129 }),
      message: "'memory' must be greater than or equal to 'memoryReservation'",
    },
    {
      what: "containers that reserve more memory than their task has",
      input: {
        ...smallest,
        memory: "512",
        containerDefinitions: [
          { ...app, memoryReservation: 512 },
          { ...app, name: "other", memoryReservation: 1 },
        ],
      },
      message:
        "The sum of all container 'memoryReservation' values cannot be greater than the value of the task 'memory'.",
    },
    {
      what: "a container for Windows with more memory than its task, whose size is ignored only when it runs",
      input: {
        ...withContainer({ cpu: 256, memory: 1025 }),
        requiresCompatibilities: ["EC2"],
        runtimePlatform: { operatingSystemFamily: "WINDOWS_SERVER_2022_CORE" },
        memory: "1024",
      },
      message: "The 'memory' setting for container 'app' is greater than for the task",
    },
    {
      what: "a reservation above the limit that holds the task's size",
      input: { ...withContainer({ cpu: 256, memory: 512, memoryReservation: 513 }), requiresCompatibilities: ["EC2"] },
      message: "'memory' must be greater than or equal to 'memoryReservation'",
    },
    {
      what: "a limit of 0 as all of its memory",
      input: { ...withContainer({ memory: 0 }), requiresCompatibilities: ["MANAGED_INSTANCES"] },
      message:
        "Invalid setting for container 'app'. At least one of 'memory' or 'memoryReservation' must be specified.",
    },
    {
      what: "no memory at all",
      input: withContainer({ memory: undefined }),
      message:
        "Invalid setting for container 'app'. At least one of 'memory' or 'memoryReservation' must be specified.",
    },
  ],
  accepted: [
    {
      what: "a size on the container alone on EC2",
      input: { ...withContainer({ cpu: 4096, memory: 8192 }), requiresCompatibilities: ["EC2"] },
    },
    {
      what: "a size on the container alone on Managed Instances",
      input: {
        ...withContainer({ cpu: 4096, memory: undefined, memoryReservation: 8192 }),
        requiresCompatibilities: ["MANAGED_INSTANCES"],
      },
    },
    {
      what: "a size on the container alone for Windows on EC2, below Fargate's least",
      input: {
        ...withContainer({ cpu: 512, memory: 1024 }),
        requiresCompatibilities: ["EC2"],
        runtimePlatform: { operatingSystemFamily: "WINDOWS_SERVER_2022_CORE" },
      },
    },
    {
      what: "a task's memory without a CPU",
      input: { ...withContainer({ cpu: 4096 }), requiresCompatibilities: ["EC2"], memory: "512" },
    },
    { what: "sizes in vCPU and GB", input: { ...smallest, cpu: ".5 vCPU", memory: "1 GB" } },
    { what: "sizes in vCPU and GB without a space", input: { ...smallest, cpu: "0.25vCPU", memory: "1GB" } },
    { what: "sizes surrounded by white space", input: { ...smallest, cpu: " 256 ", memory: " 1024 " } },
    { what: "the largest task for EC2", input: { ...smallest, cpu: "196608" } },
    { what: "a reservation in place of a limit", input: withContainer({ memory: undefined, memoryReservation: 128 }) },
    {
      what: "containers whose limits exceed their task's memory together, and their reservations do not",
      input: {
        ...smallest,
        memory: "512",
        containerDefinitions: [
          { ...app, memory: 512, memoryReservation: 256 },
          { ...app, name: "other", memory: 512, memoryReservation: 256 },
        ],
      },
    },
    {
      what: "reservations of any size without a task memory",
      input: withContainer({ memory: undefined, memoryReservation: 1_048_576 }),
    },
    {
      what: "containers that fill their task",
      input: { ...withContainer({ cpu: 256, memory: 512, memoryReservation: 512 }), cpu: "256", memory: "512" },
    },
  ],
});
