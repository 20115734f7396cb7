import type { TaskDefinitionInput, VolumeInput } from "../task-definition-input.ts";
import type { Rule } from "./rule.ts";

/**
 * What ECS documents of S3 Files volumes. That each is refused at registration is inferred, and no text of a refusal is known. A task definition for
 * EC2 only, where these volumes do not work, is accepted: ECS documents that such a task fails when it starts.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_S3FilesVolumeConfiguration.html
 */
export const rulesOnS3Files: readonly Rule[] = [
  function fileSystemIsGiven(input) {
    if (s3FilesOf(input).some(({ fileSystemArn }) => !fileSystemArn)) {
      return "S3FilesVolumeConfiguration.fileSystemArn should not be null or empty."; // text unverified
    }
  },

  /** The ARN of an access point contains that of its file system: the patterns of `@aws-sdk/client-s3files`. */
  function accessPointIsOfTheFileSystem(input) {
    const foreign = s3FilesOf(input).find(
      ({ fileSystemArn, accessPointArn }) =>
        accessPointArn && !accessPointArn.startsWith(`${fileSystemArn}/access-point/`),
    );
    if (foreign) {
      return "The S3 Files access point does not belong to the file system of the volume."; // text unverified
    }
  },

  function accessPointStandsWithoutRootDirectory(input) {
    const both = s3FilesOf(input).find(
      ({ accessPointArn, rootDirectory }) => accessPointArn && rootDirectory && rootDirectory !== "/",
    );
    if (both) {
      return 'When using an S3 Files access point, the root directory must either be set to "/" or be omitted.'; // text unverified
    }
  },

  /** These volumes are always mounted with IAM authorization. */
  function thereIsATaskRole(input) {
    if (s3FilesOf(input).length > 0 && !input.taskRoleArn) return "S3 Files volumes require a task role."; // text unverified
  },
];

type S3Files = NonNullable<VolumeInput["s3filesVolumeConfiguration"]>;

function s3FilesOf({ volumes }: TaskDefinitionInput): readonly S3Files[] {
  return volumes.flatMap(({ s3filesVolumeConfiguration: s3Files }) => (s3Files ? [s3Files] : []));
}
