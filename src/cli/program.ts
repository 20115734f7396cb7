import { Command, Help, Option, type OutputConfiguration } from "commander";
import type { CliCommand, Outcome } from "./command.ts";
import { audit } from "./commands/audit.ts";
import { clones } from "./commands/clones.ts";
import { completion } from "./commands/completion.ts";
import { diff } from "./commands/diff.ts";
import { inspect } from "./commands/inspect.ts";
import { plan } from "./commands/plan.ts";
import { policy } from "./commands/policy.ts";
import { prune } from "./commands/prune.ts";
import { reclone, resize } from "./commands/reclone.ts";
import { retire } from "./commands/retire.ts";
import { verify } from "./commands/verify.ts";
import { why } from "./commands/why.ts";
import type { Session } from "./session.ts";

/** All commands, in the order of the help. */
export const commands: readonly CliCommand[] = [
  plan,
  diff,
  verify,
  why,
  inspect,
  clones,
  audit,
  policy,
  reclone,
  resize,
  retire,
  prune,
  completion,
];

/** What a program needs to run a command. */
export interface ProgramParts {
  readonly version: string;
  readonly output: OutputConfiguration;
  /** Runs a command with what it was called with. */
  readonly act: (command: Command, run: (session: Session) => Promise<Outcome>) => Promise<void>;
}

/** Sections that say what there is to do come before those that say how. */
function withCommandsFirst(help: string): string {
  const sections = help.split("\n\n");
  const isFirst = (section: string): boolean => /^(?:Usage|Every|Look|Change|Other)/.test(section);
  const ordered = [...sections.filter(isFirst), ...sections.filter((section) => !isFirst(section))];
  return `${ordered.map((section) => section.trimEnd()).join("\n\n")}\n`;
}

/** The tree of commands. It throws a `CommanderError` where it would leave the process. */
export function toProgram({ version, output, act }: ProgramParts): Command {
  const program = withGlobalOptions(new Command("taskdef-cloner"))
    .description("Every user's clone of one ECS task definition: see, check and move them.")
    .version(version, "-V, --version")
    .exitOverride()
    .configureOutput(output)
    .configureHelp({
      showGlobalOptions: true,
      helpWidth: 100,
      formatHelp: (command, helper) => withCommandsFirst(Help.prototype.formatHelp.call(helper, command, helper)),
      subcommandTerm: (command) => `${command.name()} ${command.usage().replace(/^\[options\] ?/, "")}`.trim(),
    })
    .addHelpCommand(new Command("help").argument("[command]").description("Show a command's help").helpGroup("Other:"))
    .addHelpOption(new Option("-h, --help", "help; for one command: taskdef-cloner <command> --help"))
    .addHelpText("after", closing);
  for (const each of commands) {
    const declared = each
      .declare(program.command(each.name))
      .description(each.summary)
      .helpGroup(`${each.group}:`)
      .addHelpText("after", toExamples(each));
    declared.action(async (..._: unknown[]) => {
      const call = {
        args: declared.args,
        options: <Options>() => declared.optsWithGlobals<Options & object>(),
        program,
      };
      await act(declared, (session) => each.run(session, call));
    });
  }
  return program;
}

function withGlobalOptions(command: Command): Command {
  return command
    .optionsGroup("Which account and base:")
    .option("-c, --config <file>", "instead of taskdef-cloner.config.ts, .mts, .mjs or .js [$TASKDEF_CLONER_CONFIG]")
    .option("-e, --env <name>", "given to the config's function [$TASKDEF_CLONER_ENV]")
    .option("--base-family <name>", "the base's family")
    .option("--clone-family <name>", "the clones' family, if it is not <base>-user")
    .option("--container <name>", "the user's container, if the base has several")
    .option("--volume <name>", "the user's volume, if the base has several")
    .option("--no-volume", "users have no volume of their own")
    .option("--profile <name>", "AWS profile [$AWS_PROFILE]")
    .option("--region <name>", "AWS region [$AWS_REGION]")
    .option("--endpoint <url>", "another ECS, such as FakeEcs [$AWS_ENDPOINT_URL_ECS]")
    .option("--timeout <seconds>", "how long one request to ECS may take", Number)
    .optionsGroup("Output:")
    .option("--json", "one JSON object a line, on the standard output; the last is a summary")
    .option("-q, --quiet", "results and errors only")
    .option("-v, --verbose", "each event, too: retries, reuse, what was skipped")
    .option("--no-color", "no colors [$NO_COLOR]")
    .option("--no-input", "never ask; fail if an answer is needed");
}

const toExamples = ({ examples }: CliCommand): string =>
  [
    "",
    "Examples:",
    ...examples.map(
      ({ line, why: purpose }) => `  $ taskdef-cloner ${line}${purpose === undefined ? "" : `   # ${purpose}`}`,
    ),
  ].join("\n");

const closing = `
Exit codes:
  0    done
  1    done, with failures; with --fail, with differences or findings, too
  2    could not begin: usage, config, credentials, another account, no base
  130  interrupted

Examples:
  $ taskdef-cloner diff --all --fail
  $ taskdef-cloner reclone --all --apply --per-second 0.5
  $ taskdef-cloner prune --cluster users --keep 2   # a dry run
  $ taskdef-cloner why user_1 --cluster users

No value of an environment variable is ever printed.
Docs and problems: https://github.com/taskdef-cloner/taskdef-cloner`;
