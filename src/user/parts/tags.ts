import type { Tag } from "@aws-sdk/client-ecs";
import * as z from "zod";
import { InvalidInputError } from "../../errors.ts";
import { recordOf } from "../../parse-input.ts";
import type { RegisterInput } from "../../task-definition.ts";
import { names, type UserPart } from "../user-part.ts";
import { toValues, type Variables } from "./variables.ts";

export interface OwnTags {
  /** Tags of the task definition, by key. They override the base's. */
  readonly tags?: Variables | undefined;
}

export const tags: UserPart<Variables, readonly string[]> = {
  schema: recordOf(z.string()).optional(),
  change: recordOf(z.string().nullish()).nullish(),
  note: names,
  refuse: refuseBadTags,
  apply: (input, value) => withTags(input, input.tags ?? [], value),
  // Unlike the other parts, tags can be changed on a revision: a missing tag was removed from it.
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

/** AWS reserves keys and values that begin with `aws:`, in any case: it refuses them from anyone else. */
const isReserved = (text: string | undefined): boolean => /^aws:/i.test(String(text));

/**
 * The clone's tags: the base's, without those that AWS reserves, overridden by the user's with the same key. If none are left, the field is
 * absent, since ECS refuses an empty list.
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

/** @throws {@link InvalidInputError} for a tag that ECS never accepts. */
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
  // Spreading counts characters as AWS does; `length` would count UTF-16 units.
  const { length } = [...text];
  if (length > longest) throw new InvalidInputError(`${what} has ${length} characters. ECS takes ${longest} at most.`);
}
