import { RequestTimeoutError, UnexpectedResponseError } from "../errors.ts";
import { inTime as withinLimit } from "../waiting.ts";
import type { Ecs, EcsRequest } from "./connection.ts";
import { untilDeadline } from "./retry.ts";
import { httpStatus, isThrottling } from "./sdk-error.ts";

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
  /** Gives what to throw instead of an error that the SDK must not retry; `undefined` leaves the error to the SDK. @default throttling */
  readonly toOurs?: (error: unknown) => unknown;
  /** Gives what to throw for an attempt that failed, before it is judged whether to repeat it. @default the error */
  readonly toRejection?: (error: unknown) => unknown;
}

/**
 * Sends a command on the library's terms: one time-out per request, retries while ECS is busy until the deadline, and no environment value in the
 * log of a client that has one.
 *
 * @throws {@link EcsBusyError} {@link RequestTimeoutError} {@link UnexpectedResponseError}, and the SDK's own errors.
 */
export async function send<Output>(ecs: Ecs, command: EcsCommand<Output>, options: SendOptions): Promise<Output> {
  const { operation, toOurs = toThrottling, toRejection = (error) => error, letFinish = false } = options;
  onOurTerms(command.middlewareStack, operation, toOurs);
  // The casts: the client is known by its shape, and gives the command's own output. A mock may give anything, or nothing.
  const run = async (abortSignal: AbortSignal): Promise<Output> =>
    (await ecs.client.send(command as never, { abortSignal })) as Output;
  return await untilDeadline(ecs, options, () =>
    inTime(ecs, operation, letFinish ? undefined : ecs.signal, run).catch((error: unknown) => {
      throw toRejection(error);
    }),
  );
}

/** Carries an error past the SDK's retries. It is not a `cause`, since the SDK looks at those too. */
class NotForTheSdkToRetry extends Error {
  readonly ours: unknown;

  constructor(ours: unknown) {
    super("not for the SDK to retry");
    this.ours = ours;
  }
}

/**
 * Has the SDK send a command on our terms.
 *
 * Its log: a client with a `logger` logs the whole input and output of every command, with the values of environment variables. Only names and
 * ARNs at the top level stay.
 *
 * Its retries: the time that the SDK waits would count against a request's time-out, and nobody else knows what it sends again. So errors that are
 * ours are taken away from it.
 *
 * Its complaint about an answer that it cannot read: that error holds the answer, with the values of environment variables.
 */
function onOurTerms(stack: CommandStack, operation: string, toOurs: (error: unknown) => unknown): void {
  stack.addRelativeTo(
    (next, context) => {
      context.inputFilterSensitiveLog = toTopLevelTexts;
      context.outputFilterSensitiveLog = toTopLevelTexts;
      return (args) =>
        next(args).catch((error: unknown) => {
          const isUnreadable = error instanceof SyntaxError && httpStatus(error) === 200;
          const told = isUnreadable ? new UnexpectedResponseError(operation, "JSON that can be read") : error;
          const ours = toOurs(told);
          throw ours === undefined ? told : new NotForTheSdkToRetry(ours);
        });
    },
    {
      name: "taskdefClonerOnOurTerms",
      relation: "before",
      toMiddleware: "deserializerMiddleware",
      override: true,
    },
  );
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
