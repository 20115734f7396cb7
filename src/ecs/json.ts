import { isDeepStrictEqual } from "node:util";
import type { DescribeTaskDefinitionCommand, Tag, TaskDefinition } from "@aws-sdk/client-ecs";
import { UnexpectedResponseError } from "../errors.ts";
import { membersOf } from "../unknown-value.ts";
import { isAwsJson, isHttpMessage, readBody, toBuffer, toContentType } from "./http-message.ts";
import { noUnknownMembers, restoreUnknownMembers, type UnknownMembers } from "./lossless.ts";
import { parseJson } from "./parse-json.ts";

/** A described revision, with all that ECS sent of it. */
export interface WholeDescription {
  readonly taskDefinition?: TaskDefinition | undefined;
  readonly tags?: readonly Tag[] | undefined;
  readonly unknownMembers: UnknownMembers;
  /** Whether the SDK reads the content as it stands in the response, so that the same content can be sent as it stands. */
  readonly isPlain: boolean;
  /** When ECS answered, by its own clock; absent where the response did not say. */
  readonly answeredAt: Date | undefined;
}

/** What the SDK makes of a response. */
type Output = Pick<WholeDescription, "taskDefinition" | "tags">;

/**
 * The text of the response that the SDK was last seen to read as it stands. The same text reads the same again, so the SDK is spared from it. What is made of it
 * is not kept: every description is made anew, from the response to its own request.
 */
export interface PlainBody {
  text?: string;
}

/**
 * Keeps a describe's raw body, and gives the SDK's output the members that it dropped of it. A mocked client runs no middleware: nothing is kept, nothing is
 * found.
 *
 * @returns what tells of the output what was found.
 */
export function watchBody(
  stack: DescribeTaskDefinitionCommand["middlewareStack"],
  plainBody: PlainBody,
): (output: Output | undefined) => WholeDescription {
  let raw: RawResponse | undefined;
  let whole: WholeDescription = unwatched;
  stack.addRelativeTo(
    <Args extends { readonly request: unknown }, Result extends { readonly response: unknown }>(
      next: (args: Args) => Promise<Result>,
    ) =>
      async (args: Args): Promise<Result> => {
        const result = await next(args);
        const { response } = result;
        if (!isHttpMessage(response)) return result;
        const body = await readBody(response.body);
        // Before the SDK has the bytes, since it makes another kind of array of them.
        const text = toBuffer(body).toString();
        const contentType = toContentType(response);
        const isJson = isAwsJson(contentType);
        const source = isJson ? parseJson(text) : undefined;
        // The SDK's own error would hold the body, with the values of environment variables.
        if (isJson && response.statusCode === 200 && source === undefined) {
          throw new UnexpectedResponseError("DescribeTaskDefinition", "JSON that can be read");
        }
        const isKnown = isJson && text === plainBody.text;
        raw = {
          text,
          source: membersOf(source),
          isKnown,
          contentType,
          date: response.headers.date,
          request: args.request,
        };
        response.body = isKnown ? Buffer.from("{}") : body;
        return result;
      },
    { name: "taskdefClonerWatchBody", relation: "after", toMiddleware: "deserializerMiddleware" },
  );
  stack.addRelativeTo(
    <Args, Result extends { readonly output: Output }>(next: (args: Args) => Promise<Result>) =>
      async (args: Args): Promise<Result> => {
        const result = await next(args);
        if (raw === undefined) return result;
        whole = toWhole(raw, result.output, plainBody);
        // The client's own middleware sees what it would see without this.
        const { taskDefinition, tags } = whole;
        return { ...result, output: { ...result.output, taskDefinition, tags } };
      },
    { name: "taskdefClonerWholeOutput", relation: "before", toMiddleware: "deserializerMiddleware" },
  );
  return ({ taskDefinition, tags } = {}) => {
    const isUntouched = taskDefinition === whole.taskDefinition && tags === whole.tags;
    return { ...whole, taskDefinition, tags, isPlain: whole.isPlain && isUntouched };
  };
}

const unwatched: WholeDescription = { unknownMembers: noUnknownMembers, isPlain: false, answeredAt: undefined };

interface RawResponse {
  readonly text: string;
  /** What the text says, where it is AWS JSON. */
  readonly source: Readonly<Record<string, unknown>>;
  /** Whether the SDK reads it as it stands. */
  readonly isKnown: boolean;
  readonly contentType: string;
  readonly date: string | undefined;
  readonly request: unknown;
}

function toWhole(raw: RawResponse, { taskDefinition, tags }: Output, plainBody: PlainBody): WholeDescription {
  const { text, source, isKnown, contentType, date, request } = raw;
  const answeredAt = toDate(date);
  if (!isAwsJson(contentType)) {
    const unchecked = `the response is ${contentType || "of no type"}, not AWS JSON`;
    const unknownMembers = { ...noUnknownMembers, unchecked };
    return { taskDefinition, tags, unknownMembers, isPlain: false, answeredAt };
  }
  const asItStands = toOutput(source);
  if (isKnown || isReadAsItStands(text, asItStands, { taskDefinition, tags })) {
    plainBody.text = text;
    return { ...asItStands, unknownMembers: noUnknownMembers, isPlain: true, answeredAt };
  }
  const unknownMembers = {
    ...restoreUnknownMembers(source, { taskDefinition, tags }),
    sdkVersion: toSdkVersion(request),
  };
  return { taskDefinition, tags, unknownMembers, isPlain: false, answeredAt };
}

function isReadAsItStands(text: string, asItStands: Output, output: Output): boolean {
  // The SDK reads the nulls of a list, and does not write them.
  const hasNullInList = /[[,]\s*null\b/.test(text);
  return output.taskDefinition !== undefined && !hasNullInList && isDeepStrictEqual(asItStands, output);
}

type TimestampMember = {
  [Member in keyof TaskDefinition]-?: NonNullable<TaskDefinition[Member]> extends Date ? Member : never;
}[keyof TaskDefinition];

/** The members that are a date to the SDK, and seconds to ECS. A new one fails to compile until it stands here. */
const timestamps: Readonly<Record<TimestampMember, true>> = {
  registeredAt: true,
  deregisteredAt: true,
  deleteRequestedAt: true,
};

/** ECS's content as the SDK gives what it knows all of. */
function toOutput({ taskDefinition, tags }: Readonly<Record<string, unknown>>): Output {
  const dated: Record<string, unknown> = { ...membersOf(taskDefinition) };
  for (const member of Object.keys(timestamps)) {
    const seconds = dated[member];
    if (typeof seconds === "number") dated[member] = new Date(Math.round(seconds * 1000));
  }
  // The cast: used only where it equals what the SDK gave under this type.
  return { taskDefinition: dated, tags } as Output;
}

function toDate(header: string | undefined): Date | undefined {
  const milliseconds = Date.parse(header ?? "");
  return Number.isNaN(milliseconds) ? undefined : new Date(milliseconds);
}

/** The SDK names its version to AWS in every request. */
function toSdkVersion(request: unknown): string | undefined {
  const headers = isHttpMessage(request) ? Object.values(request.headers).join(" ") : "";
  return /\baws-sdk-js\/(\S+)/.exec(headers)?.[1];
}
