import * as z from "zod";
import { toAsciiJson } from "../../ascii-json.ts";
import { lazily } from "../../lazily.ts";
import { toFound } from "../../parse-input.ts";
import type { UserPart } from "../user-part.ts";

/** A JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** What may be a user's own: any JSON but `null`, which removes. */
export type CustomValue = Exclude<Json, null>;

export interface OwnCustom {
  /**
   * Any JSON of yours, up to 4 KiB: what `customize` needs to know of the user. It is recorded with the clone, so it survives a resize, and reaches
   * `customize` with the user. Members may not be `null`, which removes them in a patch; elements of lists may. Never put a secret in it: whoever
   * may describe task definitions can read it, and so perhaps can the code in the container.
   */
  readonly custom?: CustomValue | undefined;
}

const mostBytes = 4096;
const mostLevels = 100;

/** Where in a value, and what may stand there. */
interface Surroundings {
  readonly mayBeNull: boolean;
  readonly mayBeUndefined: boolean;
  readonly above: readonly object[];
}

/** A merge patch cannot set a member to `null`, so no value may have one. */
const inValue: Surroundings = { mayBeNull: false, mayBeUndefined: false, above: [] };
const inPatch: Surroundings = { mayBeNull: true, mayBeUndefined: true, above: [] };
/** A patch replaces a list as a whole, with whatever stands in it. */
const inList = { mayBeNull: true, mayBeUndefined: false };

const jsonIn = (surroundings: Surroundings) =>
  z.unknown().transform((value, context): Json => {
    const flaw = findFlaw(value, surroundings);
    // The cast: what has no flaw is JSON.
    if (flaw === undefined) return toCanonical(value as Json);
    context.addIssue({ code: "custom", ...flaw });
    return z.NEVER;
  });

const schema = lazily(
  () =>
    jsonIn(inValue).superRefine((value, context) => {
      const { length } = toAsciiJson(value);
      if (length <= mostBytes) return;
      const [bytes, most] = [length, mostBytes].map((count) => count.toLocaleString("en-US"));
      const message = `has ${bytes} bytes as it is recorded: JSON with all but ASCII escaped. The most is ${most}`;
      context.addIssue({ code: "custom", message });
    }) as z.ZodType<CustomValue>,
); // The cast: `null` is among the flaws.

/** @internal */
export const custom: UserPart<CustomValue, CustomValue> = {
  schema: () => schema().optional(),
  change: () => jsonIn(inPatch).nullish(),
  note: { schema, of: (value) => value, isNone: () => false },
  apply: (input) => input,
  readBack: (_clone, _place, noted) => noted,
  isInRecordOnly: true,
  // As a text, since the order of a list counts here whatever the list is called.
  toVouched: (value) => ({ custom: toAsciiJson(toCanonical(value)) }),
};

interface Flaw {
  readonly path: (string | number)[];
  readonly message: string;
}

/** The first thing that JSON, or a user's own, cannot be. */
function findFlaw(value: unknown, surroundings: Surroundings): Flaw | undefined {
  const message = whyUnfit(value, surroundings);
  if (message !== undefined) return { path: [], message };
  if (typeof value !== "object" || value === null) return undefined;
  const below = { ...surroundings, ...(Array.isArray(value) && inList), above: [...surroundings.above, value] };
  for (const [step, content] of Array.isArray(value) ? value.entries() : Object.entries(value)) {
    const flaw = findFlaw(content, below);
    if (flaw !== undefined) return { ...flaw, path: [step, ...flaw.path] };
  }
  return undefined;
}

function whyUnfit(value: unknown, { mayBeNull, mayBeUndefined, above }: Surroundings): string | undefined {
  if (value === null) return mayBeNull ? undefined : "is null; leave it out. In a patch, null removes a member";
  if (value === undefined) return mayBeUndefined ? undefined : "is undefined, which JSON does not have; leave it out";
  if (typeof value === "object") return whyUnfitObject(value, above);
  const isJson = typeof value === "number" ? Number.isFinite(value) : ["string", "boolean"].includes(typeof value);
  return isJson ? undefined : `must be JSON, got ${toFound(value)}`;
}

function whyUnfitObject(value: object, above: readonly object[]): string | undefined {
  if (above.includes(value)) return "must be JSON, which cannot contain itself";
  if (above.length >= mostLevels) return `is nested too deep; the most is ${mostLevels} levels`;
  if (Array.isArray(value)) return undefined;
  if (value instanceof Date) return "must be JSON, got a Date; pass date.toISOString()";
  if (!isPlain(value)) return "must be JSON, got an object of a class; pass only plain objects and lists";
  return Object.hasOwn(value, "__proto__") ? "`__proto__` cannot be a name here" : undefined;
}

/** Whether it is an object literal, be it of another realm. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** The one form of a JSON value: members sorted, so that equal values give equal records. */
function toCanonical<Value extends Json>(value: Value): Value;
function toCanonical(value: Json): Json {
  if (Array.isArray(value)) return Array.from(value, (element: Json) => toCanonical(element));
  if (typeof value !== "object" || value === null) return value === 0 ? 0 : value;
  const members = Object.entries(value).filter(([, content]) => content !== undefined);
  members.sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(members.map(([name, content]) => [name, toCanonical(content)]));
}
