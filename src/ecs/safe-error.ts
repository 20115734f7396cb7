import { UnexpectedResponseError } from "../errors.ts";
import { membersOf } from "../unknown-value.ts";
import { httpStatus, isNamed } from "./sdk-error.ts";

// An error of the SDK holds the response, and one of a request handler may hold the request. Both are full of values of environment variables.

/** Carries an error past the SDK's retries. It is not a `cause`, since the SDK looks at those too. */
export class NotForTheSdkToRetry extends Error {
  readonly ours: unknown;

  constructor(ours: unknown) {
    super(ours instanceof Error ? ours.message : "not for the SDK to retry");
    this.ours = ours;
  }
}

/**
 * The same error without anything in which the value of an environment variable may stand, in itself and in the errors that it holds, at any depth.
 * An error that quotes a response which could not be read gives way to an error that does not, and an error that was made for the SDK to the one it carries.
 *
 * @param origin whether the error comes out of the SDK, or may be of the caller's own code, which keeps its properties.
 */
export function toSafe(operation: string, error: unknown, origin: "sdk" | "caller"): unknown {
  // Errors may hold one another in a circle.
  const known = new Map<object, unknown>();

  function replace(value: unknown): unknown {
    if (typeof value !== "object" || value === null) return value;
    if (known.has(value)) return known.get(value);
    known.set(value, value);
    const safe = toReplacement(value);
    known.set(value, safe);
    return safe;
  }

  function toReplacement(value: object): unknown {
    if (value instanceof NotForTheSdkToRetry) return replace(value.ours);
    // What an error of the SDK holds may be the caller's own, such as the reason of an abort.
    const isOfSdk = origin === "sdk" && value === error;
    if (isReadingFailure(value, isOfSdk)) return toReadingFailure(operation, value);
    if (isOfSdk || "$fault" in value) strip(value, isTelling);
    strip(membersOf(value).$response, isOfResponse);
    let safe = value;
    for (const key of Reflect.ownKeys(value)) {
      const held: unknown = Reflect.getOwnPropertyDescriptor(value, key)?.value;
      const replaced = replaceHeld(held);
      if (replaced !== held) safe = withOwn(safe, key, replaced);
    }
    return safe;
  }

  function replaceHeld(held: unknown): unknown {
    if (held instanceof Error) return replace(held);
    if (!Array.isArray(held)) return held;
    const replaced = held.map((element) => (element instanceof Error ? replace(element) : element));
    return replaced.some((element, index) => element !== held[index]) ? replaced : held;
  }

  return replace(error);
}

/** Whether the SDK could not read a response. Then it quotes a piece of it in the message. */
function isReadingFailure(error: object, isOfSdk: boolean): error is Error {
  const { $response, $fault } = membersOf(error);
  return $response !== undefined && $fault === undefined && (isOfSdk || isNamed(error, "SyntaxError"));
}

function toReadingFailure(operation: string, error: Error): Error {
  const { name } = error;
  const isJson = name === "SyntaxError";
  if (isJson && httpStatus(error) === 200) return new UnexpectedResponseError(operation, "JSON that can be read");
  const { $metadata, $response } = membersOf(error);
  strip($response, isOfResponse);
  const message = `ECS's response to ${operation}, of HTTP status ${httpStatus(error)}, cannot be read.`;
  const safe = isJson ? new SyntaxError(message) : Object.assign(new Error(message), { name });
  return Object.defineProperty(Object.assign(safe, { $metadata }), "$response", { value: $response });
}

const telling = new Set<string | symbol>([
  ...["name", "message", "stack", "cause", "errors"],
  ...["code", "errno", "syscall", "address", "port", "hostname"],
  ...["$fault", "$service", "$metadata", "$response", "$retryable"],
]);

/** What an error of the SDK, or of the network, is known by. The SDK adds to an error every member of the response's body. */
const isTelling = (key: string | symbol): boolean => telling.has(key);

const isOfResponse = (key: string | symbol): boolean => key === "statusCode" || key === "reason" || key === "headers";

function strip(value: unknown, isKept: (key: string | symbol) => boolean): void {
  if (typeof value !== "object" || value === null) return;
  for (const key of Reflect.ownKeys(value)) if (!isKept(key)) Reflect.deleteProperty(value, key);
}

/** The object with this property, or an error of the same name and message that has it. */
function withOwn(object: object, key: string | symbol, value: unknown): object {
  const property = { value, writable: true, enumerable: false, configurable: true };
  if (Reflect.defineProperty(object, key, property)) return object;
  const { name, message } = membersOf(object);
  return Object.defineProperty(Object.assign(new Error(String(message)), { name }), key, property);
}
