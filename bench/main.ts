/**
 * Measures the library and writes the table to `RESULTS.md`, and the picture in README.md: `npm run bench`. Every script runs in a process of its own, from JavaScript as the
 * package ships it, since what runs TypeScript directly adds to every function. Names of scripts may be given, to run only these; nothing is
 * written then.
 */
import { execFileSync, fork } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { isMet, type Report, type Row } from "./row.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
/** Inside node_modules, so that what is imported is found. */
const built = `${root}node_modules/.cache/taskdef-cloner-bench`;

const scripts = [
  "derive",
  "clone",
  "import",
  "round-trips",
  "sweep",
  "quota",
  "processes",
  "many-users",
  "many-calls",
  "many-revisions",
  "command-line",
  "fleet-queue",
];

function build(): void {
  rmSync(built, { recursive: true, force: true });
  compile("npx", ["tsc", "-p", "bench"]);
  // What is measured from outside is the package itself.
  compile(process.execPath, [".ci/build.mjs", relative(root, `${built}/dist`)]);
  writeFileSync(`${built}/package.json`, '{ "type": "module", "sideEffects": false }\n');
}

function compile(command: string, args: readonly string[]): void {
  execFileSync(command, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
}

async function run(script: string): Promise<Report> {
  let report: Report = { rows: [], pictures: {} };
  const child = fork(`${built}/bench/${script}.js`, { execArgv: [], env: { ...process.env, NODE_NO_WARNINGS: "1" } });
  child.on("message", (message) => {
    report = message as Report; // Scripts send nothing else.
  });
  const code = await new Promise((resolve) => {
    child.on("exit", resolve);
  });
  if (code !== 0) throw new Error(`bench/${script}.ts ended with ${code}`);
  return report;
}

function toTable(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const { what, comparedWith, ratio, aim, failures, detail } = row;
    const met = isMet(row);
    const verdict = met === undefined ? "" : met ? "met" : "**missed**";
    const cells = [
      what,
      comparedWith,
      ratio.toFixed(3),
      aim === undefined ? "" : `≤ ${aim}`,
      verdict,
      failures ?? "",
      detail,
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return [
    "| what | compared with | ratio | aim | | failures | figures |",
    "| --- | --- | ---: | ---: | --- | ---: | --- |",
    ...lines,
  ].join("\n");
}

const chosen = process.argv.slice(2);
build();
const rows: Row[] = [];
const pictures: Record<string, string> = {};
for (const script of chosen.length > 0 ? chosen : scripts) {
  console.error(`${script} …`);
  const measured = await run(script);
  rows.push(...measured.rows);
  Object.assign(pictures, measured.pictures);
  console.log(toTable(measured.rows));
}
if (chosen.length === 0) {
  const machine = `Measured with Node ${process.versions.node} on ${availableParallelism()} cores, all in one run of \`npm run bench\`. README.md says what the figures mean.`;
  writeFileSync(`${root}bench/RESULTS.md`, `# Results\n\n${machine}\n\n${toTable(rows)}\n`);
  for (const [name, picture] of Object.entries(pictures)) writeFileSync(`${root}bench/${name}`, picture);
}
