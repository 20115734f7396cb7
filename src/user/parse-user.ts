import * as z from "zod";
import { lazily } from "../lazily.ts";
import { parseInput, toFound } from "../parse-input.ts";
import { membersOf } from "../unknown-value.ts";
import { checkParts } from "./part-table.ts";
import { type Size, sizeSchema } from "./parts/size.ts";
import { type PartRules, parts, type UserPatch, type UserSpec } from "./user.ts";

const members = Object.entries(parts);

const longestUserId = 1024;

/** Characters as people count them, not UTF-16 units, which are no fewer. */
const isTooLong = (text: string): boolean => text.length > longestUserId && [...text].length > longestUserId;

const userIdSchema = lazily(() =>
  z
    .string({
      error: ({ input }) =>
        typeof input === "number" || typeof input === "bigint"
          ? `must be a string, got ${toFound(input)}: pass String(id)`
          : undefined,
    })
    .min(1)
    .refine((userId) => !isTooLong(userId), {
      error: ({ input }) => `has ${[...String(input)].length.toLocaleString("en-US")} characters. The most is 1,024`,
    }),
);

type Shape = Readonly<Record<string, z.ZodType>>;

const toUserSchema = (wrong: Shape) =>
  z
    .strictObject({
      userId: userIdSchema(),
      ...Object.fromEntries(members.map(([name, { schema }]) => [name, schema()])),
      ...wrong,
    })
    .superRefine((user, context) => checkParts(parts, user, context));

const toPatchSchema = (wrong: Shape) =>
  z.strictObject({ ...Object.fromEntries(members.map(([name, { change }]) => [name, change()])), ...wrong });

const userSchema = lazily(() => toUserSchema({}));
const patchSchema = lazily(() => toPatchSchema({}));

/** Complains of these members, whatever they are. */
const complainOf = (reasons: readonly (readonly [string, string | undefined])[]): Shape =>
  Object.fromEntries(
    reasons.flatMap(([name, error]) => (error === undefined ? [] : [[name, z.custom(() => false, { error })]])),
  );

const isNone = (wrong: Shape): boolean => Object.keys(wrong).length === 0;

/**
 * Parses what a caller passed as a user.
 *
 * @throws {@link InvalidInputError} naming each member that is wrong. Values are never repeated in it.
 */
export function parseUser(value: unknown, rules: PartRules = {}): UserSpec {
  const user = membersOf(value);
  const incomplete = complainOf(members.map(([name, part]) => [name, part.whyIncomplete?.(user, rules)]));
  // The cast: the table is tied to the members of UserSpec by its type.
  const schema = (isNone(incomplete) ? userSchema() : toUserSchema(incomplete)) as unknown as z.ZodType<UserSpec>;
  return parseInput(schema, value, "user", {
    absent: "if the user has none",
    unknown: "Pass only these, not the whole database row.",
  });
}

const userRefSchema = lazily(() => z.strictObject({ userId: userIdSchema() }));

/**
 * Parses what a caller passed to name a user.
 *
 * @throws {@link InvalidInputError}
 */
export function parseUserRef(value: unknown): { readonly userId: string } {
  return parseInput(userRefSchema(), value, "user whose clone it is");
}

/**
 * Parses what a caller passed as changes to a user.
 *
 * @throws {@link InvalidInputError} naming each member that is wrong. Values are never repeated in it.
 */
export function parseUserPatch(value: unknown, rules: PartRules = {}): UserPatch {
  const patch = membersOf(value);
  const removed = members.filter(([name]) => patch[name] === null);
  const kept = complainOf(removed.map(([name, part]) => [name, part.whyNotRemovable?.(patch, rules)]));
  // The cast: as above.
  const schema = (isNone(kept) ? patchSchema() : toPatchSchema(kept)) as unknown as z.ZodType<UserPatch>;
  return parseInput(schema, value, "changes", {
    absent: "to keep the clone's",
    unknown: "Pass only what changes: a clone keeps its user.",
  });
}

/**
 * Parses what a caller passed as a size.
 *
 * @throws {@link InvalidInputError}
 */
export function parseSize(value: unknown): Size {
  return parseInput(z.strictObject({ size: sizeSchema() }), { size: value }, "size").size;
}
