// Walks the declarations that each public entry reaches, and refuses any that names a validation library: its types are no part of the package's interface,
// and a TypeScript of another age could not read them.
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const specifier = /(?:from|import\()\s*["']([^"']+)["']/g;

const seen = new Set();
const refused = [];

function walk(file) {
  if (seen.has(file)) return;
  seen.add(file);
  const text = readFileSync(file, "utf8");
  for (const [, name] of text.matchAll(specifier)) {
    if (name.startsWith(".")) walk(join(dirname(file), name.replace(/\.[jt]s$/, ".d.ts")));
    else if (/^zod\b/.test(name)) refused.push(relative(root, file));
  }
}

for (const { types } of Object.values(exports)) {
  if (types !== undefined) walk(join(root, types));
}
if (refused.length > 0) {
  throw new Error(
    `These declarations name types of zod. Mark what they declare with @internal:\n${[...new Set(refused)].join("\n")}`,
  );
}
console.log(`Declarations: ${seen.size} files, without types of zod`);
