import type { Command } from "commander";

/** A command as a completion knows it. */
interface Completed {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly string[];
}

/** The script that completes the commands of a program and their options. `undefined` for a shell that is not known. */
export function toCompletion(shell: string, program: Command): string | undefined {
  const globals = toFlags(program);
  const commands = program.commands.map((command) => ({
    name: command.name(),
    summary: command.description(),
    flags: [...toFlags(command), ...globals],
  }));
  switch (shell) {
    case "bash":
      return toBash(program.name(), commands);
    case "zsh":
      return toZsh(program.name(), commands);
    case "fish":
      return toFish(program.name(), commands);
    default:
      return undefined;
  }
}

const toFlags = (command: Command): readonly string[] => command.options.map(({ long }) => String(long));

function toBash(program: string, commands: readonly Completed[]): string {
  const cases = commands.map(({ name, flags }) => `    ${name}) words="${flags.join(" ")}" ;;`);
  return [
    `_${toIdentifier(program)}() {`,
    '  local words="" word',
    `  words="${commands.map(({ name }) => name).join(" ")}"`,
    `  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do`,
    '    case "$word" in',
    ...cases,
    "    esac",
    "  done",
    `  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))`,
    "}",
    `complete -o default -F _${toIdentifier(program)} ${program}`,
  ].join("\n");
}

function toZsh(program: string, commands: readonly Completed[]): string {
  return [
    `#compdef ${program}`,
    `_${toIdentifier(program)}() {`,
    "  if (( CURRENT == 2 )); then",
    `    _values command ${commands.map(({ name, summary }) => quote(`${name}[${summary.replace(/[[\]:]/g, "")}]`)).join(" ")}`,
    "    return",
    "  fi",
    '  case "$words[2]" in',
    ...commands.map(({ name, flags }) => `    ${name}) compadd -- ${flags.join(" ")} ;;`),
    "  esac",
    "}",
    `compdef _${toIdentifier(program)} ${program}`,
  ].join("\n");
}

function toFish(program: string, commands: readonly Completed[]): string {
  return commands
    .flatMap(({ name, summary, flags }) => [
      `complete -c ${program} -n __fish_use_subcommand -a ${name} -d ${quote(summary)}`,
      ...flags.map((flag) => `complete -c ${program} -n '__fish_seen_subcommand_from ${name}' -l ${flag.slice(2)}`),
    ])
    .join("\n");
}

const toIdentifier = (name: string): string => name.replaceAll("-", "_");

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
