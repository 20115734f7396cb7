// Installs the packed library into projects of the kinds that people have, configures them as docs/toolchains.md says, and runs the library there.
// Names pick some of the toolchains. Prints a row for each.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readFirstBlock } from "./readme-blocks.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const { devDependencies } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
const guide = readFileSync(`${root}docs/toolchains.md`, "utf8");

/** The first block under a heading of the guide. */
function blockOf(heading) {
  const section = guide.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0];
  const code = section?.match(/^```\w+\n(.*?)^```$/ms)?.[1];
  if (code === undefined) throw new Error(`docs/toolchains.md has no block under "${heading}"`);
  return code;
}

const steps = `
    const ecs = new FakeEcs();
    ecs.register({
      family: "app",
      containerDefinitions: [{ name: "app", image: "app:1", memory: 512, mountPoints: [{ sourceVolume: "home", containerPath: "/home" }] }],
      volumes: [{ name: "home", efsVolumeConfiguration: { fileSystemId: "fs-0123456789abcdef0" } }],
    });
    const cloner = new TaskDefCloner({ client: ecs.client(), baseFamily: "app" });
    const clone = await cloner.clone({ userId: "user_1", accessPointId: "fsap-0123456789abcdef0" });
    if (clone.revision !== 1) throw new Error("expected the first clone");
    if (isWorthRetrying(new InvalidInputError("no"))) throw new Error("expected one InvalidInputError in all entries");
    await recloneAll(cloner, [clone.arn]).complete();
`;
const names = "InvalidInputError, isWorthRetrying, TaskDefCloner";
const imports = `
  import { ${names} } from "taskdef-cloner";
  import { recloneAll } from "taskdef-cloner/fleet";
  import { FakeEcs } from "taskdef-cloner/testing";
`;
const requires = `
  const { ${names} } = require("taskdef-cloner");
  const { recloneAll } = require("taskdef-cloner/fleet");
  const { FakeEcs } = require("taskdef-cloner/testing");
`;
const inTest = `test("a user is provisioned", async () => {${steps}});`;
const esbuild = blockOf("esbuild for Lambda").trim().replace("npx ", "").replaceAll("\\\n", "");

const typescript = (version, compilerOptions) => ({
  dependencies: [`typescript@${version}`, `@types/node@${devDependencies["@types/node"]}`],
  files: {
    "first.ts": readFirstBlock().code,
    "package.json": JSON.stringify({ private: true, type: "module" }),
    "tsconfig.json": JSON.stringify({
      compilerOptions: {
        strict: true,
        skipLibCheck: false,
        noEmit: true,
        target: "es2022",
        types: ["node"],
        ...compilerOptions,
      },
      include: ["first.ts"],
    }),
  },
  command: "tsc",
});
const nodenext = { module: "nodenext" };
const bundler = { module: "esnext", moduleResolution: "bundler" };

const toolchains = {
  "jest-swc": {
    dependencies: ["jest@30", "@swc/jest@0.2", "@swc/core@1"],
    files: { "app.test.ts": imports + inTest, "jest.config.json": blockOf("Jest with swc") },
    command: "jest",
  },
  "jest-ts": {
    dependencies: ["jest@30", "ts-jest@29", "typescript@5.9", "@types/jest@30"],
    files: { "app.test.ts": imports + inTest, "jest.config.json": blockOf("Jest with ts-jest") },
    command: "jest",
  },
  vitest: {
    dependencies: [`vitest@${devDependencies.vitest}`],
    files: { "app.test.ts": `import { test } from "vitest";${imports}${inTest}` },
    command: "vitest run",
  },
  "node-test": {
    files: { "app.test.mjs": `import { test } from "node:test";${imports}${inTest}` },
    command: "node --test",
  },
  require: {
    files: {
      "app.cjs": `${requires}(async () => {${steps}})().catch((error) => { console.error(error); process.exitCode = 1; });`,
    },
    command: "node app.cjs",
  },
  esbuild: {
    dependencies: [`esbuild@0.28`],
    files: {
      "handler.ts": `${imports}export const handler = async () => {${steps}};`,
      "run.mjs": `import { handler } from "./handler.mjs"; await handler();`,
    },
    command: `${esbuild} && node run.mjs`,
  },
  "esbuild-cjs": {
    dependencies: [`esbuild@0.28`],
    files: {
      "handler.ts": `${imports}export const handler = async () => {${steps}};`,
      "run.cjs": `require("./handler.cjs").handler().catch((error) => { console.error(error); process.exitCode = 1; });`,
    },
    command:
      "esbuild handler.ts --bundle --platform=node --target=node20 --format=cjs --outfile=handler.cjs && node run.cjs",
  },
  webpack: {
    dependencies: ["webpack@5", "webpack-cli@6"],
    files: {
      "handler.js": `${imports}export const handler = async () => {${steps}};`,
      "webpack.config.js": blockOf("webpack for Lambda"),
      "run.cjs": `require("./dist/bundle.js").handler().catch((error) => { console.error(error); process.exitCode = 1; });`,
    },
    command: "webpack && node run.cjs",
  },
  "ts-5.4-nodenext": typescript("5.4", nodenext),
  "ts-5.4-bundler": typescript("5.4", bundler),
  "ts-5.9-nodenext": typescript("5.9", nodenext),
  "ts-5.9-bundler": typescript("5.9", bundler),
  "ts-newest-nodenext": typescript(devDependencies.typescript, nodenext),
  "ts-newest-bundler": typescript(devDependencies.typescript, bundler),
};

const run = (command, args, options) =>
  execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], ...options });

const folder = mkdtempSync(join(tmpdir(), "taskdef-cloner-toolchains-"));
const [{ filename }] = JSON.parse(
  run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], { cwd: root }),
);
const shared = [join(folder, filename), `@aws-sdk/client-ecs@${devDependencies["@aws-sdk/client-ecs"]}`];

/** @returns what went wrong */
function tryOut(name) {
  const { dependencies = [], files, command } = toolchains[name];
  const cwd = join(folder, name);
  mkdirSync(cwd);
  for (const [path, content] of Object.entries({ "package.json": '{ "private": true }', ...files })) {
    writeFileSync(join(cwd, path), content);
  }
  try {
    run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", ...shared, ...dependencies], { cwd });
    const env = {
      ...process.env,
      PATH: `${join(cwd, "node_modules/.bin")}:${process.env.PATH}`,
      NODE_NO_WARNINGS: "1",
    };
    run("bash", ["-c", command], { cwd, env });
    return undefined;
  } catch (error) {
    return `${error.stdout ?? ""}\n${error.stderr ?? error}`;
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

const picked = process.argv.slice(2);
try {
  for (const name of picked.length > 0 ? picked : Object.keys(toolchains)) {
    if (!(name in toolchains))
      throw new Error(`No toolchain is called ${name}. There are ${Object.keys(toolchains).join(", ")}.`);
    const failure = tryOut(name);
    console.log(`Toolchain ${name}: ${failure === undefined ? "works" : `fails\n${failure}`}`);
    if (failure !== undefined) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
