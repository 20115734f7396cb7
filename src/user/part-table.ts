import * as z from "zod";
import type { RegisterInput } from "../task-definition.ts";
import { membersOf } from "../unknown-value.ts";
import type { Place, Target } from "./target.ts";
import type { CloneContent, Origin, UserPart } from "./user-part.ts";

/** Parts by name, in the order in which they are applied: all that a user may own, or all that a user may own of one container. @internal */
export type PartTable<Rules> = Readonly<Record<string, UserPart<unknown, unknown, Rules>>>;

/** What a record notes of parts, by the name of the part. */
export type OwnNotes = Readonly<Record<string, unknown>>;

/** Calls back with each part of which there is a value, or a change. */
function forEachPart<Rules>(
  table: PartTable<Rules>,
  own: object,
  visit: (part: UserPart<unknown, unknown, Rules>, value: unknown, name: string) => void,
): void {
  const members = membersOf(own);
  for (const [name, part] of Object.entries(table)) {
    const value = members[name];
    if (value !== undefined && value !== null) visit(part, value, name);
  }
}

/** Has each part find what cannot be right next to the others. @internal */
export function checkParts<Rules>(table: PartTable<Rules>, own: object, context: z.RefinementCtx): void {
  forEachPart(table, own, (part, value) => part.check?.(value, membersOf(own), context));
}

/**
 * Refuses what no base could make right.
 *
 * @param container the container that the parts are for, unless it is the user's own.
 * @throws {@link InvalidInputError}
 *
 * @internal
 */
export function refuseParts<Rules>(table: PartTable<Rules>, own: object, rules: Rules, container?: string): void {
  forEachPart(table, own, (part, value) => part.refuse?.(value, rules, container));
}

/** Lays the parts on what will be registered. @throws InvalidInputError, UnfitBaseError @internal */
export function withParts<Rules>(
  table: PartTable<Rules>,
  input: RegisterInput,
  own: object,
  target: Target,
  rules: Rules,
): RegisterInput {
  let applied = input;
  forEachPart(table, own, (part, value) => {
    applied = part.apply(applied, value, target, rules);
  });
  return applied;
}

/** Has each part judge what will be registered, and returns their warnings. @throws InvalidInputError @internal */
export function toPartWarnings<Rules>(
  table: PartTable<Rules>,
  final: RegisterInput,
  own: object,
  origin: Origin<Rules>,
): string[] {
  const warnings: string[] = [];
  forEachPart(table, own, (part, value) => warnings.push(...(part.judge?.(final, value, origin) ?? [])));
  return warnings;
}

/** What a record says of the parts. @internal */
export function toPartNotes<Rules>(table: PartTable<Rules>, own: object): OwnNotes {
  const notes: Record<string, unknown> = {};
  forEachPart(table, own, ({ note }, value, name) => {
    const noted = note.of(value);
    if (!note.isNone(noted)) notes[name] = noted;
  });
  return notes;
}

/** The notes of parts once they were laid on an input: where they stand, if the base decides that. @internal */
export function toPlacedPartNotes<Rules>(
  table: PartTable<Rules>,
  notes: OwnNotes,
  applied: CloneContent,
  place: Place,
): OwnNotes {
  const placed: Record<string, unknown> = { ...notes };
  forEachPart(table, notes, ({ note }, noted, name) => {
    placed[name] = note.placed?.(noted, applied, place) ?? noted;
  });
  return placed;
}

/** What a record vouches for of the parts, by name. @internal */
export function toVouchedParts<Rules>(table: PartTable<Rules>, own: object, place: Place): object {
  const vouched: Record<string, unknown> = {};
  forEachPart(table, own, (part, value, name) => {
    if (!part.isLive) Object.assign(vouched, part.toVouched?.(value, place) ?? { [name]: value });
  });
  return vouched;
}

/** The notes of the parts, less those of nothing. A note that the table does not know is a complaint about an unrecognized key. @internal */
export function notesSchemaOf<Rules>(table: PartTable<Rules>): z.ZodType<OwnNotes> {
  const entries = Object.entries(table);
  return z
    .strictObject(Object.fromEntries(entries.map(([name, { note }]) => [name, note.schema().optional()])))
    .transform((notes): OwnNotes => {
      const there = entries.filter(([name, { note }]) => notes[name] !== undefined && !note.isNone(notes[name]));
      return Object.fromEntries(there.map(([name]) => [name, notes[name]]));
    });
}

/** Reads back the parts that are noted. `undefined` if the clone is not as its notes say. @internal */
export function readBackParts<Rules>(
  table: PartTable<Rules>,
  clone: CloneContent,
  place: Place,
  notes: OwnNotes,
): Readonly<Record<string, unknown>> | undefined {
  const own: Record<string, unknown> = {};
  for (const [name, { note, readBack }] of Object.entries(table)) {
    if (notes[name] === undefined) continue;
    const value = readBack(clone, place, notes[name]);
    if (value === undefined) return undefined;
    // Tags may have been taken off the revision.
    if (!note.isNone(note.of(value))) own[name] = value;
  }
  return own;
}
