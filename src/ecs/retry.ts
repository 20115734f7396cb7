import type { ECSClient } from "@aws-sdk/client-ecs";
import { EcsBusyError, RequestTimeoutError, UnexpectedResponseError } from "../errors.ts";
import type { ClonerEvent } from "../events.ts";
import { inTurn, sleep } from "../waiting.ts";
import { errorName, isConcurrentRevision, isRefusal, isThrottling, retryAfterMs } from "./sdk-error.ts";
import { unwrapOurs } from "./send.ts";

/** The part of an `ECSClient` that is used. */
export type EcsClient = Pick<ECSClient, "send"> & { readonly config?: Pick<ECSClient["config"], "region"> };

/** A client, and how patiently it is used. */
export interface Ecs {
  readonly client: EcsClient;
  readonly requestTimeoutMs: number;
  readonly deadlineMs: number;
  readonly emit: (event: ClonerEvent) => void;
}

/** What a request is about, for messages and events. */
export interface Request {
  /** The ECS operation. */
  readonly operation: string;
  /** The family or revision it concerns. */
  readonly subject: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs the task when no other in this process is registering into the family, in the client's region. ECS takes one register at a time per family, and
 * a base that is looked up within the turn is the newest one when it is the user's turn.
 */
export async function inTurnForFamily<Value>(
  ecs: Ecs,
  family: string,
  signal: AbortSignal | undefined,
  task: () => Promise<Value>,
): Promise<Value> {
  // A client without a region says so when it sends.
  const region = await ecs.client.config?.region?.().catch(() => undefined);
  return await inTurn(`${region}/${family}`, signal, task);
}

/** Runs one request with the time-out that the SDK does not have. */
export function inTime<Output>(
  ecs: Ecs,
  { operation, signal }: Request,
  run: (options: { abortSignal: AbortSignal }) => Promise<Output>,
): Promise<Output> {
  return new Promise((resolve, reject) => {
    const controller = new AbortController();
    const stop = (reason: unknown): void => {
      reject(reason);
      controller.abort(reason);
    };
    const abort = (): void => stop(signal?.reason);
    if (signal?.aborted) return abort();
    const timer = setTimeout(
      () => stop(new RequestTimeoutError(operation, ecs.requestTimeoutMs)),
      ecs.requestTimeoutMs,
    );
    signal?.addEventListener("abort", abort, { once: true });
    // Within a promise, since a mocked client may throw at once, or return none.
    const running = (async () => await run({ abortSignal: controller.signal }))();
    running
      .then(resolve, (error: unknown) => reject(unwrapOurs(error)))
      .finally(() => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
      });
  });
}

/**
 * Runs a request again for as long as ECS says that it is too busy: with full jitter and growing delays, until the deadline.
 * Every other error is thrown on.
 *
 * @throws {@link EcsBusyError} at the deadline.
 */
export async function untilDeadline<Output>(ecs: Ecs, request: Request, run: () => Promise<Output>): Promise<Output> {
  const { operation, subject, signal } = request;
  const startedAt = performance.now();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      if (!isThrottling(error) && !isConcurrentRevision(error)) throw error;
      const waitedMs = performance.now() - startedAt;
      const remainingMs = ecs.deadlineMs - waitedMs;
      // Before ECS wants to be asked again there is no use in asking.
      if (remainingMs <= retryAfterMs(error)) throw new EcsBusyError(operation, subject, attempt, waitedMs, error);
      const delayMs = Math.min(toDelayMs(error, attempt), remainingMs);
      ecs.emit({ type: "retried", operation, subject, attempt, delayMs, error: errorName(error) });
      await sleep(delayMs, signal);
    }
  }
}

const longestDelayMs = 20_000;

/** A throttled call waits for a bucket that fills once a second, one that met another register for the moment that this takes. */
function toDelayMs(error: unknown, attempt: number): number {
  const firstDelayMs = isThrottling(error) ? 1000 : 200;
  const jitteredMs = Math.random() * Math.min(longestDelayMs, firstDelayMs * 2 ** (attempt - 1));
  return Math.max(jitteredMs, retryAfterMs(error));
}

/** Runs what may be repeated without harm again while ECS cannot be reached, until the deadline. A refusal is final. */
export async function untilReachable<Output>(
  ecs: Ecs,
  signal: AbortSignal | undefined,
  run: () => Promise<Output>,
): Promise<Output> {
  const startedAt = performance.now();
  for (;;) {
    try {
      return await run();
    } catch (error) {
      const isFinal = isRefusal(error) || error instanceof EcsBusyError || error instanceof UnexpectedResponseError;
      if (isFinal || signal?.aborted || performance.now() - startedAt >= ecs.deadlineMs) throw error;
      await sleep(1000, signal);
    }
  }
}
