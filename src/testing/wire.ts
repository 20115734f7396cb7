import { z } from "zod";
import { EcsError } from "./ecs-error.ts";

// In AWS JSON, null means absent.
export const text = z.string().nullish();
export const number = z.number().nullish();
export const boolean = z.boolean().nullish();
export const list = <Element extends z.ZodType>(element: Element): z.ZodOptional<z.ZodNullable<z.ZodArray<Element>>> =>
  z.array(element).nullish();

/** A list that ECS fills in as empty if it is absent. */
export const filledInList = <Element extends z.ZodType>(element: Element): z.ZodType<readonly z.output<Element>[]> =>
  list(element).transform((elements) => elements ?? []);

/**
 * Parses an operation's input from the wire. Fields that are not in the schema are kept unchanged.
 *
 * @throws {@link EcsError} SerializationException if a field has the wrong type.
 */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const { success, data, error } = schema.safeParse(input, {
    error: (issue) => toMessage(issue.expected, issue.input),
  });
  if (success) return data;
  const [first] = error.issues.map(({ message, path }) =>
    path.length > 0 ? `${message} (${z.core.toDotPath(path)})` : message,
  );
  throw new EcsError("SerializationException", String(first));
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
  const token = `${kind.toUpperCase()}_VALUE`;
  if (expected === "number") return `${token} cannot be converted to Integer`;
  return `${token} can not be converted to a ${expected === "string" ? "String" : "Boolean"}`;
}
