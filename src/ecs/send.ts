import { RequestTimeoutError } from "../errors.ts";
import { membersOf } from "../unknown-value.ts";
import { inTime as withinLimit } from "../waiting.ts";
import { type Attempt, isUnobserved, NotSentAgain, newAttempt, sendAtMostOnce } from "./attempt.ts";
import type { Ecs, EcsRequest } from "./connection.ts";
import { untilDeadline } from "./retry.ts";
import { NotForTheSdkToRetry, toSafe } from "./safe-error.ts";
import { isBusy, isThrottling } from "./sdk-error.ts";

/** Middleware of any command. */
type CommandMiddleware = <Args, Result>(
  next: (args: Args) => Promise<Result>,
  context: Record<string, unknown>,
) => (args: Args) => Promise<Result>;

/** The middleware stack of any command. */
export interface CommandStack {
  addRelativeTo(
    middleware: CommandMiddleware,
    position: {
      readonly name: string;
      readonly relation: "before" | "after";
      readonly toMiddleware: string;
      readonly override: boolean;
    },
  ): void;
  add(
    middleware: CommandMiddleware,
    place: {
      readonly name: string;
      readonly step: "deserialize";
      readonly priority: "low";
      readonly override: boolean;
    },
  ): void;
}

/** A command of the SDK, as far as the library uses it. */
export interface EcsCommand<Output> {
  readonly middlewareStack: CommandStack;
  resolveMiddleware(...args: never): (args: never) => Promise<{ readonly output: Output }>;
}

/** How to send a command. */
export interface SendOptions extends EcsRequest {
  /** Whether a request that is under way finishes even if the signal aborts. @default false */
  readonly letFinish?: boolean;
  /** Called each time that a request is about to be sent. */
  readonly onSend?: () => void;
  /** Called each time that ECS throttles a request. What it throws ends the retries. */
  readonly onThrottled?: () => void;
  /** Gives what to throw instead of an error that the SDK must not retry; `undefined` leaves the error to the SDK. @default throttling */
  readonly toOurs?: (error: unknown) => unknown;
  /**
   * Gives what to throw for an attempt that failed, before it is judged whether to repeat it. `seen` is the error that came with the response, whatever
   * the client's own middleware made of it, if there is one.
   *
   * @default the error
   */
  readonly toRejection?: (error: unknown, seen: unknown) => unknown;
}

/**
 * Sends a command on the library's terms: one time-out per request, retries while ECS is busy until the deadline, and no environment value in the
 * log of a client that has one, nor in an error.
 *
 * @throws {@link EcsBusyError} {@link RequestTimeoutError} {@link UnexpectedResponseError}, and the SDK's own errors.
 */
export async function send<Output>(ecs: Ecs, command: EcsCommand<Output>, options: SendOptions): Promise<Output> {
  return (await sendObserved(ecs, command, options)).output;
}

/** What a command gave. */
interface Observed<Output> {
  readonly output: Output;
  /** Whether an SDK client sent the command without running the library's middleware. */
  readonly isUnobserved: boolean;
}

/** Sends a command as `send` does, and says whether the library's own middleware ran. */
export async function sendObserved<Output>(
  ecs: Ecs,
  command: EcsCommand<Output>,
  options: SendOptions,
): Promise<Observed<Output>> {
  const { toRejection = (error) => error } = options;
  return await sendAndJudge(ecs, command, options, watch(command, options), (outcome, attempt) => {
    if ("output" in outcome) return { ...outcome, isUnobserved: isUnobserved(attempt, outcome.output) };
    const { error } = outcome;
    const { seen = {} } = attempt;
    if (ecs.signal?.aborted && error === ecs.signal.reason) throw error;
    if (!("error" in seen)) throw toRejection(error, error);
    throw isBusy(seen.error) ? seen.error : toRejection(error, seen.error);
  });
}

/** What a client's `send` came to. */
export type Outcome<Output> = { readonly output: Output } | { readonly error: unknown };

/**
 * Sends a command of which no request may leave after a request that may have taken effect. What the attempt came to is judged by what the library's own
 * middleware saw of it, in preference to what `send` came to.
 *
 * @throws {@link EcsBusyError}, and what `judge` throws
 */
