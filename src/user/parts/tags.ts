import type { Tag } from "@aws-sdk/client-ecs";
import * as z from "zod";
import { InvalidInputError } from "../../errors.ts";
import { recordOf } from "../../parse-input.ts";
import type { RegisterInput } from "../../task-definition.ts";
import { names, type UserPart } from "../user-part.ts";
import { toValues, type Variables } from "./variables.ts";

export interface OwnTags {
  /** Tags of the task definition, by key, laid over the base's. */
  readonly tags?: Variables | undefined;
}

export const tags: UserPart<Variables, readonly string[]> = {
  schema: recordOf(z.string()).optional(),
  change: recordOf(z.string().nullish()).nullish(),
  note: names,
  refuse: refuseBadTags,
  apply: (input, value) => withTags(input, input.tags ?? [], value),
  // Unlike the rest, tags can be changed on a revision: a tag that is gone was taken off it.
  readBack(clone, _, keys) {
    const live = new Map(clone.tags?.map(({ key, value }) => [key, value]));
    return toValues(
      keys.filter((key) => live.has(key)),
      live,
    );
  },
};

const most = 50;
const longestKey = 128;
const longestValue = 256;

/** Keys and values that begin with `aws:`, in any case, are AWS's own: it refuses them from anybody else. */
const isReserved = (text: string | undefined): boolean => /^aws:/i.test(String(text));

/**
 * The clone's tags: the base's, less those that AWS keeps for itself, with the user's laid over them by key. Where none are left the
 * member is absent, since ECS refuses an empty list.
 *
 * @throws {@link InvalidInputError} for more than 50 tags, a key over 128 or a value over 256 characters, or one that begins with `aws:`.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-using-tags.html
 */
export function withTags(
  input: RegisterInput,
  baseTags: readonly Tag[],
  userTags: Readonly<Record<string, string>> = {},
): RegisterInput {
  refuseBadTags(userTags);
  const inherited = baseTags.filter(({ key }) => !isReserved(key));
  const replaced = inherited.map((tag) =>
    tag.key !== undefined && Object.hasOwn(userTags, tag.key) ? { ...tag, value: userTags[tag.key] } : tag,
  );
  const inheritedKeys = new Set(inherited.map(({ key }) => key));
  const added = Object.entries(userTags).flatMap(([key, value]) => (inheritedKeys.has(key) ? [] : [{ key, value }]));
  const merged = [...replaced, ...added];
  if (merged.length > most) {
    throw new InvalidInputError(
      `The clone would have ${merged.length} tags, ${added.length} of them the user's own. ECS takes ${most} at most.`,
    );
  }
  if (merged.length > 0) return { ...input, tags: merged };
  const { tags: _, ...untagged } = input;
  return untagged;
}

/** @throws {@link InvalidInputError} for a tag that ECS takes from nobody. */
export function refuseBadTags(tags: Readonly<Record<string, string>> = {}): void {
  if (Object.keys(tags).length > most)
    throw new InvalidInputError(`The user has ${Object.keys(tags).length} tags. ECS takes ${most} at most.`);
  for (const [key, value] of Object.entries(tags)) {
    if (isReserved(key) || isReserved(value)) {
      throw new InvalidInputError(
        `The user's tag ${key} begins with \`aws:\`, or its value does, which AWS keeps for itself.`,
      );
    }
    refuseLong(`The key of the user's tag ${key}`, key, longestKey);
    refuseLong(`The value of the user's tag ${key}`, value, longestValue);
  }
}

function refuseLong(what: string, text: string, longest: number): void {
  // Spread counts characters as AWS does, where `length` counts UTF-16 units.
  const { length } = [...text];
  if (length > longest) throw new InvalidInputError(`${what} has ${length} characters. ECS takes ${longest} at most.`);
}
