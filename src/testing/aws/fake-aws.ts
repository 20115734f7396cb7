import { type Answer, hang, reset, unavailable } from "../answer.ts";
import { type Clock, ManualClock } from "../clock.ts";
import { type FakeEcsServer, serve } from "../http-server.ts";
import { type EcsRequestHandler, toRequestHandler, type WireRequest } from "../transport.ts";
import { toErrorAnswer, toOkAnswer } from "./aws-answer.ts";
import { AwsError } from "./aws-error.ts";
import { type AwsRequest, toAwsRequest } from "./aws-request.ts";
import { type AwsFault, AwsFaults } from "./faults.ts";
import type {
  AccessPointResource,
  FileSystemResource,
  ImageResource,
  KeyResource,
  Located,
  LogGroupResource,
  ObjectResource,
  ParameterResource,
  ReadOnlyOperations,
  Resources,
  RoleResource,
  SecretResource,
  View,
} from "./resources.ts";
import { ecr, toStoredImage } from "./services/ecr.ts";
import { efs } from "./services/efs.ts";
import { iam, toRoleArn } from "./services/iam.ts";
import { kms } from "./services/kms.ts";
import { logs } from "./services/logs.ts";
import { s3 } from "./services/s3.ts";
import { s3Files } from "./services/s3-files.ts";
import { secretsManager, toSecretArn } from "./services/secrets-manager.ts";
import { ssm } from "./services/ssm.ts";
import { sts } from "./services/sts.ts";

/** Options for {@link FakeAws}. */
export interface FakeAwsOptions {
  /** Where resources are that say nothing else. @default "us-east-1" */
  readonly region?: string;
  /** @default "111122223333" */
  readonly accountId?: string;
  /** @default "aws" */
  readonly partition?: string;
  /** How long each call takes on the clock, in milliseconds. @default 0 */
  readonly latencyMs?: number;
  /** @default a ManualClock: time passes only through its `advance`. */
  readonly clock?: Clock;
}

/** A call that {@link FakeAws} received. */
export interface FakeAwsCall {
  /** Service and operation, such as `ecr:BatchGetImage`. */
  readonly operation: string;
  readonly region: string;
  /** Its input as sent. */
  readonly input: Readonly<Record<string, unknown>>;
  /** `"ok"`, the name of the error, `"reset"`, `"hang"` or `"unavailable"`. Absent while the call is in progress. */
  readonly outcome?: string;
}

/** Everything that it answers, by the service's name in IAM actions. Each only looks, and none returns a secret's value. */
const services: Readonly<Record<string, ReadOnlyOperations>> = {
  ecr,
  secretsmanager: secretsManager,
  ssm,
  elasticfilesystem: efs,
  s3files: s3Files,
  iam,
  logs,
  s3,
  kms,
  sts,
};

/** The action that allows an operation, if its name differs. */
const actions: Readonly<Record<string, string>> = { "s3:ListObjectsV2": "s3:ListBucket" };

/**
 * The AWS services around ECS, in memory, behind real SDK clients: ECR, Secrets Manager, SSM, EFS, S3 Files, IAM, CloudWatch Logs, S3, KMS
 * and STS. You say in plain words what is there; the clients' requests are answered in each service's own wire format.
 *
 * It only looks. Every operation that reads a secret's value or writes is refused with an error that is no AWS error, and no value can be put in.
 *
 * @example
 * const aws = new FakeAws();
 * aws.image({ repository: "openclaw", tag: "1.4.0", platforms: ["linux/amd64"] });
 * const client = new ECRClient({ ...aws.config });
 */
export class FakeAws {
  /** The source of its times. */
  readonly clock: Clock;
  readonly #options: Required<Pick<FakeAwsOptions, "region" | "accountId" | "partition" | "latencyMs">>;
  readonly #requestHandler: EcsRequestHandler;
  readonly #resources: { [Kind in keyof Resources]?: (Resources[Kind] & Located)[] } = {};
  readonly #denied = new Set<string>();
  readonly #faults = new AwsFaults();
  readonly #calls: FakeAwsCall[] = [];

  constructor(options: FakeAwsOptions = {}) {
    const { region = "us-east-1", accountId = "111122223333", partition = "aws", latencyMs = 0 } = options;
    this.clock = options.clock ?? new ManualClock();
    this.#options = { region, accountId, partition, latencyMs };
    this.#requestHandler = toRequestHandler((request) => this.#answer(request), this.clock);
  }

  /** Settings for any client of the AWS SDK, so that its requests end here: `new ECRClient({ ...aws.config })`. */
  get config(): {
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly requestHandler: EcsRequestHandler;
    readonly disableClockSkewCorrection: boolean;
  } {
    return {
      region: this.#options.region,
      credentials: { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "fake" },
      requestHandler: this.#requestHandler,
      disableClockSkewCorrection: true,
    };
  }

