import { toCpuUnits, toMebibytes } from "../task-size.ts";
import { isOnEcr, logDriverRefusal } from "./containers.ts";
import type { Rule } from "./rule.ts";

const steps = (from: number, to: number, step: number): readonly number[] =>
  Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step);

/**
 * The memory values (MiB) that Fargate offers for each CPU value (CPU units).
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/create-task-definition.html
 */
const memoryByCpu = new Map<number | undefined, readonly (number | undefined)[]>([
  [256, [512, 1024, 2048]],
  [512, steps(1024, 4096, 1024)],
  [1024, steps(2048, 8192, 1024)],
  [2048, steps(4096, 16_384, 1024)],
  [4096, steps(8192, 30_720, 1024)],
  [8192, steps(16_384, 61_440, 4096)],
  [16_384, steps(32_768, 122_880, 8192)],
  [32_768, [61_440, 122_880, 249_856]],
]);

const cpuOnWindows: readonly (number | undefined)[] = [1024, 2048, 4096];

/** What Fargate requires of a task definition. */
export const fargateRules: readonly Rule[] = [
  function networkModeIsAwsvpc({ networkMode }) {
    if (networkMode !== "awsvpc") return "Fargate only supports network mode 'awsvpc'.";
  },

  function taskHasACpuValue({ cpu }) {
    if (!cpu) return "Fargate requires that 'cpu' be defined at the task level.";
  },

  function taskHasAMemoryValue({ memory }) {
    if (!memory) return "Fargate requires that 'memory' be defined at the task level.";
  },

  /** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html */
  function taskHasASizeThatFargateOffers({ cpu, memory, runtimePlatform }) {
    const units = toCpuUnits(cpu);
    const mebibytes = toMebibytes(memory);
    const isForWindows = runtimePlatform?.operatingSystemFamily?.startsWith("WINDOWS") ?? false;
    if (memoryByCpu.get(units)?.includes(mebibytes) && (!isForWindows || cpuOnWindows.includes(units))) return;
    return (
      `No Fargate configuration exists for given values: ${units} CPU, ${mebibytes} memory. ` +
      "See the Amazon ECS documentation for the valid values."
    );
  },

  /** hashicorp/terraform-provider-aws#3051 */
  function imagesOnEcrHaveAnExecutionRole({ executionRoleArn, containerDefinitions }) {
    if (!executionRoleArn && containerDefinitions.some(({ image }) => isOnEcr(image))) {
      return "Fargate requires task definition to have execution role ARN to support ECR images.";
    }
  },

  function logDriversAreFargates(input) {
    return logDriverRefusal(input, ["awslogs", "splunk", "awsfirelens"]);
  },

  /** virtual-kubelet/virtual-kubelet#193 */
  function awslogsHasAnExecutionRole({ executionRoleArn, containerDefinitions }) {
    const logsToCloudWatch = containerDefinitions.some(
      ({ logConfiguration }) => logConfiguration?.logDriver === "awslogs",
    );
    if (!executionRoleArn && logsToCloudWatch) {
      return "Fargate requires task definition to have execution role ARN to support log driver awslogs.";
    }
  },

  /** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EphemeralStorage.html */
  function ephemeralStorageIsWithinLimits({ ephemeralStorage }) {
    const gibibytes = ephemeralStorage?.sizeInGiB ?? 21;
    if (gibibytes < 21) return "EphemeralStorage size should be at least 21";
    if (gibibytes > 200) return "EphemeralStorage size should be at most 200";
  },

  function containersStopInTime({ containerDefinitions }) {
    if (containerDefinitions.some(({ stopTimeout }) => (stopTimeout ?? 0) > 120)) {
      return "Tasks using the Fargate launch type must have a container stop timeout of less than 120 seconds";
    }
  },

  /** The message is getmoto/moto's. */
  function processesAreNotTheHosts({ pidMode }) {
    if (pidMode === "host") {
      return "Tasks using the Fargate launch type do not support pidMode 'host'. The supported value for pidMode is 'task'.";
    }
  },

  function nothingIsPlaced({ placementConstraints }) {
    if (placementConstraints.length > 0) {
      return "Fargate does not support placement constraints."; // text unverified
    }
  },
];

/** The Fargate rules apply whenever Fargate is among the required compatibilities. */
export const rulesOnFargate: readonly Rule[] = fargateRules.map(
  (rule) => (input, registration) =>
    input.requiresCompatibilities?.includes("FARGATE") ? rule(input, registration) : undefined,
);
