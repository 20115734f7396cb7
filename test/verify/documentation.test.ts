import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { checkKinds } from "../../src/verify/check.ts";
import { permissions } from "../../src/verify/permissions.ts";

const guide = readFileSync(new URL("../../docs/verify.md", import.meta.url), "utf8");

/** The rows of the table under a heading, cell by cell. */
function rowsOf(heading: string): string[][] {
  const section = guide.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? "";
  const rows = [...section.matchAll(/^\| (`.+) \|$/gm)];
  return rows.map(([, cells = ""]) => cells.split(" | "));
}

const namesIn = (cell = ""): string[] => [...cell.matchAll(/`([\w-]+)`/g)].map(([, name = ""]) => name);

describe("the guide to verifying", () => {
  it("lists every check and no others, in the order of results", () => {
    expect(rowsOf("What is checked").flatMap(([cell]) => namesIn(cell))).toStrictEqual([...checkKinds]);
  });

  it("lists exactly the permissions that checks need", () => {
    const table = permissions.map(({ action, resource, why, kinds, option }) => [
      `\`${action}\``,
      `\`${resource}\``,
      why,
      kinds.map((kind) => `\`${kind}\``).join(", ") + (option === undefined ? "" : `, with \`${option}: true\``),
    ]);
    expect(rowsOf("Permissions")).toStrictEqual(table);
  });
});
