// Compiles every TypeScript block of the README and the guides against the built package.
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { documents, readBlocksOf } from "./readme-blocks.mjs";

const folder = fileURLToPath(new URL("./.readme/", import.meta.url));
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);

// What the text around the later blocks speaks of.
writeFileSync(
  `${folder}surroundings.d.ts`,
  `declare const client: import("@aws-sdk/client-ecs").ECSClient;
declare const cloner: import("taskdef-cloner").TaskDefCloner;
declare const arns: string[];
`,
);
const [first, ...others] = documents.flatMap(readBlocksOf);
writeFileSync(`${folder}block-1.ts`, first);
for (const [index, code] of others.entries()) writeFileSync(`${folder}block-${index + 2}.ts`, code);
const paths = {
  "taskdef-cloner": ["../../dist/index.d.ts"],
  "taskdef-cloner/bullmq": ["../../dist/bullmq/index.d.ts"],
  "taskdef-cloner/cdk": ["../../dist/cdk/index.d.ts"],
  "taskdef-cloner/cli": ["../../dist/cli/index.d.ts"],
  "taskdef-cloner/fleet": ["../../dist/fleet/index.d.ts"],
  "taskdef-cloner/testing": ["../../dist/testing/index.d.ts"],
  "taskdef-cloner/verify": ["../../dist/verify/index.d.ts"],
};
writeFileSync(
  `${folder}tsconfig.json`,
  JSON.stringify({
    extends: "../../tsconfig.json",
    compilerOptions: { paths, moduleDetection: "force" },
    include: ["*.ts"],
  }),
);
execFileSync("npx", ["tsc", "-p", folder], { stdio: "inherit" });
rmSync(folder, { recursive: true });
console.log(`README and guides: ${others.length + 1} blocks compile`);
