import type { CheckKind } from "./check.ts";

/** A request that the checks may send, and the permission that it needs. */
export interface Permission {
  /** The AWS service, as the option `clients` names it. */
  readonly service: Service;
  /** Its IAM action. */
  readonly action: string;
  /** The ARN to grant it on; `<…>` is to be filled in. `*` where AWS accepts no other. */
  readonly resource: string;
}

/** The AWS services that checks ask. */
export type Service = "ecr" | "secretsManager" | "ssm" | "efs" | "iam" | "logs" | "s3" | "s3files" | "kms";

/** Every operation that any check sends, and no other. None of them reads a secret's value or changes anything. */
export const operations = {
  BatchGetImage: {
    service: "ecr",
    action: "ecr:BatchGetImage",
    resource: "arn:<partition>:ecr:<region>:<account>:repository/<repository>",
  },
  GetDownloadUrlForLayer: {
    service: "ecr",
    action: "ecr:GetDownloadUrlForLayer",
    resource: "arn:<partition>:ecr:<region>:<account>:repository/<repository>",
  },
  DescribePullThroughCacheRules: { service: "ecr", action: "ecr:DescribePullThroughCacheRules", resource: "*" },
  DescribeSecret: {
    service: "secretsManager",
    action: "secretsmanager:DescribeSecret",
    resource: "arn:<partition>:secretsmanager:<region>:<account>:secret:<secret>",
  },
  DescribeParameters: { service: "ssm", action: "ssm:DescribeParameters", resource: "*" },
  DescribeAccessPoints: {
    service: "efs",
    action: "elasticfilesystem:DescribeAccessPoints",
    resource: "arn:<partition>:elasticfilesystem:<region>:<account>:access-point/<access point>",
  },
  DescribeFileSystems: {
    service: "efs",
    action: "elasticfilesystem:DescribeFileSystems",
    resource: "arn:<partition>:elasticfilesystem:<region>:<account>:file-system/<file system>",
  },
  DescribeMountTargets: {
    service: "efs",
    action: "elasticfilesystem:DescribeMountTargets",
    resource: "arn:<partition>:elasticfilesystem:<region>:<account>:file-system/<file system>",
  },
  GetAccessPoint: {
    service: "s3files",
    action: "s3files:GetAccessPoint",
    resource: "arn:<partition>:s3files:<region>:<account>:file-system/<file system>/access-point/<access point>",
  },
  GetFileSystem: {
    service: "s3files",
    action: "s3files:GetFileSystem",
    resource: "arn:<partition>:s3files:<region>:<account>:file-system/<file system>",
  },
  ListMountTargets: {
    service: "s3files",
    action: "s3files:ListMountTargets",
    resource: "arn:<partition>:s3files:<region>:<account>:file-system/<file system>",
  },
  GetRole: { service: "iam", action: "iam:GetRole", resource: "arn:<partition>:iam::<account>:role/<role>" },
  SimulatePrincipalPolicy: {
    service: "iam",
    action: "iam:SimulatePrincipalPolicy",
    resource: "arn:<partition>:iam::<account>:role/<role>",
  },
  DescribeLogGroups: {
    service: "logs",
    action: "logs:DescribeLogGroups",
    resource: "arn:<partition>:logs:<region>:<account>:log-group:*",
  },
  ListObjectsV2: { service: "s3", action: "s3:ListBucket", resource: "arn:<partition>:s3:::<bucket>" },
  DescribeKey: {
    service: "kms",
    action: "kms:DescribeKey",
    resource: "arn:<partition>:kms:<region>:<account>:key/<key>",
  },
} as const satisfies Record<string, Permission>;

/** An operation that checks send. */
export type Operation = keyof typeof operations;

/** What a kind of check sends. */
export interface KindOperations {
  readonly operations: readonly Operation[];
  /** The option of the verifier without which none of it is sent. */
  readonly option?: "keys" | "simulate";
}

/** Which operations each kind of check sends: what to grant for it. */
export const permissions: Readonly<Record<CheckKind, KindOperations>> = {
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

/** The permission that an operation needs, as people write it; the names fill the gaps of the ARN's form. */
export function toPermissionText(operation: Operation, names: Readonly<Record<string, string>>): string {
  const { action, resource } = operations[operation];
  const arn = resource.replace(/<([^>]+)>/g, (gap, name: string) => names[name] ?? gap);
  return `${action} on ${arn}`;
}
