// Runs the built package's CDK entry on the real CDK, which has an install of its own: it is too large for the main one. Type-checks the tests and the guide's
// blocks against its types too.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readBlocksOf } from "./readme-blocks.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join(root, "test-cdk");
const installed = join(folder, "node_modules/taskdef-cloner");
const docs = join(folder, ".docs");
const run = (command, args, { cwd = root, stdio = "inherit" } = {}) =>
  execFileSync(command, args, { cwd, stdio, encoding: "utf8" });

run("npm", ["ci", "--no-audit", "--no-fund", "--prefer-offline"], { cwd: folder });
run("npm", ["run", "build"]);
const packed = mkdtempSync(join(tmpdir(), "taskdef-cloner-cdk-"));
try {
  const packing = ["pack", "--json", "--ignore-scripts", "--pack-destination", packed];
  const [{ filename }] = JSON.parse(run("npm", packing, { stdio: ["ignore", "pipe", "inherit"] }));
  mkdirSync(installed);
  run("tar", ["-xzf", join(packed, filename), "-C", installed, "--strip-components=1"]);
  mkdirSync(docs, { recursive: true });
  for (const [index, code] of readBlocksOf("docs/cdk.md").entries()) {
    writeFileSync(join(docs, `block-${index + 1}.ts`), code);
  }
  run("npx", ["tsc", "-p", folder]);
  run("npx", ["vitest", "run", "--root", folder]);
} finally {
  rmSync(packed, { recursive: true, force: true });
  rmSync(docs, { recursive: true, force: true });
}
console.log("CDK: the entry works on the real one, and the guide's blocks compile");
