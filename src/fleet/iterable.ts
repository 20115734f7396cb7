import { InvalidInputError } from "../errors.ts";
import { toFound } from "../parse-input.ts";

/** Whether a value can be looped over with `for await`. A single string does not count as a list of strings. */
export const isIterable = (value: unknown): value is Iterable<unknown> | AsyncIterable<unknown> =>
  typeof value === "object" && value !== null && (Symbol.iterator in value || Symbol.asyncIterator in value);

/** @param what the argument, for the message. @throws {@link InvalidInputError} */
export function refuseUniterable(value: unknown, what: string): void {
  if (isIterable(value)) return;
  throw new InvalidInputError(`${what}: expected an iterable or an async iterable, got ${toFound(value)}.`);
}
