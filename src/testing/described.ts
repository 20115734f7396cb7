import type { WireTag } from "./tags.ts";
import type { ContainerInput, TaskDefinitionInput, VolumeInput } from "./task-definition-input.ts";
import { toCpuUnits, toMebibytes } from "./task-size.ts";

/** Puts things into another order, always the same one for the same things. */
export type Reorder = <Thing extends { readonly name?: string | null | undefined }>(
  things: readonly Thing[],
) => readonly Thing[];

/** A task definition's own fields as ECS returns them: with its defaults filled in, and reordered. */
export function toDescribed(input: TaskDefinitionInput, reorder: Reorder): object {
  const { tags: _, containerDefinitions, volumes, cpu, memory, ...others } = input;
  return {
    ...others,
    containerDefinitions: reorder(containerDefinitions).map((container) => toContainer(container, input, reorder)),
    volumes: volumes.map(toVolume),
    ...(cpu && { cpu: String(toCpuUnits(cpu)) }),
    ...(memory && { memory: String(toMebibytes(memory)) }),
  };
}

function toContainer(container: ContainerInput, { networkMode }: TaskDefinitionInput, reorder: Reorder): object {
  const { cpu, essential, portMappings, environment, secrets, healthCheck } = container;
  return {
    ...container,
    cpu: cpu ?? 0,
    essential: essential ?? true,
    portMappings: portMappings.map((port) => ({
      ...port,
      hostPort: port.hostPort || (networkMode === "awsvpc" || networkMode === "host" ? port.containerPort : 0),
      protocol: port.protocol ?? "tcp",
    })),
    environment: reorder(environment),
    ...(secrets && { secrets: reorder(secrets) }),
    ...(healthCheck && { healthCheck: toHealthCheck(healthCheck) }),
  };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html */
function toHealthCheck(healthCheck: NonNullable<ContainerInput["healthCheck"]>): object {
  const { interval, retries, timeout } = healthCheck;
  return { ...healthCheck, interval: interval ?? 30, retries: retries ?? 3, timeout: timeout ?? 5 };
}

/** hashicorp/terraform-provider-aws#19549 */
function toVolume(volume: VolumeInput): VolumeInput {
  const { efsVolumeConfiguration: efs } = volume;
  return efs ? { ...volume, efsVolumeConfiguration: { ...efs, rootDirectory: efs.rootDirectory || "/" } } : volume;
}

/** The tags in the order in which ECS returns them. */
export function toDescribedTags(tags: readonly WireTag[], reorder: Reorder): readonly WireTag[] {
  return reorder(tags.map((tag) => ({ name: tag.key, tag }))).map(({ tag }) => tag);
}

/**
 * An order that follows from the names and the seed and differs from the order of arrival. Things with the same name keep their order: if an
 * environment variable is set twice, the later one counts.
 */
export function toReorder(seed: string): Reorder {
  return (things) => {
    const ranked = things.map((thing) => ({ thing, rank: hash(`${seed}/${thing.name}`) }));
    const ascending = ranked.toSorted((one, other) => one.rank - other.rank);
    const isAnother = ascending.some(({ thing }, index) => thing !== things[index]);
    const reordered = isAnother ? ascending : ranked.toSorted((one, other) => other.rank - one.rank);
    return reordered.map(({ thing }) => thing);
  };
}

/** FNV-1a with the bits mixed once more: otherwise texts that differ only in the last character would be ranked by it. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

/**
 * What a container instance needs to run this task definition.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-agent-config.html
 */
export function toRequiredAttributes(input: TaskDefinitionInput): readonly { readonly name: string }[] {
  const { containerDefinitions: containers } = input;
  const valuesFrom = containers.flatMap(({ secrets }) => secrets ?? []).map(({ valueFrom }) => String(valueFrom));
  const logDrivers = containers.flatMap(({ logConfiguration }) => logConfiguration?.logDriver ?? []);
  const isFromSecretsManager = (valueFrom: string): boolean => valueFrom.includes(":secretsmanager:");
  const required = {
    "com.amazonaws.ecs.capability.docker-remote-api.1.18": true,
    "com.amazonaws.ecs.capability.task-iam-role": Boolean(input.taskRoleArn),
    "ecs.capability.task-eni": input.networkMode === "awsvpc",
    "ecs.capability.efsAuth": input.volumes.some(({ efsVolumeConfiguration }) => efsVolumeConfiguration),
    "ecs.capability.secrets.asm.environment-variables": valuesFrom.some(isFromSecretsManager),
    "ecs.capability.secrets.ssm.environment-variables": valuesFrom.some((from) => !isFromSecretsManager(from)),
    "ecs.capability.execution-role-awslogs": Boolean(input.executionRoleArn) && logDrivers.includes("awslogs"),
  };
  return [
    ...Object.entries(required).flatMap(([name, isRequired]) => (isRequired ? [{ name }] : [])),
    ...[...new Set(logDrivers)].map((driver) => ({ name: `com.amazonaws.ecs.capability.logging-driver.${driver}` })),
  ];
}
