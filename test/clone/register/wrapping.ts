import type { ECSClient, ECSClientConfig } from "@aws-sdk/client-ecs";
import type { EcsClient } from "../../../src/ecs/connection.ts";

type Send = EcsClient["send"];
type Middleware = (attempt: () => Promise<unknown>) => Promise<unknown>;
type Step = "initialize" | "serialize" | "build" | "finalizeRequest" | "deserialize";
type Priority = "high" | "normal" | "low";

/** What a client does to errors, or with requests, of registrations. */
export type Wrapping = [title: string, wrap: (client: ECSClient) => EcsClient, config?: ECSClientConfig];

class WrappedError extends Error {}

/** What people make of an error, or of a response. */
const middlewares: Readonly<Record<string, Middleware>> = {
  "wraps errors": wrapErrors,
  "drops the error that it wraps": (attempt) => attempt().catch(() => Promise.reject(new WrappedError("dropped"))),
  "gathers errors": (attempt) => Promise.any([attempt()]),
  "throws plain objects": (attempt) => attempt().catch((error: unknown) => Promise.reject({ error })),
  "throws texts": (attempt) => attempt().catch((error: unknown) => Promise.reject(String(error))),
  "swallows errors": (attempt) => attempt().catch(() => undefined),
  "tries again after an error": (attempt) => attempt().catch(attempt),
  "tries again and wraps": async (attempt) => {
    const first = await Promise.allSettled([attempt()]);
    return await attempt().catch((error: unknown) => {
      throw new AggregateError([...first, error], "twice");
    });
  },
  "asks twice, whatever the first response": async (attempt) => {
    await attempt();
    return await attempt();
  },
  "asks twice at once": (attempt) => Promise.race([attempt(), attempt()]),
  "asks twice at once, and waits for both": async (attempt) => (await Promise.all([attempt(), attempt()]))[0],
  "fails over a response": async (attempt) => {
    await attempt();
    throw new WrappedError("no such member");
  },
};

const steps: readonly (readonly [Step, Priority])[] = [
  ["initialize", "high"],
  ["serialize", "normal"],
  ["build", "normal"],
  ["finalizeRequest", "high"],
  ["finalizeRequest", "low"],
  ["deserialize", "high"],
  ["deserialize", "normal"],
  ["deserialize", "low"],
];

function withMiddleware(client: ECSClient, middleware: Middleware, [step, priority]: readonly [Step, Priority]) {
  client.middlewareStack.add(
    (next, { commandName }) =>
      (args) =>
        // The cast: some give what the SDK does not expect.
        commandName === "RegisterTaskDefinitionCommand"
          ? (middleware(() => next(args)) as ReturnType<typeof next>)
          : next(args),
    // The cast: the types of the steps differ in what they are given, which does not matter here.
    { step: step as "initialize", priority, name: "wrapping" },
  );
  return client;
}

const isRegistration = (command: unknown): boolean =>
  Object(command).constructor.name === "RegisterTaskDefinitionCommand";

/** A wrapper around `send`, which passes the command on. */
function withSend(client: ECSClient, middleware: Middleware): EcsClient {
  // The cast: which command it is does not matter.
  const inner = client.send.bind(client) as Send;
  const send: Send = (command, options) =>
    isRegistration(command) ? middleware(() => inner(command, options)) : inner(command, options);
  return new Proxy(client, { get: (target, member) => (member === "send" ? send : Reflect.get(target, member)) });
}

/** Retries everything, up to five attempts. */
const retryingAll: ECSClientConfig = {
  retryStrategy: {
    acquireInitialRetryToken: async () => toToken(0),
    refreshRetryTokenForRetry: async (token) => {
      if (token.getRetryCount() >= 4) throw new Error("that was the last attempt");
      return toToken(token.getRetryCount() + 1);
    },
    recordSuccess: () => {},
  },
};

const toToken = (count: number) => ({
  getRetryCount: () => count,
  getRetryDelay: () => 20,
  getRetryCost: () => 0,
  getRetryTokenCount: () => count,
  hasRetryTokens: () => true,
  getLastRetryCost: () => 0,
  releaseRetryTokens: () => {},
});

const rows = Object.entries(middlewares);

/** Everything that a client may do without keeping the library's middleware from running. */
export const wrappings: readonly Wrapping[] = [
  ["a plain client", (client) => client],
  ["a client that retries everything", (client) => client, retryingAll],
  ...rows.flatMap(([what, middleware]) =>
    steps.map(
      (step): Wrapping => [
        `middleware (${step.join(", ")}) that ${what}`,
        (client) => withMiddleware(client, middleware, step),
      ],
    ),
  ),
  ...rows.map(
    ([what, middleware]): Wrapping => [`a wrapper around send that ${what}`, (client) => withSend(client, middleware)],
  ),
  ...rows.map(
    ([what, middleware]): Wrapping => [
      `a wrapper around send that ${what}, over middleware that wraps errors, over a client that retries everything`,
      (client) => withSend(withMiddleware(client, wrapErrors, ["finalizeRequest", "low"]), middleware),
      retryingAll,
    ],
  ),
];

function wrapErrors(attempt: () => Promise<unknown>): Promise<unknown> {
  return attempt().catch((error: unknown) => {
    throw new WrappedError("wrapped", { cause: error });
  });
}
