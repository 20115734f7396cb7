import type { WireTag } from "../tags.ts";
import type { Rule } from "./rule.ts";

type TagRule = (tags: readonly WireTag[]) => string | undefined;

/** @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-using-tags.html */
const tagRules: readonly TagRule[] = [
  /** hashicorp/terraform-provider-aws internal/service/ecs/task_definition.go */
  function thereIsATag(tags) {
    if (tags.length === 0) return "Tags can not be empty.";
  },

  function tagsAreFew(tags) {
    if (tags.length > 50) return "The number of tags cannot exceed 50."; // text unverified
  },

  function keysAreUnique(tags) {
    if (new Set(tags.map(({ key }) => key)).size < tags.length) return "Duplicate tag keys found."; // text unverified
  },

  function keysAreNotTooLong(tags) {
    if (tags.some(({ key }) => !key || [...key].length > 128)) {
      return "A tag key must have between 1 and 128 characters."; // text unverified
    }
  },

  function valuesAreNotTooLong(tags) {
    if (tags.some(({ value }) => typeof value !== "string" || [...value].length > 256)) {
      return "A tag value must have between 0 and 256 characters."; // text unverified
    }
  },

  function onlyAllowedCharacters(tags) {
    const allowed = /^[\p{L}\p{N}\p{Z}_.:/=+\-@]*$/u;
    if (tags.some(({ key, value }) => !allowed.test(`${key}${value}`))) {
      return "A tag contains invalid characters."; // text unverified
    }
  },

  function prefixOfAwsIsReserved(tags) {
    if (tags.some(({ key, value }) => [key, value].some((text) => /^aws:/i.test(String(text))))) {
      return "Tag keys and values that begin with aws: are reserved for system use."; // text unverified
    }
  },
];

/** Why ECS refuses these tags, on any resource; `undefined` if it accepts them. */
export const tagRefusal: TagRule = (tags) => {
  for (const rule of tagRules) {
    const refusal = rule(tags);
    if (refusal !== undefined) return refusal;
  }
};

export const rulesOnTags: readonly Rule[] = [({ tags }) => (tags ? tagRefusal(tags) : undefined)];
