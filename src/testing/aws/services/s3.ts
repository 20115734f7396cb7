import { AwsError } from "../aws-error.ts";
import type { ReadOnlyOperations } from "../resources.ts";

export const s3: ReadOnlyOperations = {
  ListObjectsV2({ Bucket, prefix = "", "max-keys": maxKeys = 1000 }, { all, region, home }) {
    const objects = all("object").filter(({ bucket }) => bucket === Bucket);
    const [first] = objects;
    if (first === undefined) throw new AwsError("NoSuchBucket", "The specified bucket does not exist", 404);
    const { region: itsRegion = home } = first;
    if (itsRegion !== region) {
      const message = "The bucket you are attempting to access must be addressed using the specified endpoint.";
      throw new AwsError("PermanentRedirect", message, 301, { "x-amz-bucket-region": itsRegion });
    }
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
