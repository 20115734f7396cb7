import { toCpuUnits, toMebibytes } from "../task-size.ts";
import type { Rule } from "./rule.ts";

/** @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html#task_size */
export const rulesOnSizes: readonly Rule[] = [
  /** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html */
  function taskCpuIsACpuValue({ cpu }) {
    if (!cpu) return;
    const units = toCpuUnits(cpu);
    if (units === undefined || units < 128 || units > 196_608) return "Invalid 'cpu' setting for task.";
  },

  function taskMemoryIsAMemoryValue({ memory }) {
    if (memory && !toMebibytes(memory)) return "Invalid 'memory' setting for task."; // text unverified
  },

  /** badmintoncryer/cdk-preflight */
  function containersFitIntoTheTasksMemory({ memory, containerDefinitions }) {
    const limit = toMebibytes(memory) ?? Number.POSITIVE_INFINITY;
    const larger = containerDefinitions.find((container) => (container.memory ?? 0) > limit);
    if (larger) return `The 'memory' setting for container '${larger.name}' is greater than for the task`;
  },

  /** aws/aws-cdk#1553 */
  function containersFitIntoTheTasksCpu({ cpu, containerDefinitions }) {
    const limit = toCpuUnits(cpu) ?? Number.POSITIVE_INFINITY;
    const sum = containerDefinitions.reduce((total, container) => total + (container.cpu ?? 0), 0);
    if (sum > limit) {
      return "The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'.";
    }
  },

  /** cloudnativedaysjp/dreamkast-infra#4766 */
  function reservationsFitIntoTheTasksMemory({ memory, containerDefinitions }) {
    const limit = toMebibytes(memory) ?? Number.POSITIVE_INFINITY;
    const sum = containerDefinitions.reduce((total, container) => total + (container.memoryReservation ?? 0), 0);
    if (sum > limit) {
      return "The sum of all container 'memoryReservation' values cannot be greater than the value of the task 'memory'.";
    }
  },

  /** badmintoncryer/cdk-preflight */
  function memoryCoversItsReservation({ containerDefinitions }) {
    if (containerDefinitions.some(({ memory, memoryReservation }) => memory && memory < (memoryReservation ?? 0))) {
      return "'memory' must be greater than or equal to 'memoryReservation'";
    }
  },

  /** cuttlesoft/ecs-deploy.py#17 */
  function memoryIsGivenSomewhere({ memory, containerDefinitions }) {
    if (memory) return;
    const without = containerDefinitions.find((container) => !container.memory && !container.memoryReservation);
    if (without === undefined) return;
    return `Invalid setting for container '${without.name}'. At least one of 'memory' or 'memoryReservation' must be specified.`;
  },
];
