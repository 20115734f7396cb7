/** A request or response as middleware sees it. */
export interface HttpMessage {
  readonly headers: Readonly<Record<string, string>>;
  /** Of a response. */
  readonly statusCode?: unknown;
  body: unknown;
}

export const isHttpMessage = (message: unknown): message is HttpMessage =>
  typeof message === "object" && message !== null && "body" in message && "headers" in message;

/** The type of an AWS JSON message's content; the SDK speaks other protocols as well. */
export const toContentType = ({ headers }: Pick<HttpMessage, "headers">): string => headers["content-type"] ?? "";

export const isAwsJson = (contentType: string): boolean => contentType.startsWith("application/x-amz-json");

/** The bytes of a body: of one from a handler in memory, or a stream from a socket. The stream is at its end then. */
export async function readBody(body: unknown): Promise<Uint8Array> {
  if (body instanceof Uint8Array) return body;
  if (typeof body === "string") return Buffer.from(body);
  if (!isAsyncIterable(body)) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const isAsyncIterable = (value: unknown): value is AsyncIterable<Uint8Array> =>
  typeof value === "object" && value !== null && Symbol.asyncIterator in value;

/** The same bytes: a copy by way of the value would go through the SDK's own idea of it. */
export const toBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);
