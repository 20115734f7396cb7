import { readdirSync, readFileSync } from "node:fs";

const read = (path) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

const toBlocks = (text, language) =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map(([, code]) => code);

/** The README's first block, and what it prints. */
export function readFirstBlock() {
  const readme = read("README.md");
  return { code: toBlocks(readme, "ts")[0], output: toBlocks(readme, "text")[0] };
}

/** The TypeScript blocks of a document. */
export const readBlocksOf = (path) => toBlocks(read(path), "ts");

/** The TypeScript blocks of the README and the guides, in order, but for the guide whose blocks need the CDK. */
export function readTypeScriptBlocks() {
  const guides = readdirSync(new URL("../docs", import.meta.url)).filter(
    (name) => name.endsWith(".md") && name !== "cdk.md",
  );
  return ["README.md", ...guides.map((name) => `docs/${name}`)].flatMap((path) => toBlocks(read(path), "ts"));
}
