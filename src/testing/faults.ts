import { type Answer, hang, reset, toErrorAnswer, toOkAnswer, unavailable } from "./answer.ts";
import type { Clock } from "./clock.ts";
import { EcsError } from "./ecs-error.ts";
import type { EcsOperation } from "./operations.ts";

/** What goes wrong with the next calls of an operation. */
export type Fault = FaultScope & (ErrorFault | ResetFault | HangFault | UnavailableFault | DelayFault | BodyFault);

/** Which calls a fault meets. */
export interface FaultScope {
  readonly operation: EcsOperation;
  /** Calls to let through before. @default 0 */
  readonly skip?: number;
  /** Calls to meet. @default 1 */
  readonly times?: number;
}

/** ECS answers with an error, and the operation takes no effect. */
export interface ErrorFault {
  /** Its name, such as `ThrottlingException`. */
  readonly error: string;
  readonly message?: string;
  /** @default 500 for a ServerException, else 400 */
  readonly statusCode?: number;
  /** How long to wait before the next attempt, sent as headers, in milliseconds. */
  readonly retryAfterMs?: number;
}

/** The connection is reset (ECONNRESET) before or after the operation took effect. */
export interface ResetFault {
  readonly reset: "before" | "after";
}

/** No answer ever comes. The operation took effect (`"after"`) or does not (`"before"`). */
export interface HangFault {
  readonly hang: "before" | "after";
}

/** A 503 with an HTML body, as from a proxy. The operation takes no effect. */
export interface UnavailableFault {
  readonly unavailable: true;
}

/** The answer is late. */
export interface DelayFault {
  readonly delayMs: number;
  /** Whether the operation takes effect before or after the delay. @default "after" */
  readonly effect?: "before" | "after";
}

/** ECS answers 200 with this JSON, such as `{}`: a response without what it should hold. */
export interface BodyFault {
  readonly body: unknown;
  /** Whether the operation takes effect nevertheless. @default true */
  readonly takesEffect?: boolean;
}

interface PendingFault {
  readonly fault: Fault;
  skip: number;
  times: number;
}

/** The faults to come. Those of one operation come one after the other, in the order in which they were given. */
export class Faults {
  readonly #pending = new Map<EcsOperation, PendingFault[]>();

  add(fault: Fault): void {
    const { operation, skip = 0, times = 1 } = fault;
    const pending = this.#pending.get(operation) ?? [];
    this.#pending.set(operation, [...pending, { fault, skip, times }]);
  }

  /** The fault that this call of the operation meets, if any. */
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

/** Runs an operation and answers as the fault has it. */
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
