import {
  DescribeServicesCommand,
  DescribeTasksCommand,
  ListServicesCommand,
  ListTasksCommand,
} from "@aws-sdk/client-ecs";
import type { Ecs, EcsClient } from "../ecs/connection.ts";
import { type EcsCommand, send } from "../ecs/send.ts";
import { InvalidInputError, UnexpectedResponseError } from "../errors.ts";
import { type CallOptions, defaultDeadlineMs, defaultRequestTimeoutMs, parseCallOptions } from "../options.ts";

/** `DescribeServices` takes ten at a call, `DescribeTasks` a hundred. */
const servicesACall = 10;
const tasksACall = 100;

/**
 * Collects the ARNs of the task definitions that a cluster uses: those of its services, their deployments and task sets, and of its tasks,
 * also the ones that are stopping. For `prune`; collect from every cluster that runs clones.
 *
 * @param cluster name or ARN of the cluster.
 * @throws {@link InvalidInputError} when the cluster is not named.
 * @throws {@link UnexpectedResponseError} when ECS lacks to tell of something that it listed: the collection would have a hole.
 * @throws {@link EcsBusyError} {@link RequestTimeoutError} when ECS does not answer.
 */
export async function collectArnsInUse(
  client: EcsClient,
  cluster: string,
  options: CallOptions = {},
): Promise<Set<string>> {
  const { signal } = parseCallOptions(options);
  if (typeof cluster !== "string" || cluster === "") {
    throw new InvalidInputError("Invalid input for the cluster: expected its name or ARN.");
  }
  const ecs = { client, requestTimeoutMs: defaultRequestTimeoutMs, deadlineMs: defaultDeadlineMs, emit: () => {} };
  const asked: Asked = { ecs, cluster, signal };
  const arns = new Set<string>();
  const add = (arn: string | undefined): void => {
    if (arn !== undefined) arns.add(arn);
  };
  for await (const services of listServices(asked)) {
    for (const { taskDefinition, deployments = [], taskSets = [] } of await describeServices(asked, services)) {
      add(taskDefinition);
      for (const part of [...deployments, ...taskSets]) add(part.taskDefinition);
    }
  }
  for (const desiredStatus of ["RUNNING", "STOPPED"] as const) {
    for await (const tasks of listTasks(asked, desiredStatus)) {
      for (const { taskDefinitionArn } of await describeTasks(asked, tasks)) add(taskDefinitionArn);
    }
  }
  return arns;
}

interface Asked {
  readonly ecs: Ecs;
  readonly cluster: string;
  readonly signal: AbortSignal | undefined;
}

function ask<Output>({ ecs, cluster, signal }: Asked, operation: string, command: EcsCommand<Output>): Promise<Output> {
  return send(ecs, command, { operation, subject: `cluster ${cluster}`, signal });
}

async function* listServices(asked: Asked): AsyncGenerator<string[], void, undefined> {
  const operation = "ListServices";
  const { cluster } = asked;
  let nextToken: string | undefined;
  do {
    const page = new ListServicesCommand({ cluster, maxResults: servicesACall, nextToken });
    const output = await ask(asked, operation, page);
    const arns = required(output?.serviceArns, operation);
    if (arns.length > 0) yield arns;
    nextToken = output.nextToken;
  } while (nextToken !== undefined);
}

async function* listTasks(
  asked: Asked,
  desiredStatus: "RUNNING" | "STOPPED",
): AsyncGenerator<string[], void, undefined> {
  const operation = "ListTasks";
  const { cluster } = asked;
  let nextToken: string | undefined;
  do {
    const page = new ListTasksCommand({ cluster, desiredStatus, maxResults: tasksACall, nextToken });
    const output = await ask(asked, operation, page);
    const arns = required(output?.taskArns, operation);
    if (arns.length > 0) yield arns;
    nextToken = output.nextToken;
  } while (nextToken !== undefined);
}

async function describeServices(asked: Asked, services: string[]) {
  const operation = "DescribeServices";
  const command = new DescribeServicesCommand({ cluster: asked.cluster, services });
  const output = await ask(asked, operation, command);
  refuseFailures(operation, output?.failures);
  return required(output?.services, operation);
}

async function describeTasks(asked: Asked, tasks: string[]) {
  const operation = "DescribeTasks";
  const command = new DescribeTasksCommand({ cluster: asked.cluster, tasks });
  const output = await ask(asked, operation, command);
  refuseFailures(operation, output?.failures);
  return required(output?.tasks, operation);
}

function required<Item>(list: Item[] | undefined, operation: string): Item[] {
  if (list === undefined) throw new UnexpectedResponseError(operation, "a list");
  return list;
}

/** What vanished since it was listed is missing for that reason; every other failure leaves a hole. */
function refuseFailures(operation: string, failures: readonly { reason?: string | undefined }[] = []): void {
  const failure = failures.find(({ reason }) => reason !== "MISSING");
  if (failure !== undefined) throw new UnexpectedResponseError(operation, `all that was asked for (${failure.reason})`);
}
