import * as z from "zod";
import { list, text } from "./wire.ts";

export const tagList = list(z.looseObject({ key: text, value: text }));

/** A tag as sent. */
export type WireTag = NonNullable<z.output<typeof tagList>>[number];

/** Something that can be tagged. */
export interface Tagged {
  tags: readonly WireTag[];
}

/** The tags followed by the added ones, which replace those with the same keys. */
export function withTags(tags: readonly WireTag[], added: readonly WireTag[]): readonly WireTag[] {
  return [
    ...withoutTags(
      tags,
      added.map(({ key }) => key),
    ),
    ...added,
  ];
}

/** The tags without those with these keys. */
export function withoutTags(tags: readonly WireTag[], keys: readonly WireTag["key"][]): readonly WireTag[] {
  return tags.filter(({ key }) => !keys.includes(key));
}
