const longest = 600;

/** A text without control characters, and of a length that a message can carry. */
export function toPrintable(text: string): string {
  const visible = text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ");
  return visible.length > longest ? `${visible.slice(0, longest)}…` : visible;
}
