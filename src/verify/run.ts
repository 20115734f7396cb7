import { onAbort, sleep } from "../waiting.ts";
import type { Asked, Asker } from "./ask.ts";
import type { Check, CheckResult, Outcome, Verification } from "./check.ts";
import type { Context } from "./context.ts";
import { skipped } from "./outcome.ts";
import type { ParameterBatches } from "./parameter-batches.ts";
import { runCheck } from "./run-check.ts";
import type { VerifySettings } from "./verify-options.ts";

/** What runs of one verifier have in common. */
export interface Shared {
  readonly settings: VerifySettings;
  readonly asker: Asker;
  readonly batches: ParameterBatches;
  readonly platforms: Context["platforms"];
}

/** Runs all checks side by side, each to its end, or to the deadline. */
export async function runAll(
  shared: Shared,
  checks: readonly Check[],
  signal: AbortSignal | undefined,
): Promise<Verification> {
  signal?.throwIfAborted();
  const { deadlineMs } = shared.settings;
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new Deadline(`no answer within ${deadlineMs} ms`)), deadlineMs);
  const callOff = signal && onAbort(signal, () => controller.abort(signal.reason));
  try {
    const context = toContext(shared, controller.signal);
    const results = await Promise.all(
      checks.map(async (check): Promise<CheckResult> => ({ check, ...(await settle(shared, context, check)) })),
    );
    const has = (status: Outcome["status"]): boolean => results.some((result) => result.status === status);
    return { ok: !has("failed"), complete: !has("failed") && !has("unknown"), results };
  } finally {
    clearTimeout(timer);
    callOff?.();
    controller.abort();
  }
}

class Deadline extends Error {
  override readonly name = "DeadlineError";
}

/** What is missing may have been made a moment ago. */
async function settle(shared: Shared, context: Context, check: Check): Promise<Outcome> {
  const { skip, settleMs } = shared.settings;
  if (skip.includes(check.kind)) return skipped("Left out by the option `skip`.");
  const outcome = await runCheck(check, context);
  if (outcome.status !== "failed" || check.kind === "shape" || settleMs === 0) return outcome;
  try {
    await sleep(settleMs, context.signal);
  } catch (error) {
    if (error instanceof Deadline) return outcome;
    throw error;
  }
  const again = await runCheck(check, toContext(shared, context.signal));
  return again.status === "unknown" ? outcome : again;
}

/** Asks the same question once. A question that the deadline cuts short has no answer. */
function toContext({ settings, asker, batches, platforms }: Shared, signal: AbortSignal): Context {
  const asked = new Map<string, Promise<Asked>>();
  const once = (key: string, ask: () => Promise<Asked>): Promise<Asked> => {
    const known = asked.get(key) ?? ask().catch(toLate);
    asked.set(key, known);
    return known;
  };
  return {
    settings,
    signal,
    platforms,
    ask: (operation, region, input) =>
      once(JSON.stringify([operation, region, input]), () => asker.aws(operation, region, input, signal)),
    askForParameters: (region, names) =>
      once(JSON.stringify(["parameters", region, names]), () => batches.ask(region, names, signal)),
    share: (key, line, run) => once(key, () => asker.share(key, line, signal, run)),
  };
}

function toLate(error: unknown): Asked {
  if (!(error instanceof Deadline)) throw error;
  return { kind: "fault", fault: { kind: "unreachable", name: error.name, message: error.message } };
}
