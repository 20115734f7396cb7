import type {
  DescribeTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
  RegisterTaskDefinitionCommandInput,
  Tag,
  TaskDefinition,
} from "@aws-sdk/client-ecs";
import { UnfitBaseError } from "./errors.ts";
import { type HttpMessage, isAwsJson, isHttpMessage, readBody, toBuffer, toContentType } from "./http-message.ts";
import { membersOf } from "./members-of.ts";

/** Members of a base that the installed SDK does not know. It drops them without a word, in both directions. */
export interface UnknownMembers {
  /** Paths of those that go into the clone as ECS sent them. */
  readonly carried: readonly string[];
  /** Top-level ones: they cannot be told from what only a describe has, so they are never sent. */
  readonly left: readonly string[];
  /** Why it could not be looked for them, where it could not. */
  readonly unchecked?: string;
  /** The version of the SDK, where the request said it. */
  readonly sdkVersion?: string;
}

/** None, or none that could be looked for. */
export const noUnknownMembers: UnknownMembers = { carried: [], left: [] };

/** What a watched describe tells, once it is over. */
export interface WatchedResponse {
  /**
   * Puts the members that the SDK dropped back where they were, in what it made of the response, and says which they are. They then
   * travel with the objects that hold them: what a transform copies keeps them, and what it removes is gone.
   */
  restoreUnknownMembers(output: { taskDefinition: TaskDefinition; tags: readonly Tag[] | undefined }): UnknownMembers;
  /** When ECS answered, by its own clock. */
  answeredAt(): Date | undefined;
}

/** Keeps a describe's raw body, to compare it with what the SDK makes of it. A mocked client runs no middleware: nothing is kept, nothing is found. */
export function watchResponse(stack: DescribeTaskDefinitionCommand["middlewareStack"]): WatchedResponse {
  let raw: RawResponse | undefined;
  stack.addRelativeTo(
    <Args extends HasRequest, Result extends HasResponse>(next: (args: Args) => Promise<Result>) =>
      async (args: Args): Promise<Result> => {
        const result = await next(args);
        const { response } = result;
        if (!isHttpMessage(response)) return result;
        const body = await readBody(response.body);
        response.body = body;
        raw = { body, headers: response.headers, request: args.request };
        return result;
      },
    { name: "taskdefClonerWatchResponse", relation: "after", toMiddleware: "deserializerMiddleware" },
  );
  return {
    restoreUnknownMembers: (output) => (raw === undefined ? noUnknownMembers : restoreUnknownMembers(raw, output)),
    answeredAt: () => toDate(raw?.headers.date),
  };
}

interface HasRequest {
  readonly request: unknown;
}

interface HasResponse {
  readonly response: unknown;
}

interface RawResponse {
  readonly headers: HttpMessage["headers"];
  readonly body: Uint8Array;
  readonly request: unknown;
}

function toDate(header: string | undefined): Date | undefined {
  const milliseconds = Date.parse(header ?? "");
  return Number.isNaN(milliseconds) ? undefined : new Date(milliseconds);
}

/** A serialised body is text or bytes, depending on the SDK's version. */
const toText = (body: unknown): string => (body instanceof Uint8Array ? toBuffer(body).toString("utf8") : String(body));

/** The SDK names its version to AWS in every request. */
function toSdkVersion(request: unknown): string | undefined {
  const headers = isHttpMessage(request) ? Object.values(request.headers).join(" ") : "";
  return /\baws-sdk-js\/(\S+)/.exec(headers)?.[1];
}

function restoreUnknownMembers(
  { body, headers, request }: RawResponse,
  output: { taskDefinition: TaskDefinition; tags: readonly Tag[] | undefined },
): UnknownMembers {
  const contentType = toContentType({ headers });
  if (!isAwsJson(contentType)) {
    return { ...noUnknownMembers, unchecked: `the response is ${contentType || "of no type"}, not AWS JSON` };
  }
  if (countMembersOfJson(body) === countMembers(output)) return noUnknownMembers;
  const { taskDefinition, tags } = membersOf(JSON.parse(toBuffer(body).toString("utf8")));
  const members = membersOf(taskDefinition);
  const left = Object.keys(members).filter((member) => isDropped(members, output.taskDefinition, member));
  const known = Object.keys(output.taskDefinition).map((member) => [member, members[member]]);
  const inDefinition = restore(Object.fromEntries(known), output.taskDefinition);
  const sdkVersion = toSdkVersion(request);
  const carried = [...inDefinition, ...withStep(none, restore(tags, output.tags), "tags")].map(toPathText);
  return { carried, left, ...(sdkVersion !== undefined && { sdkVersion }) };
}

