import { isFamilyName, toCloneFamily } from "../derivation/clone-family.ts";
import { familyPerUser } from "../derivation/family-per-user.ts";
import { listFamilies } from "../ecs/revisions.ts";
import { InvalidInputError } from "../errors.ts";
import type { ClonerInternals } from "../task-def-cloner.ts";

/** Where to look for clones: in families by name, or in those that users have of their own, whatever ECS lists of them. */
export type FamilySearch = readonly string[] | "every user's";

/**
 * Says which families to search for clones.
 *
 * @param families what the caller named, if anything.
 * @throws {@link InvalidInputError} if they are no families of clones, or cannot be known.
 */
export function toFamilySearch({ settings }: ClonerInternals, families: unknown): FamilySearch {
  const { baseFamily, cloneFamily } = settings;
  if (families === undefined) {
    if (cloneFamily === familyPerUser) return "every user's";
    if (typeof cloneFamily !== "function") return [toCloneFamily(baseFamily, "", cloneFamily)];
    throw new InvalidInputError(
      "The cloner's `cloneFamily` is a function, so the families are not known. Name them in the option `families`.",
    );
  }
  if (
    Array.isArray(families) &&
    families.length > 0 &&
    families.every(isFamilyName) &&
    !families.includes(baseFamily)
  ) {
    return [...new Set(families)];
  }
  throw new InvalidInputError(
    `The option \`families\` takes a list of names of families other than the base family ${baseFamily}.`,
  );
}

/** A family to search, and whether it was found by its name's beginning, so that it may be of something else. */
export interface SearchedFamily {
  readonly family: string;
  readonly isFound: boolean;
}

/** The families of a search. Where users have families of their own, the one that they shared before comes first. */
export async function* findFamilies(
  { ecs, settings }: ClonerInternals,
  search: FamilySearch,
  status: "ACTIVE" | "ALL",
): AsyncGenerator<SearchedFamily, void, undefined> {
  if (search !== "every user's") {
    for (const family of search) yield { family, isFound: false };
    return;
  }
  const { baseFamily } = settings;
  yield { family: toCloneFamily(baseFamily, ""), isFound: false };
  for await (const family of listFamilies(ecs, `${baseFamily}-user-`, status)) yield { family, isFound: true };
}
