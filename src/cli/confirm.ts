import { createInterface } from "node:readline";
import { CannotBeginError } from "./exit.ts";
import type { Host } from "./host.ts";

/** A question before something is changed. */
export interface Question {
  /** What has to be typed. */
  readonly name: string;
  /** What will be done: `deregister 212 clones`. */
  readonly deed: string;
  /** Whether the answer is given already. */
  readonly yes: boolean;
  /** Whether asking is allowed. */
  readonly input: boolean;
}

/**
 * Refuses to begin what no one could confirm.
 *
 * @throws {@link CannotBeginError} without a terminal, or when asking is not allowed, unless the answer is given already.
 */
export function refuseNobody(
  { stdin, stderr }: Pick<Host, "stdin" | "stderr">,
  { yes, input }: Pick<Question, "yes" | "input">,
): void {
  if (yes || (input && stdin.isTTY === true && stderr.isTTY === true)) return;
  throw new CannotBeginError("There is no one to confirm this. To go on without being asked, pass --yes.");
}

/**
 * Has the name typed before something is changed.
 *
 * @throws {@link CannotBeginError} if there is no one to ask, or another answer came.
 */
export async function confirm(
  { stdin, stderr }: Pick<Host, "stdin" | "stderr">,
  { name, deed, yes, input }: Question,
  signal: AbortSignal,
): Promise<void> {
  if (yes) return;
  refuseNobody({ stdin, stderr }, { yes, input });
  stderr.write(`Type ${name} to ${deed}: `);
  const answer = await readLine(stdin, signal);
  if (answer !== name) throw new CannotBeginError(`The answer was not ${name}. Nothing was changed.`);
}

function readLine(input: Host["stdin"], signal: AbortSignal): Promise<string | undefined> {
  // Not as a terminal: Ctrl-C reaches the process as a signal then, as it does everywhere else.
  const lines = createInterface({ input, terminal: false });
  return new Promise<string | undefined>((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    lines.once("line", (line) => resolve(line.trim()));
    lines.once("close", () => resolve(undefined));
  }).finally(() => lines.close());
}
