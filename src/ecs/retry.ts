import { EcsBusyError, UnexpectedResponseError } from "../errors.ts";
import { sleep } from "../waiting.ts";
import type { Ecs, EcsRequest } from "./connection.ts";
import { errorName, isBusy, isRefusal, retryAfterMs } from "./sdk-error.ts";

/**
 * Repeats a request while ECS says that it is busy: with full jitter and growing delays, until the deadline. Every other error is rethrown.
 *
 * @throws {@link EcsBusyError} at the deadline.
 */
export async function untilDeadline<Output>(
  ecs: Ecs,
  { operation, subject }: EcsRequest,
  run: () => Promise<Output>,
): Promise<Output> {
  const startedAt = performance.now();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      if (!isBusy(error)) throw error;
      const waitedMs = performance.now() - startedAt;
      const remainingMs = ecs.deadlineMs - waitedMs;
      // Give up now if the deadline comes before the time at which ECS wants to be asked again.
      if (remainingMs <= retryAfterMs(error)) throw new EcsBusyError(operation, subject, attempt, waitedMs, error);
      const delayMs = Math.min(toDelayMs(error, attempt), remainingMs);
      ecs.emit({ type: "retried", operation, subject, attempt, delayMs, error: errorName(error) });
      await sleep(delayMs, ecs.signal);
    }
  }
}

const longestDelayMs = 20_000;

/** ECS's bucket of registrations gains one token per second. A registration that meets another one probably costs a token, too (unverified). */
const firstDelayMs = 1000;

/** Doubling would have the last ones of a fleet wait for much longer than their token takes. */
const growth = 1.5;

function toDelayMs(error: unknown, attempt: number): number {
  const jitteredMs = Math.random() * Math.min(longestDelayMs, firstDelayMs * growth ** (attempt - 1));
  return Math.max(jitteredMs, retryAfterMs(error));
}

/** Repeats what is harmless to repeat while ECS cannot be reached, until the deadline. A refusal is final. */
export async function untilReachable<Output>(ecs: Ecs, run: () => Promise<Output>): Promise<Output> {
  const startedAt = performance.now();
  for (;;) {
    try {
      return await run();
    } catch (error) {
      const isFinal = isRefusal(error) || error instanceof EcsBusyError || error instanceof UnexpectedResponseError;
      if (isFinal || ecs.signal?.aborted || performance.now() - startedAt >= ecs.deadlineMs) throw error;
      await sleep(1000, ecs.signal);
    }
  }
}
