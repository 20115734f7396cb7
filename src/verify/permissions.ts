import type { Permission } from "../permissions.ts";
import { type CheckKind, checkKinds } from "./check.ts";

/** A request that the checks may send, and the permission that it needs. */
interface OperationPermission extends Permission {
  /** The AWS service, as the option `clients` names it. */
  readonly service: Service;
}

/** The AWS services that checks ask. */
export type Service = "ecr" | "secretsManager" | "ssm" | "efs" | "iam" | "logs" | "s3" | "s3files" | "kms";

/** Every operation that any check sends, and no other. None of them reads a secret's value or changes anything. */
export const operations = {
  BatchGetImage: {
    service: "ecr",
    action: "ecr:BatchGetImage",
    resource: "arn:<partition>:ecr:<region>:<account>:repository/<repository>",
    why: "finds the image as a pull would, and the platforms of an index",
  },
  GetDownloadUrlForLayer: {
    service: "ecr",
    action: "ecr:GetDownloadUrlForLayer",
    resource: "arn:<partition>:ecr:<region>:<account>:repository/<repository>",
    why: "reads the platform of an image with a single manifest from its configuration; can read image layers as well",
  },
  DescribePullThroughCacheRules: {
    service: "ecr",
    action: "ecr:DescribePullThroughCacheRules",
    resource: "*",
    why: "distinguishes a missing image from an image that the first pull would import",
  },
  DescribeSecret: {
    service: "secretsManager",
    action: "secretsmanager:DescribeSecret",
    resource: "arn:<partition>:secretsmanager:<region>:<account>:secret:<secret>",
    why: "finds the secret and its versions, without its value",
  },
  DescribeParameters: {
    service: "ssm",
    action: "ssm:DescribeParameters",
    resource: "*",
    why: "finds the parameter, without its value; AWS grants it for all parameters or none",
  },
  DescribeAccessPoints: {
    service: "efs",
    action: "elasticfilesystem:DescribeAccessPoints",
    resource: "arn:<partition>:elasticfilesystem:<region>:<account>:access-point/<access point>",
    why: "finds the access point, its state and its file system",
  },
  DescribeFileSystems: {
    service: "efs",
    action: "elasticfilesystem:DescribeFileSystems",
    resource: "arn:<partition>:elasticfilesystem:<region>:<account>:file-system/<file system>",
    why: "finds the file system and its state",
  },
  DescribeMountTargets: {
    service: "efs",
    action: "elasticfilesystem:DescribeMountTargets",
    resource: "arn:<partition>:elasticfilesystem:<region>:<account>:file-system/<file system>",
    why: "finds a mount target through which the file system can be reached",
  },
  GetAccessPoint: {
    service: "s3files",
    action: "s3files:GetAccessPoint",
    resource: "arn:<partition>:s3files:<region>:<account>:file-system/<file system>/access-point/<access point>",
    why: "finds the S3 Files access point, its state and its file system",
  },
  GetFileSystem: {
    service: "s3files",
    action: "s3files:GetFileSystem",
    resource: "arn:<partition>:s3files:<region>:<account>:file-system/<file system>",
    why: "finds the S3 Files file system and its state",
  },
  ListMountTargets: {
    service: "s3files",
    action: "s3files:ListMountTargets",
    resource: "arn:<partition>:s3files:<region>:<account>:file-system/<file system>",
    why: "finds a mount target through which the S3 Files file system can be reached",
  },
  GetRole: {
    service: "iam",
    action: "iam:GetRole",
    resource: "arn:<partition>:iam::<account>:role/<role>",
    why: "finds the role, and reads whether its trust policy lets ECS tasks assume it",
  },
  SimulatePrincipalPolicy: {
    service: "iam",
    action: "iam:SimulatePrincipalPolicy",
    resource: "arn:<partition>:iam::<account>:role/<role>",
    why: "simulates what the role may do; reveals other principals' policies",
  },
  DescribeLogGroups: {
    service: "logs",
    action: "logs:DescribeLogGroups",
    resource: "arn:<partition>:logs:<region>:<account>:log-group:*",
    why: "finds the log group",
  },
  ListObjectsV2: {
    service: "s3",
    action: "s3:ListBucket",
    resource: "arn:<partition>:s3:::<bucket>",
    why: "finds the environment file by listing it, without the right to read it; can be limited to its key with the condition `s3:prefix`",
  },
  DescribeKey: {
    service: "kms",
    action: "kms:DescribeKey",
    resource: "arn:<partition>:kms:<region>:<account>:key/<key>",
    why: "finds the KMS key of a secret or parameter, and its state",
  },
} as const satisfies Record<string, OperationPermission>;

/** An operation that checks send. */
export type Operation = keyof typeof operations;

/** What a kind of check sends. */
interface KindOperations {
  readonly operations: readonly Operation[];
  /** The option of the verifier without which none of it is sent. */
  readonly option?: "keys" | "simulate";
}

/** Which operations each kind of check sends. */
export const kindOperations: Readonly<Record<CheckKind, KindOperations>> = {
  shape: { operations: [] },
  image: { operations: ["BatchGetImage", "DescribePullThroughCacheRules"] },
  "image-platform": { operations: ["BatchGetImage", "GetDownloadUrlForLayer"] },
  "registry-credentials": { operations: ["DescribeSecret"] },
  secret: { operations: ["DescribeSecret"] },
  "secret-key": { operations: [] },
  parameter: { operations: ["DescribeParameters"] },
  "access-point": { operations: ["DescribeAccessPoints"] },
  "file-system": { operations: ["DescribeFileSystems", "DescribeMountTargets"] },
  "s3files-access-point": { operations: ["GetAccessPoint"] },
  "s3files-file-system": { operations: ["GetFileSystem", "ListMountTargets"] },
  "execution-role": { operations: ["GetRole"] },
  "task-role": { operations: ["GetRole"] },
  "log-group": { operations: ["DescribeLogGroups"] },
  "env-file": { operations: ["ListObjectsV2"] },
  "role-permission": { operations: ["SimulatePrincipalPolicy"], option: "simulate" },
  key: { operations: ["DescribeSecret", "DescribeParameters", "DescribeKey"], option: "keys" },
};

/** A permission that checks need. Where it is missing, they are `unknown`. */
export interface VerifyPermission extends Permission {
  /** The kinds of checks that need it. */
  readonly kinds: readonly CheckKind[];
  /** The option of the verifier without which it is not needed. */
  readonly option?: "keys" | "simulate";
}

/** What to grant to whoever verifies: none of it reads a secret's value or changes anything. Only what the checks of your definitions need. */
export const permissions: readonly VerifyPermission[] = Object.entries(operations).map(
  ([operation, { action, resource, why }]) => {
    const those = checkKinds.filter((kind) => kindOperations[kind].operations.some((one) => one === operation));
    const options = new Set(those.map((kind) => kindOperations[kind].option));
    const [option] = options;
    return { action, resource, why, kinds: those, ...(options.size === 1 && option !== undefined && { option }) };
  },
);

/** The permission that an operation needs, as people write it; the names fill the gaps of the ARN's form. */
export function toPermissionText(operation: Operation, names: Readonly<Record<string, string>>): string {
  const { action, resource } = operations[operation];
  const arn = resource.replace(/<([^>]+)>/g, (gap, name: string) => names[name] ?? gap);
  return `${action} on ${arn}`;
}
