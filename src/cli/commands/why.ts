import { toMessage } from "../../printable.ts";
import type { ClonerInternals } from "../../task-def-cloner.ts";
import type { CheckResult, Verifier } from "../../verify/check.ts";
import { toCount } from "../columns.ts";
import type { CliCommand } from "../command.ts";
import { CannotBeginError } from "../exit.ts";
import { toClusters } from "../in-use.ts";
import type { Session } from "../session.ts";
import { toShort } from "../shown.ts";
import { explainStop, type Meaning } from "../stop-reason.ts";
import { type StoppedTask, type StopText, stoppedTasks } from "../stopped-tasks.ts";
import { toFamiliesOf } from "../targets.ts";
import { toShown } from "./verify.ts";

interface Options {
  readonly cluster?: readonly string[];
  readonly last: number;
}

/** Why a user's tasks stopped. */
export const why: CliCommand = {
  group: "Look (changes nothing)",
  name: "why",
  summary: "Why a user's tasks stopped, what is known of the cause by now, and what to do",
  declare: (command) =>
    command
      .argument("<user|task>", "a user, or the id or ARN of a task")
      .option("--cluster <name...>", "the clusters, instead of the config's")
      .option("--last <n>", "how many stopped tasks to explain, newest first", Number, 3),
  examples: [{ line: "why user_1 --cluster users" }],
  run: async (session, { args: [userOrTask = ""], options }) => {
    const { cluster, last } = options<Options>();
    const clusters = await toClusters(session, cluster);
    if (clusters.length === 0) {
      throw new CannotBeginError("In which cluster? Pass --cluster, or set `cluster` in the config.");
    }
    const stops = await findStops(session, clusters, userOrTask);
    const shown = stops.slice(0, last);
    session.sumUp({
      counts: () => ({ stopped: stops.length, explained: shown.length }),
      text: () =>
        stops.length === 0
          ? `No stopped task of ${userOrTask} in ${clusters.join(", ")}. ECS shows them for about an hour.`
          : `${toCount(stops.length, "stopped task")}${stops.length > shown.length ? `, the newest ${shown.length} explained` : ""}.`,
    });
    const explain = await toExplainer(session);
    for (const stop of shown) await show(session, stop, await explain(stop));
    return "done";
  },
};

/** A stopped task of somebody's clone. */
interface Stop {
  readonly task: StoppedTask;
  readonly userId: string | undefined;
}

async function toInternals(session: Session): Promise<ClonerInternals> {
  const { cloner } = await session.fleet();
  const { internalsOf } = await import("../library.ts");
  return internalsOf(cloner, session.signal);
}

/** The stopped tasks of the user's clones, or the one that is named, newest first. */
async function findStops(session: Session, clusters: readonly string[], userOrTask: string): Promise<readonly Stop[]> {
  const internals = await toInternals(session);
  const isTask = /^arn:[^:]+:ecs:[^:]*:\d*:task\/|^[0-9a-f]{32}$/.test(userOrTask);
  const wanted = isTask
    ? [{ tasks: [userOrTask] }]
    : (await toFamiliesOf(await session.fleet(), userOrTask)).map((family) => ({ family }));
  const toUser = await toUsers(internals);
  const stops: Stop[] = [];
  for (const cluster of clusters) {
    for (const one of wanted) {
      for await (const task of stoppedTasks(internals, cluster, one)) {
        const userId = await toUser(task.definitionArn);
        if (isTask || userId === userOrTask) stops.push({ task, userId });
      }
    }
  }
  return stops.sort((one, other) => other.task.stoppedMs - one.task.stoppedMs);
}

