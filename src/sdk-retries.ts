import { isThrottling } from "./sdk-error.ts";

/** Carries an error past the SDK's retries. It is no `cause`, since the SDK looks at those too. */
class NotForTheSdkToRetry extends Error {
  readonly ours: unknown;

  constructor(ours: unknown) {
    super("not for the SDK to retry");
    this.ours = ours;
  }
}

type AnyMiddleware = <Args, Result>(next: (args: Args) => Promise<Result>) => (args: Args) => Promise<Result>;

/** The middleware stack of a command, whatever its input. */
export interface CommandStack {
  addRelativeTo(
    middleware: AnyMiddleware,
    position: { readonly name: string; readonly relation: "before"; readonly toMiddleware: string },
  ): void;
}

/**
 * Takes errors of one command away from the SDK's own retries. What the SDK would wait for counts against a request's time-out, and what it sends
 * again nobody else knows of.
 *
 * @param toOurs gives what to throw instead of an error that is ours, and `undefined` for one that is the SDK's.
 */
export function withoutSdkRetry(stack: CommandStack, toOurs: (error: unknown) => unknown): void {
  stack.addRelativeTo(
    <Args, Result>(next: (args: Args) => Promise<Result>) =>
      (args: Args): Promise<Result> =>
        next(args).catch((error: unknown) => {
          const ours = toOurs(error);
          throw ours === undefined ? error : new NotForTheSdkToRetry(ours);
        }),
    { name: "taskdefClonerWithoutSdkRetry", relation: "before", toMiddleware: "deserializerMiddleware" },
  );
}

/** Leaves only throttling to us. */
export function withoutSdkThrottling(stack: CommandStack): void {
  withoutSdkRetry(stack, (error) => (isThrottling(error) ? error : undefined));
}

/** The error that was taken away from the SDK's retries, or the error itself. */
export function unwrapOurs(error: unknown): unknown {
  return error instanceof NotForTheSdkToRetry ? error.ours : error;
}
