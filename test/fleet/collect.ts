import type { CloneOutcome, RecloneOutcome } from "../../src/fleet/index.ts";

/** What an async iterable yields, added to a list that the caller keeps should it throw. */
export async function collect<Value>(values: AsyncIterable<Value>, into: Value[] = []): Promise<Value[]> {
  for await (const value of values) into.push(value);
  return into;
}

/** The ARNs of the clones that were made. */
export const toArns = (outcomes: readonly (CloneOutcome | RecloneOutcome)[]): string[] =>
  outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value.arn] : []));
