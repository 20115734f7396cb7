import { systemClock } from "../../../src/testing/index.ts";
import type { Check, CheckResult, CheckStatus, Verification, Verifier } from "../../../src/verify/check.ts";
import { toChecks } from "../../../src/verify/to-checks.ts";

/** How a check comes out, by its subject. */
export type Script = (subject: string) => CheckStatus;

/** A verifier that looks at images alone, takes its time, and answers as it is told. It notes what it was asked. */
export interface ScriptedVerifier extends Verifier {
  /** The tags of the images that each run was about. */
  readonly runs: string[][];
  script: Script;
}

export const toResult = (check: Check, status: CheckStatus): CheckResult => ({
  check,
  status,
  detail: `It is ${status}.`,
  ...(status === "ok" ? {} : { advice: "Push it." }),
});

export const toVerification = (results: readonly CheckResult[]): Verification => ({
  ok: results.every(({ status }) => status !== "failed"),
  complete: results.every(({ status }) => status === "ok" || status === "skipped"),
  results,
});

/** @param durationMs how long a run takes */
export function scriptedVerifier(script: Script = () => "ok", durationMs = 0): ScriptedVerifier {
  const verifier: ScriptedVerifier = {
    runs: [],
    script,
    toChecks: (input, where) => toChecks(input, where).filter(({ kind }) => kind === "image"),
    run: async (checks, { signal } = {}) => {
      verifier.runs.push(checks.map(({ subject }) => subject.slice(subject.lastIndexOf(":") + 1)));
      if (durationMs > 0) await systemClock.sleep(durationMs);
      signal?.throwIfAborted();
      return toVerification(checks.map((check) => toResult(check, verifier.script(check.subject))));
    },
  };
  return verifier;
}
