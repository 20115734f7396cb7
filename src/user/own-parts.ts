import * as z from "zod";
import { toMessage } from "../printable.ts";
import type { RegisterInput } from "../task-definition.ts";
import { membersOf, withoutNulls } from "../unknown-value.ts";
import type { Place, Target } from "./target.ts";
import { type PartRules, parts, type UserPatch, type UserSpec } from "./user.ts";
import type { CloneContent, Origin } from "./user-part.ts";

/** What a record notes of the user's parts, by the name of the part. */
export type OwnNotes = Readonly<Record<string, unknown>>;

const table = Object.entries(parts);

/** Calls back with each part that the user or the patch has, and its value. */
function forEachPart(
  user: UserSpec | UserPatch,
  visit: (part: (typeof parts)[string], value: unknown, name: string) => void,
) {
  const members = membersOf(user);
  for (const [name, part] of table) {
    const value = members[name];
    if (value !== undefined && value !== null) visit(part, value, name);
  }
}

/**
 * Refuses what no base could make right. In a patch, what is removed is never refused: it may have been allowed once.
 *
 * @throws {@link InvalidInputError}
 */
export function refuseImpossibleParts(user: UserSpec | UserPatch, rules: PartRules): void {
  forEachPart(user, (part, value) => part.refuse?.(withoutNulls(value), rules));
}

/** Lays all of the user's parts on what will be registered. */
export function applyParts(input: RegisterInput, user: UserSpec, target: Target, rules: PartRules): RegisterInput {
  let applied = input;
  forEachPart(user, (part, value) => {
    applied = part.apply(applied, value, target, rules);
  });
  return applied;
}

/**
 * Has every part of the user judge what will be registered.
 *
 * @returns what may not be what the caller wants.
 * @throws {@link InvalidInputError} for what ECS would refuse.
 */
export function judgeParts(final: RegisterInput, user: UserSpec, origin: Origin<PartRules>): string[] {
  const warnings: string[] = [];
  forEachPart(user, (part, value) => warnings.push(...(part.judge?.(final, value, origin) ?? [])));
  return warnings.map(toMessage);
}

/** What a record says of the user's parts. */
export function toNotes(user: UserSpec): OwnNotes {
  const notes: Record<string, unknown> = {};
  forEachPart(user, ({ note }, value, name) => {
    const noted = note.of(value);
    if (!note.isNone(noted)) notes[name] = noted;
  });
  return notes;
}

/**
 * What the record of a clone vouches for: whose the clone is, and what is the user's own in it, as it is read back. A part that the user does not
 * have leaves no trace.
 */
export function toVouched(user: UserSpec, place: Place): object {
  const own: Record<string, unknown> = {};
  forEachPart(user, (part, value, name) => {
    if (!part.isLive) Object.assign(own, part.toVouched?.(value, place) ?? { [name]: value });
  });
  return { userId: user.userId, container: place.container, own };
}

/** The notes in a record, less those of nothing. A note that this version does not know is a complaint about an unrecognized key. */
export const notesSchema = z
  .strictObject(Object.fromEntries(table.map(([name, { note }]) => [name, note.schema.optional()])))
  .transform((notes): OwnNotes => {
    const there = table.filter(([name, { note }]) => notes[name] !== undefined && !note.isNone(notes[name]));
    return Object.fromEntries(there.map(([name]) => [name, notes[name]]));
  });

/** Reads the user back from a clone. `undefined` if the clone lacks something that its record calls the user's own. */
export function readBackUser(clone: CloneContent, userId: string, place: Place, notes: OwnNotes): UserSpec | undefined {
  const own: Record<string, unknown> = {};
  for (const [name, { note, readBack }] of table) {
    if (notes[name] === undefined) continue;
    const value = readBack(clone, place, notes[name]);
    if (value === undefined) return undefined;
    // Tags may have been taken off the revision.
    if (!note.isNone(note.of(value))) own[name] = value;
  }
  // The cast: the table is tied to the members of UserSpec by its type.
  return { userId, ...own } as UserSpec;
}
