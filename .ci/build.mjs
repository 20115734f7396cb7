// Builds the package: the code of each entry in a file, what entries share in chunks, and declarations next to them. Dependencies stay imports. Maps lead from both to
// src/, which the package has. A folder may be named, to build into it instead of dist/.
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const { exports, bin, engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const files = [...Object.values(exports).map(({ default: file }) => file), ...Object.values(bin)];
const entries = files.filter(Boolean).map((file) => file.replace(/^(?:\.\/)?dist\/(.*)\.js$/, "src/$1.ts"));
const [folder = "dist"] = process.argv.slice(2);

rmSync(join(root, folder), { recursive: true, force: true });
execFileSync("npx", ["tsc", "-p", "src", "--outDir", folder], { cwd: root, stdio: "inherit" });
await build({
  absWorkingDir: root,
  entryPoints: entries,
  outbase: "src",
  outdir: folder,
  bundle: true,
  splitting: true,
  chunkNames: "chunks/[name]-[hash]",
  packages: "external",
  platform: "node",
  target: `node${engines.node.replace(">=", "")}`,
  format: "esm",
  sourcemap: true,
  sourcesContent: false,
  logLevel: "warning",
});
