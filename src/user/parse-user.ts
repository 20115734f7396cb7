import * as z from "zod";
import { parseInput, toFound } from "../parse-input.ts";
import { checkParts } from "./part-table.ts";
import { type Size, sizeSchema } from "./parts/size.ts";
import { parts, type UserPatch, type UserSpec } from "./user.ts";

const members = Object.entries(parts);

const longestUserId = 1024;

/** Characters as people count them, not UTF-16 units, which are no fewer. */
const isTooLong = (text: string): boolean => text.length > longestUserId && [...text].length > longestUserId;

const userIdSchema = z
  .string({
    error: ({ input }) =>
      typeof input === "number" || typeof input === "bigint"
        ? `must be a string, got ${toFound(input)}: pass String(id)`
        : undefined,
  })
  .min(1)
  .refine((userId) => !isTooLong(userId), {
    error: ({ input }) => `has ${[...String(input)].length.toLocaleString("en-US")} characters. The most is 1,024`,
  });

// The cast: the table is tied to the members of UserSpec by its type.
const userSchema = z
  .strictObject({
    userId: userIdSchema,
    ...Object.fromEntries(members.map(([name, { schema }]) => [name, schema])),
  })
  .superRefine((user, context) => checkParts(parts, user, context)) as unknown as z.ZodType<UserSpec>;

/** `null` gives a part back to the base, so one that every user must have takes none. The cast: as above. */
const patchSchema = z.strictObject(
  Object.fromEntries(members.map(([name, { change }]) => [name, change])),
) as unknown as z.ZodType<UserPatch>;

/**
 * Parses what a caller passed as a user.
 *
 * @throws {@link InvalidInputError} naming each member that is wrong. Values are never repeated in it.
 */
export function parseUser(value: unknown): UserSpec {
  return parseInput(userSchema, value, "user", {
    absent: "if the user has none",
    unknown: "Pass only these, not the whole database row.",
  });
}

/**
 * Parses what a caller passed as changes to a user.
 *
 * @throws {@link InvalidInputError} naming each member that is wrong. Values are never repeated in it.
 */
export function parseUserPatch(value: unknown): UserPatch {
  return parseInput(patchSchema, value, "changes", {
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
  return parseInput(z.strictObject({ size: sizeSchema }), { size: value }, "size").size;
}
