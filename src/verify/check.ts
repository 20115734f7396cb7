import type { RegisterInput } from "../task-definition.ts";
import type { Place } from "../task-definition-arn.ts";
import type { ImageReference } from "./image-reference.ts";
import type { ParameterReference } from "./parameter-reference.ts";
import type { RoleReference } from "./role-reference.ts";
import type { S3ObjectReference } from "./s3-object-reference.ts";
import type { S3FilesReference } from "./s3files-reference.ts";
import type { SecretReference } from "./secret-reference.ts";
import type { WantedPlatform } from "./wanted-platform.ts";

export type { Place } from "../task-definition-arn.ts";

/** The kinds of checks, in the order of results. `shape` is what the definition itself shows: no request is sent for it. */
export const checkKinds = [
  "shape",
  "image",
  "image-platform",
  "registry-credentials",
  "secret",
  "secret-key",
  "parameter",
  "access-point",
  "file-system",
  "s3files-access-point",
  "s3files-file-system",
  "execution-role",
  "task-role",
  "log-group",
  "env-file",
  "role-permission",
  "key",
] as const;

export type CheckKind = (typeof checkKinds)[number];

/**
 * How a check came out.
 *
 * - `ok`: it is there, and is as the task needs it, as seen from here and now.
 * - `failed`: AWS gave positive evidence that a task would not start, or not run as meant.
 * - `unknown`: nothing decides it: no answer, no permission to ask, or an answer that can mean both.
 * - `skipped`: it was not asked for; the detail says why.
 */
export type CheckStatus = "ok" | "failed" | "unknown" | "skipped";

/** What every check says of itself. */
interface CheckOf<Kind extends CheckKind> extends Place {
  readonly kind: Kind;
  /** What it is about, such as an image reference or an ARN. */
  readonly subject: string;
  /** Where the definition names it, such as `containerDefinitions[app].secrets[API_KEY]`. */
  readonly where: readonly string[];
  /** The stop reason that a task would have. */
  readonly prevents: string;
  /** Whether it belongs to another account than the task's. Then "not found" may mean "not for you". */
  readonly isForeign: boolean;
}

export interface ShapeCheck extends CheckOf<"shape"> {
  readonly status: "failed" | "unknown" | "skipped";
  readonly detail: string;
  readonly advice: string;
}

export interface ImageCheck extends CheckOf<"image"> {
  readonly image: ImageReference;
  /** Whether the registry is asked with credentials of its own, which the checks do not read. */
  readonly hasCredentials: boolean;
}

export interface PlatformCheck extends CheckOf<"image-platform"> {
  readonly image: ImageReference;
  readonly platform: WantedPlatform;
}

export interface SecretCheck extends CheckOf<"secret" | "registry-credentials"> {
  readonly secret: SecretReference;
}

export interface SecretKeyCheck extends CheckOf<"secret-key"> {
  readonly secret: SecretReference & { readonly jsonKey: string };
}

export interface ParameterCheck extends CheckOf<"parameter"> {
  readonly parameter: ParameterReference;
}

export interface AccessPointCheck extends CheckOf<"access-point"> {
  readonly fileSystemId: string;
}

export type FileSystemCheck = CheckOf<"file-system">;

export interface S3FilesCheck extends CheckOf<"s3files-access-point" | "s3files-file-system"> {
  readonly s3files: S3FilesReference;
}

export interface RoleCheck extends CheckOf<"execution-role" | "task-role"> {
  readonly role: RoleReference;
  /** Where the task runs, which the role's trust may be limited to. */
  readonly task: Place;
}

export interface LogGroupCheck extends CheckOf<"log-group"> {
  readonly isCreatedByTask: boolean;
}

export interface EnvFileCheck extends CheckOf<"env-file"> {
  readonly object: S3ObjectReference;
}

/** Actions, and what a role takes them on. */
export interface Grant {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Whether a policy of the resource could grant it as well, which a simulation of the role does not see. */
  readonly isGrantableByResource: boolean;
}

export interface RolePermissionCheck extends CheckOf<"role-permission"> {
  readonly grants: readonly Grant[];
}

export interface KeyCheck extends CheckOf<"key"> {
  readonly of: SecretReference | ParameterReference;
}

/** One thing to find out before a task is started. Plain data: the same definition gives the same checks. */
export type Check =
  | ShapeCheck
  | ImageCheck
  | PlatformCheck
  | SecretCheck
  | SecretKeyCheck
  | ParameterCheck
  | AccessPointCheck
  | FileSystemCheck
  | S3FilesCheck
  | RoleCheck
  | LogGroupCheck
  | EnvFileCheck
  | RolePermissionCheck
  | KeyCheck;

/** What came out of a check. Holds no value of an environment variable, and no presigned URL. */
export interface CheckResult extends Outcome {
  readonly check: Check;
}

/** A result without its check. */
export interface Outcome {
  readonly status: CheckStatus;
  /** What was found. */
  readonly detail: string;
  /** What to do about it. Absent where nothing is to be done. */
  readonly advice?: string;
  /** The permission that the checker lacks, such as `ecr:BatchGetImage on arn:aws:ecr:…`. */
  readonly permission?: string;
  /** The digest that the image's tag points to at the moment. */
  readonly digest?: string;
  /** Name of the error that AWS, or the network, answered with. */
  readonly error?: string;
  /** AWS's id of the request that decided. */
  readonly requestId?: string;
}

/** The results of all checks, by kind and subject. */
export interface Verification {
  /** Whether no check failed. It does not say that a task will start: time, network and the roles' rights remain. */
  readonly ok: boolean;
  /** Whether none failed and none is unknown. */
  readonly complete: boolean;
  readonly results: readonly CheckResult[];
}

/** Checks register inputs. The cloner takes one as its option `verify`. */
export interface Verifier {
  /** The checks that a definition asks for. Pure: sends nothing. */
  toChecks(input: RegisterInput, where: Place): readonly Check[];
  /** Runs them, all to the end. Rejects with the signal's reason if it aborts, and with what a callback threw. */
  run(checks: readonly Check[], options?: { readonly signal?: AbortSignal | undefined }): Promise<Verification>;
}
