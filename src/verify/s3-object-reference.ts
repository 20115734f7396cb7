/** An object in S3. */
export interface S3ObjectReference {
  readonly bucket: string;
  readonly key: string;
}

const pattern = /^arn:aws[a-z-]*:s3:::([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/(.+)$/s;

/** Takes the ARN of an object apart. `undefined` if it is not one. */
export function parseS3ObjectReference(text: string): S3ObjectReference | undefined {
  const [, bucket, key] = pattern.exec(text) ?? [];
  return bucket === undefined || key === undefined ? undefined : { bucket, key };
}
