import { toClipped, toPrintable } from "../printable.ts";

/** A cell, and how wide its column is. */
export type Cell = readonly [text: string, width: number];

const longestCell = 300;

/** A line of aligned columns. A text that is wider than its column pushes the others to the right: nothing that somebody needs is cut. */
export function toLine(cells: readonly Cell[]): string {
  return cells
    .map(([text, width]) => toPrintable(toClipped(text, longestCell)).padEnd(width))
    .join("  ")
    .trimEnd();
}

/** A number with its noun: `1 clone`, `2 clones`. */
export function toCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
