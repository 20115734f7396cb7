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
): AsyncGenerator<Task, void, undefined> {
  const { DescribeTasksCommand, ListTasksCommand } = await import("@aws-sdk/client-ecs");
  const { listPages } = await import("../ecs/list-pages.ts");
  const { send } = await import("../ecs/send.ts");
  const request = (operation: string): EcsRequest => ({ operation, subject: `cluster ${cluster}` });
  const toList = (nextToken: string | undefined) =>
    new ListTasksCommand({ cluster, ...toFamily(wanted), desiredStatus: "STOPPED", maxResults: tasksACall, nextToken });
  const pages =
    "tasks" in wanted ? [wanted.tasks] : listPages(ecs, request("ListTasks"), toList, (page) => page.taskArns);
  for await (const tasks of pages) {
    const command = new DescribeTasksCommand({ cluster, tasks: [...tasks] });
    const { tasks: described = [] } = await send(ecs, command, request("DescribeTasks"));
    yield* described;
  }
}

const toFamily = (wanted: { readonly family: string } | { readonly tasks: readonly string[] }) =>
  "family" in wanted ? { family: wanted.family } : {};

/** What a task says of its end. */
export interface StopText {
  /** `task`, or the name of a container. */
  readonly source: string;
  readonly text: string;
}

/** All that a stopped task says of its end: its own reason, and those of its containers, with their exit codes. */
export function toStopTexts({ stoppedReason, containers = [] }: Task): readonly StopText[] {
  const own = stoppedReason ? [{ source: "task", text: stoppedReason }] : [];
  const theirs = containers.flatMap(({ name = "container", exitCode, reason }) => {
    const parts = [...(exitCode ? [`exit code ${exitCode}`] : []), ...(reason ? [reason] : [])];
    return parts.length === 0 ? [] : [{ source: name, text: parts.join(": ") }];
  });
  return [...own, ...theirs];
}
