/** A container image in a private ECR repository. */
export interface ImageResource {
  readonly repository: string;
  readonly tag?: string;
  /** Platforms such as `linux/amd64`. @default ["linux/amd64"] */
  readonly platforms?: readonly string[];
  /** Whether it is an index of manifests, as BuildKit pushes, or one manifest, whose platform stands in its configuration only. @default "index" */
  readonly manifest?: "index" | "single";
  /** Whether it is in ECR's archive storage class, from which nothing can be pulled. @default false */
  readonly archived?: boolean;
}

/** A secret of Secrets Manager: what can be known about it, and never its value. */
export interface SecretResource {
  readonly name: string;
  /** The six characters that Secrets Manager appends to the name in the ARN. @default "AbCdEf" */
  readonly suffix?: string;
  /** The staging labels of its version; none if it has no value. @default ["AWSCURRENT"] */
  readonly stages?: readonly string[];
  /** @default "11111111-1111-4111-8111-111111111111" */
  readonly versionId?: string;
  /** When it is scheduled to be gone. */
  readonly deletedAt?: Date;
  readonly kmsKeyId?: string;
  /** The region of the original, if this is a replica. */
  readonly primaryRegion?: string;
}

/** A parameter of the SSM Parameter Store: what can be known about it, and never its value. */
export interface ParameterResource {
  /** With its leading slash, if it has one. */
  readonly name: string;
  /** @default "SecureString" */
  readonly type?: "String" | "StringList" | "SecureString";
  /** @default 1 */
  readonly version?: number;
  readonly keyId?: string;
}

/** A file system of EFS, or of S3 Files. */
export interface FileSystemResource {
  /** `fs-` followed by hexadecimal digits. */
  readonly id: string;
  /** @default "available" */
  readonly state?: string;
  /** The state of each of its mount targets. @default ["available"] */
  readonly mountTargets?: readonly string[];
}

/** An access point of EFS, or of S3 Files. */
export interface AccessPointResource {
  /** `fsap-` followed by hexadecimal digits. */
  readonly id: string;
  readonly fileSystemId: string;
  /** @default "available" */
  readonly state?: string;
}

/** A role of IAM. */
export interface RoleResource {
  readonly name: string;
  /** @default "/" */
  readonly path?: string;
  /** Its trust policy. @default a policy that trusts `ecs-tasks.amazonaws.com` */
  readonly trust?: unknown;
  /** The actions that its policies allow, for the policy simulator. @default none */
  readonly allows?: readonly string[];
  /** The actions that its policies deny. @default none */
  readonly denies?: readonly string[];
}

/** A log group of CloudWatch Logs. */
export interface LogGroupResource {
  readonly name: string;
  /** @default "STANDARD" */
  readonly logGroupClass?: string;
}

/** An object of S3: its key, and never its content. */
export interface ObjectResource {
  readonly bucket: string;
  readonly key: string;
}

/** A key of KMS. */
export interface KeyResource {
  readonly id: string;
  /** @default "Enabled" */
  readonly state?: string;
}

/** Where a resource is. IAM's are in every region. */
export interface Located {
  /** @default the region of the {@link FakeAws} */
  readonly region?: string;
}

/** Everything that the fake account holds, by kind. */
export interface Resources {
  repository: { readonly name: string };
  pullThroughCache: { readonly prefix: string };
  image: ImageResource;
  secret: SecretResource;
  parameter: ParameterResource;
  fileSystem: FileSystemResource;
  accessPoint: AccessPointResource;
  s3FileSystem: FileSystemResource;
  s3AccessPoint: AccessPointResource;
  role: RoleResource;
  logGroup: LogGroupResource;
  object: ObjectResource & Located;
  key: KeyResource;
}

/** What a service's operation can see: its account, its region, and what is there. */
export interface View {
  readonly partition: string;
  readonly region: string;
  /** Where resources are that say nothing else. */
  readonly home: string;
  readonly accountId: string;
  /** The resources of a kind in the region. IAM's and S3's names are the same in all regions. */
  all<Kind extends keyof Resources>(kind: Kind): readonly Resources[Kind][];
}

/** An operation: takes the input from the wire and returns the output, or throws an `AwsError`. */
type Operation = (input: Readonly<Record<string, unknown>>, view: View) => unknown;

/** The operations of one service that only look. It has no others. */
export type ReadOnlyOperations = Readonly<Record<string, Operation>>;
