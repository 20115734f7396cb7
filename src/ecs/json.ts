import type { TaskDefinition } from "@aws-sdk/client-ecs";
import type { RegisterInput } from "../task-definition.ts";
import { parseTaskDefinitionArn } from "../task-definition-arn.ts";
import { membersOf, withoutNulls } from "../unknown-value.ts";
import type { CommandStack } from "./send.ts";

// ECS speaks JSON, and so does the library: it reads the JSON that ECS sent, and ECS gets the JSON that the library made. The SDK signs, sends,
// retries and names errors; its models, which drop every member that they do not know, never stand between.

/** How the answer to a DescribeTaskDefinition call was read. */
export interface JsonReading {
  /** Top-level members of the task definition that the SDK knows neither there nor in the input of RegisterTaskDefinition. */
  readonly unknownMembers: readonly string[];
  /** Why there was no way to look for unknown members; absent if there was. */
  readonly unchecked?: string;
  /** When ECS answered, by its own clock; absent if the response did not say. */
  readonly answeredAt?: Date;
}

/**
 * Makes a DescribeTaskDefinition command resolve with ECS's own JSON, in which timestamps are dates and nulls are absent, as the SDK has them.
 * Under another protocol than AWS JSON the SDK reads the answer.
 *
 * @returns a function that says how the last answer was read.
 */
export function readAsJson(stack: CommandStack): () => JsonReading {
  let answer: Answer = { unchecked: "the client is a mock or a wrapper that does not run the library's middleware" };
  let reading: JsonReading = { unknownMembers: [], ...answer };
  stack.addRelativeTo(
    (next, context) => {
      // Taken before it is replaced: the SDK tries again in the same context.
      const smithy = context.__smithy_context;
      const { operationSchema } = membersOf(smithy);
      return async (args) => {
        const result = await next(args);
        const { response } = membersOf(result);
        const { body } = membersOf(response);
        // The SDK reads bytes and streams only.
        if (typeof body === "string") Object.assign(Object(response), { body: Buffer.from(body) });
        answer = toAnswer(response, operationSchema);
        context.__smithy_context =
          "rawSchema" in answer ? { ...membersOf(smithy), operationSchema: answer.rawSchema } : smithy;
        return result;
      };
    },
    { name: "taskdefClonerAsItCame", relation: "after", toMiddleware: "deserializerMiddleware", override: true },
  );
  stack.addRelativeTo(
    (next) => async (args) => {
      const result = await next(args);
      reading = toReading(answer, membersOf(result).output);
      return result;
    },
    { name: "taskdefClonerWithDates", relation: "before", toMiddleware: "deserializerMiddleware", override: true },
  );
  return () => reading;
}

/** An answer before it is read: under which schema it comes as it is and what the SDK knows of it, or why it is the SDK's to read. */
type Answer = Pick<JsonReading, "answeredAt"> &
  ({ readonly rawSchema: readonly unknown[]; readonly known: readonly string[] } | { readonly unchecked: string });

/** `[kind, namespace, name, traits, input, output]`: how the SDK holds an operation's schema. */
const outputPlace = 5;

/** The SDK's schema of a text. Its JSON reader passes on what has this schema as it came, text or not. */
const asItCame = 0;

const readByModels = { unchecked: "the installed SDK reads responses by its own models" };

function toAnswer(response: unknown, operationSchema: unknown): Answer {
  const date = Date.parse(headerOf(response, "date"));
  const answeredAt = Number.isNaN(date) ? {} : { answeredAt: new Date(date) };
  const contentType = headerOf(response, "content-type");
  if (!isAwsJson(contentType)) {
    return { ...answeredAt, unchecked: `the response is ${contentType || "of no type"}, not AWS JSON` };
  }
  const schema: readonly unknown[] = Array.isArray(operationSchema) ? operationSchema : [];
  const known = memberNamesOf(memberOf(schema[outputPlace], "taskDefinition"));
  // A schema of another form is better left alone: every member would pass for unknown.
  if (known.length === 0) return { ...answeredAt, ...readByModels };
  return { ...answeredAt, known, rawSchema: schema.with(outputPlace, () => asItCame) };
}

/** Completes what was read, in place: no other code has seen it yet. */
function toReading(answer: Answer, output: unknown): JsonReading {
  if ("unchecked" in answer) return { unknownMembers: [], ...answer };
  const { known, answeredAt } = answer;
  const { taskDefinition, tags } = membersOf(withoutNulls(output));
  const members = { ...membersOf(taskDefinition) };
  const isRaw = !Object.keys(timestamps).some((member) => members[member] instanceof Date);
  if (isRaw) {
    for (const member of Object.keys(timestamps)) {
      const seconds = members[member];
      if (typeof seconds === "number") members[member] = new Date(Math.round(seconds * 1000));
    }
    Object.assign(Object(output), { taskDefinition: taskDefinition && members, tags });
  }
  const unknownMembers = Object.keys(members).filter(
    (member) => !known.includes(member) && !Object.hasOwn(inputOnly, member),
  );
  return { unknownMembers, ...(answeredAt && { answeredAt }), ...(!isRaw && readByModels) };
}

type TimestampMember = {
  [Member in keyof TaskDefinition]-?: NonNullable<TaskDefinition[Member]> extends Date ? Member : never;
}[keyof TaskDefinition];

