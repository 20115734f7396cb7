// Installs the package from its tarball into an empty project, type-checks the README's first block there, and runs it.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readFirstBlock } from "./readme-blocks.mjs";

const project = mkdtempSync(join(tmpdir(), "taskdef-cloner-"));
// Without colors, whatever the shell or a CI asks for: what the block prints is compared.
const { FORCE_COLOR: _, ...rest } = process.env;
const env = { ...rest, NO_COLOR: "1" };
const run = (command, args, options = {}) =>
  execFileSync(command, args, {
    cwd: project,
    env,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    ...options,
  });
const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

try {
  const root = new URL("..", import.meta.url);
  const [{ filename }] = JSON.parse(
    run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", project], { cwd: root }),
  );
  const { "@aws-sdk/client-ecs": sdk, "@types/node": nodeTypes, typescript } = manifest.devDependencies;
  writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const packages = [
    `./${filename}`,
    `@aws-sdk/client-ecs@${sdk}`,
    `@types/node@${nodeTypes}`,
    `typescript@${typescript}`,
  ];
  run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", ...packages]);
  const { code, output } = readFirstBlock();
  writeFileSync(join(project, "first.ts"), code);
  const strict = [
    "--strict",
    "--skipLibCheck",
    "false",
    "--module",
    "nodenext",
    "--target",
    "es2022",
    "--types",
    "node",
  ];
  run("npx", ["tsc", ...strict, "first.ts"], { stdio: "inherit" });
  const printed = run("node", ["first.js"]);
  if (printed !== output)
    throw new Error(`The README says that its first block prints\n${output}\nIt prints\n${printed}`);
  console.log("Package: installs into an empty project, and runs the README's first block there");

  // None of the optional packages is there: types are checked without them, and each check says what to install.
  writeFileSync(
    join(project, "verify.ts"),
    `import { verify } from "taskdef-cloner/verify";
const input = { family: "web", containerDefinitions: [], taskRoleArn: "task" };
const options = { clients: { iam: { send: () => Promise.reject(new Error("sent")) } } };
const { results } = await verify({ input, region: "us-east-1", accountId: "111122223333" }, options);
console.log(results.map(({ status, detail }) => status + ": " + detail).join());
`,
  );
  run("npx", ["tsc", ...strict, "verify.ts"], { stdio: "inherit" });
  const skipped = "skipped: The package @aws-sdk/client-iam is not installed: npm install @aws-sdk/client-iam.\n";
  const said = run("node", ["verify.js"]);
  if (said !== skipped)
    throw new Error(`Without an optional package, verifying should print\n${skipped}\nIt prints\n${said}`);
  console.log("Package: verifies without the optional packages, and says which one to install");
} finally {
  rmSync(project, { recursive: true, force: true });
}
