import type { RegisterTaskDefinitionCommand, RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import { isAwsJson, isHttpMessage, readBody, toBuffer, toContentType } from "./http-message.ts";
import { restoreDropped } from "./lossless.ts";
import { membersOf } from "./members-of.ts";
import { parseTaskDefinitionArn } from "./task-definition-arn.ts";

type Stack = RegisterTaskDefinitionCommand["middlewareStack"];

interface HasRequest {
  readonly request: unknown;
}

/** Makes a register send the members that the SDK would drop from its input. */
export function withUnknownMembers(stack: Stack, input: RegisterTaskDefinitionCommandInput): void {
  stack.addRelativeTo(
    <Args extends HasRequest, Result>(next: (args: Args) => Promise<Result>) =>
      (args: Args): Promise<Result> => {
        const { request } = args;
        if (isHttpMessage(request) && isAwsJson(toContentType(request))) {
          const body: unknown = JSON.parse(toText(request.body));
          restoreDropped(input, body);
          request.body = JSON.stringify(body);
        }
        return next(args);
      },
    { name: "taskdefClonerUnknownMembers", relation: "after", toMiddleware: "serializerMiddleware" },
  );
}

/**
 * Spares the SDK from writing content that it would write as it stands. It writes an outline, and so says which members a register takes; what is in them
 * is put there.
 */
export function withContentAsItStands(stack: Stack): void {
  let content: object = {};
  stack.addRelativeTo(
    <Args extends { input: RegisterTaskDefinitionCommandInput }, Result>(next: (args: Args) => Promise<Result>) =>
      (args: Args): Promise<Result> => {
        content = args.input;
        return next({ ...args, input: toOutline(args.input) });
      },
    { name: "taskdefClonerOutline", relation: "before", toMiddleware: "serializerMiddleware" },
  );
  stack.addRelativeTo(
    <Args extends HasRequest, Result>(next: (args: Args) => Promise<Result>) =>
      (args: Args): Promise<Result> => {
        const { request } = args;
        if (!isHttpMessage(request) || !isAwsJson(toContentType(request))) {
          throw new Error("The client read AWS JSON, and writes something else: nothing was sent.");
        }
        request.body = JSON.stringify(toFilled(JSON.parse(toText(request.body)), content));
        return next(args);
      },
    { name: "taskdefClonerContent", relation: "after", toMiddleware: "serializerMiddleware" },
  );
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** The input with nothing in its structures and lists. */
function toOutline<Input extends object>(input: Input): Input {
  const outline = { ...input };
  for (const [member, value] of Object.entries(input)) {
    if (isObject(value)) Object.assign(outline, { [member]: Array.isArray(value) ? [] : {} });
  }
  return outline;
}

/** The outline with the content in its structures and lists. */
function toFilled(outline: object, content: object): object {
  return Object.fromEntries(
    Object.entries(outline).map(([member, value]) => [member, isObject(value) ? membersOf(content)[member] : value]),
  );
}

/** A serialised body is text or bytes, depending on the SDK's version. */
const toText = (body: unknown): string => (body instanceof Uint8Array ? toBuffer(body).toString("utf8") : String(body));

/** Spares the SDK from reading back what was just sent: of the answer, only the ARN is used. */
export function withArnOnly(stack: Stack, family: string): void {
  stack.addRelativeTo(
    <Args, Result extends { readonly response: unknown }>(next: (args: Args) => Promise<Result>) =>
      async (args: Args): Promise<Result> => {
        const result = await next(args);
        const { response } = result;
        if (!isHttpMessage(response) || !isAwsJson(toContentType(response))) return result;
        const body = await readBody(response.body);
        const taskDefinitionArn = findArn(toBuffer(body).toString("latin1"), family);
        response.body =
          taskDefinitionArn === undefined
            ? body
            : Buffer.from(JSON.stringify({ taskDefinition: { taskDefinitionArn } }));
        return result;
      },
    { name: "taskdefClonerWithArnOnly", relation: "after", toMiddleware: "deserializerMiddleware" },
  );
}

/** The one ARN of that name in a JSON text. Where a label is called like that too, finding the right one is left to the SDK. */
function findArn(json: string, family: string): string | undefined {
  const [found, other] = json.matchAll(/"taskDefinitionArn"\s*:\s*"([^"\\]+)"/g);
  const arn = found?.[1];
  return arn !== undefined && other === undefined && parseTaskDefinitionArn(arn)?.family === family ? arn : undefined;
}
