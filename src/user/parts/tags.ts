import type { RegisterTaskDefinitionCommandInput, Tag } from "@aws-sdk/client-ecs";
import { InvalidInputError } from "../../errors.ts";

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
  input: RegisterTaskDefinitionCommandInput,
  baseTags: readonly Tag[],
  userTags: Readonly<Record<string, string>> = {},
): RegisterTaskDefinitionCommandInput {
  refuseBadTags(userTags);
  const inherited = baseTags.filter(({ key }) => !isReserved(key));
  const replaced = inherited.map((tag) =>
    tag.key !== undefined && Object.hasOwn(userTags, tag.key) ? { ...tag, value: userTags[tag.key] } : tag,
  );
  const inheritedKeys = new Set(inherited.map(({ key }) => key));
  const added = Object.entries(userTags).flatMap(([key, value]) => (inheritedKeys.has(key) ? [] : [{ key, value }]));
  const tags = [...replaced, ...added];
  if (tags.length > most) {
    throw new InvalidInputError(
      `The clone would have ${tags.length} tags, ${added.length} of them the user's own. ECS takes ${most} at most.`,
    );
  }
  return tags.length === 0 ? input : { ...input, tags };
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
