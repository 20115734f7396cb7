import type { ECSClient } from "@aws-sdk/client-ecs";
import type { Answer } from "./answer.ts";
import type { Clock } from "./clock.ts";

/** An HTTP request as it arrives. */
export interface WireRequest {
  readonly method: string;
  readonly hostname: string;
  readonly path: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/** Answers a request. */
export type Answerer = (request: WireRequest) => Promise<Answer>;

/** What an `ECSClient` sends its requests with. */
export type EcsRequestHandler = ECSClient["config"]["requestHandler"];

interface HandleOptions {
  readonly abortSignal?: unknown;
  readonly requestTimeout?: number;
}

/**
 * A request handler that answers from memory. It rejects as the SDK's own does: with an AbortError when the signal aborts, and with a
 * TimeoutError once `requestTimeout` has passed on the clock.
 */
export function toRequestHandler(answerer: Answerer, clock: Clock): EcsRequestHandler {
  return {
    metadata: { handlerProtocol: "http/1.1" },
    updateHttpClientConfig: () => {},
    httpHandlerConfigs: () => ({}),
    handle: async (request, { abortSignal, requestTimeout = 0 }: HandleOptions = {}) => {
      const signal = abortSignal instanceof AbortSignal ? abortSignal : undefined;
      if (signal?.aborted) throw toAbortError(signal.reason);
      const { method, hostname, path, query, headers, body } = request;
      const answering = answerer({ method, hostname, path, query, headers, body: toText(body) }).then(toResponse);
      return { response: await inTime(answering, clock, signal, requestTimeout) };
    },
  };
}

/** The operation named in a request's target: `AmazonEC2ContainerServiceV20141113.<operation>`. */
export function toOperation(target: string | readonly string[] | undefined): string {
  return /^AmazonEC2ContainerServiceV20141113\.(.*)$/.exec(String(target))?.[1] ?? String(target);
}

function toText(body: unknown): string {
  return body instanceof Uint8Array
    ? Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString()
    : String(body);
}

interface Response {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
}

function toResponse(answer: Answer): Response | Promise<Response> {
  if (answer.kind === "response") {
    const { statusCode, headers, body } = answer;
    return { statusCode, headers: { ...headers }, body: Buffer.from(body) };
  }
  if (answer.kind === "hang") return new Promise(() => {});
  throw Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET", errno: -104, syscall: "read" });
}

function inTime<Value>(
  answering: Promise<Value>,
  clock: Clock,
  signal: AbortSignal | undefined,
  requestTimeoutMs: number,
): Promise<Value> {
  if (signal === undefined && requestTimeoutMs === 0) return answering;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(toAbortError(signal?.reason));
    signal?.addEventListener("abort", abort, { once: true });
    const over = requestTimeoutMs > 0 ? new AbortController() : undefined;
    if (over !== undefined) {
      clock.sleep(requestTimeoutMs, over.signal).then(
        () => reject(toTimeoutError(requestTimeoutMs)),
        () => {},
      );
    }
    answering.then(resolve, reject).finally(() => {
      signal?.removeEventListener("abort", abort);
      over?.abort();
    });
  });
}

function toAbortError(reason: unknown): Error {
  return Object.assign(new Error("Request aborted", { cause: reason }), { name: "AbortError" });
}

function toTimeoutError(milliseconds: number): Error {
  const error = new Error(`A request has exceeded the configured ${milliseconds} ms requestTimeout.`);
  return Object.assign(error, { name: "TimeoutError", code: "ETIMEDOUT" });
}
