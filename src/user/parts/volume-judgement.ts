import type { Volume } from "@aws-sdk/client-ecs";
import { UnfitBaseError } from "../../errors.ts";
import type { RegisterInput } from "../../task-definition.ts";
import { containerOf, type Target } from "../target.ts";
import { accessPointOf, type VolumeNames } from "../volumes.ts";

/**
 * Judges the user's volumes as they will be registered.
 *
 * @returns what may not be what the caller wants: a volume that the user's container does not mount, and ways past the access points.
 * @throws {@link UnfitBaseError} if a volume of S3 Files cannot be mounted.
 */
export function judgeVolumes(final: RegisterInput, target: Target, { shared = [] }: VolumeNames): string[] {
  for (const volume of usersVolumesOf(final, target)) refuseUnmountableS3Files(volume, final, target);
  return [...toUnmountedWarnings(final, target), ...toOpenVolumeWarnings(final, target, shared)];
}

const usersVolumesOf = ({ volumes = [] }: RegisterInput, target: Target): Volume[] =>
  volumes.filter(({ name }) => name !== undefined && target.volumes.includes(name));

/** Where S3 Files volumes work: the documentation says that ECS accepts others and fails their tasks at launch. */
const launchTypesOfS3Files: ReadonlySet<string> = new Set(["FARGATE", "MANAGED_INSTANCES"]);

/** @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/s3files-volumes.html */
function refuseUnmountableS3Files(volume: Volume, final: RegisterInput, { baseName }: Target): void {
  if (volume.s3filesVolumeConfiguration === undefined) return;
  const what = `Volume ${volume.name} of base ${baseName} is an S3 Files volume`;
  const { taskRoleArn, requiresCompatibilities = [] } = final;
  if (!taskRoleArn) {
    throw new UnfitBaseError(
      `${what}, which ECS mounts with the task's role, and the clone has no taskRoleArn. Give the base one, or the user.`,
    );
  }
  if (requiresCompatibilities.length === 0 || requiresCompatibilities.some((type) => launchTypesOfS3Files.has(type)))
    return;
  throw new UnfitBaseError(
    `${what}, which works on Fargate and Managed Instances, and the base requires ${requiresCompatibilities.join(", ")} alone. Its tasks would fail when they start.`,
  );
}

/** A container sees the volumes that it mounts itself, and those of the containers that it takes volumes from. */
function toUnmountedWarnings(input: RegisterInput, target: Target): string[] {
  const container = containerOf(input, target);
  const sources = [target.container, ...(container?.volumesFrom ?? []).map(({ sourceContainer }) => sourceContainer)];
  const mounts = (input.containerDefinitions ?? [])
    .filter(({ name }) => sources.includes(name))
    .flatMap(({ mountPoints = [] }) => mountPoints);
  return target.volumes
    .filter((volume) => !mounts.some(({ sourceVolume }) => sourceVolume === volume))
    .map(
      (volume) =>
        `Container ${target.container} of base ${target.baseName} does not mount volume ${volume}, so the user's files never reach it. Add a mount ` +
        "point to the base, or name the user's container and volume in the options `container` and `volume`.",
    );
}

/** Another way into the user's file system leads past the access point. */
function toOpenVolumeWarnings(input: RegisterInput, target: Target, shared: readonly string[]): string[] {
  const own = usersVolumesOf(input, target);
  return (input.volumes ?? []).flatMap((volume) => {
    const { name = "(without a name)" } = volume;
    const fileSystem = fileSystemOf(volume);
    const users = own.find((one) => fileSystem !== undefined && fileSystemOf(one) === fileSystem);
    if (users === undefined || own.includes(volume) || shared.includes(name) || accessPointOf(volume) !== undefined)
      return [];
    return [
      `Volume ${name} of base ${target.baseName} is of the same file system as the user's volume ${users.name} (${fileSystem}) and has no access point, so ` +
        "every user sees the files of every other through it. Give it an access point in the base, or another file system. If all users share it on " +
        "purpose, name it in the option `shared`.",
    ];
  });
}

const fileSystemOf = ({ efsVolumeConfiguration, s3filesVolumeConfiguration }: Volume): string | undefined =>
  efsVolumeConfiguration?.fileSystemId || s3filesVolumeConfiguration?.fileSystemArn || undefined;
