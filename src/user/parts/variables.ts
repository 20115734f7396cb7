import * as z from "zod";
import { InvalidInputError } from "../../errors.ts";
import { lazily } from "../../lazily.ts";
import { recordOf } from "../../parse-input.ts";

/** A name, or a pattern of names, that users may not set. */
export type ReservedName = string | RegExp;

/** Variables by name: for secrets the `valueFrom`, for the environment the value. */
export type Variables = Readonly<Record<string, string>>;

/** Variables or tags to set, or to remove with `null`. */
export type VariablesPatch = Readonly<Record<string, string | null | undefined>>;

export interface NameRules {
  /** Names, or patterns of names, of environment variables that users may neither set nor leave out, in any container. @default none */
  readonly reserved?: readonly ReservedName[] | undefined;
}

/** @internal */
export const reservedSchema = lazily(
  () =>
    z
      .array(z.union([z.string().min(1), z.instanceof(RegExp)], "expected a name or a RegExp"))
      .readonly() satisfies z.ZodType<readonly ReservedName[]>,
);

/** Docker splits a variable at its first `=`, and a process environment cannot hold a NUL. */
const isVariableName = (name: string): boolean => !/[=\0]/.test(name);

const noVariableName = "the name of a variable may hold neither `=` nor NUL";

/** The name of a variable, in a list. @internal */
export const variableName = (): z.ZodString => z.string().min(1).refine(isVariableName, noVariableName);

/** The value of a variable or a tag. A name without one has to be left out. @internal */
export const entryValue = lazily(() =>
  z.string({
    error: ({ input }) => (input === undefined || input === null ? `is ${input}; leave the name out` : undefined),
  }),
);

/** Variables by name. `member` is what ECS calls a value. @internal */
export const variablesOf = <Value extends z.ZodType>(value: Value, member: "value" | "valueFrom") =>
  recordOf(value, { entry: `NAME: ${member}`, element: `name, ${member}` }).superRefine((record, context) => {
    for (const name of Object.keys(record)) {
      if (!isVariableName(name)) {
        context.addIssue({ code: "custom", path: [name], message: noVariableName });
      }
    }
  });

/** Those of the names that are reserved. Unlike `test`, `search` keeps no position in a pattern that has the flag `g` or `y`. */
const toReserved = (names: readonly string[], reserved: readonly ReservedName[] = []): readonly string[] =>
  names.filter((name) =>
    reserved.some((entry) => (typeof entry === "string" ? entry === name : name.search(entry) !== -1)),
  );

/** Says which container something is for, unless it is the user's own. */
const toPlaceText = (container: string | undefined): string =>
  container === undefined ? "" : ` for container ${container}`;

/**
 * Refuses to set names that are reserved for the platform.
 *
 * @throws {@link InvalidInputError}
 */
export function refuseReservedNames(
  part: "secrets" | "environment",
  variables: Variables,
  reserved?: readonly ReservedName[],
  container?: string,
): void {
  const refused = toReserved(Object.keys(variables), reserved);
  if (refused.length === 0) return;
  throw new InvalidInputError(
    `The user's ${part}${toPlaceText(container)} set ${refused.join(", ")}, which the option \`reserved\` keeps for the platform. Choose other names.`,
  );
}

/**
 * Refuses to leave out names that are reserved for the platform.
 *
 * @throws {@link InvalidInputError}
 */
export function refuseReservedUnset(
  names: readonly string[],
  reserved?: readonly ReservedName[],
  container?: string,
): void {
  const refused = toReserved(names, reserved);
  if (refused.length === 0) return;
  throw new InvalidInputError(
    `The user's unset${toPlaceText(container)} leaves out ${refused.join(", ")}, which the option \`reserved\` keeps for the platform. ` +
      "Leave these names out of the list.",
  );
}

interface Named {
  readonly name?: string | undefined;
}

/** The list without the variables of these names. A list that has none of them is returned itself. */
export function withoutNamed<Entry extends Named>(entries: Entry[], names: ReadonlySet<string>): Entry[] {
  const kept = entries.filter(({ name = "" }) => !names.has(name));
  return kept.length === entries.length ? entries : kept;
}

/** The list with each of the variables in it once: at the first position of its name, otherwise at the end. */
export function withNamed<Entry extends Named>(
  entries: readonly Entry[] = [],
  variables: Variables,
  toEntry: (name: string, value: string) => Entry,
): Entry[] {
  const own = new Map(Object.entries(variables));
  const pending = new Map(own);
  const result: Entry[] = [];
  for (const entry of entries) {
    const { name = "" } = entry;
    const value = own.get(name);
    if (value === undefined) result.push(entry);
    else if (pending.delete(name)) result.push(toEntry(name, value));
  }
  for (const [name, value] of pending) result.push(toEntry(name, value));
  return result;
}

/** The values of these names, or `undefined` if one is missing. */
export function toValues(
  names: readonly string[],
  values: ReadonlyMap<string | undefined, string | undefined>,
): Variables | undefined {
  const pairs: [string, string][] = [];
  for (const name of names) {
    const value = values.get(name);
    if (value === undefined) return undefined;
    pairs.push([name, value]);
  }
  return Object.fromEntries(pairs);
}
