import * as z from "zod";
import { list, text } from "./wire.ts";

/** @internal */
export const tagList = list(z.looseObject({ key: text, value: text }) satisfies z.ZodType<WireTag>);

/** A tag as sent. */
export interface WireTag {
  readonly [member: string]: unknown;
  readonly key?: string | null | undefined;
  readonly value?: string | null | undefined;
}

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
