import type { Command } from "commander";
import type { Session } from "./session.ts";

/** An example, as `--help` shows it. */
interface Example {
  /** What to type after `taskdef-cloner`. */
  readonly line: string;
  /** What it is for. */
  readonly why?: string;
}

/** A command of the command line. Loads what it needs when it is run, so that help is quick. */
export interface CliCommand {
  readonly group: "Look (changes nothing)" | "Change (a dry run without --apply)" | "Other";
  readonly name: string;
  readonly summary: string;
  /** Adds its arguments and options. */
  declare(command: Command): Command;
  readonly examples: readonly Example[];
  /** @returns whether there were failures, or findings that `--fail` counts */
  run(session: Session, call: Call): Promise<Outcome>;
}

/** What a command was called with. */
export interface Call {
  readonly args: readonly string[];
  /** Its options, and the global ones. */
  options<Options>(): Options;
  /** The whole command line's tree. */
  readonly program: Command;
}

/** How a command ended. */
export type Outcome = "done" | "failed";

/** Failures make the exit code 1. */
export const toOutcome = (hasFailed: boolean): Outcome => (hasFailed ? "failed" : "done");
