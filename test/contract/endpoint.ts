import { randomBytes } from "node:crypto";
import {
  DeleteTaskDefinitionsCommand,
  DeregisterTaskDefinitionCommand,
  ECSClient,
  paginateListTaskDefinitions,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  type TaskDefinitionStatus,
} from "@aws-sdk/client-ecs";
import { isNamed, isRefusal } from "../../src/ecs/sdk-error.ts";
import { FakeEcs } from "../../src/testing/fake-ecs.ts";

/** The ECS that the contract is held against. */
export interface Endpoint {
  readonly name: string;
  readonly client: ECSClient;
  /** Whether it must keep every rule: what it does not enforce is a failure, and elsewhere a skip. */
  readonly isComplete: boolean;
  /** How long what was written may take to be seen in every answer, in milliseconds. */
  readonly settlesInMs: number;
  /** An execution role that may be passed. Real ECS checks that there is one of this name. */
  readonly executionRoleArn: string | undefined;
  /** The ECS in memory, where it is this one. */
  readonly fake: FakeEcs | undefined;
}

/** A rule that the endpoint does not have. */
export class NotImplementedError extends Error {
  override readonly name = "NotImplementedError" as const;
}

const dummyRole = "arn:aws:iam::111122223333:role/execution";

/**
 * The endpoint that the environment variable `ECS_ENDPOINT` names: a URL, or `aws` for the account of the credentials in the environment, where
 * `ECS_EXECUTION_ROLE_ARN` may name a role to pass. Without it, a {@link FakeEcs}.
 */
export function toEndpoint({ ECS_ENDPOINT: endpoint, ECS_EXECUTION_ROLE_ARN: role }: NodeJS.ProcessEnv): Endpoint {
  if (endpoint === undefined || endpoint === "") {
    const fake = new FakeEcs();
    const client = fake.client();
    return { name: "FakeEcs", client, isComplete: true, settlesInMs: 0, executionRoleArn: dummyRole, fake };
  }
  if (endpoint === "aws") {
    // Twenty registers are free, and then it is one a second.
    const client = new ECSClient({ maxAttempts: 12 });
    return { name: "AWS", client, isComplete: true, settlesInMs: 30_000, executionRoleArn: role, fake: undefined };
  }
  const client = new ECSClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  return {
    name: endpoint,
    client,
    isComplete: false,
    settlesInMs: 0,
    executionRoleArn: role ?? dummyRole,
    fake: undefined,
  };
}

/** Families that no one else has, and all that was registered into them. */
export class Families {
  readonly #client: ECSClient;
  readonly #prefix = `taskdef-cloner-contract-${randomBytes(6).toString("hex")}`;
  readonly #names: string[] = [];

  constructor(client: ECSClient) {
    this.#client = client;
  }

  /** A family name of its own for a base; clones of it may go to `<name>-user`. */
  next(): string {
    const name = `${this.#prefix}-${this.#names.length}`;
    this.#names.push(name);
    return name;
  }

  /** Registers, and returns the ARN. */
  async register(input: RegisterTaskDefinitionCommandInput): Promise<string> {
    const { taskDefinition } = await this.#client.send(new RegisterTaskDefinitionCommand(input));
    if (taskDefinition?.taskDefinitionArn === undefined) throw new Error("ECS answered a registration without an ARN");
    return taskDefinition.taskDefinitionArn;
  }

  /** The ARNs of a family, newest first. */
  async list(family: string, status: TaskDefinitionStatus = "ACTIVE", pageSize = 100): Promise<readonly string[]> {
    const pages = paginateListTaskDefinitions(
      { client: this.#client, pageSize },
      { familyPrefix: family, status, sort: "DESC" },
    );
    const arns: string[] = [];
    for await (const page of pages) arns.push(...(page.taskDefinitionArns ?? []));
    return arns;
  }

  /** Deregisters and deletes all that was registered. What cannot be removed does not keep the rest from it. */
  async removeAll(): Promise<void> {
    const failures: unknown[] = [];
    const attempt = (removal: Promise<unknown>): Promise<unknown> => removal.catch((error) => failures.push(error));
    for (const family of this.#names.flatMap((name) => [name, `${name}-user`])) {
      await attempt(this.#remove(family, attempt));
    }
    if (failures.length > 0) {
      throw new AggregateError(failures, `not everything of the families ${this.#prefix}-* could be removed`);
    }
  }

  async #remove(family: string, attempt: (removal: Promise<unknown>) => Promise<unknown>): Promise<void> {
    for (const taskDefinition of await this.list(family)) {
      await attempt(this.#client.send(new DeregisterTaskDefinitionCommand({ taskDefinition })));
    }
    const inactive = await this.list(family, "INACTIVE");
    for (let first = 0; first < inactive.length; first += 10) {
      const taskDefinitions = inactive.slice(first, first + 10);
      await attempt(this.#client.send(new DeleteTaskDefinitionsCommand({ taskDefinitions })));
    }
  }
}

/**
 * The name and message with which a call is refused. Throws a {@link NotImplementedError} where it is not, and any other error that is no refusal, such
 * as an HTTP 5xx.
 */
export async function refusalOf(call: Promise<unknown>): Promise<{ readonly name: string; readonly message: string }> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error === undefined) throw new NotImplementedError("it accepts what ECS refuses");
  if (!isEcsRefusal(error) || isNotImplemented(error)) throw error;
  return { name: error.name, message: error.message };
}

const unknownOperations = [
  "UnknownOperationException",
  "UnknownOperation",
  "NotImplemented",
  "NotImplementedException",
  "InvalidAction",
];

/** Whether an error is an answer of ECS's that it will not do this: no HTTP 5xx, and no page of a proxy's, which the SDK cannot parse. */
const isEcsRefusal = (error: unknown): error is Error =>
  error instanceof Error && isRefusal(error) && !isNamed(error, "SyntaxError");

/**
 * Whether the endpoint lacks a rule, or says by an error of the client's that it lacks an operation. An HTTP 5xx or a page that is no JSON says nothing of
 * the kind: an endpoint that fails while it registers looks just like this.
 */
export const isNotImplemented = (error: unknown): boolean =>
  error instanceof NotImplementedError ||
  (isEcsRefusal(error) && unknownOperations.some((name) => isNamed(error, name)));
