import { ECSClient, type ECSClientConfig, type RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import type { Account } from "./account.ts";
import { type Answer, toErrorAnswer } from "./answer.ts";
import { type Clock, ManualClock } from "./clock.ts";
import { Clusters } from "./clusters.ts";
import { clientException, EcsError } from "./ecs-error.ts";
import { answerWith, type Fault, Faults } from "./faults.ts";
import { type FakeEcsServer, serve } from "./http-server.ts";
import { type EcsOperation, type OperationInput, toOperations } from "./operations.ts";
import { Quotas } from "./quotas.ts";
import { Services, type StoppedTask } from "./services.ts";
import { type ListingOptions, type Revision, TaskDefinitions } from "./task-definitions.ts";
import { type EcsRequestHandler, toOperation, toRequestHandler, type WireRequest } from "./transport.ts";
import { turn } from "./turn.ts";

/** Options for {@link FakeEcs}. */
export interface FakeEcsOptions extends ListingOptions {
  /** @default "us-east-1" */
  readonly region?: string;
  /** @default "111122223333" */
  readonly accountId?: string;
  /** @default "aws" */
  readonly partition?: string;
  /** Decides the order in which containers, environment, secrets and tags are returned, which is never the order sent. @default 1 */
  readonly seed?: number;
  /** Throttles calls with ECS's token buckets, which refill by the clock. @default false */
  readonly quotas?: boolean;
  /** Refuses a registration while another in the same family is in progress, as ECS occasionally does. @default false */
  readonly concurrentRevisionError?: boolean;
  /** Holds service deployments until {@link FakeEcs.completeDeployments}; otherwise each completes at once. @default false */
  readonly holdDeployments?: boolean;
  /** How long each call takes on the clock, in milliseconds. @default 0 */
  readonly latencyMs?: number | ((operation: EcsOperation) => number);
  /** @default a ManualClock: time passes only through its `advance`. */
  readonly clock?: Clock;
  /** ARN of the principal that registers task definitions. @default an assumed role */
  readonly registeredBy?: string;
  /** Whether to keep {@link FakeEcs.calls}. If not, memory does not grow with the number of calls. @default true */
  readonly keepCalls?: boolean;
}

/** A received call. */
export interface FakeEcsCall {
  /** Its name, even if {@link FakeEcs} does not have that operation. */
  readonly operation: string;
  /** Its input as sent. */
  readonly input: Readonly<Record<string, unknown>>;
  /** `"ok"`, the name of the error, `"reset"`, `"hang"` or `"unavailable"`. Absent while the call is in progress. */
  readonly outcome?: string;
}

/** A revision of a task definition, as it was when you asked for it. */
export interface FakeRevision {
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  readonly status: "ACTIVE" | "INACTIVE" | "DELETE_IN_PROGRESS";
  /** The input that registered it, as sent: nothing filled in or reordered, tags included. */
  readonly registered: RegisterTaskDefinitionCommandInput;
  /** Its tags, which may have changed since. */
  readonly tags: readonly { readonly key: string; readonly value: string }[];
  readonly registeredBy: string;
  readonly registeredAt: Date;
  readonly deregisteredAt?: Date;
}

/**
 * An in-memory Amazon ECS behind a real `ECSClient`: everything that the SDK does between your code and the network (middleware,
 * serialization, signing, retries) runs for real; only the network is replaced. It stores the JSON from the wire, so fields that the
 * installed SDK does not know are kept and returned.
 *
 * It refuses what ECS refuses to register, with the same messages, fills in what ECS fills in, and returns lists in another order than sent.
 * Nothing is actually run, so images need not exist, and a task is RUNNING from the start.
 *
 * @example
 * const ecs = new FakeEcs();
 * ecs.register({ family: "web", containerDefinitions: [{ name: "app", image: "nginx", memory: 512 }] });
 * const { taskDefinition } = await ecs.client().send(new DescribeTaskDefinitionCommand({ taskDefinition: "web" }));
 */
export class FakeEcs {
  /** The source of all its times. */
  readonly clock: Clock;
  /**
   * For your own `ECSClient`: `new ECSClient({ region, credentials, requestHandler })`. Responses are dated by the clock: if that is not the
   * system time, set `disableClockSkewCorrection`, or the SDK retries failed calls because their dates are minutes off.
   */
  readonly requestHandler: EcsRequestHandler;
  readonly #options: FakeEcsOptions;
  readonly #region: string;
  readonly #registeredBy: string;
  readonly #taskDefinitions: TaskDefinitions;
  readonly #services: Services;
  readonly #operations: Record<EcsOperation, (input: OperationInput) => string>;
  readonly #quotas = new Quotas();
  readonly #faults = new Faults();
  readonly #registering = new Set<unknown>();
  readonly #calls: FakeEcsCall[] = [];
  #requests = 0;

  constructor(options: FakeEcsOptions = {}) {
    const { region = "us-east-1", accountId = "111122223333", partition = "aws", seed = 1 } = options;
    const { clock = new ManualClock(), holdDeployments = false } = options;
    const { registeredBy = `arn:${partition}:sts::${accountId}:assumed-role/provisioner/session` } = options;
    const account: Account = { region, accountId, partition, now: () => clock.now() };
    const taskDefinitions: TaskDefinitions = new TaskDefinitions({
      account,
      seed,
      listings: options,
      references: () => services.references(),
    });
    const clusters = new Clusters(account);
    const services: Services = new Services({
      account,
      clusters,
      findTaskDefinition: (reference) => taskDefinitions.find(reference),
      holdDeployments,
    });
    this.clock = clock;
    this.requestHandler = toRequestHandler((request) => this.#answer(request), clock);
    this.#options = options;
    this.#region = region;
    this.#registeredBy = registeredBy;
    this.#taskDefinitions = taskDefinitions;
    this.#services = services;
    this.#operations = toOperations({ taskDefinitions, clusters, services, registeredBy });
  }

  /**
   * A real client whose requests end here. It reads no profile and no environment variables; settings that these could change have the SDK's
   * defaults, unless they are in `config`.
   */
  client(config: ECSClientConfig = {}): ECSClient {
    return new ECSClient({
      region: this.#region,
      credentials: { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "fake" },
      endpoint: `https://ecs.${this.#region}.amazonaws.com`,
      retryMode: "standard",
      maxAttempts: 3,
      defaultsMode: "standard",
      useDualstackEndpoint: false,
      useFipsEndpoint: false,
      authSchemePreference: [],
      userAgentAppId: async () => undefined,
      // Otherwise the SDK retries an error whose date is minutes off the system time.
      disableClockSkewCorrection: true,
      ...config,
      requestHandler: this.requestHandler,
    });
  }

  /** Serves this ECS on a local port, by default a free one. Any SDK or the AWS CLI can call it, with any credentials. */
  listen({ port = 0 }: { readonly port?: number } = {}): Promise<FakeEcsServer> {
    return serve((request) => this.#answer(request), port);
  }

  /** All received calls in order, including failures and each SDK retry. */
  get calls(): readonly FakeEcsCall[] {
    return this.#calls;
  }

  clearCalls(): void {
    this.#calls.length = 0;
  }

  /**
   * Registers a task definition directly: no call, no fault, no quota, no latency. Fields that the SDK does not know are accepted.
   *
   * @returns Its ARN.
   * @throws Error with the name and message of ECS's refusal.
   */
  register(
    input: RegisterTaskDefinitionCommandInput | Readonly<Record<string, unknown>>,
    { registeredBy = this.#registeredBy }: { readonly registeredBy?: string } = {},
  ): string {
    return this.#taskDefinitions.add(JSON.stringify(input), registeredBy).arn;
  }

  /**
   * Deregisters a revision directly: no call, no fault, no quota, no latency.
   *
   * @param arn Its ARN, or `family:revision`.
   * @throws Error with the name and message of ECS's refusal.
   */
  deregister(arn: string): void {
    this.#taskDefinitions.deregister({ taskDefinition: arn });
  }

  /**
   * Adds a task that has stopped, directly: no call, no fault, no quota, no latency.
   *
   * @returns Its ARN.
   * @throws Error with the name and message of ECS's refusal.
   */
  stoppedTask(task: StoppedTask): string {
    return this.#services.addStopped(task);
  }

  /** The revisions of all families, or of one, oldest first. Returns copies; mutating them has no effect. */
  revisions(family?: string): readonly FakeRevision[] {
    return this.#taskDefinitions.revisions(family).map(toFakeRevision);
  }

  /**
   * Makes the next calls of an operation fail. Faults of the same operation apply one after the other, in the order of these calls.
   *
   * @throws Error that lists the operations if it is none of them.
   */
  fail(fault: Fault): void {
    const { operation } = fault;
    if (!this.#has(operation)) {
      const operations = Object.keys(this.#operations).sort().join(", ");
      throw new Error(
        `FakeEcs does not have the operation ${operation}, so this fault would never happen. It has ${operations}.`,
      );
    }
    this.#faults.add(fault);
  }

  /** Completes the pending deployments, if {@link FakeEcsOptions.holdDeployments} is set. */
  completeDeployments(): void {
    this.#services.completeDeployments();
    this.#taskDefinitions.removeDeleted();
  }

  async #answer({ headers: { "x-amz-target": target }, body: text }: WireRequest): Promise<Answer> {
    const operation = toOperation(target);
    const input = toInput(text);
    const call: { outcome?: string } & FakeEcsCall = { operation, input: input ?? {} };
    if (this.#options.keepCalls !== false) this.#calls.push(call);
    const answer = await this.#answerTo(operation, input && { value: input, text });
    call.outcome = answer.outcome;
    if (answer.kind !== "response") return answer;
    this.#requests += 1;
    const headers = {
      ...answer.headers,
      date: new Date(this.clock.now()).toUTCString(),
      "x-amzn-requestid": `00000000-0000-4000-8000-${this.#requests.toString(16).padStart(12, "0")}`,
    };
    return { ...answer, headers };
  }

  async #answerTo(operation: string, input: OperationInput | undefined): Promise<Answer> {
    if (!this.#has(operation)) {
      return toErrorAnswer(
        new EcsError("UnknownOperationException", `FakeEcs does not have the operation ${operation}.`),
      );
    }
    if (input === undefined) {
      return toErrorAnswer(new EcsError("SerializationException", "The input is not a JSON object.")); // text unverified
    }
    if (this.#options.quotas && !this.#quotas.take(operation, this.clock.now())) {
      await this.#pass(operation);
      return toErrorAnswer(new EcsError("ThrottlingException", "Rate exceeded"));
    }
    const fault = this.#faults.take(operation);
    if (operation !== "RegisterTaskDefinition") {
      await this.#pass(operation);
      return answerWith(fault, () => this.#operations[operation](input), this.clock);
    }
    return this.#answerToRegister(input, fault);
  }

  /** Takes at least one turn, so that registrations sent together are in progress together. */
  async #answerToRegister(input: OperationInput, fault: Fault | undefined): Promise<Answer> {
    const operation = "RegisterTaskDefinition";
    const { family } = input.value;
    const isConcurrent = this.#options.concurrentRevisionError === true && this.#registering.has(family);
    const register = (): string => {
      // hashicorp/terraform-provider-aws#9777
      if (isConcurrent) {
        throw clientException("Too many concurrent attempts to create a new revision of the specified family.");
      }
      return this.#operations[operation](input);
    };
    if (!isConcurrent) this.#registering.add(family);
    try {
      await turn();
      await this.#pass(operation);
      return await answerWith(fault, register, this.clock);
    } finally {
      if (!isConcurrent) this.#registering.delete(family);
    }
  }

  #has(operation: string): operation is EcsOperation {
    return Object.hasOwn(this.#operations, operation);
  }

  async #pass(operation: EcsOperation): Promise<void> {
    const { latencyMs = 0 } = this.#options;
    const milliseconds = typeof latencyMs === "number" ? latencyMs : latencyMs(operation);
    if (milliseconds > 0) await this.clock.sleep(milliseconds);
  }
}

/** `undefined` if it is not a JSON object. */
function toInput(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function toFakeRevision(revision: Revision): FakeRevision {
  const { arn, status, registered, tags, registeredBy, registeredAt, deregisteredAt } = revision;
  return {
    arn,
    family: revision.family.name,
    revision: revision.revision,
    status,
    registered: JSON.parse(registered),
    tags: JSON.parse(JSON.stringify(tags)),
    registeredBy,
    registeredAt: new Date(registeredAt),
    ...(deregisteredAt !== undefined && { deregisteredAt: new Date(deregisteredAt) }),
  };
}
