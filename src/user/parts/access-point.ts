import type { EFSVolumeConfiguration } from "@aws-sdk/client-ecs";
import * as z from "zod";
import { UnfitBaseError } from "../../errors.ts";
import type { RegisterInput } from "../../task-definition.ts";
import type { Target } from "../target.ts";
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
  apply: (input, value, target) => withAccessPoint(input, target, value),
  readBack: ({ volumes }, place) =>
    volumes?.find(({ name }) => name === place.volume)?.efsVolumeConfiguration?.authorizationConfig?.accessPointId,
  toVouched: (value, { volume }) => ({ accessPoints: { [volume]: value } }),
};

/**
 * Sets the user's access point on the user's volume and enables transit encryption, which EFS requires for access points. Keeps the file
 * system, IAM authorization, port and all other volumes.
 *
 * @throws {@link UnfitBaseError} if there is no such EFS volume, or it has a root directory: an access point brings its own, and ECS accepts
 * only one.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EFSVolumeConfiguration.html
 */
export function withAccessPoint(input: RegisterInput, target: Target, accessPointId: string): RegisterInput {
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
