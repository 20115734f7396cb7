import { toMessage } from "./printable.ts";
import { membersOf } from "./unknown-value.ts";
import type { CheckResult } from "./verify/check.ts";

/**
 * Base class of all errors thrown by this library itself; AWS SDK errors are rethrown unchanged. Catch a subclass to handle a specific case.
 *
 * No error contains the value of an environment variable, in its message or in a property.
 */
export abstract class TaskDefClonerError extends Error {
  abstract override readonly name: string;

  /** Whatever a message is made of, it can be printed: control characters are escaped, and it has 4,000 characters at most. */
  constructor(message: string, options?: ErrorOptions) {
    super(toMessage(message), options);
  }
}

/** The input is invalid, by itself or for this base. No request that changes anything was sent. Fix the call. */
export class InvalidInputError extends TaskDefClonerError {
  override readonly name = "InvalidInputError" as const;
}

/**
 * The base task definition is missing, is not a base, or cannot be cloned for this user. Nothing was registered.
 * Fix the infrastructure code that registers the base, or the cloner's options.
 */
export class UnfitBaseError extends TaskDefClonerError {
  override readonly name = "UnfitBaseError" as const;
}

/** The ARN does not belong to a clone that this cloner made, or the clone's record cannot be read. Nothing was changed. */
export class NotACloneError extends TaskDefClonerError {
  override readonly name = "NotACloneError" as const;
  /** The ARN that you passed, or the family that was searched for the user's clone. */
  readonly arn: string;

  constructor(arn: string, reason: string) {
    super(`${arn} is not a clone made by this cloner: ${reason}`);
    this.arn = arn;
  }
}

/** ECS kept answering "try again" (throttling, or its limit on concurrent registrations in a family) until the deadline. Try later. */
export class EcsBusyError extends TaskDefClonerError {
  override readonly name = "EcsBusyError" as const;
  /** The ECS operation, such as `RegisterTaskDefinition`. */
  readonly operation: string;
  /** How many times it was sent. */
  readonly attempts: number;
  /** Milliseconds from the first attempt to giving up. */
  readonly waitedMs: number;

  constructor(operation: string, subject: string, attempts: number, waitedMs: number, cause: unknown) {
    super(
      `ECS was too busy for ${operation} of ${subject}: ${attempts} attempts in ${(waitedMs / 1000).toFixed(1)} s, the last refused with ` +
        `"${cause instanceof Error ? cause.message : "no message"}". Try again later, spread users over several clone families, or raise \`deadlineMs\`.`,
      { cause },
    );
    this.operation = operation;
    this.attempts = attempts;
    this.waitedMs = waitedMs;
  }
}

/** ECS did not answer within `requestTimeoutMs` to a call that changes nothing, or that is safe to repeat. Try again. */
export class RequestTimeoutError extends TaskDefClonerError {
  override readonly name = "RequestTimeoutError" as const;
  /** The ECS operation, such as `DescribeTaskDefinition`, or `config.region` if the client did not even say where ECS is. */
  readonly operation: string;

  constructor(operation: string, timeoutMs: number, whoever = "ECS") {
    super(`${whoever} did not answer ${operation} within ${timeoutMs} ms. Try again, or raise \`requestTimeoutMs\`.`);
    this.operation = operation;
  }
}

/** ECS returned a success response with required fields missing. A proxy or an incomplete mock can be the cause. */
export class UnexpectedResponseError extends TaskDefClonerError {
  override readonly name = "UnexpectedResponseError" as const;
  /** The ECS operation, such as `DescribeTaskDefinition`. */
  readonly operation: string;

  constructor(operation: string, missing: string) {
    super(`ECS's response to ${operation} is missing ${missing}. Is a proxy or an incomplete mock in between?`);
    this.operation = operation;
  }
}

/**
 * ECS did not confirm a registration, and it may or may not take effect. Retrying is safe. It may leave a duplicate revision, which carries this
 * library's record: `prune` removes it once the user has a newer clone.
 */
