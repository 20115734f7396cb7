import type { RegisterTaskDefinitionCommand, RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import { InvalidInputError } from "../errors.ts";
import { parseTaskDefinitionArn } from "../task-definition-arn.ts";
import { isAwsJson, isHttpMessage, readBody, toBuffer, toContentType } from "./http-message.ts";
import { restoreDropped } from "./lossless.ts";

type Stack = RegisterTaskDefinitionCommand["middlewareStack"];

interface HasInput {
  readonly input: RegisterTaskDefinitionCommandInput;
}

interface HasRequest {
  readonly request: unknown;
}

/** Makes a register send the members that the SDK would drop from its input, as the client's own middleware left that. */
export function withUnknownMembers(stack: Stack): void {
  stack.addRelativeTo(
    <Args extends HasInput & HasRequest, Result>(next: (args: Args) => Promise<Result>) =>
      (args: Args): Promise<Result> => {
        const { input, request } = args;
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

/** Spares the SDK from writing an input that it would write as it stands. One that the client's own middleware has replaced is the SDK's to write. */
export function withInputAsItStands(stack: Stack, input: RegisterTaskDefinitionCommandInput): void {
  let isSpared = false;
  stack.addRelativeTo(
    <Args extends HasInput, Result>(next: (args: Args) => Promise<Result>) =>
      (args: Args): Promise<Result> => {
        isSpared = args.input === input;
        return next(isSpared ? { ...args, input: {} } : args);
      },
    { name: "taskdefClonerSpared", relation: "before", toMiddleware: "serializerMiddleware" },
  );
  stack.addRelativeTo(
    <Args extends HasInput & HasRequest, Result>(next: (args: Args) => Promise<Result>) =>
      (args: Args): Promise<Result> => {
        const { request } = args;
        if (!isSpared) return next(args);
        if (!isHttpMessage(request) || !isAwsJson(toContentType(request))) {
          throw new InvalidInputError("The client reads AWS JSON, and writes something else. Nothing was sent.");
        }
        request.body = JSON.stringify(input);
        return next({ ...args, input });
      },
    { name: "taskdefClonerInputAsItStands", relation: "after", toMiddleware: "serializerMiddleware" },
  );
}

/** A serialised body is text or bytes, depending on the SDK's version. */
const toText = (body: unknown): string => (body instanceof Uint8Array ? toBuffer(body).toString("utf8") : String(body));

/**
 * Spares the SDK from reading back what was just sent: of the answer, only the ARN is used.
 *
 * @returns what tells whether ECS answered that the register took effect, whatever the client's own middleware makes of the answer.
 */
export function withArnOnly(stack: Stack, family: string): () => boolean {
  let isDone = false;
  stack.addRelativeTo(
    <Args, Result extends { readonly response: unknown }>(next: (args: Args) => Promise<Result>) =>
      async (args: Args): Promise<Result> => {
        const result = await next(args);
        const { response } = result;
        if (!isHttpMessage(response)) return result;
        isDone = response.statusCode === 200;
        if (!isAwsJson(toContentType(response))) return result;
        const body = await readBody(response.body);
        const taskDefinitionArn = findArn(toBuffer(body), family);
        response.body =
          taskDefinitionArn === undefined
            ? body
            : Buffer.from(JSON.stringify({ taskDefinition: { taskDefinitionArn } }));
        return result;
      },
    { name: "taskdefClonerWithArnOnly", relation: "after", toMiddleware: "deserializerMiddleware" },
  );
  return () => isDone;
}

/** The one ARN of that name in a JSON text. Where a label is called like that too, finding the right one is left to the SDK. */
function findArn(json: Buffer, family: string): string | undefined {
  const at = json.indexOf(arnMember);
  if (at === -1 || at !== json.lastIndexOf(arnMember)) return undefined;
  const start = at + arnMember.length;
  const arn = /^\s*:\s*"([^"\\]+)"/.exec(json.toString("latin1", start, start + longestArn))?.[1];
  return arn !== undefined && parseTaskDefinitionArn(arn)?.family === family ? arn : undefined;
}

const arnMember = '"taskDefinitionArn"';

/** No shorter than an ARN with a family of 255 characters, and some white space before it. */
const longestArn = 512;
