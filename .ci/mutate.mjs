// Mutation testing: changes the sources one expression at a time, folder by folder, and sees whether the folder's own tests and those of the
// public calls fail. Prints a score per folder and lists the survivors. Folders may be named, to run only these; "." is the files right in src/.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

const folders = readdirSync(`${root}src`, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);

const calls = "test/calls/**/*.test.ts";
/** FakeEcs is held against the contract too. */
const more = { testing: ["test/contract/**/*.test.ts"] };

/** What lies right in src/ serves every folder, so every folder's tests count for it; those across all of them are too slow. */
const mirrored = readdirSync(`${root}src`).flatMap((name) => {
  const test = `test/${name.replace(/\.ts$/, ".test.ts")}`;
  return name.endsWith(".ts") && existsSync(root + test) ? [test] : [];
});
const everywhere = [
  ...mirrored,
  ...folders.filter((name) => name !== "testing").map((name) => `test/${name}/**/*.test.ts`),
];

const toRun = (folder) =>
  folder === "."
    ? { mutate: ["src/*.ts", "!src/index.ts"], tests: [...everywhere, calls] }
    : {
        mutate: [`src/${folder}/**/*.ts`, `!src/${folder}/index.ts`],
        tests: [`test/${folder}/**/*.test.ts`, calls, ...(more[folder] ?? [])],
      };

function run({ mutate, tests }) {
  execFileSync("npx", ["stryker", "run", ".ci/stryker.config.json", "--mutate", mutate.join(",")], {
    cwd: root,
    env: { ...process.env, MUTATION_TESTS: tests.join(",") },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const report = JSON.parse(readFileSync(`${root}reports/mutation.json`, "utf8"));
  return Object.entries(report.files).flatMap(([path, { source, mutants }]) =>
    mutants.map(({ status, mutatorName, replacement, location: { start } }) => ({
      status,
      text: `${path}:${start.line}:${start.column} ${mutatorName}: ${source.split("\n")[start.line - 1].trim()} => ${replacement}`,
    })),
  );
}

const chosen = process.argv.slice(2);
for (const folder of chosen.length > 0 ? chosen : [...folders, "."]) {
  const mutants = run(toRun(folder));
  const noticed = mutants.filter(({ status }) => status === "Killed" || status === "Timeout");
  const survivors = mutants.filter(({ status }) => status === "Survived" || status === "NoCoverage");
  for (const { text } of survivors) console.log(`  ${text}`);
  const counted = noticed.length + survivors.length;
  console.log(`${folder}: ${noticed.length} of ${counted} noticed, ${((100 * noticed.length) / counted).toFixed(1)} %`);
}