/** Says whose clones revisions are. Each is described once. */
async function toUsers(internals: ClonerInternals): Promise<(arn: string) => Promise<string | undefined>> {
  const { describe, readRecord } = await import("../library.ts");
  const known = new Map<string, string | undefined>();
  return async (arn) => {
    if (!known.has(arn)) {
      const described = await describe(internals.ecs, arn);
      const reading = described && readRecord(described.taskDefinition);
      known.set(arn, reading?.kind === "record" ? reading.record.userId : undefined);
    }
    return known.get(arn);
  };
}

/** A text of a stopped task, what it means if that is known, and what its checks find now. */
interface Explained extends StopText {
  readonly meaning: Meaning | undefined;
  readonly results: readonly CheckResult[];
}

async function toExplainer(session: Session): Promise<(stop: Stop) => Promise<readonly Explained[]>> {
  const { client } = await session.fleet();
  const { newVerifyClients } = await import("../aws.ts");
  const { createVerifier } = await import("../../verify/index.ts");
  const verifier = createVerifier({ clients: await newVerifyClients(client) });
  return async ({ task }) => {
    const explained: Explained[] = [];
    for (const { source, text } of task.texts) {
      const meaning = explainStop(text);
      const results = meaning === undefined ? [] : await runChecks(session, verifier, task, meaning);
      explained.push({ source, text: toMessage(text), meaning, results });
    }
    return explained;
  };
}

/** Asks now what the checks of a stop reason would have asked before the task was started. */
async function runChecks(
  session: Session,
  verifier: Verifier,
  { definitionArn }: StoppedTask,
  { checks }: Meaning,
): Promise<readonly CheckResult[]> {
  if (checks.length === 0) return [];
  const { describe, toBaseInput } = await import("../library.ts");
  const described = await describe((await toInternals(session)).ecs, definitionArn);
  if (described === undefined) return [];
  const [, , , region, accountId] = described.arn.split(":");
  const those = verifier
    .toChecks(toBaseInput(described), { region: String(region), accountId: String(accountId) })
    .filter(({ kind }) => checks.some((one) => one === kind));
  return (await verifier.run(those, { signal: session.signal })).results;
}

async function show({ output }: Session, { task, userId }: Stop, explained: readonly Explained[]): Promise<void> {
  const { arn, definitionArn, stopCode, stoppedAt } = task;
  const at = stoppedAt?.toISOString();
  const { bold, red, green, yellow, dim } = output.colors;
  const signs = { failed: red("✗"), unknown: yellow("?"), skipped: dim("-"), ok: green("✓") };
  const toLines = ({ source, text, meaning, results }: Explained): readonly string[] => [
    `  ${source}: ${text}`,
    ...(meaning === undefined
      ? [dim("    This reason is not known here: it is shown as ECS words it.")]
      : [
          `    means  ${meaning.means}`,
          ...results.map(
            ({ check, status, detail }) => `    now    ${signs[status]} ${check.kind} ${check.subject}: ${detail}`,
          ),
          `    do     ${toAdvice(meaning, results)}`,
        ]),
  ];
  const heading = `${userId ?? "not a clone"}, ${toShort(definitionArn)}: task ${toShort(arn)} stopped at ${at}`;
  const reasons = explained.map(({ source, text, meaning, results }) => ({
    source,
    text,
    ...(meaning && { means: meaning.means, advice: toAdvice(meaning, results), checks: results.map(toShown) }),
  }));
  await output.result(
    "stop",
    { userId, task: arn, taskDefinition: definitionArn, stoppedAt: at, stopCode, reasons },
    () => [bold(toMessage(heading)), ...explained.flatMap(toLines)].join("\n"),
  );
}

/** What a check that fails now advises says more than what may be done in general. */
function toAdvice({ advice }: Meaning, results: readonly CheckResult[]): string {
  const advised = results.find((result) => result.status === "failed" && result.advice !== undefined);
  if (advised?.advice !== undefined) return advised.advice;
  const isGone = results.length > 0 && results.every(({ status }) => status === "ok");
  return isGone ? `By now the checks find nothing wrong: start it again. If it stops again: ${advice}` : advice;
}
