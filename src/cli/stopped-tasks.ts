import type { Task } from "@aws-sdk/client-ecs";
import type { EcsRequest } from "../ecs/connection.ts";
import type { ClonerInternals } from "../task-def-cloner.ts";

/** `DescribeTasks` accepts 100 tasks per call. */
const tasksACall = 100;

/** The stopped tasks of a family in a cluster, as long as ECS shows them, or the named ones. */
export async function* stoppedTasks(
  { ecs }: ClonerInternals,
  cluster: string,
  wanted: { readonly family: string } | { readonly tasks: readonly string[] },
): AsyncGenerator<StoppedTask, void, undefined> {
  const { DescribeTasksCommand, ListTasksCommand } = await import("@aws-sdk/client-ecs");
  const { listPages, send } = await import("./library.ts");
  const request = (operation: string): EcsRequest => ({ operation, subject: `cluster ${cluster}` });
  const pages = "tasks" in wanted ? [wanted.tasks] : listStopped(wanted.family);
  for await (const tasks of pages) {
    const command = new DescribeTasksCommand({ cluster, tasks: [...tasks] });
    const { tasks: described = [] } = await send(ecs, command, request("DescribeTasks"));
    for (const task of described) yield toStoppedTask(task);
  }

  function listStopped(family: string): AsyncIterable<readonly string[]> {
    const toCommand = (nextToken: string | undefined) =>
      new ListTasksCommand({ cluster, family, desiredStatus: "STOPPED", maxResults: tasksACall, nextToken });
    return listPages(ecs, request("ListTasks"), toCommand, (page) => page.taskArns);
  }
}

/** A task that has stopped. */
export interface StoppedTask {
  readonly arn: string;
  readonly definitionArn: string;
  readonly stoppedAt: Date | undefined;
  /** The same in milliseconds; 0 if ECS does not say it. */
  readonly stoppedMs: number;
  readonly stopCode: string | undefined;
  /** All that it says of its end. */
  readonly texts: readonly StopText[];
}

/** What counts of a task as ECS describes it. */
export function toStoppedTask(task: Task): StoppedTask {
  const { taskArn: arn = "", taskDefinitionArn: definitionArn = "", stoppedAt, stopCode } = task;
  const stoppedMs = stoppedAt?.getTime() ?? 0;
  return { arn, definitionArn, stoppedAt, stoppedMs, stopCode, texts: toStopTexts(task) };
}

/** What a task says of its end. */
export interface StopText {
  /** `task`, or the name of a container. */
  readonly source: string;
  readonly text: string;
}

/** All that a stopped task says of its end: its own reason, and those of its containers, with their exit codes. */
function toStopTexts({ stoppedReason, containers = [] }: Task): readonly StopText[] {
  const own = stoppedReason ? [{ source: "task", text: stoppedReason }] : [];
  const theirs = containers.flatMap(({ name = "container", exitCode, reason }) => {
    const parts = [...(exitCode ? [`exit code ${exitCode}`] : []), ...(reason ? [reason] : [])];
    return parts.length === 0 ? [] : [{ source: name, text: parts.join(": ") }];
  });
  return [...own, ...theirs];
}
