import { readdirSync, readFileSync } from "node:fs";

const read = (path) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

const toBlocks = (text, language) =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map(([, code]) => code);

/** The README's first block, and what it prints. */
export function readFirstBlock() {
  const readme = read("README.md");
  return { code: toBlocks(readme, "ts")[0], output: toBlocks(readme, "text")[0] };
}

/** The README's record of a session in a terminal: the command, and what it prints. */
export function readSession() {
  const [session = ""] = toBlocks(read("README.md"), "console");
  const [command, ...output] = session.split("\n");
  return { command: command.replace(/^\$ /, ""), output: output.join("\n") };
}

/** The TypeScript blocks of a document. */
export const readBlocksOf = (path) => toBlocks(read(path), "ts");

/** The README and the guides, but for the guide whose blocks need the CDK. */
export const documents = [
  "README.md",
  ...readdirSync(new URL("../docs", import.meta.url))
    .filter((name) => name.endsWith(".md") && name !== "cdk.md")
    .map((name) => `docs/${name}`),
];
