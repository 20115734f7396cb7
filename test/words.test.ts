import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { tics } from "./tics.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Lines that say what a tic says, with what to write instead. */
function ticsIn(path: string, isRead: (line: string) => boolean = () => true): string[] {
  return readFileSync(`${root}${path}`, "utf8")
    .split("\n")
    .flatMap((line, index) =>
      tics
        .filter(({ pattern }) => isRead(line) && pattern.test(line))
        .map(({ pattern, instead }) => `${path}:${index + 1}: ${pattern.exec(line)?.[0]} (rather: ${instead})`),
    );
}

const filesIn = (folder: string, ending: string, options: { readonly recursive?: boolean } = {}): string[] =>
  readdirSync(join(root, folder), { ...options, encoding: "utf8" })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name));

const documents = [".", "docs", ".github", "bench"].flatMap((folder) => filesIn(folder, ".md"));

/** A line that names a test or what it is about. */
const isTitle = (line: string): boolean => /^\s*(?:(?:it|describe|test)\b.*\(|\]\)\()/.test(line);

describe("the words", () => {
  it.each(documents)("of %s have no tics", (path) => {
    expect(ticsIn(path)).toStrictEqual([]);
  });

  it.each(["src", "examples", "bench"])("of comments and messages in %s have no tics", (folder) => {
    expect(filesIn(folder, ".ts", { recursive: true }).flatMap((path) => ticsIn(path))).toStrictEqual([]);
  });

  it("of titles of tests have no tics", () => {
    const tests = filesIn("test", ".test.ts", { recursive: true });

    expect(tests.flatMap((path) => ticsIn(path, isTitle))).toStrictEqual([]);
  });
});
