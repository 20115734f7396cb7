import type { RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import * as z from "zod";
import { membersOf, withoutNulls } from "../unknown-value.ts";
import type { Place, Target } from "./target.ts";
import { type PartRules, parts, type UserPatch, type UserSpec } from "./user.ts";
import type { CloneContent } from "./user-part.ts";

/** What a record notes of the user's parts, by the name of the part. */
export type OwnNotes = Readonly<Record<string, unknown>>;

/** Each part that the user or the patch has, with its value. */
function* partsOf(user: UserSpec | UserPatch) {
  for (const [name, part] of Object.entries(parts)) {
    const value = membersOf(user)[name];
    if (value !== undefined && value !== null) yield { name, part, value };
  }
}

/**
 * Refuses what no base could make right. In a patch, what is removed is never refused: it may have been allowed once.
 *
 * @throws {@link InvalidInputError}
 */
export function refuseImpossibleParts(user: UserSpec | UserPatch, rules: PartRules): void {
  for (const { part, value } of partsOf(user)) part.refuse?.(withoutNulls(value), rules);
}

/** Lays all of the user's parts on what will be registered. */
export function applyParts(
  input: RegisterTaskDefinitionCommandInput,
  user: UserSpec,
  target: Target,
  rules: PartRules,
): RegisterTaskDefinitionCommandInput {
  let applied = input;
  for (const { part, value } of partsOf(user)) applied = part.apply(applied, value, target, rules);
  return applied;
}

/** What was done to this base and may not be what the caller wants. */
export function toPartWarnings(base: RegisterTaskDefinitionCommandInput, user: UserSpec, target: Target): string[] {
  return [...partsOf(user)].flatMap(({ part, value }) => part.warn?.(base, value, target) ?? []);
}

/** What a record says of the user's parts. */
export function toNotes(user: UserSpec): OwnNotes {
  return withoutNone(
    Object.fromEntries([...partsOf(user)].map(({ name, part, value }) => [name, part.note.of(value)])),
  );
}

function withoutNone(notes: OwnNotes): OwnNotes {
  return Object.fromEntries(
    Object.entries(notes).filter(([name, noted]) => noted !== undefined && parts[name]?.note.isNone(noted) === false),
  );
}

/** The notes in a record, less those of nothing. A note that this version does not know is a complaint about an unrecognized key. */
export const notesSchema = z
  .strictObject(Object.fromEntries(Object.entries(parts).map(([name, { note }]) => [name, note.schema.optional()])))
  .transform(withoutNone);

/** Reads the user back from a clone. `undefined` if the clone lacks something that its record calls the user's own. */
export function readBackUser(clone: CloneContent, userId: string, place: Place, notes: OwnNotes): UserSpec | undefined {
  const own: Record<string, unknown> = {};
  for (const [name, { note, readBack }] of Object.entries(parts)) {
    if (notes[name] === undefined) continue;
    const value = readBack(clone, place, notes[name]);
    if (value === undefined) return undefined;
    // Tags may have been taken off the revision.
    if (!note.isNone(note.of(value))) own[name] = value;
  }
  // The cast: the table is tied to the members of UserSpec by its type.
  return { userId, ...own } as UserSpec;
}
