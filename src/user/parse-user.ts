import * as z from "zod";
import { parseInput } from "../parse-input.ts";
import { membersOf } from "../unknown-value.ts";
import { type Size, sizeSchema } from "./parts/size.ts";
import { parts, type UserPatch, type UserSpec } from "./user.ts";

const members = Object.entries(parts);

// The cast: the table is tied to the members of UserSpec by its type.
const userSchema = z
  .strictObject({
    userId: z.string().min(1, "expected the user's id, found the empty string"),
    ...Object.fromEntries(members.map(([name, { schema }]) => [name, schema])),
  })
  .superRefine((user, context) => {
    for (const [name, part] of members) {
      const value = membersOf(user)[name];
      if (value !== undefined) part.check?.(value, user, context);
    }
  }) as unknown as z.ZodType<UserSpec>;

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
  return parseInput(userSchema, value, "the user");
}

/**
 * Parses what a caller passed as changes to a user.
 *
 * @throws {@link InvalidInputError} naming each member that is wrong. Values are never repeated in it.
 */
export function parseUserPatch(value: unknown): UserPatch {
  return parseInput(patchSchema, value, "the changes");
}

/**
 * Parses what a caller passed as a size.
 *
 * @throws {@link InvalidInputError}
 */
export function parseSize(value: unknown): Size {
  return parseInput(sizeSchema, value, "the size");
}
