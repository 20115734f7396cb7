import * as z from "zod";
import { InvalidInputError } from "./errors.ts";

/** Parses with a schema, and says what is wrong as an {@link InvalidInputError}: paths and expectations, never values. */
export function parseInput<Value>(schema: z.ZodType<Value>, value: unknown, what: string): Value {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const complaints = parsed.error.issues.map((issue) => {
    const path = issue.path.map(String).join(".");
    return path === "" ? issue.message : `${path}: ${issue.message}`;
  });
  throw new InvalidInputError(`Invalid input for ${what}: ${complaints.join("; ")}.`);
}

/** A function. What it takes and returns is known once it is called. */
export const functionOf = <Value>() => z.custom<Value>((value) => typeof value === "function", "expected a function");

const hasOwnPrototypeName = (value: unknown): boolean =>
  typeof value === "object" && value !== null && Object.hasOwn(value, "__proto__");

/** A record by name. Zod passes over a member named `__proto__`, which would lose it without a word: it is refused instead. */
export const recordOf = <Value extends z.ZodType>(value: Value) =>
  z
    .custom((input) => !hasOwnPrototypeName(input), { error: "`__proto__` cannot be a name here", abort: true })
    .pipe(z.record(z.string().min(1), value));

/** Shows what was given where a name was expected: a text in quotes, since what is wrong with it may be hard to see. */
export function toShown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
