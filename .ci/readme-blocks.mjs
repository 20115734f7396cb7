import { readFileSync } from "node:fs";

/** The TypeScript blocks of the README, in order. */
export function readTypeScriptBlocks() {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  return [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code);
}
