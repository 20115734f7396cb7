import { type Answer, hang, reset, toErrorAnswer, toOkAnswer, unavailable } from "./answer.ts";
import type { Clock } from "./clock.ts";
import { EcsError } from "./ecs-error.ts";
import type { EcsOperation } from "./operations.ts";

/** What goes wrong in the next calls of an operation. */
export type Fault = FaultScope & (ErrorFault | ResetFault | HangFault | UnavailableFault | DelayFault | BodyFault);

/** Which calls a fault applies to. */
export interface FaultScope {
  readonly operation: EcsOperation;
  /** Number of calls to skip first. @default 0 */
  readonly skip?: number;
  /** Number of calls to fail. @default 1 */
  readonly times?: number;
}

/** ECS returns an error, and the operation has no effect. */
export interface ErrorFault {
  /** The error's name, such as `ThrottlingException`. */
  readonly error: string;
  readonly message?: string;
  /** @default 500 for a ServerException, otherwise 400 */
  readonly statusCode?: number;
  /** How long to wait before the next attempt, in milliseconds. Sent as headers. */
  readonly retryAfterMs?: number;
}

/** The connection is reset (ECONNRESET) before or after the operation takes effect. */
export interface ResetFault {
  readonly reset: "before" | "after";
}

/** No response ever arrives. The operation takes effect (`"after"`) or does not (`"before"`). */
export interface HangFault {
  readonly hang: "before" | "after";
}

/** A 503 with an HTML body, as from a proxy. The operation has no effect. */
export interface UnavailableFault {
  readonly unavailable: true;
}

/** The response is late. */
export interface DelayFault {
  readonly delayMs: number;
  /** Whether the operation takes effect before or after the delay. @default "after" */
  readonly effect?: "before" | "after";
}

/** ECS responds with status 200 and this JSON, such as `{}`: a response with required fields missing. */
export interface BodyFault {
  readonly body: unknown;
  /** Whether the operation takes effect anyway. @default true */
  readonly takesEffect?: boolean;
}

interface PendingFault {
  readonly fault: Fault;
  skip: number;
  times: number;
}

/** The pending faults. Those of the same operation apply one after the other, in the order in which they were added. */
export class Faults {
  readonly #pending = new Map<EcsOperation, PendingFault[]>();

  add(fault: Fault): void {
    const { operation, skip = 0, times = 1 } = fault;
    const pending = this.#pending.get(operation) ?? [];
    this.#pending.set(operation, [...pending, { fault, skip, times }]);
  }

  /** The fault that applies to this call of the operation, if any. */
  take(operation: EcsOperation): Fault | undefined {
    const pending = this.#pending.get(operation);
    const next = pending?.[0];
    if (next === undefined) return undefined;
    if (next.skip > 0) {
      next.skip -= 1;
      return undefined;
    }
    next.times -= 1;
    if (next.times <= 0) pending?.shift();
    return next.fault;
  }
}

/** Runs an operation and answers as the fault demands. */
export async function answerWith(fault: Fault | undefined, run: () => string, clock: Clock): Promise<Answer> {
  if (fault === undefined) return answer(run);
  if ("error" in fault) return toFaultAnswer(fault);
  if ("unavailable" in fault) return unavailable;
  if ("reset" in fault) {
    if (fault.reset === "after") answer(run);
    return reset;
  }
  if ("hang" in fault) {
    if (fault.hang === "after") answer(run);
    return hang;
  }
  if ("delayMs" in fault) {
    const early = fault.effect === "before" ? answer(run) : undefined;
    await clock.sleep(fault.delayMs);
    return early ?? answer(run);
  }
  const answered = fault.takesEffect === false ? undefined : answer(run);
  return answered === undefined || answered.outcome === "ok" ? toOkAnswer(JSON.stringify(fault.body)) : answered;
}

function answer(run: () => string): Answer {
  try {
    return toOkAnswer(run());
  } catch (error) {
    if (error instanceof EcsError) return toErrorAnswer(error);
    throw error;
  }
}

const messages = new Map([
  ["ThrottlingException", "Rate exceeded"],
  ["ServerException", "Service Unavailable. Please try again later."],
]);

function toFaultAnswer({ error, message, statusCode, retryAfterMs }: ErrorFault): Answer {
  const status = statusCode ?? (error === "ServerException" ? 500 : 400);
  const headers =
    retryAfterMs === undefined
      ? {}
      : { "retry-after": String(Math.ceil(retryAfterMs / 1000)), "x-amz-retry-after": String(retryAfterMs) };
  return toErrorAnswer(new EcsError(error, message ?? messages.get(error) ?? `Injected ${error}.`, status), headers);
}
