import * as z from "zod";
import { InvalidInputError } from "./errors.ts";
import { toClipped, toPrintable } from "./printable.ts";
import { membersOf } from "./unknown-value.ts";

/** What to say beyond what the schema knows. */
export interface InputAdvice {
  /** When to leave out an optional member, if it is null: "if the user has none". */
  readonly absent?: string;
  /** What to do about unknown members. */
  readonly unknown?: string;
}

/**
 * Parses with a schema, and says what is wrong as an {@link InvalidInputError}: where, what was expected and what to do, never a value.
 *
 * @param what what is parsed, after "Invalid".
 */
export function parseInput<Value>(
  schema: z.ZodType<Value>,
  value: unknown,
  what: string,
  advice: InputAdvice = {},
): Value {
  const input = { schema, value, what, advice };
  const parsed = schema.safeParse(value, { error: (issue) => toExpectation(issue, input) });
  if (parsed.success) return parsed.data;
  throw new InvalidInputError(`Invalid ${what}: ${toComplaints(parsed.error.issues, value)}`);
}

const mostComplaints = 10;
const longestComplaint = 1000;
const longestComplaints = 2500;
const longestName = 60;

function toComplaints(issues: readonly z.core.$ZodIssue[], value: unknown): string {
  let text = "";
  for (const [index, issue] of issues.slice(0, mostComplaints).entries()) {
    if (text.length > longestComplaints) return `${text}And ${toNumber(issues.length - index)} more.`;
    const complaint = toClipped(toComplaint(issue, value), longestComplaint);
    if (!text.includes(complaint)) text += `${complaint} `;
  }
  return issues.length > mostComplaints
    ? `${text}And ${toNumber(issues.length - mostComplaints)} more.`
    : text.trimEnd();
}

/** A sentence about one member. A message that begins with a verb goes on from the member's path. */
function toComplaint({ path, message }: z.core.$ZodIssue, value: unknown): string {
  const promise = findPromise(path, value);
  if (promise !== undefined) return promise === "" ? `got ${aPromise}` : `${promise} is ${aPromise}`;
  const sentence = /[.?!]$/.test(message) ? message : `${message}.`;
  if (path.length === 0) return sentence.replace(/^must be /, "expected ");
  return /^(?:must|is|has|names) /.test(sentence) ? `${toPath(path)} ${sentence}` : `${toPath(path)}: ${sentence}`;
}

const aPromise = "a promise; did you forget an await?";

/** The path of the promise at or above a member. Whatever is wrong below it, it is not what was meant. */
function findPromise(path: readonly PropertyKey[], value: unknown): string | undefined {
  let member = value;
  for (const [index, name] of path.entries()) {
    if (isPromise(member)) return toPath(path.slice(0, index));
    member = membersOf(member)[String(name)];
  }
  return isPromise(member) ? toPath(path) : undefined;
}

/** Query builders, for example, can be awaited although they are not promises. */
const isPromise = (value: unknown): boolean => typeof membersOf(value).then === "function";

const toPath = (path: readonly PropertyKey[]): string =>
  path.map((name) => (name === "" ? '""' : toClipped(String(name), longestName))).join(".");

/** What is parsed, and what is said of it. */
interface Input {
  readonly schema: z.ZodType;
  readonly value: unknown;
  readonly what: string;
  readonly advice: InputAdvice;
}

/** The message of an issue about which the schema itself says nothing. */
function toExpectation(issue: z.core.$ZodRawIssue, input: Input): string {
  if (issue.input === null && isOptional(input.schema, issue.path ?? [])) {
    return ["is null; leave it out (or use undefined)", input.advice.absent].filter(Boolean).join(" ");
  }
  switch (issue.code) {
    case "invalid_type":
      return toWantedType(issue.expected, issue, input);
    case "unrecognized_keys":
      return toUnknownMembers(issue.keys, issue, input);
    case "too_small":
      return toBound(issue.origin, Number(issue.minimum), issue.inclusive ? "at least" : "above");
    case "too_big":
      return toBound(issue.origin, Number(issue.maximum), "at most");
    case "invalid_value":
      return `must be ${issue.values.map((value) => JSON.stringify(value)).join(" or ")}`;
    case "invalid_key":
      return "is not a valid name";
    default:
      return "is not valid";
  }
}

function toWantedType(expected: string, issue: z.core.$ZodRawIssue, { value }: Input): string {
  const { path = [], input } = issue;
  const name = path.at(-1);
  if (input === undefined && name !== undefined && !Object.hasOwn(toParent(value, path), name)) return "is missing";
  const wanted = toWanted(expected, issue.inst);
  return expected === "int" && typeof input === "number"
    ? `must be ${wanted}`
    : `must be ${wanted}, got ${toFound(input)}`;
}

