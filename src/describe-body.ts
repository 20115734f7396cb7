import { isDeepStrictEqual } from "node:util";
import type { DescribeTaskDefinitionCommand, Tag, TaskDefinition } from "@aws-sdk/client-ecs";
import { isAwsJson, isHttpMessage, readBody, toBuffer, toContentType } from "./http-message.ts";
import { noUnknownMembers, restoreUnknownMembers, type UnknownMembers } from "./lossless.ts";
import { membersOf } from "./members-of.ts";
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
 * Keeps a describe's raw body, to compare it with what the SDK makes of it. A mocked client runs no middleware: nothing is kept, nothing is found.
 *
 * @param plain ARNs of revisions that were found to be plain. The content of a revision never changes, so it is compared once, and after that the SDK is
 * spared from reading it. Tags can change: they are read and compared every time.
 * @returns what gives the SDK's output with the members that it dropped put back.
 */
export function watchBody(
  stack: DescribeTaskDefinitionCommand["middlewareStack"],
  plain: Set<string>,
): (output: Output | undefined) => WholeDescription {
  let raw: RawResponse | undefined;
  stack.addRelativeTo(
    <Args extends { readonly request: unknown }, Result extends { readonly response: unknown }>(
      next: (args: Args) => Promise<Result>,
    ) =>
      async (args: Args): Promise<Result> => {
        const result = await next(args);
        const { response } = result;
        if (!isHttpMessage(response)) return result;
        const body = await readBody(response.body);
        const contentType = toContentType(response);
        const answer = isAwsJson(contentType) ? toAnswer(body) : undefined;
        raw = { answer, contentType, date: response.headers.date, request: args.request };
        const isKnown = answer !== undefined && plain.has(answer.arn);
        response.body = isKnown ? Buffer.from(JSON.stringify({ tags: answer.tags })) : body;
        return result;
      },
    { name: "taskdefClonerWatchBody", relation: "after", toMiddleware: "deserializerMiddleware" },
  );
  return (output = {}) => (raw === undefined ? { ...output, ...unwatched } : toWhole(raw, output, plain));
}

const unwatched = { unknownMembers: noUnknownMembers, isPlain: false, answeredAt: undefined };

interface RawResponse {
  /** Absent where the response is no AWS JSON. */
  readonly answer: Answer | undefined;
  readonly contentType: string;
  readonly date: string | undefined;
  readonly request: unknown;
}

/** What ECS sent. */
interface Answer {
  readonly text: string;
  readonly arn: string;
  readonly taskDefinition: Readonly<Record<string, unknown>>;
  readonly tags: unknown;
}

function toAnswer(body: Uint8Array): Answer {
  const text = toBuffer(body).toString("utf8");
  const answer = membersOf(parseJson(text));
  const taskDefinition = membersOf(answer.taskDefinition);
  return { text, arn: String(taskDefinition.taskDefinitionArn), taskDefinition, tags: answer.tags };
}

function toWhole(
  { answer, contentType, date, request }: RawResponse,
  output: Output,
  plain: Set<string>,
): WholeDescription {
  const answeredAt = toDate(date);
  if (answer === undefined) {
    const unchecked = `the response is ${contentType || "of no type"}, not AWS JSON`;
    return { ...output, unknownMembers: { ...noUnknownMembers, unchecked }, isPlain: false, answeredAt };
  }
  const isKnown = plain.has(answer.arn);
  const taskDefinition = isKnown ? withDates(answer) : output.taskDefinition;
  const isPlain = isKnown || isReadAsItStands(answer, taskDefinition);
  if (isPlain) plain.add(answer.arn);
  // What is plain was read whole.
  const source = isPlain ? { tags: answer.tags } : answer;
  const unknownMembers = {
    ...restoreUnknownMembers(source, { taskDefinition, tags: output.tags }),
    sdkVersion: toSdkVersion(request),
  };
  return { taskDefinition, tags: output.tags, unknownMembers, isPlain, answeredAt };
}

function isReadAsItStands(answer: Answer, taskDefinition: TaskDefinition | undefined): boolean {
  // The SDK reads the nulls of a list, and does not write them.
  const hasNullInList = /[[,]\s*null\b/.test(answer.text);
  return (
    taskDefinition?.taskDefinitionArn !== undefined &&
    !hasNullInList &&
    isDeepStrictEqual(withDates(answer), taskDefinition)
  );
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
function withDates({ taskDefinition }: Answer): TaskDefinition {
  const dated: Record<string, unknown> = { ...taskDefinition };
  for (const member of Object.keys(timestamps)) {
    const seconds = dated[member];
    if (typeof seconds === "number") dated[member] = new Date(Math.round(seconds * 1000));
  }
  // The cast: used only where it equals what the SDK gave under this type.
  return dated as TaskDefinition;
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
