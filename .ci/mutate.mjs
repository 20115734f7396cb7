// Changes the sources one expression at a time, room by room, and sees whether the room's own tests notice. Prints a score per room, and lists the survivors.
// Rooms may be named, to run only these.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

const files = (names) => names.map((name) => `src/${name}.ts`);
const mirrored = (names) => names.map((name) => `test/${name}.test.ts`).filter((path) => existsSync(root + path));

const rules =
  "target copy merge-patch canonical-text definition-size draft clone-input provenance fargate-sizes hidden members-of parse-json".split(
    " ",
  );
const edges = "parse-input task-definition-arn is-base errors events plan user options".split(" ");
const requests =
  "base ecs patience wait register register-body describe-body lossless sdk-command sdk-error http-message clone-reader task-def-cloner".split(
    " ",
  );

const rooms = {
  transforms: { mutate: ["src/transforms/*.ts"], tests: ["test/transforms/*.test.ts", "test/clone-input.test.ts"] },
  rules: { mutate: files([...rules, ...edges]), tests: mirrored([...rules, ...edges]) },
  requests: {
    mutate: files(requests),
    tests: [...mirrored(requests), ...mirrored(["provision", "life", "client-middleware"])],
  },
  fleet: { mutate: ["src/fleet/*.ts", "!src/fleet/index.ts"], tests: ["test/fleet/*.test.ts"] },
  testing: {
    mutate: ["src/testing/**/*.ts", "!src/testing/index.ts"],
    tests: ["test/testing/**/*.test.ts", "test/contract/ecs.test.ts"],
  },
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
for (const [name, room] of Object.entries(rooms)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  const mutants = run(room);
  const noticed = mutants.filter(({ status }) => status === "Killed" || status === "Timeout");
  const survivors = mutants.filter(({ status }) => status === "Survived" || status === "NoCoverage");
  for (const { text } of survivors) console.log(`  ${text}`);
  const counted = noticed.length + survivors.length;
  console.log(`${name}: ${noticed.length} of ${counted} noticed, ${((100 * noticed.length) / counted).toFixed(1)} %`);
}