export async function sendOnce<Output, Result>(
  ecs: Ecs,
  command: EcsCommand<Output>,
  options: Omit<SendOptions, "toRejection">,
  judge: (outcome: Outcome<Output>, attempt: Attempt) => Result,
): Promise<Result> {
  const watched = watch(command, options);
  sendAtMostOnce(command.middlewareStack, options.operation, () => watched.attempt);
  return await sendAndJudge(ecs, command, options, watched, (outcome, attempt) => {
    const { seen = {}, refusal, mayHaveTakenEffect } = attempt;
    // What was read of a refusal says more of it, unless the client's own middleware put something else in its place.
    const error = "error" in seen && isBusy(seen.error) ? seen.error : refusal;
    if (!mayHaveTakenEffect && isBusy(error)) throw error;
    return judge(refusal && isNotSentAgain(outcome) ? { error: refusal } : outcome, attempt);
  });
}

const isNotSentAgain = (outcome: Outcome<unknown>): boolean =>
  "error" in outcome && outcome.error instanceof NotSentAgain;

/** The attempt at a command that is under way. Every attempt of the library's is another one. */
interface Watched {
  attempt: Attempt;
}

async function sendAndJudge<Output, Result>(
  ecs: Ecs,
  command: EcsCommand<Output>,
  options: SendOptions,
  watched: Watched,
  judge: (outcome: Outcome<Output>, attempt: Attempt) => Result,
): Promise<Result> {
  const { operation, letFinish = false, onSend, onThrottled } = options;
  const signal = letFinish ? undefined : ecs.signal;
  return await untilDeadline(ecs, options, async () => {
    const attempt = newAttempt();
    watched.attempt = attempt;
    const run = async (abortSignal: AbortSignal): Promise<Output> => {
      try {
        onSend?.();
        // The casts: the client is known by its shape, and gives the command's own output. A mock may give anything, or nothing.
        return (await ecs.client.send(command as never, { abortSignal })) as Output;
      } finally {
        // A wrapper may give up before ECS answers.
        await attempt.quiet;
      }
    };
    const outcome = await inTime(ecs, operation, signal, run).then(
      (output) => ({ output }),
      (error: unknown) => ({ error: error === signal?.reason ? error : toSafe(operation, error, "caller") }),
    );
    attempt.isOver = true;
    try {
      return judge(outcome, attempt);
    } catch (error) {
      if (isThrottling(error)) onThrottled?.();
      throw error;
    }
  });
}

/**
 * Has the SDK send a command on our terms, and notes what becomes of each attempt.
 *
 * Its log: a client with a `logger` logs the whole input and output of every command, with the values of environment variables. Only names and
 * ARNs at the top level stay.
 *
 * Its retries: the time that the SDK waits would count against a request's time-out, and no other code knows what it sends again. So errors that are
 * ours are taken away from it.
 *
 * Its errors: they hold the response, with the values of environment variables.
 */
function watch(
  { middlewareStack }: Pick<EcsCommand<unknown>, "middlewareStack">,
  { operation, toOurs = toThrottling }: SendOptions,
): Watched {
  const watched = { attempt: newAttempt() };
  middlewareStack.addRelativeTo(
    (next, context) => {
      const { attempt } = watched;
      attempt.isObserved = true;
      context.inputFilterSensitiveLog = toTopLevelTexts;
      context.outputFilterSensitiveLog = toTopLevelTexts;
      const read: typeof next = async (args) => {
        try {
          const result = await next(args);
          attempt.seen = { output: membersOf(result).output };
          return result;
        } catch (error) {
          if (error instanceof NotSentAgain) throw error;
          const told = toSafe(operation, error, "sdk");
          attempt.seen = { error: told };
          const ours = toOurs(told);
          throw ours === undefined ? told : new NotForTheSdkToRetry(ours);
        }
      };
      return (args) => {
        const reading = read(args);
        attempt.quiet = Promise.allSettled([attempt.quiet, reading]);
        return reading;
      };
    },
    {
      name: "taskdefClonerOnOurTerms",
      relation: "before",
      toMiddleware: "deserializerMiddleware",
      override: true,
    },
  );
  return watched;
}

function toTopLevelTexts(logged: object): object {
  const texts: Record<string, string> = {};
  for (const [member, value] of Object.entries(logged)) if (typeof value === "string") texts[member] = value;
  return texts;
}

const toThrottling = (error: unknown): unknown => (isThrottling(error) ? error : undefined);

/** Runs one request with the time-out that the SDK does not have. */
async function inTime<Output>(
  { requestTimeoutMs }: Ecs,
  operation: string,
  signal: AbortSignal | undefined,
  run: (abortSignal: AbortSignal) => Promise<Output>,
): Promise<Output> {
  const toError = (): Error => new RequestTimeoutError(operation, requestTimeoutMs);
  try {
    return await withinLimit({ milliseconds: requestTimeoutMs, toError, signal }, run);
  } catch (error) {
    throw error instanceof NotForTheSdkToRetry ? error.ours : error;
  }
}