/**
 * Counts the members in a JSON text without parsing it again: each has one quote that is not escaped, and then a colon. Where the count is that of
 * what the SDK made of the text, nothing was dropped. A member that is null makes the counts differ, which costs time only. `undefined` where white space
 * before a colon would mislead the count.
 */
function countMembersOfJson(body: Uint8Array): number | undefined {
  // Every byte a character: quotes, colons and backslashes are never part of a longer UTF-8 sequence.
  const text = toBuffer(body).toString("latin1");
  if (/"\s+:/.test(text)) return undefined;
  let count = 0;
  for (let end = text.indexOf('":'); end !== -1; end = text.indexOf('":', end + 2)) {
    let start = end;
    while (text[start - 1] === "\\") start -= 1;
    if ((end - start) % 2 === 0) count += 1;
  }
  return count;
}

/** Counts the members of everything in a value, at every depth. */
function countMembers(value: object): number {
  let count = 0;
  if (Array.isArray(value)) {
    for (const element of value) if (typeof element === "object" && element !== null) count += countMembers(element);
    return count;
  }
  const members = membersOf(value);
  for (const member of Object.keys(value)) {
    const content = members[member];
    if (content !== undefined) count += 1;
    if (typeof content === "object" && content !== null) count += countMembers(content);
  }
  return count;
}

/**
 * Gives the target every member that the source has and it lacks, at every depth. Returns the path of each, innermost step first: paths are
 * built on the way out, since nearly always there are none.
 */
function restore(source: unknown, target: unknown): Path[] {
  if (typeof source !== "object" || source === null || typeof target !== "object" || target === null) return none;
  if (Array.isArray(source)) return Array.isArray(target) ? restoreElements(source, target) : none;
  // A union member that the SDK does not know is the one thing that it keeps, in a wrapping of its own.
  if ("$unknown" in target || "$unknown" in source) return none;
  let restored = none;
  for (const member of Object.keys(source)) {
    const value = membersOf(source)[member];
    if (isDropped(source, target, member)) {
      Object.assign(target, { [member]: value });
      restored = [...restored, [`.${member}`]];
    } else if (typeof value === "object") {
      restored = withStep(restored, restore(value, membersOf(target)[member]), `.${member}`);
    }
  }
  return restored;
}

type Path = readonly string[];

const none: Path[] = [];

const withStep = (restored: Path[], inner: readonly Path[], step: string): Path[] =>
  inner.length === 0 ? restored : [...restored, ...inner.map((path) => [...path, step])];

function restoreElements(source: readonly unknown[], target: readonly unknown[]): Path[] {
  // The SDK keeps the nulls of a list that it reads, and drops those of one that it sends.
  const [sources, targets] = source.length === target.length ? [source, target] : [source.filter(isPresent), target];
  let restored = none;
  for (const [index, element] of sources.entries()) {
    restored = withStep(
      restored,
      restore(element, targets[index]),
      `[${membersOf(element).name ?? membersOf(element).key ?? index}]`,
    );
  }
  return restored;
}

const toPathText = (path: Path): string => path.toReversed().join("").replace(/^\./, "");

const isPresent = (value: unknown): boolean => value !== undefined && value !== null;

/** The SDK leaves out what is null, on purpose. */
const isDropped = (source: object, target: object, member: string): boolean =>
  !Object.hasOwn(target, member) && isPresent(membersOf(source)[member]);

/**
 * Refuses a base that holds members which the SDK does not know, or which could not be looked through for them.
 *
 * @throws {@link UnfitBaseError}
 */
export function refuseUnknownMembers({ carried, left, unchecked, sdkVersion }: UnknownMembers, base: string): void {
  if (unchecked !== undefined) {
    throw new UnfitBaseError(`Whether the SDK knows every member of base ${base} could not be checked: ${unchecked}.`);
  }
  const paths = [...left, ...carried];
  if (paths.length === 0) return;
  throw new UnfitBaseError(
    `Base ${base} holds members that @aws-sdk/client-ecs ${sdkVersion ?? "as installed"} does not know: ${paths.join(", ")}. ` +
      'Update the SDK, or set the option `unknownMembers` to "carry".',
  );
}

/** Makes a register send the members that the SDK would drop from its input. */
export function sendUnknownMembers(
  stack: RegisterTaskDefinitionCommand["middlewareStack"],
  input: RegisterTaskDefinitionCommandInput,
): void {
  stack.addRelativeTo(
    <Args extends HasRequest, Result>(next: (args: Args) => Promise<Result>) =>
      (args: Args): Promise<Result> => {
        const { request } = args;
        if (isHttpMessage(request)) {
          const body: unknown = JSON.parse(toText(request.body));
          restore(input, body);
          request.body = JSON.stringify(body);
        }
        return next(args);
      },
    { name: "taskdefClonerSendUnknownMembers", relation: "after", toMiddleware: "serializerMiddleware" },
  );
}
