import {
  DescribeServicesCommand,
  DescribeTasksCommand,
  ListServicesCommand,
  ListTasksCommand,
} from "@aws-sdk/client-ecs";
import { type Ecs, type EcsClient, type EcsRequest, expectedClient, isEcsClient } from "../ecs/connection.ts";
import { listPages } from "../ecs/list-pages.ts";
import { type EcsCommand, send } from "../ecs/send.ts";
import { InvalidInputError, UnexpectedResponseError } from "../errors.ts";
import { type CallOptions, defaultDeadlineMs, defaultRequestTimeoutMs, parseCallOptions } from "../options.ts";
import { toFound } from "../parse-input.ts";

/** `DescribeServices` accepts 10 services per call, `DescribeTasks` 100 tasks. */
const servicesACall = 10;
const tasksACall = 100;

/**
 * Collects the ARNs of all task definitions in use in a cluster: those of its services, their deployments and task sets, and those of its
 * tasks, including tasks that are stopping. Meant for `prune`; collect from every cluster that runs clones.
 *
 * @param cluster name or ARN of the cluster.
 * @throws {@link InvalidInputError} if no cluster is named, or the client is not a client.
 * @throws {@link UnexpectedResponseError} if ECS doesn't describe something it listed, since the result would be incomplete.
 * @throws {@link EcsBusyError} {@link RequestTimeoutError} if ECS does not answer.
 */
export async function collectArnsInUse(
  client: EcsClient,
  cluster: string,
  options: CallOptions = {},
): Promise<Set<string>> {
  const { signal } = parseCallOptions(options);
  if (!isEcsClient(client)) throw new InvalidInputError(`Invalid client: ${expectedClient}, got ${toFound(client)}.`);
  if (typeof cluster !== "string" || cluster === "") {
    throw new InvalidInputError(`Invalid cluster: expected its name or ARN, got ${toFound(cluster)}.`);
  }
  const ecs = {
    client,
    requestTimeoutMs: defaultRequestTimeoutMs,
    deadlineMs: defaultDeadlineMs,
    emit: () => {},
    signal,
  };
  const arns = new Set<string>();
  for await (const arn of taskDefinitionsOf(ecs, cluster)) if (arn !== undefined) arns.add(arn);
  return arns;
}

async function* taskDefinitionsOf(ecs: Ecs, cluster: string): AsyncGenerator<string | undefined, void, undefined> {
  const about = (operation: string) => ({ operation, subject: `cluster ${cluster}` });
  const toServices = (nextToken: string | undefined) =>
    new ListServicesCommand({ cluster, maxResults: servicesACall, nextToken });
  for await (const services of listPages(ecs, about("ListServices"), toServices, (page) => page.serviceArns)) {
    const command = new DescribeServicesCommand({ cluster, services });
    const described = await describeAll(ecs, command, about("DescribeServices"), (output) => output.services);
    for (const { taskDefinition, deployments = [], taskSets = [] } of described) {
      yield taskDefinition;
      for (const part of [...deployments, ...taskSets]) yield part.taskDefinition;
    }
  }
  for (const desiredStatus of ["RUNNING", "STOPPED"] as const) {
    const toTasks = (nextToken: string | undefined) =>
      new ListTasksCommand({ cluster, desiredStatus, maxResults: tasksACall, nextToken });
    for await (const tasks of listPages(ecs, about("ListTasks"), toTasks, (page) => page.taskArns)) {
      const command = new DescribeTasksCommand({ cluster, tasks });
      const described = await describeAll(ecs, command, about("DescribeTasks"), (output) => output.tasks);
      for (const { taskDefinitionArn } of described) yield taskDefinitionArn;
    }
  }
}

interface Answer {
  readonly failures?: readonly { readonly reason?: string | undefined }[] | undefined;
}

/** What a command that can fail in part describes. A `MISSING` item has vanished since it was listed; any other failure makes the result incomplete. */
async function describeAll<Output extends Answer, Item>(
  ecs: Ecs,
  command: EcsCommand<Output>,
  request: EcsRequest,
  toItems: (output: Output) => readonly Item[] | undefined,
): Promise<readonly Item[]> {
  const { operation } = request;
  const output = await send(ecs, command, request);
  const failure = output?.failures?.find(({ reason }) => reason !== "MISSING");
  if (failure !== undefined) throw new UnexpectedResponseError(operation, `all that was asked for (${failure.reason})`);
  const items = output && toItems(output);
  if (items === undefined) throw new UnexpectedResponseError(operation, "a list");
  return items;
}
