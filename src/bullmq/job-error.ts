import { RateLimitError, UnrecoverableError } from "bullmq";
import { isBusy, isRefusal } from "../ecs/sdk-error.ts";
import { EcsBusyError, FailedVerificationError, UnfitBaseError } from "../errors.ts";
import { toMessage } from "../printable.ts";
import { isWorthRetrying } from "../retryable.ts";
import { LostJobError } from "./lease.ts";

/** What the caller's own code threw, so that it is not taken for an error of the library or of ECS. */
class CallerError extends Error {
  constructor(cause: unknown) {
    super("", { cause });
  }
}

/** Runs the caller's own code. @throws CallerError */
export async function inCallersCode<Value>(run: () => Value | Promise<Value>): Promise<Value> {
  try {
    return await run();
  } catch (error) {
    throw new CallerError(error);
  }
}

/** What an attempt threw, and what becomes of its job. */
export interface Failure {
  readonly error: unknown;
  /**
   * `lost`: the job is another worker's. `control`: the caller's code told BullMQ itself. `wait`: the job is put back, at no cost of an attempt, until ECS
   * is less busy. `unfit`: the job fails, as all others may. `never`: the job fails. `retry`: the job is tried again while it has attempts left.
   */
  readonly verdict: "lost" | "control" | "wait" | "unfit" | "never" | "retry";
}

/** Judges what an attempt threw. */
export const toFailure = (error: unknown): Failure => ({ error, verdict: toVerdict(error) });

function toVerdict(error: unknown): Failure["verdict"] {
  if (error instanceof LostJobError) return "lost";
  if (error instanceof CallerError) return toCallersVerdict(error.cause);
  if (error instanceof EcsBusyError || isBusy(error)) return "wait";
  if (isWorthRetrying(error)) return "retry";
  // What AWS refuses, such as for want of a permission, it may refuse for everybody; and what is missing may be the base's.
  const mayMeetAll = error instanceof UnfitBaseError || error instanceof FailedVerificationError || isRefusal(error);
  return mayMeetAll ? "unfit" : "never";
}

/** With these errors, a processor says to BullMQ that a job goes on later. */
const controlErrors = new Set(["RateLimitError", "DelayedError", "WaitingError", "WaitingChildrenError"]);

function toCallersVerdict(cause: unknown): Failure["verdict"] {
  if (!(cause instanceof Error)) return "retry";
  if (controlErrors.has(cause.name)) return "control";
  return cause.name === "UnrecoverableError" ? "never" : "retry";
}

/** Whether it is certain that an attempt that failed like this registered nothing. */
export const hasRegisteredNothing = ({ error, verdict }: Failure): boolean =>
  !(error instanceof CallerError) && verdict !== "retry";

/** What to throw so that BullMQ tries the job again, if it has attempts left. BullMQ reads the message of it. */
export function toRetried(error: unknown): Error {
  const thrown = error instanceof CallerError ? error.cause : error;
  return thrown instanceof Error ? thrown : new Error(toMessage(String(thrown)), { cause: thrown });
}

/** What to throw so that BullMQ does not try the job again. */
export function toFinal(error: unknown): Error {
  const retried = toRetried(error);
  if (retried.name === "UnrecoverableError") return retried;
  const final = new UnrecoverableError(retried.message);
  final.cause = retried;
  return final;
}

/** What to throw so that the job goes back to the others, at no cost of an attempt. */
export const toPutBack = (): Error => new RateLimitError();
