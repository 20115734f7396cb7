import { lazily } from "../lazily.ts";
import { toMessage } from "../printable.ts";
import type { RegisterInput } from "../task-definition.ts";
import { membersOf, withoutNulls } from "../unknown-value.ts";
import {
  notesSchemaOf,
  type OwnNotes,
  readBackParts,
  refuseParts,
  toPartNotes,
  toPartWarnings,
  toPlacedPartNotes,
  toVouchedParts,
  withParts,
} from "./part-table.ts";
import type { Place, Target } from "./target.ts";
import { type PartRules, parts, type UserPatch, type UserSpec } from "./user.ts";
import type { CloneContent, Origin } from "./user-part.ts";

export type { OwnNotes };

/**
 * Refuses what no base could make right. In a patch, what is removed is never refused: it may have been allowed once.
 *
 * @throws {@link InvalidInputError}
 */
export function refuseImpossibleParts(user: UserSpec | UserPatch, rules: PartRules): void {
  refuseParts(parts, membersOf(withoutNulls(user)), rules);
}

/** Lays all of the user's parts on what will be registered. */
export function applyParts(input: RegisterInput, user: UserSpec, target: Target, rules: PartRules): RegisterInput {
  return withParts(parts, input, user, target, rules);
}

/**
 * Has every part of the user judge what will be registered.
 *
 * @returns what may not be what the caller wants.
 * @throws {@link InvalidInputError} for what ECS would refuse.
 */
export function judgeParts(final: RegisterInput, user: UserSpec, origin: Origin<PartRules>): string[] {
  return toPartWarnings(parts, final, user, origin).map(toMessage);
}

/** What a record says of the user's parts. */
export function toNotes(user: UserSpec): OwnNotes {
  return toPartNotes(parts, user);
}

/** What a record says of the user's parts once they were laid on what will be registered. */
export function toPlacedNotes(notes: OwnNotes, applied: CloneContent, place: Place): OwnNotes {
  return toPlacedPartNotes(parts, notes, applied, place);
}

/**
 * What the record of a clone vouches for: whose the clone is, and the user's own parts of it, as they are read back. A part that the user does not
 * have leaves no trace.
 */
export function toVouched(user: UserSpec, place: Place): object {
  return { userId: user.userId, container: place.container, own: toVouchedParts(parts, user, place) };
}

/** The parts that stand in a record alone, and their values. */
export function toRecordedOnly(notes: OwnNotes): OwnNotes {
  const there = Object.entries(parts).filter(([name, part]) => part.isInRecordOnly && notes[name] !== undefined);
  return Object.fromEntries(there.map(([name]) => [name, notes[name]]));
}

/** The notes in a record. @internal */
export const notesSchema = lazily(() => notesSchemaOf(parts));

/** Reads the user back from a clone. `undefined` if the user's own parts of the clone are not as its record says. */
export function readBackUser(clone: CloneContent, userId: string, place: Place, notes: OwnNotes): UserSpec | undefined {
  const own = readBackParts(parts, clone, place, notes);
  // The cast: the table is tied to the members of UserSpec by its type.
  return own && ({ userId, ...own } as UserSpec);
}
