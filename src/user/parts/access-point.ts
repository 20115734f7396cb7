import type { EFSVolumeConfiguration } from "@aws-sdk/client-ecs";
import * as z from "zod";
import { UnfitBaseError } from "../../errors.ts";
import { parseInput } from "../../parse-input.ts";
import type { RegisterInput } from "../../task-definition.ts";
import { parseRegisterInput } from "../input-shape.ts";
import { containerOf, parseTarget, type Target } from "../target.ts";
import { given, type UserPart } from "../user-part.ts";

export interface OwnAccessPoint {
  /** The user's EFS access point: `fsap-` followed by 8 to 40 hexadecimal digits. */
  readonly accessPointId: string;
}

/** @see https://docs.aws.amazon.com/efs/latest/ug/API_DescribeMountTargets.html for the pattern; ECS expects the id, not the ARN. */
const schema = z.string().regex(/^fsap-[0-9a-f]{8,40}$/, {
  error: ({ input }) =>
    "expected the id of an EFS access point: `fsap-` and 8 to 40 hexadecimal digits" +
    (/^arn:.*:access-point\//.test(String(input)) ? ". You passed an ARN; ECS wants the id at its end: fsap-…" : ""),
});

export const accessPointId: UserPart<string, boolean> = {
  schema,
  change: schema.optional(),
  note: given,
  apply: applyAccessPoint,
  judge: (final, _, { target }) => [...toUnmountedWarnings(final, target), ...toOpenVolumeWarnings(final, target)],
  readBack: ({ volumes }, place) =>
    volumes?.find(({ name }) => name === place.volume)?.efsVolumeConfiguration?.authorizationConfig?.accessPointId,
  toVouched: (value, { volume }) => ({ accessPoints: { [volume]: value } }),
};

/**
 * Sets the user's access point on the user's volume and enables transit encryption, which EFS requires for access points. Keeps the file
 * system, IAM authorization, port and all other volumes.
 *
 * @throws {@link InvalidInputError} if an argument is malformed.
 * @throws {@link UnfitBaseError} if there is no such EFS volume, or it has a root directory: an access point brings its own, and ECS accepts
 * only one.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EFSVolumeConfiguration.html
 */
export function withAccessPoint(input: RegisterInput, target: Target, accessPointId: string): RegisterInput {
  return applyAccessPoint(
    parseRegisterInput(input),
    parseInput(schema, accessPointId, "access point"),
    parseTarget(target),
  );
}

function applyAccessPoint(input: RegisterInput, accessPointId: string, target: Target): RegisterInput {
  let isChanged = false;
  const volumes = input.volumes?.map((volume) => {
    if (volume.name !== target.volume || volume.efsVolumeConfiguration === undefined) return volume;
    const { efsVolumeConfiguration } = volume;
    isChanged = true;
    refuseRootDirectory(efsVolumeConfiguration, target);
    const authorizationConfig = { ...efsVolumeConfiguration.authorizationConfig, accessPointId };
    return {
      ...volume,
      efsVolumeConfiguration: { ...efsVolumeConfiguration, transitEncryption: "ENABLED" as const, authorizationConfig },
    };
  });
  if (!isChanged)
    throw new UnfitBaseError(`Base ${target.baseName} has no EFS volume ${target.volume} for the user's access point.`);
  return { ...input, volumes };
}

/** ECS treats an empty root directory like none. */
function refuseRootDirectory({ rootDirectory }: EFSVolumeConfiguration, target: Target): void {
  if (rootDirectory === undefined || rootDirectory === "" || rootDirectory === "/") return;
  throw new UnfitBaseError(
    `Volume ${target.volume} of base ${target.baseName} has the root directory ${rootDirectory}. Beside an access point it must be "/" or absent: ` +
      "put the directory into the access point.",
  );
}

/** A container sees the volumes that it mounts itself, and those of the containers that it takes volumes from. */
function toUnmountedWarnings(input: RegisterInput, target: Target): string[] {
  const container = containerOf(input, target);
  const sources = [target.container, ...(container?.volumesFrom ?? []).map(({ sourceContainer }) => sourceContainer)];
  const mounts = (input.containerDefinitions ?? [])
    .filter(({ name }) => sources.includes(name))
    .flatMap(({ mountPoints = [] }) => mountPoints);
  if (mounts.some(({ sourceVolume }) => sourceVolume === target.volume)) return [];
  return [
    `Container ${target.container} of base ${target.baseName} does not mount volume ${target.volume}, so the user's files never reach it. Add a mount ` +
      "point to the base, or name the user's container and volume in the options `container` and `volume`.",
  ];
}

/** Another way into the user's file system leads past the access point. */
function toOpenVolumeWarnings({ volumes = [] }: RegisterInput, target: Target): string[] {
  const own = volumes.find(({ name }) => name === target.volume)?.efsVolumeConfiguration?.fileSystemId;
  if (own === undefined) return [];
  return volumes
    .filter(({ name, efsVolumeConfiguration: efs }) => {
      return name !== target.volume && efs?.fileSystemId === own && !efs.authorizationConfig?.accessPointId;
    })
    .map(
      ({ name }) =>
        `Volume ${name} of base ${target.baseName} is of the same file system as the user's volume ${target.volume} (${own}) and has no access point, so ` +
        "every user sees the files of every other through it. Give it an access point in the base, or another file system.",
    );
}
