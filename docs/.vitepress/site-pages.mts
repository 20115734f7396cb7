import { posix } from "node:path";
import type { MarkdownRenderer } from "vitepress";

const repository = "https://github.com/taskdef-cloner/taskdef-cloner/blob/main/";

/**
 * Where a link of a guide or the README leads on the site: to the page of a guide, wherever it was written, and to the repository for the files that are
 * no pages.
 */
function toSiteLink(link: string): string {
  if (link.startsWith("../")) return repository + posix.join("docs", link);
  const [, guide] = /^.*\/blob\/main\/docs\/([\w-]+)\.md/.exec(link) ?? [];
  return link.startsWith(repository) && guide !== undefined
    ? link.replace(`${repository}docs/${guide}.md`, `/${guide}`)
    : link;
}

const isBadge = (source: string): boolean => /img\.shields\.io|badge\.svg/.test(source);

/** Makes pages of what is written to be read in the repository, too: leads links to pages, leaves out badges, draws diagrams. */
export function toSitePages(markdown: MarkdownRenderer): void {
  markdown.core.ruler.push("site-links", ({ tokens }) => {
    for (const { children } of tokens) {
      if (children === null) continue;
      if (children.some((child) => child.type === "image" && isBadge(child.attrGet("src") ?? ""))) children.length = 0;
      for (const child of children) {
        const link = child.type === "link_open" ? child.attrGet("href") : null;
        if (link !== null) child.attrSet("href", toSiteLink(link));
      }
    }
  });
  const fence = markdown.renderer.rules.fence;
  markdown.renderer.rules.fence = (tokens, index, options, env, self) => {
    const token = tokens[index];
    if (token?.info === "mermaid") return `<Diagram code="${encodeURIComponent(token.content)}" />`;
    return fence?.(tokens, index, options, env, self) ?? "";
  };
}
