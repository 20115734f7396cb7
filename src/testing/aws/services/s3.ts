import { AwsError } from "../aws-error.ts";
import type { ReadOnlyOperations } from "../resources.ts";

export const s3: ReadOnlyOperations = {
  ListObjectsV2({ Bucket, prefix = "", "max-keys": maxKeys = 1000 }, { all }) {
    const objects = all("object").filter(({ bucket }) => bucket === Bucket);
    if (objects.length === 0) throw new AwsError("NoSuchBucket", "The specified bucket does not exist", 404);
    const keys = objects.flatMap(({ key }) => (key.startsWith(String(prefix)) ? [key] : []));
    const shown = keys.toSorted().slice(0, Number(maxKeys));
    return {
      Name: Bucket,
      Prefix: prefix,
      KeyCount: shown.length,
      IsTruncated: shown.length < keys.length,
      Contents: shown.map((Key) => ({ Key, Size: 1 })),
    };
  },
};
