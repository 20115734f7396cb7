import { AwsError } from "../aws-error.ts";
import type { ReadOnlyOperations, SecretResource, View } from "../resources.ts";

export const toSecretArn = (
  { name, suffix = "AbCdEf" }: SecretResource,
  { partition, region, accountId }: View,
): string => `arn:${partition}:secretsmanager:${region}:${accountId}:secret:${name}-${suffix}`;

const requireOwn = (id: string, { accountId }: View): void => {
  const account = id.startsWith("arn:") ? id.split(":")[4] : accountId;
  if (account === accountId) return;
  throw new AwsError(
    "AccessDeniedException",
    "User is not authorized to perform: secretsmanager:DescribeSecret because no resource-based policy allows the action",
  );
};

export const secretsManager: ReadOnlyOperations = {
  DescribeSecret({ SecretId }, view) {
    const id = String(SecretId);
    requireOwn(id, view);
    // A partial ARN, without the suffix, names the secret as well.
    const secret = view.all("secret").find((one) => {
      const arn = toSecretArn(one, view);
      return [arn, one.name, arn.slice(0, arn.lastIndexOf("-"))].includes(id);
    });
    if (secret === undefined) {
      throw new AwsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
    }
    const { stages = ["AWSCURRENT"], versionId = "11111111-1111-4111-8111-111111111111" } = secret;
    const { name, deletedAt, kmsKeyId, primaryRegion } = secret;
    return {
      ARN: toSecretArn(secret, view),
      Name: name,
      ...(stages.length > 0 && { VersionIdsToStages: { [versionId]: stages } }),
      ...(deletedAt && { DeletedDate: deletedAt.getTime() / 1000 }),
      ...(kmsKeyId !== undefined && { KmsKeyId: kmsKeyId }),
      ...(primaryRegion !== undefined && { PrimaryRegion: primaryRegion }),
    };
  },
};
