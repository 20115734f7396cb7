import { describe, expect, it } from "vitest";
import { toClipped, toMessage, toPrintable } from "../src/printable.ts";

const controls = [
  ["NUL", "\u0000", "\\u0000"],
  ["a line feed", "\n", "\\u000a"],
  ["escape", "\u001b", "\\u001b"],
  ["DEL", "\u007f", "\\u007f"],
  ["C1's CSI", "\u009b", "\\u009b"],
  ["the Arabic letter mark", "\u061c", "\\u061c"],
  ["the left-to-right mark", "\u200e", "\\u200e"],
  ["the right-to-left mark", "\u200f", "\\u200f"],
  ["the line separator", "\u2028", "\\u2028"],
  ["the paragraph separator", "\u2029", "\\u2029"],
  ["an embedding", "\u202a", "\\u202a"],
  ["an override", "\u202e", "\\u202e"],
  ["an isolate", "\u2066", "\\u2066"],
  ["the end of an isolate", "\u2069", "\\u2069"],
  ["half of a character", "\ud83e", "\\ud83e"],
] as const;

describe("toPrintable", () => {
  it.each(controls)("escapes %s", (_, control, escaped) => {
    expect(toPrintable(`a${control}b`)).toBe(`a${escaped}b`);
  });

  it.each(["", "plain", 'a "quoted" \\ path', "Zoë 用户-🦀", "مرحبا", "a\u200db"])("leaves %s alone", (text) => {
    expect(toPrintable(text)).toBe(text);
  });

  it("changes nothing the second time", () => {
    const once = toPrintable("a\u0000\ud800");
    expect(toPrintable(once)).toBe(once);
  });
});

describe("toClipped", () => {
  it("keeps a text that is short enough, and the beginning of a longer one", () => {
    expect(toClipped("abcdef", 6)).toBe("abcdef");
    expect(toClipped("abcdefg", 6)).toBe("abcde…");
  });

  it("leaves no half of a character behind", () => {
    expect(toClipped("abcd🦀🦀", 6)).toBe("abcd…");
    expect(toClipped("abc🦀🦀", 6)).toBe("abc🦀…");
  });
});

describe("toMessage", () => {
  it("escapes what would command a terminal", () => {
    expect(toMessage("a\u001b[31mb\u202e")).toBe("a\\u001b[31mb\\u202e");
  });

  it("keeps the beginning and the end of a long text, since what to do stands at the end", () => {
    const message = toMessage(`It is wrong: ${"x".repeat(1_000_000)}. Shorten it.`);
    expect(message).toMatch(/^It is wrong: x+ … x+\. Shorten it\.$/);
    expect(message).toHaveLength(4000);
  });

  it("stays in bounds however much has to be escaped, and whatever is cut in two", () => {
    expect(toMessage("\u0000".repeat(10_000)).length).toBeLessThanOrEqual(4000);
    for (const text of ["🦀".repeat(5000), `a${"🦀".repeat(5000)}`]) {
      expect(toMessage(text).length).toBeLessThanOrEqual(4000);
      expect(toMessage(text)).not.toMatch(/\p{Cs}/u);
      expect(toMessage(text)).not.toContain("\\u");
    }
  });
});
