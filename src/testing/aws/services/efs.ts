import { AwsError } from "../aws-error.ts";
import type { ReadOnlyOperations, View } from "../resources.ts";

function requireFileSystem(id: unknown, { all }: View) {
  const found = all("fileSystem").find((one) => one.id === id);
  if (found) return found;
  throw new AwsError("FileSystemNotFound", `File system '${String(id)}' does not exist.`, 404);
}

export const efs: ReadOnlyOperations = {
  DescribeAccessPoints({ AccessPointId }, { partition, region, accountId, all }) {
    const found = all("accessPoint").find(({ id }) => id === AccessPointId);
    if (found === undefined) {
      throw new AwsError("AccessPointNotFound", `Access point '${String(AccessPointId)}' does not exist.`, 404);
    }
    const { id, fileSystemId, state = "available" } = found;
    const arn = `arn:${partition}:elasticfilesystem:${region}:${accountId}:access-point/${id}`;
    return {
      AccessPoints: [
        {
          AccessPointId: id,
          AccessPointArn: arn,
          FileSystemId: fileSystemId,
          LifeCycleState: state,
          OwnerId: accountId,
        },
      ],
    };
  },
  DescribeFileSystems({ FileSystemId }, view) {
    const { id, state = "available", mountTargets = ["available"] } = requireFileSystem(FileSystemId, view);
    const fileSystem = { FileSystemId: id, LifeCycleState: state, NumberOfMountTargets: mountTargets.length };
    return { FileSystems: [{ ...fileSystem, OwnerId: view.accountId }] };
  },
  DescribeMountTargets({ FileSystemId }, view) {
    const { id, mountTargets = ["available"] } = requireFileSystem(FileSystemId, view);
    return {
      MountTargets: mountTargets.map((state, index) => ({
        MountTargetId: `fsmt-${index}`,
        FileSystemId: id,
        SubnetId: `subnet-${index}`,
        LifeCycleState: state,
      })),
    };
  },
};
