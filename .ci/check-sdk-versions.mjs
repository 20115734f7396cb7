// Takes the packed library through the life of a clone on both ends of the SDK's peer range and one version between, each installed in a
// temporary project, and type-checks the client of one version against the library next to another.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const { devDependencies, peerDependencies } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
const sdk = "@aws-sdk/client-ecs";
const lowest = peerDependencies[sdk].replace("^", "");
const versions = [lowest, "3.1080.0", devDependencies[sdk].replace("^", "")];

const folder = mkdtempSync(join(tmpdir(), "taskdef-cloner-sdk-"));
const run = (command, args, cwd = folder) =>
  execFileSync(command, args, {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, NODE_NO_WARNINGS: "1" },
  });
const install = (...packages) => run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", ...packages]);

try {
  const [{ filename }] = JSON.parse(
    run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], root),
  );
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  copyFileSync(new URL("life.mjs", import.meta.url), join(folder, "life.mjs"));
  for (const version of versions) {
    install(`./${filename}`, `${sdk}@${version}`);
    run("node", ["life.mjs"]);
    console.log(`SDK: the life of a clone passes on ${version}`);
  }

  install(
    `older-sdk@npm:${sdk}@${lowest}`,
    `typescript@${devDependencies.typescript}`,
    `@types/node@${devDependencies["@types/node"]}`,
  );
  const code = `import { ECSClient } from "${sdk}";
import { ECSClient as OlderClient } from "older-sdk";
import { TaskDefCloner } from "taskdef-cloner";
export const cloners = [new ECSClient({}), new OlderClient({})].map(
  (client) => new TaskDefCloner({ client, baseFamily: "web" }),
);
`;
  writeFileSync(join(folder, "two-versions.ts"), code);
  const strict = ["--strict", "--noEmit", "--module", "nodenext", "--target", "es2022", "--types", "node"];
  execFileSync("npx", ["tsc", ...strict, "--skipLibCheck", "two-versions.ts"], { cwd: folder, stdio: "inherit" });
  console.log("SDK: the clients of two versions type-check next to each other");
} finally {
  rmSync(folder, { recursive: true, force: true });
}
