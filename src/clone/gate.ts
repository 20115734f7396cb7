import type { Ecs } from "../ecs/connection.ts";
import { errorName } from "../ecs/sdk-error.ts";
import { FailedVerificationError, toFindingText } from "../errors.ts";
import type { VerifiedEvent } from "../events.ts";
import { toMessage } from "../printable.ts";
import { toPlace } from "../task-definition-arn.ts";
import type { Check, CheckResult, CheckStatus, Verifier } from "../verify/check.ts";
import { inTime } from "../waiting.ts";
import type { Draft } from "./draft.ts";

/** How a cloner verifies. */
export interface GateRules {
  readonly verifier: Verifier;
  readonly unverified: "allow" | "refuse";
}

/**
 * Lets the drafts of a call pass that refer to what is there, as far as the caller's verifier can tell. What was checked in the call is not checked
 * again.
 */
export class Gate {
  readonly #ecs: Ecs;
  readonly #rules: GateRules;
  /** By what the checks are about. */
  readonly #results = new Map<string, CheckResult>();
  readonly #checks = new WeakMap<Draft, Checks>();

  constructor(ecs: Ecs, rules: GateRules) {
    this.#ecs = ecs;
    this.#rules = rules;
  }

  /** Whether all that the draft refers to was checked in this call. */
  isOpenFor(draft: Draft): boolean {
    return [...this.#toChecks(draft).keys()].every((key) => this.#results.has(key));
  }

  /**
   * Checks what was not checked yet in this call.
   *
   * @throws {@link FailedVerificationError} if something is not there, or, with `unverified: "refuse"`, if that could not be found out.
   * @throws the signal's reason.
   */
  async verify(draft: Draft): Promise<void> {
    const checks = [...this.#toChecks(draft)].filter(([key]) => !this.#results.has(key));
    for (const [key, result] of await run(this.#ecs, this.#rules.verifier, new Map(checks))) {
      this.#results.set(key, result);
    }
    const results = this.#resultsOf(draft);
    const { record, base } = draft;
    this.#ecs.emit(toEvent(draft, results));
    const { unverified } = this.#rules;
    const has = (status: CheckStatus): boolean => results.some((result) => result.status === status);
    if (has("failed") || (unverified === "refuse" && has("unknown"))) {
      throw new FailedVerificationError(record.userId, base.arn, results);
    }
  }

  /** The draft, with warnings of what could not be verified. */
  withWarnings(draft: Draft): Draft {
    const unknown = this.#resultsOf(draft).filter(({ status }) => status === "unknown");
    if (unknown.length === 0) return draft;
    return { ...draft, warnings: [...draft.warnings, ...toWarnings(unknown)] };
  }

  #resultsOf(draft: Draft): readonly CheckResult[] {
    const checks = this.#toChecks(draft);
    return [...this.#results].flatMap(([key, result]) => (checks.has(key) ? [result] : []));
  }

  #toChecks(draft: Draft): Checks {
    const known = this.#checks.get(draft) ?? toChecks(this.#rules.verifier, draft);
    this.#checks.set(draft, known);
    return known;
  }
}

/** Checks, by what they are about. Where else in a definition the same is named makes no difference. */
type Checks = ReadonlyMap<string, OpenCheck>;

/** A check, and why it cannot be run, if so. */
interface OpenCheck {
  readonly check: Check;
  readonly fault?: string;
}

const toKey = ({ where: _, ...content }: Check): string => JSON.stringify(content);

function toChecks(verifier: Verifier, draft: Draft): Checks {
  const { base, input } = draft;
  const place = toPlace(base.arn);
  if (place === undefined) return toUncheckable(draft, `The base's ARN ${base.arn} names no region and account.`);
  try {
    // What a verifier does to the input must not change what is registered.
    const checks = verifier.toChecks(structuredClone(input), place);
    return new Map(checks.map((check) => [toKey(check), { check }]));
  } catch (error) {
    return toUncheckable(draft, toFault(error));
  }
}

/** One check that stands for all those of a definition that gave none. */
function toUncheckable({ input }: Draft, fault: string): Checks {
  const finding = { status: "unknown", detail: fault, advice: "" } as const;
  const place = { region: "", accountId: "", prevents: "any", isForeign: false };
  const check: Check = { kind: "shape", subject: input.family, where: ["the definition"], ...place, ...finding };
  return new Map([[toKey(check), { check, fault }]]);
}

/** The message of a verifier's error may be made of anything. */
const toFault = (error: unknown): string =>
  error instanceof NoAnswerError ? error.message : `The verifier failed with ${errorName(error)}.`;

/** Runs the checks. All are unknown if the verifier gives no verdict. @throws the signal's reason */
async function run(ecs: Ecs, verifier: Verifier, checks: Checks): Promise<ReadonlyMap<string, CheckResult>> {
  const runnable = [...checks.values()].flatMap(({ check, fault }) => (fault === undefined ? [check] : []));
  const answer = await ask(ecs, verifier, runnable);
  const toUnknown = ({ check, fault = answer.fault }: OpenCheck): CheckResult => ({
    check,
    status: "unknown",
    detail: toMessage(fault),
  });
  return new Map([...checks].map(([key, open]) => [key, answer.results.get(key) ?? toUnknown(open)]));
}

/** What a verifier answers, and what is wrong with the checks of which it says nothing. */
interface VerifierAnswer {
  readonly results: ReadonlyMap<string, CheckResult>;
  readonly fault: string;
}

/** Asks the verifier within the time that the call has. @throws the signal's reason */
async function ask(ecs: Ecs, verifier: Verifier, checks: readonly Check[]): Promise<VerifierAnswer> {
  const { signal, deadlineMs, requestTimeoutMs } = ecs;
  const milliseconds = Math.max(deadlineMs, requestTimeoutMs);
  const toError = (): Error => new NoAnswerError(milliseconds);
  try {
    if (checks.length === 0) return { results: new Map(), fault: "" };
    const { results } = await inTime({ milliseconds, toError, signal }, async (stop) =>
      verifier.run(checks, { signal: stop }),
    );
    return {
      results: new Map(results.map((result) => [toKey(result.check), result])),
      fault: "The verifier gave no result.",
    };
  } catch (error) {
    signal?.throwIfAborted();
    return { results: new Map(), fault: toFault(error) };
  }
}

class NoAnswerError extends Error {
  constructor(milliseconds: number) {
    super(`The verifier gave no answer within ${milliseconds} ms.`);
  }
}

function toEvent({ record, base }: Draft, results: readonly CheckResult[]): VerifiedEvent {
  const { userId, family } = record;
  const count = (status: CheckStatus): number => results.filter((result) => result.status === status).length;
  const findings = results.filter(({ status }) => status === "failed" || status === "unknown");
  return {
    type: "verified",
    userId,
    family,
    baseArn: base.arn,
    ok: count("ok"),
    failed: count("failed"),
    unknown: count("unknown"),
    skipped: count("skipped"),
    findings: findings.map(({ check, status, detail, advice, permission }) => ({
      kind: check.kind,
      subject: check.subject,
      where: check.where,
      status,
      detail,
      ...(advice !== undefined && { advice }),
      ...(permission !== undefined && { permission }),
    })),
  };
}

/** So many are named; a missing permission may leave every check unknown. */
const mostWarnings = 5;

function toWarnings(unknown: readonly CheckResult[]): readonly string[] {
  const named = unknown.slice(0, mostWarnings).map((result) => toMessage(`Not verified: ${toFindingText(result)}`));
  const more = unknown.length - named.length;
  return more === 0 ? named : [...named, `Not verified: ${more} more. The event \`verified\` has them all.`];
}
