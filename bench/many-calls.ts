import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { report } from "./row.ts";

/** How much memory (MiB) is in use after so many calls in a process of their own. */
async function measure(calls: number): Promise<number> {
  const script = fileURLToPath(new URL("many-calls-child.js", import.meta.url));
  const child = fork(script, [`${calls}`], { execArgv: ["--expose-gc"] });
  const [heap] = await once(child, "message");
  return Number(heap);
}

const few = await measure(1000);
const many = await measure(100_000);

report([
  {
    what: "heap after 100,000 calls of one cloner on one signal",
    comparedWith: "after 1,000",
    ratio: many / few,
    aim: 1.1,
    detail: `${many.toFixed(1)} MiB, ${few.toFixed(1)} MiB`,
  },
]);
