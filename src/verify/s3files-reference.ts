/** A file system of S3 Files, or an access point of one. */
export interface S3FilesReference {
  readonly id: string;
  readonly region: string;
  readonly accountId: string;
}

const arn = "arn:aws[a-z-]*:s3files:([a-z0-9-]+):(\\d{12}):file-system/";
const fileSystemPattern = new RegExp(`^${arn}(fs-[0-9a-f]{17,40})$`);
const accessPointPattern = new RegExp(`^${arn}fs-[0-9a-f]{17,40}/access-point/(fsap-[0-9a-f]{17,40})$`);

const parse = (pattern: RegExp, text: string): S3FilesReference | undefined => {
  const [, region, accountId, id] = pattern.exec(text) ?? [];
  return region === undefined || accountId === undefined || id === undefined ? undefined : { id, region, accountId };
};

/** Takes the ARN of a file system apart. `undefined` if it is not one. */
export const parseS3FileSystem = (text: string): S3FilesReference | undefined => parse(fileSystemPattern, text);

/** Takes the ARN of an access point apart. `undefined` if it is not one. */
export const parseS3AccessPoint = (text: string): S3FilesReference | undefined => parse(accessPointPattern, text);

/** Whether an access point is one of this file system's: its ARN begins with the file system's. */
export const isAccessPointOf = (accessPointArn: string, fileSystemArn: string): boolean =>
  accessPointArn.startsWith(`${fileSystemArn}/access-point/`);
