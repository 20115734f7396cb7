import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Answerer } from "./transport.ts";

/** A {@link FakeEcs} on a loopback port. */
export interface FakeEcsServer {
  /** Its address, for `new ECSClient({ endpoint })` or the environment variable `AWS_ENDPOINT_URL_ECS`. */
  readonly endpoint: string;
  /** Stops listening and closes all connections, including those still waiting for a response. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Serves the answers over HTTP, to this machine only. */
export async function serve(answerer: Answerer, port: number): Promise<FakeEcsServer> {
  const server = createServer((request, response) => {
    respond(answerer, request, response).catch(() => request.socket.destroy());
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address() as AddressInfo; // A server that listens on a port has no other kind of address.
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { endpoint: `http://127.0.0.1:${address.port}`, close, [Symbol.asyncDispose]: close };
}

async function respond(answerer: Answerer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const { pathname, searchParams, hostname } = new URL(String(request.url), `http://${request.headers.host}`);
  const answer = await answerer({
    method: String(request.method),
    hostname,
    path: pathname,
    query: Object.fromEntries(searchParams),
    headers: request.headers,
    body: Buffer.concat(chunks).toString(),
  });
  if (answer.kind === "response") response.writeHead(answer.statusCode, answer.headers).end(answer.body);
  if (answer.kind === "reset") request.socket.resetAndDestroy();
}
