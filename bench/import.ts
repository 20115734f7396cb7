import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { report } from "./row.ts";
import { toSpread, toText } from "./spread.ts";

const rounds = 30;

/** Milliseconds of processor time that a fresh process takes to import these. */
function toImportTime(modules: readonly string[]): number {
  const imports = modules.map((module) => `await import(${JSON.stringify(module)});`).join("");
  const program = `const before = process.cpuUsage(); ${imports} const { user, system } = process.cpuUsage(before); console.log((user + system) / 1000);`;
  const cwd = fileURLToPath(new URL(".", import.meta.url));
  const output = execFileSync(process.execPath, ["--input-type=module", "--eval", program], { cwd });
  return Number(output.toString());
}

const library = (): number => toImportTime([new URL("../dist/index.js", import.meta.url).href]);
const dependencies = (): number => toImportTime(["zod", "@aws-sdk/client-ecs"]);

library();
dependencies();
const ratios: number[] = [];
const times: [number[], number[]] = [[], []];
for (let round = 0; round < rounds; round += 1) {
  const first = round % 2 === 0 ? library() : dependencies();
  const second = round % 2 === 0 ? dependencies() : library();
  const [ours, theirs] = round % 2 === 0 ? [first, second] : [second, first];
  times[0].push(ours);
  times[1].push(theirs);
  ratios.push(ours / theirs);
}
const ratio = toSpread(ratios);
const [ours, theirs] = times.map((values) => toSpread(values).median.toFixed(0));

report([
  {
    what: "importing the library in a fresh process, processor time",
    comparedWith: "importing zod and @aws-sdk/client-ecs",
    ratio: ratio.median,
    aim: 1.1,
    detail: `${ours} ms, ${theirs} ms; ${toText(ratio)}`,
  },
]);
