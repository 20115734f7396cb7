import { membersOf, parseJson } from "../unknown-value.ts";
import { httpStatus, isNeverSent } from "./sdk-error.ts";
import type { CommandStack } from "./send.ts";

/**
 * What became of one attempt at a command, noted by the library's own middleware. What the client's middleware, its retry strategy or a wrapper make
 * of a response changes nothing here.
 */
export interface Attempt {
  /** Whether the library's middleware was put to work. A mock does not do that, nor does a client that makes commands anew. */
  isObserved: boolean;
  /** Whether a request was given to the network, and ECS did not say that it refuses it. Noted only by `sendAtMostOnce`. */
  mayHaveTakenEffect: boolean;
  /** How ECS refused the last request, read before anything of the client's could get at it; absent if it did not. Noted only by `sendAtMostOnce`. */
  refusal?: Error;
  /** What the last response was read as; absent if none came. */
  seen?: { readonly output: unknown } | { readonly error: unknown };
  /** Settles when no request is under way. It never rejects. */
  quiet: Promise<unknown>;
  /** Set when the library has stopped waiting for the attempt. */
  isOver: boolean;
}

export const newAttempt = (): Attempt => ({
  isObserved: false,
  mayHaveTakenEffect: false,
  quiet: Promise.resolve(),
  isOver: false,
});

/** Whether an SDK client sent a command without running the library's middleware. A mock sends nothing, and its output has no status. */
export function isUnobserved(attempt: Attempt, output: unknown): boolean {
  return !attempt.isObserved && httpStatus(output) !== undefined;
}

/** What to tell somebody whose client does not run the library's middleware. */
export const unobservedWarning =
  "The client is a wrapper that makes commands anew, so the library's middleware does not run. If a response to RegisterTaskDefinition is lost, a " +
  "duplicate revision may stay behind. Pass the command that `send` is given on to the SDK's client.";

/**
 * Lets no request of the command leave once an earlier one of the same attempt may have taken effect, or the attempt is over: whoever sends it
 * again, be it the SDK's retry strategy, the client's own middleware or a wrapper around `send`.
 *
 * This is the last middleware before the network, so nothing of the client's can repeat a request behind it.
 */
export function sendAtMostOnce(stack: CommandStack, operation: string, toAttempt: () => Attempt): void {
  stack.add(
    (next) => {
      const attempt = toAttempt();
      return async (args) => {
        if (attempt.mayHaveTakenEffect || attempt.isOver) throw new NotSentAgain(operation);
        attempt.mayHaveTakenEffect = true;
        delete attempt.seen;
        delete attempt.refusal;
        const leaving = leave(() => next(args), attempt);
        attempt.quiet = Promise.allSettled([attempt.quiet, leaving]);
        return await leaving;
      };
    },
    { name: "taskdefClonerAtMostOnce", step: "deserialize", priority: "low", override: true },
  );
}

/** Sends a request, and notes whether it may have taken effect. */
async function leave<Result>(send: () => Promise<Result>, attempt: Attempt): Promise<Result> {
  try {
    const result = await send();
    const { response } = membersOf(result);
    const { statusCode } = membersOf(response);
    if (typeof statusCode !== "number" || !isRefusalStatus(statusCode)) return result;
    attempt.refusal = await readRefusal(Object(response), statusCode);
    attempt.mayHaveTakenEffect = false;
    return result;
  } catch (error) {
    attempt.mayHaveTakenEffect = !isNeverSent(error);
    throw error;
  }
}

const isRefusalStatus = (status: number): boolean => status >= 400 && status < 500;

/** Reads how ECS refuses, and leaves the body to be read again. */
async function readRefusal(response: { body?: unknown }, httpStatusCode: number): Promise<Error> {
  // The cast: bytes, a text, a stream of Node's or of the web: Node's Response takes them all.
  const body = response.body as ConstructorParameters<typeof Response>[0];
  const bytes = Buffer.from(await new Response(body).arrayBuffer());
  response.body = bytes;
  const { __type = "", message = "" } = membersOf(parseJson(bytes.toString()));
  const name = String(__type).slice(String(__type).indexOf("#") + 1);
  const properties = { name, $fault: "client", $metadata: { httpStatusCode } };
  return Object.assign(new Error(String(message)), properties);
}

/** Seen by the client's own middleware and retry strategy, which asked for a request that may not leave. */
export class NotSentAgain extends Error {
  constructor(operation: string) {
    super(`${operation} is not sent again: an earlier request may have taken effect.`);
  }
}
