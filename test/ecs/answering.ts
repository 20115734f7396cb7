import { ECSClient, type ECSClientConfig } from "@aws-sdk/client-ecs";
import type { Ecs, EcsClient } from "../../src/ecs/connection.ts";
import { smallBase, toArn } from "../cast.ts";

/** An HTTP response, by default a successful one in AWS JSON. */
export interface Response {
  readonly statusCode?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export const awsJson = { "content-type": "application/x-amz-json-1.1" };

/** A client that gets these responses, the last one again and again, and the bodies that it sent. */
export function answering(responses: readonly Response[], config: ECSClientConfig = {}) {
  const sent: unknown[] = [];
  const handle = async ({ body }: { readonly body?: unknown }) => {
    const response = responses[Math.min(sent.length, responses.length - 1)];
    sent.push(body);
    // The SDK lower-cases the names of headers in place.
    return {
      response: { statusCode: 200, body: undefined, ...response, headers: { ...(response?.headers ?? awsJson) } },
    };
  };
  const client = new ECSClient({
    region: "us-east-1",
    credentials: { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "fake" },
    maxAttempts: 1,
    disableClockSkewCorrection: true,
    ...config,
    requestHandler: { handle, updateHttpClientConfig: () => {}, httpHandlerConfigs: () => ({}) },
  });
  return { client, sent };
}

/** What writes a client's requests and reads the responses to them. */
interface Protocol {
  serializeRequest(...args: readonly unknown[]): Promise<{ readonly headers: Record<string, string> }>;
  deserializeResponse(...args: readonly unknown[]): Promise<object>;
}

// The cast: a client of the SDK is given the class as well as the object, and holds the object.
export const protocolOf = ({ config }: ECSClient): Protocol => config.protocol as unknown as Protocol;

/** The same client, as of an SDK that reads by its own schemas, whatever the context says. */
export function ignoreSchemas(client: ECSClient): ECSClient {
  client.middlewareStack.add(
    (next, context) => (args) => {
      const { __smithy_context: own } = context;
      Object.defineProperty(context, "__smithy_context", { get: () => own, set: () => {} });
      return next(args);
    },
    { step: "initialize", name: "ignoring" },
  );
  return client;
}

/** A body as a text if it holds bytes. */
export const toText = (body: unknown): unknown =>
  body instanceof Uint8Array ? Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString() : body;

/** The bytes of a JSON text. */
export const toBytes = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

/** The small base as ECS describes it, with this in its container and these members added. */
export const toDescribed = (container: object = {}, members: object = {}) => ({
  ...smallBase,
  containerDefinitions: smallBase.containerDefinitions.map((app) => ({ ...app, ...container })),
  taskDefinitionArn: toArn("web", 1),
  status: "ACTIVE",
  registeredAt: 1_788_430_500.123,
  ...members,
});

/** A connection over a client that neither waits nor tries again. */
export const over = (client: EcsClient, changes: Partial<Ecs> = {}): Ecs => ({
  client,
  requestTimeoutMs: 10_000,
  deadlineMs: 0,
  emit: () => {},
  ...changes,
});
