import { toPrintable as escaped, toClipped } from "../printable.ts";

const longest = 600;

/** A text as results show it: printable, and of a length that a line can carry. */
export const toPrintable = (text: string): string => toClipped(escaped(text), longest);
