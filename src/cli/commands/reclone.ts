import type { UserPatch } from "../../user/user.ts";
import type { Call, CliCommand, Outcome } from "../command.ts";
import { CannotBeginError } from "../exit.ts";
import { readLines } from "../in-use.ts";
import { type MoveOptions, move, type QueueOptions } from "../move.ts";
import type { Session } from "../session.ts";
import { toNewestArns } from "../targets.ts";
import { toArns } from "./diff.ts";

interface Options extends MoveOptions, QueueOptions {
  readonly all?: boolean;
  readonly arns?: string;
  readonly resume?: boolean;
  readonly image?: string;
  readonly size?: string;
  readonly setSecret?: readonly string[];
  readonly unset?: readonly string[];
}

/** Moves users onto the newest base. */
export const reclone: CliCommand = {
  group: "Change (a dry run without --apply)",
  name: "reclone",
  summary: "Move users onto the newest base; everybody with --all",
  declare: (command) =>
    withMoveOptions(
      command
        .argument("[user|arn...]", "users, or ARNs of their clones")
        .option("--all", "everybody: the config's currentArns(), or each user's newest clone")
        .option("--arns <file>", "ARNs of clones, one a line; - reads the standard input")
        .option("--resume", "go on with what an earlier run left: each user's newest clone")
        .option("--image <image>", "give these users this image, too")
        .option("--size <cpu,memory>", "give these users this size, in CPU units and MiB")
        .option("--set-secret <name=arn...>", "give these users these secrets")
        .option("--unset <name...>", "take these secrets and variables of their own from these users")
        .option("--queue <url>", "leave it to the workers of taskdef-cloner/bullmq: redis:// or postgres://")
        .option("--queue-name <name>", "the name of their queue", "fleet")
        .option("--move <name>", "names the run in the queue; the default is the base, and the changes if any"),
    ),
  examples: [
    { line: "reclone user_1", why: "a dry run: what it would change" },
    { line: "reclone --all --apply --per-second 0.5", why: "everybody; it asks first" },
  ],
  run: async (session, call) => {
    const options = call.options<Options>();
    await session.findBase();
    return await move(session, await toTargets(session, call.args, options), toChanges(options), {
      ...options,
      again: "taskdef-cloner reclone --resume --apply",
    });
  },
};

/** Gives one user another size. */
export const resize: CliCommand = {
  group: "Change (a dry run without --apply)",
  name: "resize",
  summary: "Give one user another size, in CPU units and MiB",
  declare: (command) =>
    withMoveOptions(
      command.argument("<user|arn>", "a user, or the ARN of a clone").argument("<cpu>").argument("<memory>"),
    ),
  examples: [
    { line: "resize user_1 1024 4096", why: "a dry run: what it would change" },
    { line: "resize user_1 1024 4096 --apply --yes" },
  ],
  run: async (session: Session, call: Call): Promise<Outcome> => {
    const [userOrArn = "", cpu, memory] = call.args;
    await session.findBase();
    const arns = await toArns(session, [userOrArn], false);
    const again = `taskdef-cloner resize ${userOrArn} ${cpu} ${memory} --apply`;
    const changes = { size: { cpu: Number(cpu), memory: Number(memory) } };
    return await move(session, arns, changes, { ...call.options<MoveOptions>(), again });
  },
};

/** The options of what moves users. */
function withMoveOptions(command: Parameters<CliCommand["declare"]>[0]): ReturnType<CliCommand["declare"]> {
  return command
    .option("--apply", "do it; without, say what would be done")
    .option("--no-deploy", "register only: the config's deploy() is not called, and you store the ARNs")
    .option("--per-second <n>", "maximum number of users per second; ECS allows one registration per second", Number, 1)
    .option("--concurrency <n>", "users at a time", Number, 10)
    .option("--max-failures <n|n%>", "stop after so many failures", "5%")
    .option("--yes", "do not ask");
}

async function toTargets(session: Session, named: readonly string[], options: Options): Promise<readonly string[]> {
  const { all = false, arns, resume = false } = options;
  const ways = [named.length > 0, all, arns !== undefined, resume].filter((isGiven) => isGiven);
  if (ways.length !== 1) throw new CannotBeginError("Name users or ARNs, or pass one of --all, --arns and --resume.");
  if (arns !== undefined) return await readLines(session.host, arns);
  return resume ? await toNewestArns(session) : await toArns(session, named, all);
}

/** What to change of the users themselves. @throws CannotBeginError if it is malformed */
function toChanges({ image, size, setSecret = [], unset = [] }: Options): UserPatch {
  const [cpu, memory, ...rest] = size?.split(",") ?? [];
  if (size !== undefined && (memory === undefined || rest.length > 0)) {
    throw new CannotBeginError("--size takes CPU units and MiB: --size 1024,4096.");
  }
  const given = setSecret.map((pair): [string, string] => {
    const at = pair.indexOf("=");
    if (at < 1) throw new CannotBeginError(`--set-secret takes NAME=ARN, and got ${JSON.stringify(pair)}.`);
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
  const gone = unset.map((name): [string, null] => [name, null]);
  return {
    ...(image !== undefined && { image }),
    ...(size !== undefined && { size: { cpu: Number(cpu), memory: Number(memory) } }),
    ...(given.length + gone.length > 0 && { secrets: Object.fromEntries([...gone, ...given]) }),
    ...(gone.length > 0 && { environment: Object.fromEntries(gone) }),
  };
}
