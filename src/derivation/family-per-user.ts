import { hash } from "node:crypto";
import { InvalidInputError } from "../errors.ts";

/** Where ids that stand in a family as they are end, and hashes begin: no id that stands as it is holds this. */
const hashMark = "--";

const plainId = /^[a-z0-9_]+(-[a-z0-9_]+)*$/;

const longestFamily = 255;

/** Bytes of SHA-256 that a family carries, in hexadecimal. */
const hashLength = 32;

/** As much of an id as people need to find its family. */
const longestSlug = 40;

/**
 * A family of its own for every user: `<base>-user-<id>` where the id is of lower-case letters, digits, `_` and single hyphens and fits, otherwise
 * `<base>-user-<readable part>--<hash>`. An id always gives the same family, and no two ids of a base give one family, whatever their case, Unicode
 * form or length. Give it to a cloner as `cloneFamily: familyPerUser`.
 *
 * The hash is the first 32 hexadecimal digits of the SHA-256 of the id as JSON, in UTF-8.
 *
 * @throws {@link InvalidInputError} if the base family's name has more than 214 characters, which leaves no room.
 */
export function familyPerUser(userId: string, baseFamily: string): string {
  const prefix = `${baseFamily}-user-`;
  const room = longestFamily - prefix.length;
  if (room < hashMark.length + hashLength + 1) {
    const longest = longestFamily - "-user-".length - hashMark.length - hashLength - 1;
    throw new InvalidInputError(
      `The base family ${baseFamily} has ${baseFamily.length} characters, which leaves no room for a family per user. The most is ${longest}.`,
    );
  }
  if (plainId.test(userId) && userId.length <= room) return prefix + userId;
  const slug = toSlug(userId, Math.min(longestSlug, room - hashMark.length - hashLength));
  return `${prefix}${slug}${hashMark}${hash("sha256", JSON.stringify(userId)).slice(0, hashLength)}`;
}

function toSlug(userId: string, longest: number): string {
  // Only ASCII, whose lower case is the same in every version of Unicode.
  const text = userId.slice(0, 4 * longestSlug).replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  const slug = text.replace(/[^a-z0-9_]+/g, "-").slice(0, longest);
  return slug.replace(/^-|-$/g, "") || "x";
}
