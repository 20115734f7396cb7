import * as z from "zod";
import { EcsError, invalidParameter } from "./ecs-error.ts";

// In AWS JSON, null means absent.
export const text = z.string().nullish();
export const number = z.number().nullish();
export const boolean = z.boolean().nullish();
export const list = <Element extends z.ZodType>(element: Element): z.ZodOptional<z.ZodNullable<z.ZodArray<Element>>> =>
  z.array(element).nullish();

/** A list whose elements no rule reads. What ECS makes of a null in it is not known, so it is kept. */
export const unreadList = <Element extends z.ZodType>(
  element: Element,
): z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodNullable<Element>>>> => list(element.nullable());

/** A list that ECS fills in as empty if it is absent. */
export const filledInList = <Element extends z.ZodType>(element: Element): z.ZodType<readonly z.output<Element>[]> =>
  list(element).transform((elements) => elements ?? []);

/** Texts by name. It is kept as it came: zod's own would drop a `__proto__`. */
export const texts = z
  .unknown()
  .optional()
  .superRefine((value, { addIssue }) => {
    if (value === undefined || value === null) return;
    if (typeof value !== "object" || Array.isArray(value)) {
      addIssue({ code: "invalid_type", expected: "object", input: value });
      return;
    }
    for (const [name, element] of Object.entries(value)) {
      if (typeof element !== "string") {
        addIssue({ code: "invalid_type", expected: "string", input: element, path: [name] });
      }
    }
  });

/** A text that is one of a few. The wording is ECS's for a launch type: getmoto/moto#6161. */
export const oneOf = (name: string, values: readonly string[]): z.ZodString =>
  z.string().refine((value) => values.includes(value), { error: `${name} should be one of [${values}]` });

/**
 * An object without which ECS does not accept it where these members are missing. The wording is ECS's for a container's name and image: aws/aws-cli#5924.
 */
export const withRequired = <Members extends z.ZodRawShape>(
  name: string,
  required: readonly (keyof Members & string)[],
  members: Members,
): z.ZodObject<Members, z.core.$loose> =>
  z.looseObject(members).superRefine((value: Readonly<Record<string, unknown>>, { addIssue }) => {
    const missing = required.find((member) => isEmpty(value[member]));
    if (missing !== undefined) addIssue({ code: "custom", message: `${name}.${missing} should not be null or empty.` });
  });

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);

/** All members of a shape of the SDK's, so that a new one does not compile until it is handled. */
export type MembersOf<Shape> = { readonly [Member in keyof Required<Shape>]: z.ZodType };

/**
 * Parses an operation's input from the wire. Fields that are not in the schema are kept unchanged.
 *
 * @param toRefusal How the operation refuses a value that is missing or unknown.
 * @throws {@link EcsError} SerializationException if a field has the wrong type, before anything else is checked.
 */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  toRefusal: (message: string) => EcsError = invalidParameter,
): z.output<Schema> {
  const { success, data, error } = schema.safeParse(input, {
    error: (issue) => toMessage(issue.expected, issue.input),
  });
  if (success) return data;
  const mistyped = error.issues.find(({ code }) => code !== "custom");
  if (mistyped === undefined) throw toRefusal(String(error.issues[0]?.message));
  const { message, path } = mistyped;
  throw new EcsError("SerializationException", path.length > 0 ? `${message} (${z.core.toDotPath(path)})` : message);
}

/**
 * What AWS says of a value of the wrong type. It names neither the field nor the value; the field is added, so that you find it.
 *
 * For a text in place of a number: aws-actions/amazon-ecs-deploy-task-definition#587. For the others, from another AWS service:
 * floci-io/floci#2686. A list or null in the wrong place, and the name of a truth value: unverified.
 */
function toMessage(expected: unknown, found: unknown): string {
  if (Array.isArray(found)) return "Start of list found where not expected.";
  if (expected === "array") return "Expected list or null";
  if (expected === "object") return "Expected null";
  const isLiteral = found === null || typeof found === "boolean";
  const kind = isLiteral ? String(found) : typeof found;
  if (kind === "object") return "Start of structure or map found where not expected.";
  const token = `${toToken(kind, found)}_VALUE`;
  if (expected === "number") return `${token} cannot be converted to Integer`;
  return `${token} can not be converted to a ${expected === "string" ? "String" : "Boolean"}`;
}

/** DynamoDB distinguishes numbers with a fraction from others, by what its emulators show; unverified for ECS. */
const toToken = (kind: string, found: unknown): string =>
  kind === "number" && !Number.isInteger(found) ? "DECIMAL" : kind.toUpperCase();
