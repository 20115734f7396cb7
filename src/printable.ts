/**
 * What must not reach a terminal or a log as it is: control characters, marks that change the direction of the text after them, separators of lines,
 * and halves of characters.
 */
const unprintable = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** The text with everything escaped that would command a terminal or mislead a reader. Ordinary text stays as it is. */
export function toPrintable(text: string): string {
  return text.replace(unprintable, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** The beginning of a text that is too long. `longest` counts as `length` does. */
export function toClipped(text: string, longest: number): string {
  return text.length <= longest ? text : `${headOf(text, longest - 1)}…`;
}

const headLength = 2797;
const tailLength = 1200;
const gap = " … ";

/** A text as a message: printable, and of 4,000 characters at most. What to do stands at the end of a message, so it is cut in the middle. */
export function toMessage(text: string): string {
  // Cut first, so that only what may be kept is escaped, and again, since escapes are longer.
  return withoutMiddle(toPrintable(withoutMiddle(text)));
}

function withoutMiddle(text: string): string {
  if (text.length <= headLength + gap.length + tailLength) return text;
  return headOf(text, headLength) + gap + text.slice(-tailLength).replace(/^[\udc00-\udfff]/, "");
}

/** A cut must not leave half of a character behind. */
const headOf = (text: string, length: number): string => text.slice(0, length).replace(/[\ud800-\udbff]$/, "");
