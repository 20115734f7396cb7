import { isThrottling } from "./sdk-error.ts";

/** Carries an error past the SDK's retries. It is no `cause`, since the SDK looks at those too. */
class NotForTheSdkToRetry extends Error {
  readonly ours: unknown;

  constructor(ours: unknown) {
    super("not for the SDK to retry");
    this.ours = ours;
  }
}

type AnyMiddleware = <Args, Result>(
  next: (args: Args) => Promise<Result>,
  context: Record<string, unknown>,
) => (args: Args) => Promise<Result>;

/** The middleware stack of a command, whatever its input. */
export interface CommandStack {
  addRelativeTo(
    middleware: AnyMiddleware,
    position: { readonly name: string; readonly relation: "before"; readonly toMiddleware: string },
  ): void;
}

/**
 * Has the SDK send a command on our terms.
 *
 * Its log: a client that was given a `logger` tells it the whole input and output of every command, with the values of environment variables. Only names
 * and ARNs at the top level stay.
 *
 * Its retries: what the SDK would wait for counts against a request's time-out, and what it sends again nobody else knows of. So errors that are ours are
 * taken away from them.
 *
 * @param toOurs gives what to throw instead of an error that is ours, and `undefined` for one that is the SDK's. By default throttling is ours.
 */
export function onOurTerms(stack: CommandStack, toOurs: (error: unknown) => unknown = toThrottling): void {
  stack.addRelativeTo(
    <Args, Result>(next: (args: Args) => Promise<Result>, context: Record<string, unknown>) => {
      context.inputFilterSensitiveLog = toTopLevelTexts;
      context.outputFilterSensitiveLog = toTopLevelTexts;
      return (args: Args): Promise<Result> =>
        next(args).catch((error: unknown) => {
          const ours = toOurs(error);
          throw ours === undefined ? error : new NotForTheSdkToRetry(ours);
        });
    },
    { name: "taskdefClonerOnOurTerms", relation: "before", toMiddleware: "deserializerMiddleware" },
  );
}

function toTopLevelTexts(logged: object): object {
  const texts: Record<string, string> = {};
  for (const [member, value] of Object.entries(logged)) if (typeof value === "string") texts[member] = value;
  return texts;
}

const toThrottling = (error: unknown): unknown => (isThrottling(error) ? error : undefined);

/** The error that was taken away from the SDK's retries, or the error itself. */
export function unwrapOurs(error: unknown): unknown {
  return error instanceof NotForTheSdkToRetry ? error.ours : error;
}
