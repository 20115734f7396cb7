import type { Command } from "commander";
import type { CliCommand } from "../command.ts";
import { toCompletion } from "../completion-script.ts";
import { CannotBeginError } from "../exit.ts";

/** Completion for shells. */
export const completion: CliCommand = {
  group: "Other",
  name: "completion",
  summary: "Print the completion script for bash, zsh or fish",
  declare: (command: Command) => command.argument("<shell>", "bash, zsh or fish"),
  examples: [{ line: "completion bash >> ~/.bashrc" }],
  run: async (session, { args: [shell = ""], program }) => {
    const script = toCompletion(shell, program);
    if (script === undefined)
      throw new CannotBeginError(`There is no completion for ${shell}: choose bash, zsh or fish.`);
    await session.output.document(script);
    return "done";
  },
};