export class OutcomeUnknownError extends TaskDefClonerError {
  override readonly name = "OutcomeUnknownError" as const;
  /** The family in which the clone was to be registered. */
  readonly family: string;
  /** The user the clone was for. */
  readonly userId: string;

  constructor(family: string, userId: string, cause: unknown, search: "failed" | "found nothing" = "failed") {
    const [found, rest] =
      search === "failed"
        ? ["checking the family failed too", "It may or may not exist."]
        : ["the family does not show it yet", "It may still appear."];
    super(
      `ECS did not confirm registering user ${JSON.stringify(userId)}'s clone in family ${family}, and ${found}. ${rest} ` +
        "Retrying is safe; `prune` removes a duplicate once the user has a newer clone.",
      { cause },
    );
    this.family = family;
    this.userId = userId;
  }
}

/**
 * The cloner's verifier found that something is missing that a task needs to start, or, with `unverified: "refuse"`, could not find out. Nothing was
 * registered. Provide what is missing, or correct the base or the user.
 */
export class FailedVerificationError extends TaskDefClonerError {
  override readonly name = "FailedVerificationError" as const;
  /** The user the clone was for. */
  readonly userId: string;
  /** ARN of the base revision that was to be cloned. */
  readonly baseArn: string;
  /** The results of all checks, those that came out well included. */
  readonly results: readonly CheckResult[];

  constructor(userId: string, baseArn: string, results: readonly CheckResult[]) {
    const base = baseArn.slice(baseArn.lastIndexOf("/") + 1);
    super(`User ${JSON.stringify(userId)} gets no clone of ${base}: ${toVerdict(results)} Nothing was registered.`);
    this.userId = userId;
    this.baseArn = baseArn;
    this.results = results;
  }
}

/** How many findings a message names. */
const mostNamed = 5;

function toVerdict(results: readonly CheckResult[]): string {
  const failed = results.filter(({ status }) => status === "failed");
  const unknown = results.filter(({ status }) => status === "unknown");
  const findings = failed.length > 0 ? failed : unknown;
  const what = failed.length > 0 ? "failed" : 'gave no answer, and `unverified` is "refuse"';
  const named = findings.slice(0, mostNamed).map(toFindingText);
  const more = findings.length > mostNamed ? [`And ${findings.length - mostNamed} more.`] : [];
  return [`${findings.length} of ${results.length} checks ${what}.`, ...named, ...more].join(" ");
}

/** What a check is about, where it stands in the definition, what was found, and what to do. */
export function toFindingText({ check, detail, advice }: CheckResult): string {
  const { kind, subject, where } = check;
  return [`${kind} ${subject} in ${where.join(", ")}: ${detail}`, advice].filter(Boolean).join(" ");
}

/** Every error that the library throws by itself, for a `switch` over `name`. */
export type ClonerError =
  | InvalidInputError
  | UnfitBaseError
  | NotACloneError
  | EcsBusyError
  | RequestTimeoutError
  | UnexpectedResponseError
  | OutcomeUnknownError
  | FailedVerificationError;

/**
 * The error of a call that was aborted and whose rollback failed. A signal's reason may be thrown by other calls too, and need not be an error at
 * all, so it is the cause of a new error with the same name and message.
 */
export function toAbortError(reason: unknown, undoError: unknown): Error {
  const { name, message } = membersOf(reason);
  const text = typeof reason === "string" ? reason : message;
  const error = new Error(typeof text === "string" ? text : "The call was aborted.", { cause: reason });
  return Object.assign(error, { name: typeof name === "string" ? name : "AbortError", undoError });
}

/** Adds the error of a failed rollback to the original error, as its property `undoError`. Returns the original error. */
export function withUndoError(error: unknown, undoError: unknown): unknown {
  if (Object.isExtensible(error)) {
    Object.defineProperty(error, "undoError", { value: undoError, enumerable: true, configurable: true });
  }
  return error;
}
