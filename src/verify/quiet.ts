import { httpStatus, isThrottling } from "../ecs/sdk-error.ts";
import { membersOf } from "../unknown-value.ts";
import type { Command } from "./commands.ts";

/** Carries an error past the SDK's retries, whose waiting would count against the request's time-out. */
export class NotForTheSdkToRetry extends Error {
  readonly ours: unknown;

  constructor(ours: unknown) {
    super("not for the SDK to retry");
    this.ours = ours;
  }
}

/** An answer that the SDK could not read. Its own error would hold the text. */
class UnreadableAnswer extends Error {
  override readonly name = "UnreadableAnswer";
  readonly $metadata = { httpStatusCode: 200 };
}

/**
 * Has the SDK send a command without logging what goes out and comes in, since a download URL is a credential, and without repeating it while AWS
 * is busy.
 */
export function quiet(command: Command): void {
  const nothing = (): object => ({});
  command.middlewareStack.addRelativeTo(
    (next: (args: unknown) => Promise<unknown>, context: Record<string, unknown>) => {
      context.inputFilterSensitiveLog = nothing;
      context.outputFilterSensitiveLog = nothing;
      return (args: unknown) =>
        next(args).catch((error: unknown) => {
          if (isUnreadable(error)) throw new UnreadableAnswer("the answer cannot be read");
          throw isThrottling(error) ? new NotForTheSdkToRetry(error) : error;
        });
    },
    { name: "taskdefVerifyQuiet", relation: "before", toMiddleware: "deserializerMiddleware", override: true },
  );
}

/** The SDK keeps the text that it could not read next to the error. */
const isUnreadable = (error: unknown): boolean =>
  httpStatus(error) === 200 || membersOf(error).$responseBodyText !== undefined;
