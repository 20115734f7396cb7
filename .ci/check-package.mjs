// Installs the package from its tarball into an empty project, type-checks the README's first block there, and runs it.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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

  // An error made by one entry is an instance of the class that another one has, for `import` and for `require`.
  const toEntries = (load) => `
const { InvalidInputError, TaskDefClonerError } = ${load("taskdef-cloner")};
const { recloneAll } = ${load("taskdef-cloner/fleet")};
const { createVerifier } = ${load("taskdef-cloner/verify")};
for (const call of [() => recloneAll({}, []), () => createVerifier({ unknown: 1 })]) {
  try { call(); throw new Error("expected an InvalidInputError"); }
  catch (error) { if (!(error instanceof InvalidInputError && error instanceof TaskDefClonerError)) throw error; }
}
`;
  writeFileSync(
    join(project, "entries.mjs"),
    toEntries((entry) => `await import("${entry}")`),
  );
  writeFileSync(
    join(project, "entries.cjs"),
    toEntries((entry) => `require("${entry}")`),
  );
  for (const file of ["entries.mjs", "entries.cjs"]) run("node", [file], { env: { ...env, NODE_NO_WARNINGS: "1" } });
  console.log("Package: has one class for each error in all entries, whether they are imported or required");

  const installed = join(project, "node_modules/taskdef-cloner");
  const lost = readdirSync(installed, { recursive: true })
    .filter((file) => file.endsWith(".map"))
    .flatMap((file) => {
      const { sources } = JSON.parse(readFileSync(join(installed, file), "utf8"));
      return sources.filter((source) => !existsSync(join(installed, file, "..", source))).map(() => file);
    });
  if (lost.length > 0) throw new Error(`These maps lead to sources that the package does not have: ${lost.join(", ")}`);
  const failing =
    'import { toTarget } from "taskdef-cloner"; try { toTarget({}, "web:1", 1); } catch ({ stack }) { console.log(stack); }';
  const stacks = [[], ["--enable-source-maps"]].map((flags) =>
    run("node", [...flags, "--input-type=module", "--eval", failing]),
  );
  for (const [index, place] of [/at toTarget .*dist\/chunks\//, /at toTarget .*src\/user\/target\.ts:\d+/].entries()) {
    if (!place.test(stacks[index])) throw new Error(`A stack should have a line ${place}, and is\n${stacks[index]}`);
  }
  console.log("Package: has the sources to which its maps lead, and stacks name functions");

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

  const { version } = manifest;
  const shown = run("npx", ["--no-install", "taskdef-cloner", "--version"]);
  if (shown !== `${version}\n`)
    throw new Error(`taskdef-cloner --version should print ${version}, and prints ${shown}`);
  writeFileSync(
    join(project, "taskdef-cloner.config.mjs"),
    'import { defineConfig } from "taskdef-cloner/cli";\nexport default defineConfig({ cloner: { baseFamily: "web" }, region: "us-east-1" });\n',
  );
  const policy = run("npx", [
    "--no-install",
    "taskdef-cloner",
    "policy",
    "--role",
    "arn:aws:iam::111122223333:role/task",
  ]);
  if (!policy.includes("task-definition/web-user:*")) throw new Error(`taskdef-cloner policy prints\n${policy}`);
  console.log("Package: has a command that reads a config");
} finally {
  rmSync(project, { recursive: true, force: true });
}
