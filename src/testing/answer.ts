import type { EcsError } from "./ecs-error.ts";

/** What becomes of a call: an HTTP response, or none. */
export type Answer =
  | ({ readonly kind: "response"; readonly outcome: string; readonly statusCode: number } & ResponseParts)
  | { readonly kind: "reset" | "hang"; readonly outcome: string };

interface ResponseParts {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export const reset: Answer = { kind: "reset", outcome: "reset" };

export const hang: Answer = { kind: "hang", outcome: "hang" };

/** What a proxy answers when it finds no ECS behind it. */
export const unavailable: Answer = {
  kind: "response",
  outcome: "unavailable",
  statusCode: 503,
  headers: { "content-type": "text/html" },
  body: "<html><body><h1>503 Service Unavailable</h1></body></html>",
};

const headers = { "content-type": "application/x-amz-json-1.1" };

export function toOkAnswer(body: string): Answer {
  return { kind: "response", outcome: "ok", statusCode: 200, headers, body };
}

export function toErrorAnswer(
  { name, message, statusCode }: EcsError,
  moreHeaders: Readonly<Record<string, string>> = {},
): Answer {
  const body = JSON.stringify({ __type: name, message });
  return { kind: "response", outcome: name, statusCode, headers: { ...headers, ...moreHeaders }, body };
}
