import type { CheckKind } from "../verify/check.ts";

/** What a stop reason means. */
export interface Meaning {
  readonly means: string;
  /** The checks that look at its cause. None if no check can see it. */
  readonly checks: readonly CheckKind[];
  /** What to do about it. */
  readonly advice: string;
}

interface Known extends Meaning {
  readonly pattern: RegExp;
}

const network =
  /i\/o timeout|context deadline exceeded|Client\.Timeout|dial tcp|no such host|connection (?:refused|reset|issue)/i;
const denied = /AccessDenied|not authorized|denied|no basic auth|\b403\b/i;
const pull = /CannotPull\w*Error|can't pull the image/i;
const secrets = /unable to (?:pull|retrieve|fetch) secrets?|can't retrieve the secret|fetching secret data/i;
const mount = /failed to invoke EFS utils|mount\.(?:nfs4|efs|s3files)|S3 Files/i;

/** All of these have to be in the text. */
const all = (...patterns: readonly RegExp[]): RegExp =>
  new RegExp(patterns.map((pattern) => `(?=[\\s\\S]*(?:${pattern.source}))`).join(""), "i");

/** The first that fits counts, so the narrower stand first. */
const known: readonly Known[] = [
  {
    pattern: all(pull, /toomanyrequests|rate limit/),
    means: "The image's registry limits how often it is asked.",
    checks: [],
    advice: "Copy the image into ECR, or set up a pull-through cache.",
  },
  {
    pattern: all(pull, /no space left/),
    means: "The image does not fit on the task's disk.",
    checks: [],
    advice: "Raise the base's ephemeralStorage, or make the image smaller.",
  },
  {
    pattern: all(pull, /descriptor matching platform|no match for platform|image operating system/),
    means: "The image is not built for the task's platform.",
    checks: ["image-platform"],
    advice: "Build the image for the base's runtimePlatform, or change that.",
  },
  {
    pattern: all(pull, network),
    means: "The task cannot reach the image's registry.",
    checks: [],
    advice:
      "Look at the task's subnets: they need a NAT gateway, a public IP or VPC endpoints, and a security group that lets HTTPS out.",
  },
  {
    pattern: all(pull, /not found|manifest unknown|does not exist|check whether the image exists/),
    means: "The image is not there.",
    checks: ["image"],
    advice: "Push the image, or register a base with an existing image and move its users: taskdef-cloner reclone.",
  },
  {
    pattern: all(pull, denied),
    means: "The task may not pull the image.",
    checks: ["image", "execution-role", "registry-credentials", "role-permission"],
    advice: "Give the execution role the right to pull it. `taskdef-cloner verify --simulate` looks at its policies.",
  },
  {
    pattern: /exec format error/,
    means: "The image is built for another processor.",
    checks: ["image-platform"],
    advice: "Build the image for the base's runtimePlatform, or change that.",
  },
  {
    pattern: /did not contain json key/,
    means: "The secret has no such JSON key.",
    checks: ["secret", "secret-key"],
    advice: "Put the key into the secret, or correct the `valueFrom` that names it.",
  },
  {
    pattern: /Access to KMS is not allowed|kms:Decrypt|AccessDeniedException[\s\S]*KMS/,
    means: "The execution role may not use the key of a secret or parameter.",
    checks: ["key", "execution-role"],
    advice: "Give the execution role kms:Decrypt on the key. `taskdef-cloner verify --keys` looks at the keys.",
  },
  {
    pattern: all(secrets, network),
    means: "The task cannot reach Secrets Manager or the SSM Parameter Store.",
    checks: [],
    advice:
      "Look at the task's subnets: they need a NAT gateway, a public IP or VPC endpoints, and a security group that lets HTTPS out.",
  },
  {
    pattern: all(secrets, denied),
    means: "The execution role may not read a secret or parameter.",
    checks: ["execution-role", "role-permission"],
    advice: "Give the execution role the right to read it. `taskdef-cloner verify --simulate` looks at its policies.",
  },
  {
    pattern: all(secrets, /ssm|parameter/),
    means: "A parameter cannot be read.",
    checks: ["parameter"],
    advice: "Create the parameter in the task's region, or correct the name.",
  },
  {
    pattern: secrets,
    means: "A secret cannot be read.",
    checks: ["secret", "registry-credentials"],
    advice:
      "Restore the secret or give it a value, or give its user the ARN of another: taskdef-cloner reclone --set-secret.",
  },
  {
    pattern: all(mount, /failed to resolve/),
    means: "The file system, or its mount target, is not there.",
    checks: ["file-system", "s3files-file-system"],
    advice: "Create a mount target in the task's availability zone, and let the VPC resolve DNS names.",
  },
  {
    pattern: all(mount, /access denied/),
    means: "The file system refuses the mount.",
    checks: ["access-point", "s3files-access-point", "task-role"],
    advice: "Look at the access point, the file system's policy and the task role.",
  },
  {
    pattern: all(mount, /no such file or directory/),
    means: "The directory to mount is not there.",
    checks: ["access-point", "file-system"],
    advice: "Give the access point creation info, or the volume a directory that exists.",
  },
  {
    pattern: all(mount, /connection reset|timed out|timeout/),
    means: "The task cannot reach the file system.",
    checks: ["file-system", "s3files-file-system"],
    advice: "Let the mount target's security group accept port 2049 from the task.",
  },
  {
    pattern: mount,
    means: "A file system cannot be mounted.",
    checks: ["access-point", "file-system", "s3files-access-point", "s3files-file-system"],
    advice: "Look at the access point and its file system.",
  },
  {
    pattern: /unable to assume the role/,
    means: "ECS cannot assume one of the task's roles.",
    checks: ["execution-role", "task-role"],
    advice: "Create the role, or let ecs-tasks.amazonaws.com assume it in its trust policy.",
  },
  {
    pattern: /log group does not exist|failed to validate logger args/,
    means: "The log group cannot be used.",
    checks: ["log-group", "execution-role"],
    advice: "Create the log group in the region that the base names.",
  },
  {
    pattern: /failed to download env files/,
    means: "A file of environment variables cannot be read.",
    checks: ["env-file", "execution-role"],
    advice: "Upload the file, and let the execution role read it.",
  },
  {
    pattern: /OutOfMemory|killed due to memory/,
    means: "The container used more memory than it has.",
    checks: [],
    advice: "Give the user more: taskdef-cloner resize.",
  },
  {
    pattern: /failed (?:ELB|container|load balancer) health checks/,
    means: "The container ran, and did not answer its health check.",
    checks: [],
    advice: "Read the container's log, and compare the health check's grace period with how long it takes to start.",
  },
  {
    pattern: /Essential container in task exited/,
    means: "The container ended by itself.",
    checks: [],
    advice: "Read the container's log.",
  },
  {
    pattern: /Capacity is unavailable|RESOURCE:|unable to place/,
    means: "There is no capacity for the task.",
    checks: [],
    advice: "Try again, or allow more availability zones or capacity providers.",
  },
  {
    pattern: /spot interruption|Spot Task was interrupted/,
    means: "AWS took the Spot capacity back.",
    checks: [],
    advice: "The service starts another. Use on-demand capacity for what must not be interrupted.",
  },
  {
    pattern: /Scaling activity initiated by/,
    means: "A deployment or a change of the desired count replaced the task. That is no fault.",
    checks: [],
    advice: "Nothing has to be done.",
  },
];

/** What ECS's words for a stop mean. `undefined` for words that are not known: they are shown as they are, and nothing is guessed. */
export function explainStop(text: string): Meaning | undefined {
  const found = known.find(({ pattern }) => new RegExp(pattern.source, "i").test(text));
  if (found === undefined) return undefined;
  const { means, checks, advice } = found;
  return { means, checks, advice };
}
