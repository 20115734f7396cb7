import type { EFSVolumeConfiguration, RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import { UnfitBaseError } from "../../errors.ts";
import type { Target } from "../target.ts";

/**
 * Puts the user's access point on the user's volume and switches on the encryption in transit without which EFS mounts none. The file
 * system, IAM authorization and port stay, and so do all other volumes.
 *
 * @throws {@link UnfitBaseError} when there is no such EFS volume, or it has a root directory of its own: an access point has its own root, and
 * ECS takes only one.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EFSVolumeConfiguration.html
 */
export function withAccessPoint(
  input: RegisterTaskDefinitionCommandInput,
  target: Target,
  accessPointId: string,
): RegisterTaskDefinitionCommandInput {
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
    throw new UnfitBaseError(`Base ${target.base} has no EFS volume ${target.volume} for the user's access point.`);
  return { ...input, volumes };
}

/** An empty root directory means the same to ECS as none. */
function refuseRootDirectory({ rootDirectory }: EFSVolumeConfiguration, target: Target): void {
  if (rootDirectory === undefined || rootDirectory === "" || rootDirectory === "/") return;
  throw new UnfitBaseError(
    `Volume ${target.volume} of base ${target.base} has the root directory ${rootDirectory}. Beside an access point it must be "/" or absent: ` +
      "put the directory into the access point.",
  );
}
