import { AwsError } from "../aws-error.ts";
import type { ReadOnlyOperations } from "../resources.ts";

export const kms: ReadOnlyOperations = {
  DescribeKey({ KeyId }, { partition, region, accountId, all }) {
    const wanted = String(KeyId).slice(String(KeyId).lastIndexOf("/") + 1);
    const key = all("key").find(({ id }) => id === wanted);
    if (key === undefined) throw new AwsError("NotFoundException", `Key '${String(KeyId)}' does not exist`);
    const { id, state = "Enabled" } = key;
    const arn = `arn:${partition}:kms:${region}:${accountId}:key/${id}`;
    return { KeyMetadata: { KeyId: id, Arn: arn, KeyState: state, Enabled: state === "Enabled" } };
  },
};
