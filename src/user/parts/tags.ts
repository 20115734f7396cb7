import type { Tag } from "@aws-sdk/client-ecs";
import { InvalidInputError } from "../../errors.ts";
import { lazily } from "../../lazily.ts";
import { parseInput, recordOf } from "../../parse-input.ts";
import type { RegisterInput } from "../../task-definition.ts";
import { parseRegisterInput, parseTagList } from "../input-shape.ts";
import { names, type UserPart } from "../user-part.ts";
import { entryValue, toValues, type Variables } from "./variables.ts";

export interface OwnTags {
  /** Tags of the task definition, by key. They override the base's. */
  readonly tags?: Variables | undefined;
}

const most = 50;
const longestKey = 128;
const longestValue = 256;

const form = { entry: "key: value", element: "key, value" };

const schema = lazily(() => recordOf(entryValue(), { ...form, most, tooMany: `ECS takes ${most} tags at most` }));

/** @internal */
export const tags: UserPart<Variables, readonly string[]> = {
  schema: () => schema().optional(),
  change: () => recordOf(entryValue().nullish(), form).nullish(),
  note: names,
  refuse: refuseBadTags,
  apply: (input, value) => withTagsOver(input, input.tags ?? [], value),
  isLive: true,
  // A missing tag was removed from the revision.
  readBack(clone, _, keys) {
    const live = new Map(clone.tags?.map(({ key, value }) => [key, value]));
    return toValues(
      keys.filter((key) => live.has(key)),
      live,
    );
  },
};

/** AWS reserves keys and values that begin with `aws:`, in any case: it refuses them from anyone else. */
const isReserved = (text: string | undefined): boolean => /^aws:/i.test(String(text));

/**
 * The clone's tags: the base's, without those that AWS reserves, overridden by the user's with the same key. If none are left, the field is
 * absent, since ECS refuses an empty list.
 *
 * @throws {@link InvalidInputError} for more than 50 tags, a key over 128 or a value over 256 characters, or a key that begins with `aws:`, and
 * if an argument is malformed.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-using-tags.html
 */
export function withTags(
  input: RegisterInput,
  baseTags: readonly Tag[],
  userTags: Readonly<Record<string, string>> = {},
): RegisterInput {
  const own = parseInput(schema(), userTags, "user's tags");
  refuseBadTags(own);
  return withTagsOver(parseRegisterInput(input), toInherited(parseTagList(baseTags)), own);
}

/** The input with those of the base's tags that a clone may have. */
export function withBaseTags(input: RegisterInput, baseTags: readonly Tag[]): RegisterInput {
  return withTagsOver(input, toInherited(baseTags), {});
}

const toInherited = (baseTags: readonly Tag[]): readonly Tag[] => baseTags.filter(({ key }) => !isReserved(key));

function withTagsOver(input: RegisterInput, inherited: readonly Tag[], userTags: Variables): RegisterInput {
  const own = new Map<string | undefined, string>(Object.entries(userTags));
  const merged = inherited.map((tag) => (own.has(tag.key) ? { ...tag, value: own.get(tag.key) } : tag));
  for (const { key } of inherited) own.delete(key);
  for (const [key, value] of own) merged.push({ key, value });
  if (merged.length > most) {
    throw new InvalidInputError(
      `The clone would have ${merged.length} tags, ${own.size} of them the user's own. ECS takes ${most} at most.`,
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
  if (text.length <= longest) return;
  // Spreading counts characters as AWS does; `length` counts UTF-16 units, which are no fewer.
  const { length } = [...text];
  if (length > longest) throw new InvalidInputError(`${what} has ${length} characters. ECS takes ${longest} at most.`);
}
