import { type Command, CommanderError } from "commander";
import type { Outcome } from "./command.ts";
import { CannotBeginError, exitCodes, InterruptedError } from "./exit.ts";
import type { Host } from "./host.ts";
import { Output } from "./output.ts";
import { toProgram } from "./program.ts";
import { type GlobalOptions, type Report, Session } from "./session.ts";
import { toErrorLine, toErrorObject } from "./shown.ts";

/** Runs a command line. @returns the exit code */
export async function run(host: Host): Promise<number> {
  let code: number = exitCodes.done;
  const program = toProgram({
    version: host.readVersion(),
    output: {
      writeOut: (text) => host.stdout.write(text),
      writeErr: (text) => host.stderr.write(text),
    },
    act: async (command, runCommand) => {
      code = await act(host, command, runCommand);
    },
  });
  try {
    await program.parseAsync(host.args, { from: "user" });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? exitCodes.done : exitCodes.notBegun;
  }
}

/** Runs one command until it ends, fails, or somebody stops it. */
async function act(host: Host, command: Command, run: (session: Session) => Promise<Outcome>): Promise<number> {
  const options = command.optsWithGlobals<GlobalOptions>();
  const { json = false, quiet = false, verbose = false, color } = options;
  const output = new Output(host, { json, quiet, verbose, color });
  const stop = new AbortController();
  const stopListening = listen(host, output, stop);
  const session = new Session(host, output, stop.signal, options);
  try {
    const outcome = await run(session);
    return await end(session, command.name(), outcome === "done" ? exitCodes.done : exitCodes.failed);
  } catch (error) {
    if (stop.signal.aborted) return await end(session, command.name(), exitCodes.interrupted);
    return await fail(session, command.name(), error);
  } finally {
    output.clear();
    stopListening();
  }
}

/** Stops once gently, and leaves when asked again. A reader that has gone is a gentle stop, too. */
function listen(host: Host, output: Output, stop: AbortController): () => void {
  const stopListening = host.onInterrupt(() => {
    if (stop.signal.aborted) {
      host.leave(exitCodes.interrupted);
      return;
    }
    output.warn("Stopping: what is under way is finished or undone. Ctrl-C again leaves at once.");
    stop.abort(new InterruptedError("Interrupted."));
  });
  host.stdout.on("error", () => stop.abort(new InterruptedError("Nothing reads the output any more.")));
  return stopListening;
}

async function fail({ output, report }: Session, name: string, error: unknown): Promise<number> {
  output.error(`error: ${toErrorLine(error)}`);
  if (output.isJson) await output.about("error", toErrorObject(error), "");
  if (error instanceof CannotBeginError || !output.hasResults) return exitCodes.notBegun;
  await sumUp(output, name, report, {});
  return exitCodes.failed;
}

async function end({ output, report }: Session, name: string, code: number): Promise<number> {
  const isInterrupted = code === exitCodes.interrupted;
  await sumUp(output, name, report, isInterrupted ? { interrupted: true } : {});
  if (isInterrupted) output.error(`Interrupted. ${report?.rest?.() ?? "Nothing was changed."}`);
  return code;
}

async function sumUp(output: Output, command: string, report: Report | undefined, more: object): Promise<void> {
  if (report === undefined) return;
  output.clear();
  const text = report.text();
  if (output.isJson || text !== "") await output.about("summary", { command, ...report.counts(), ...more }, text);
}