/** The members that are dates to the SDK and seconds to ECS. A new one does not compile until it is listed here. */
const timestamps: Readonly<Record<TimestampMember, true>> = {
  registeredAt: true,
  deregisteredAt: true,
  deleteRequestedAt: true,
};

/** The members that only the input of RegisterTaskDefinition has. A new one does not compile until it is listed here. */
const inputOnly: Readonly<Record<Exclude<keyof RegisterInput, keyof TaskDefinition>, true>> = { tags: true };

/** A structure's schema is `[kind, namespace, name, traits, member names, member schemas]`, `[schema, traits]`, or a function that gives it. */
const memberNamesPlace = 4;
const memberSchemasPlace = 5;

function toStructure(schema: unknown): readonly unknown[] {
  if (typeof schema === "function") return toStructure(schema());
  if (!Array.isArray(schema)) return [];
  return schema.length === 2 ? toStructure(schema[0]) : schema;
}

function memberNamesOf(schema: unknown): readonly string[] {
  const names = toStructure(schema)[memberNamesPlace];
  return Array.isArray(names) ? names : [];
}

function memberOf(schema: unknown, member: string): unknown {
  const schemas = toStructure(schema)[memberSchemasPlace];
  return Array.isArray(schemas) ? schemas[memberNamesOf(schema).indexOf(member)] : undefined;
}

/** Thrown before anything is sent, so that the SDK gets the input to write after all. */
const otherProtocol = new Error("the client does not write AWS JSON");

/**
 * Makes a RegisterTaskDefinition command send its input as JSON, as the client's own middleware left it and without nulls, which the SDK never
 * sends. Under another protocol than AWS JSON the SDK writes it.
 */
export function writeAsJson(stack: CommandStack): void {
  let kept: { readonly input: unknown } | undefined;
  stack.addRelativeTo(
    (next) => async (args) => {
      kept = { input: membersOf(args).input };
      try {
        return await next({ ...args, input: {} });
      } catch (error) {
        if (error !== otherProtocol) throw error;
        kept = undefined;
        return await next(args);
      }
    },
    { name: "taskdefClonerSpared", relation: "before", toMiddleware: "serializerMiddleware", override: true },
  );
  stack.addRelativeTo(
    (next) => async (args) => {
      if (kept === undefined) return await next(args);
      const { request } = membersOf(args);
      if (!isAwsJson(headerOf(request, "content-type"))) throw otherProtocol;
      Object.assign(Object(request), { body: toJson(kept.input) });
      return await next({ ...args, input: kept.input });
    },
    { name: "taskdefClonerAsItIs", relation: "after", toMiddleware: "serializerMiddleware", override: true },
  );
}

function toJson(input: unknown): string {
  const text = JSON.stringify(input);
  // Undefined list elements and numbers that are not finite are written as null.
  return text.includes("null") ? JSON.stringify(withoutNulls(input), toFinite) : text;
}

/** ECS refuses what is not a number. As null it would pass for absent. */
const toFinite = (_: string, value: unknown): unknown =>
  typeof value === "number" && !Number.isFinite(value) ? String(value) : value;

/**
 * Keeps the SDK from reading back what was just sent: of the answer to a RegisterTaskDefinition command, only the ARN is used.
 *
 * @returns a function that says whether ECS answered that the registration took effect, whatever the client's own middleware makes of the answer.
 */
export function readArnOnly(stack: CommandStack, family: string): () => boolean {
  let isDone = false;
  stack.addRelativeTo(
    (next) => async (args) => {
      const result = await next(args);
      const { response } = membersOf(result);
      const { statusCode, body } = membersOf(response);
      isDone = statusCode === 200;
      if (!isAwsJson(headerOf(response, "content-type"))) return result;
      const bytes = await readBody(body);
      const taskDefinitionArn = findArn(toBuffer(bytes), family);
      const arnOnly = JSON.stringify({ taskDefinition: { taskDefinitionArn } });
      Object.assign(Object(response), { body: taskDefinitionArn === undefined ? bytes : Buffer.from(arnOnly) });
      return result;
    },
    { name: "taskdefClonerArnOnly", relation: "after", toMiddleware: "deserializerMiddleware", override: true },
  );
  return () => isDone;
}

const arnMember = '"taskDefinitionArn"';

/** No shorter than an ARN with a family of 255 characters, and some white space before it. */
const longestArn = 512;

/** The one ARN of that name in a JSON text. If a label has that name too, finding the right one is left to the SDK. */
function findArn(json: Buffer, family: string): string | undefined {
  const at = json.indexOf(arnMember);
  if (at === -1 || at !== json.lastIndexOf(arnMember)) return undefined;
  const start = at + arnMember.length;
  const arn = /^\s*:\s*"([^"\\]+)"/.exec(json.toString("latin1", start, start + longestArn))?.[1];
  return arn !== undefined && parseTaskDefinitionArn(arn)?.family === family ? arn : undefined;
}

/** The bytes of a body, whether it comes from a handler in memory or as a stream from a socket. A stream is at its end then. */
async function readBody(body: unknown): Promise<Uint8Array> {
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
const toBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

/** A header of a request or response, whose names may be in any case; empty if it is absent. */
function headerOf(message: unknown, name: string): string {
  const headers = membersOf(membersOf(message).headers);
  const found = name in headers ? name : Object.keys(headers).find((header) => header.toLowerCase() === name);
  return found === undefined ? "" : String(headers[found]);
}

const isAwsJson = (contentType: string): boolean => contentType.startsWith("application/x-amz-json");
