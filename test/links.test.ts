import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const markdownIn = (folder: string): string[] =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name));

const guides = markdownIn("docs");
const documents = [...markdownIn("."), ...guides, ...markdownIn(".github"), "bench/README.md"];
const repository = /^https:\/\/github\.com\/taskdef-cloner\/taskdef-cloner\/(?:blob|tree)\/main\//;

/** The targets of a document's links, without those in code. */
function linksOf(path: string): string[] {
  const prose = read(path).replace(/^```.*?^```$/gms, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
}

/** The anchors that GitHub gives to a document's headings. */
const anchorsOf = (path: string): string[] =>
  [...read(path).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, "")
      .replaceAll(" ", "-"),
  );

/** What is wrong with a link, if anything. Links out of the repository are not followed. */
function complaintAbout(document: string, link: string): string | undefined {
  if (/^https?:/.test(link) && !repository.test(link)) return undefined;
  const [target = "", anchor] = link.replace(repository, "/").split("#");
  const path = target === "" ? document : target.startsWith("/") ? target.slice(1) : join(dirname(document), target);
  if (!existsSync(join(root, path))) return `${document}: ${link} is not there`;
  if (anchor !== undefined && !anchorsOf(path).includes(anchor)) return `${document}: ${link} has no such heading`;
  return undefined;
}

describe("links in the documentation", () => {
  it("lead to files and headings that exist", () => {
    const complaints = documents.flatMap((document) =>
      linksOf(document).flatMap((link) => complaintAbout(document, link) ?? []),
    );

    expect(complaints).toStrictEqual([]);
  });

  it("are absolute in the README, since it is shown on the registry's page too", () => {
    expect(linksOf("README.md").filter((link) => !/^(https:|#)/.test(link))).toStrictEqual([]);
  });

  it("lead from the README to every guide", () => {
    const linked = linksOf("README.md").map((link) => link.replace(repository, ""));

    expect(guides.filter((guide) => !linked.includes(guide))).toStrictEqual([]);
  });
});

describe("the README", () => {
  it("can be read in one sitting: it has at most 350 lines", () => {
    expect(read("README.md").split("\n").length - 1).toBeLessThanOrEqual(350);
  });
});