/** Whether a member at the top may be left out. */
function isOptional(schema: z.ZodType, [name, ...deeper]: readonly PropertyKey[]): boolean {
  if (!(schema instanceof z.ZodObject) || deeper.length > 0) return false;
  const member = membersOf(schema.shape)[String(name)];
  return member instanceof z.ZodType && member.safeParse(undefined).success;
}

const toParent = (value: unknown, path: readonly PropertyKey[]): object =>
  path
    .slice(0, -1)
    .reduce<Readonly<Record<string, unknown>>>((parent, name) => membersOf(parent[String(name)]), membersOf(value));

const wantedTypes: Readonly<Record<string, string>> = {
  string: "a string",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "an array",
  object: "an object",
  record: "an object",
};

function toWanted(expected: string, schema: unknown): string {
  const members = toMemberNames(schema);
  if (members.length > 0) return `an object { ${members.join(", ")} }`;
  return Object.hasOwn(wantedTypes, expected) ? String(wantedTypes[expected]) : withArticle(expected);
}

const toMemberNames = (schema: unknown): readonly string[] =>
  schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];

const withArticle = (noun: string): string => `${/^[aeiou]/i.test(noun) ? "an" : "a"} ${noun}`;

function toUnknownMembers(keys: readonly string[], { path = [], inst }: z.core.$ZodRawIssue, input: Input): string {
  const shown = keys.slice(0, mostComplaints).map((key) => JSON.stringify(toClipped(key, longestName)));
  const more = keys.length > mostComplaints ? ` and ${toNumber(keys.length - mostComplaints)} more` : "";
  const member = input.what.startsWith("options") ? "option" : "field";
  const sentence = `unknown ${member}${keys.length > 1 ? "s" : ""} ${shown.join(", ")}${more}. Allowed: ${toMemberNames(inst).join(", ")}.`;
  return path.length === 0 && input.advice.unknown ? `${sentence} ${input.advice.unknown}` : sentence;
}

function toBound(origin: string, bound: number, relation: "at least" | "above" | "at most"): string {
  const unit = { string: " characters", array: " elements" }[origin];
  if (unit === undefined) return `must be ${relation} ${bound}`;
  return bound === 1 && relation === "at least" ? "must not be empty" : `must have ${relation} ${bound}${unit}`;
}

const toNumber = (count: number): string => count.toLocaleString("en-US");

/** A function. What it takes and returns is known once it is called. */
export const functionOf = <Value>() =>
  z.custom<Value>((value) => typeof value === "function", {
    error: ({ input }) => (input === null ? undefined : `must be a function, got ${toFound(input)}`),
  });

const hasOwnPrototypeName = (value: unknown): boolean =>
  typeof value === "object" && value !== null && Object.hasOwn(value, "__proto__");

/** How a record is written, and how many entries it may have. */
export interface RecordForm {
  /** One entry of it: "NAME: value". */
  readonly entry?: string;
  /** The members of an element of the list that ECS has in its place: "name, value". */
  readonly element?: string;
  readonly most?: number;
  /** What to say of more. */
  readonly tooMany?: string;
}

/** No entry takes less than 20 bytes, and ECS takes 65,536 for the whole task definition. */
const mostEntries = 5000;

/** A record by name. Zod passes over a member named `__proto__`, which would lose it without a word: it is refused instead. */
export function recordOf<Value extends z.ZodType>(value: Value, form: RecordForm = {}) {
  const { most = mostEntries, tooMany = "A task definition has 64 KiB in all, so 5,000 are more than fit" } = form;
  return z
    .custom((input) => !hasOwnPrototypeName(input), { error: "`__proto__` cannot be a name here", abort: true })
    .superRefine((input, context) => {
      const { length } = Object.keys(membersOf(input));
      if (length <= most) return;
      context.addIssue({ code: "custom", message: `has ${toNumber(length)} entries. ${tooMany}`, continue: false });
    })
    .pipe(z.record(z.string().min(1), value, { error: ({ code, input }) => toRecordForm(code, input, form) }));
}

function toRecordForm(code: string, input: unknown, { entry, element }: RecordForm): string | undefined {
  if (code !== "invalid_type" || entry === undefined || input === null || input === undefined) return undefined;
  if (Array.isArray(input) && element !== undefined)
    return `must be an object { ${entry} }, not ECS's array of { ${element} }`;
  return `must be an object { ${entry} }, got ${toFound(input)}`;
}

const longestShown = 300;

/** Shows what was given where a name was expected: a text in quotes, since what is wrong with it may be hard to see. */
export function toShown(value: unknown): string {
  if (typeof value === "string") return toPrintable(JSON.stringify(toClipped(value, longestShown)));
  return typeof value === "object" && value !== null ? "an object" : String(value);
}

/** What was given where something else was expected: what kind of value, never the value. */
export function toFound(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  if (isPromise(value)) return aPromise;
  if (Array.isArray(value)) return "an array";
  if (value === "") return "an empty string";
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : withArticle(typeof value);
}
