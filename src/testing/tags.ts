import { z } from "zod";
import { list, text } from "./wire.ts";

export const tagList = list(z.looseObject({ key: text, value: text }));

/** A tag as it is sent. */
export type WireTag = NonNullable<z.output<typeof tagList>>[number];

/** What can be tagged. */
export interface Tagged {
  tags: readonly WireTag[];
}

/** The tags with those of the same keys replaced, and the new ones after them. */
export function withTags(tags: readonly WireTag[], added: readonly WireTag[]): readonly WireTag[] {
  return [
    ...withoutTags(
      tags,
      added.map(({ key }) => key),
    ),
    ...added,
  ];
}

/** The tags without those of the keys. */
export function withoutTags(tags: readonly WireTag[], keys: readonly WireTag["key"][]): readonly WireTag[] {
  return tags.filter(({ key }) => !keys.includes(key));
}
