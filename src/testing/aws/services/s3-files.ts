import { AwsError } from "../aws-error.ts";
import type { ReadOnlyOperations, View } from "../resources.ts";

const notFound = (): AwsError =>
  new AwsError(
    "ResourceNotFoundException",
    "The specified resource does not exist, or you do not have permission to access it.",
    404,
  );

/** The last part of an id or of an ARN. */
const toId = (value: unknown): string => String(value).slice(String(value).lastIndexOf("/") + 1);

const toFileSystemArn = ({ partition, region, accountId }: View, id: string): string =>
  `arn:${partition}:s3files:${region}:${accountId}:file-system/${id}`;

export const s3Files: ReadOnlyOperations = {
  GetAccessPoint({ accessPointId }, view) {
    const found = view.all("s3AccessPoint").find(({ id }) => id === toId(accessPointId));
    if (found === undefined) throw notFound();
    const { id, fileSystemId, state = "available" } = found;
    return {
      accessPointId: id,
      accessPointArn: `${toFileSystemArn(view, fileSystemId)}/access-point/${id}`,
      fileSystemId,
      status: state,
      ownerId: view.accountId,
    };
  },
  GetFileSystem({ fileSystemId }, view) {
    const found = view.all("s3FileSystem").find(({ id }) => id === toId(fileSystemId));
    if (found === undefined) throw notFound();
    const { id, state = "available" } = found;
    return { fileSystemId: id, fileSystemArn: toFileSystemArn(view, id), status: state, ownerId: view.accountId };
  },
  ListMountTargets({ fileSystemId }, view) {
    const found = view.all("s3FileSystem").find(({ id }) => id === toId(fileSystemId));
    if (found === undefined) throw notFound();
    const { mountTargets = ["available"] } = found;
    return {
      mountTargets: mountTargets.map((status, index) => ({
        mountTargetId: `fsmt-${index}`,
        fileSystemId: found.id,
        status,
      })),
    };
  },
};