  /** Serves it on a local port, by default a free one, for processes of their own. */
  listen({ port = 0 }: { readonly port?: number } = {}): Promise<FakeEcsServer> {
    return serve((request) => this.#answer(request), port);
  }

  /** All received calls in order, including failures and each SDK retry. */
  get calls(): readonly FakeAwsCall[] {
    return this.#calls;
  }

  clearCalls(): void {
    this.#calls.length = 0;
  }

  /** An image in private ECR. Its repository is there with it. @returns its digest */
  image(image: ImageResource & Located): string {
    this.#add("image", image);
    return toStoredImage(image).digest;
  }

  /** An empty repository in private ECR. */
  repository(repository: { readonly name: string } & Located): void {
    this.#add("repository", repository);
  }

  /** A rule by which ECR fetches images under this prefix from another registry. */
  pullThroughCache(rule: { readonly prefix: string } & Located): void {
    this.#add("pullThroughCache", rule);
  }

  /** A secret, without its value. @returns its ARN */
  secret(secret: SecretResource & Located): string {
    this.#add("secret", secret);
    return toSecretArn(secret, this.#view(secret.region ?? this.#options.region));
  }

  /** A parameter of the SSM Parameter Store, without its value. */
  parameter(parameter: ParameterResource & Located): void {
    this.#add("parameter", parameter);
  }

  /** A file system of EFS. */
  fileSystem(fileSystem: FileSystemResource & Located): void {
    this.#add("fileSystem", fileSystem);
  }

  /** An access point of EFS. */
  accessPoint(accessPoint: AccessPointResource & Located): void {
    this.#add("accessPoint", accessPoint);
  }

  /** A file system of S3 Files. */
  s3FileSystem(fileSystem: FileSystemResource & Located): void {
    this.#add("s3FileSystem", fileSystem);
  }

  /** An access point of S3 Files. */
  s3AccessPoint(accessPoint: AccessPointResource & Located): void {
    this.#add("s3AccessPoint", accessPoint);
  }

  /** A role of IAM. @returns its ARN */
  role(role: RoleResource): string {
    this.#add("role", role);
    return toRoleArn(role, this.#view(this.#options.region));
  }

  /** A log group of CloudWatch Logs. */
  logGroup(logGroup: LogGroupResource & Located): void {
    this.#add("logGroup", logGroup);
  }

  /** An object in S3, without its content. */
  object(object: ObjectResource & Located): void {
    this.#add("object", object);
  }

  /** A key of KMS. */
  key(key: KeyResource & Located): void {
    this.#add("key", key);
  }

  /** Takes the caller the right to an action, such as `secretsmanager:DescribeSecret`. */
  deny(action: string): void {
    this.#denied.add(action);
  }

  /** Makes the next calls of an operation fail. Faults of the same operation apply one after the other, in the order of these calls. */
  fail(fault: AwsFault): void {
    this.#faults.add(fault);
  }

  /** Serves the presigned URLs of image configurations, in place of the global `fetch`. */
  readonly fetch = async (url: string | URL | Request): Promise<Response> => {
    const { pathname } = new URL(url instanceof Request ? url.url : url);
    const digest = decodeURIComponent(pathname.slice(1));
    const images = this.#resources.image ?? [];
    const blob = images.map((image) => toStoredImage(image).blobs.get(digest)).find((text) => text !== undefined);
    return blob === undefined ? new Response("not found", { status: 404 }) : new Response(blob);
  };

  #add<Kind extends keyof Resources>(kind: Kind, resource: Resources[Kind] & Located): void {
    const resources: (Resources[Kind] & Located)[] = this.#resources[kind] ?? [];
    resources.push(resource);
    Object.assign(this.#resources, { [kind]: resources });
  }

  #view(region: string): View {
    const { partition, accountId, region: home } = this.#options;
    return {
      partition,
      accountId,
      home,
      region,
      all: (kind) => {
        const resources = this.#resources[kind] ?? [];
        if (kind === "role" || kind === "object") return resources;
        return resources.filter((resource) => (resource.region ?? home) === region);
      },
    };
  }

  async #answer(request: WireRequest): Promise<Answer> {
    const asked = toAwsRequest(request);
    if (asked === undefined) {
      const error = new AwsError("MissingAuthenticationToken", "The request is not signed.", 403);
      return toErrorAnswer({ service: "", operation: "" }, error);
    }
    const operation = `${asked.service}:${asked.operation}`;
    const call: { outcome?: string } & FakeAwsCall = { operation, region: asked.region, input: asked.input };
    this.#calls.push(call);
    const run = services[asked.service]?.[asked.operation];
    if (run === undefined) {
      call.outcome = "refused";
      throw new Error(`FakeAws refuses ${operation}: it answers only what neither writes nor reads a secret's value.`);
    }
    if (this.#options.latencyMs > 0) await this.clock.sleep(this.#options.latencyMs);
    const answer = await this.#answerTo(asked, operation, () => run(asked.input, this.#view(asked.region)));
    call.outcome = answer.outcome;
    if (answer.kind !== "response") return answer;
    return { ...answer, headers: { ...answer.headers, date: new Date(this.clock.now()).toUTCString() } };
  }

  async #answerTo(asked: AwsRequest, operation: string, run: () => unknown): Promise<Answer> {
    const fault = this.#faults.take(operation);
    if (fault !== undefined) {
      if ("error" in fault) {
        const { error, message = `Injected ${error}.`, statusCode = 400 } = fault;
        return toErrorAnswer(asked, new AwsError(error, message, statusCode));
      }
      if ("unavailable" in fault) return unavailable;
      if ("reset" in fault) return reset;
      if ("hang" in fault) return hang;
      if ("output" in fault) return toOkAnswer(asked, fault.output);
      await this.clock.sleep(fault.delayMs);
    }
    try {
      const action = actions[operation] ?? operation;
      if (this.#denied.has(action)) throw toDenied(asked.service, action);
      return toOkAnswer(asked, run());
    } catch (error) {
      if (error instanceof AwsError) return toErrorAnswer(asked, error);
      throw error;
    }
  }
}

/** The services of the JSON protocol answer 400, the others 403; IAM and S3 have a name of their own. */
function toDenied(service: string, action: string): AwsError {
  const isXml = ["iam", "sts", "s3"].includes(service);
  const statusCode = isXml || ["elasticfilesystem", "s3files"].includes(service) ? 403 : 400;
  return new AwsError(
    isXml ? "AccessDenied" : "AccessDeniedException",
    `User is not authorized to perform: ${action} because no identity-based policy allows the ${action} action`,
    statusCode,
  );
}
