import type { TaskDefinitionInput, VolumeInput } from "../task-definition-input.ts";
import type { Rule } from "./rule.ts";

/**
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Volume.html
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EFSVolumeConfiguration.html
 */
export const rulesOnVolumes: readonly Rule[] = [
  function volumeNamesHaveOnlyAllowedCharacters({ volumes }) {
    if (volumes.some(({ name }) => !/^[0-9A-Za-z_-]{1,255}$/.test(name ?? ""))) {
      return "Volume.name contains invalid characters."; // text unverified
    }
  },

  function volumeNamesAreUnique({ volumes }) {
    if (new Set(volumes.map(({ name }) => name)).size < volumes.length) {
      return "Volume names must be unique within a task definition"; // text unverified
    }
  },

  /** aws/amazon-ecs-cli#11 */
  function pathsOnTheHostAreNotBlank({ volumes }) {
    if (volumes.some(({ host }) => host?.sourcePath?.trim() === "")) return "host.sourcePath should not be blank.";
  },

  function volumesAreOfOneKind({ volumes }) {
    const kindsOf = (volume: VolumeInput): readonly unknown[] =>
      [
        volume.host,
        volume.dockerVolumeConfiguration,
        volume.efsVolumeConfiguration,
        volume.s3filesVolumeConfiguration,
        volume.fsxWindowsFileServerVolumeConfiguration,
      ].filter((kind) => kind);
    if (volumes.some((volume) => kindsOf(volume).length > 1)) {
      return "Only one volume configuration can be specified for a volume."; // text unverified
    }
  },

  /** badmintoncryer/cdk-preflight */
  function volumesAreMounted(input) {
    const mounted = new Set(mountsOf(input));
    const unmounted = input.volumes.map(({ name }) => name).filter((name) => !mounted.has(name));
    if (unmounted.length > 0) return `Volumes [${unmounted.join(", ")}] are not referenced by any of the containers`;
  },

  /** badmintoncryer/cdk-preflight */
  function mountsAreOfVolumes(input) {
    const names = new Set(input.volumes.map(({ name }) => name));
    const unknown = mountsOf(input).find((mount) => !names.has(mount));
    if (unknown !== undefined) return `Unknown volume '${unknown}'`;
  },

  function fileSystemIsGiven(input) {
    if (efsOf(input).some(({ fileSystemId }) => !fileSystemId)) {
      return "EFSVolumeConfiguration.fileSystemId should not be null or empty."; // text unverified
    }
  },

  /** aws/aws-cdk#10683 */
  function accessPointStandsWithoutRootDirectory(input) {
    if (
      efsOf(input).some(
        ({ authorizationConfig, rootDirectory }) =>
          authorizationConfig?.accessPointId && rootDirectory && rootDirectory !== "/",
      )
    ) {
      return 'When using an EFS access point, the root directory must either be set to "/" or be omitted.';
    }
  },

  /** badmintoncryer/cdk-preflight */
  function iamAuthorizationIsEncrypted(input) {
    if (unencryptedEfsOf(input).some(({ authorizationConfig }) => authorizationConfig?.iam === "ENABLED")) {
      return "EFS IAM authorization requires TransitEncryption to be enabled";
    }
  },

  /** The message is AWS Batch's; unverified for ECS. */
  function accessPointIsEncrypted(input) {
    if (unencryptedEfsOf(input).some(({ authorizationConfig }) => authorizationConfig?.accessPointId)) {
      return "EFS IAM access point requires TransitEncryption to be enabled.";
    }
  },

  /** badmintoncryer/cdk-preflight */
  function encryptionPortIsEncrypted(input) {
    if (unencryptedEfsOf(input).some(({ transitEncryptionPort }) => transitEncryptionPort)) {
      return "TransitEncryptionPort requires that TransitEncryption is enabled";
    }
  },
];

type Efs = NonNullable<VolumeInput["efsVolumeConfiguration"]>;

function efsOf({ volumes }: TaskDefinitionInput): readonly Efs[] {
  return volumes.flatMap(({ efsVolumeConfiguration }) => (efsVolumeConfiguration ? [efsVolumeConfiguration] : []));
}

function unencryptedEfsOf(input: TaskDefinitionInput): readonly Efs[] {
  return efsOf(input).filter(({ transitEncryption }) => transitEncryption !== "ENABLED");
}

function mountsOf({ containerDefinitions }: TaskDefinitionInput): readonly (string | null | undefined)[] {
  return containerDefinitions.flatMap(({ mountPoints }) => mountPoints).map(({ sourceVolume }) => sourceVolume);
}
