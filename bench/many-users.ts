import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type Row, report } from "./row.ts";

/** What one process measured. */
export interface Memory {
  readonly users: number;
  readonly seconds: number;
  readonly failures: number;
  /** The most that was in use after a collection of all garbage, in MiB. */
  readonly heap: number;
  /** The most that the process occupied, garbage included, in MiB. */
  readonly resident: number;
}

async function measure(users: number): Promise<Memory> {
  const script = fileURLToPath(new URL("many-users-child.js", import.meta.url));
  const child = fork(script, [`${users}`], { execArgv: ["--expose-gc"] });
  const [memory] = await once(child, "message");
  return memory;
}

const few = await measure(1000);
const many = await measure(100_000);
const rate = (many.users / many.seconds).toFixed(0);

function toRow(what: string, member: "heap" | "resident", aim?: number): Row {
  return {
    what: `\`cloneAll\` over ${many.users} users, ${what}`,
    comparedWith: `the same over ${few.users} users`,
    ratio: many[member] / few[member],
    ...(aim !== undefined && { aim }),
    failures: many.failures,
    detail: `${many[member].toFixed(1)} MiB, ${few[member].toFixed(1)} MiB; ${rate} users a second`,
  };
}

report([toRow("peak memory in use", "heap", 1.1), toRow("peak memory of the process, garbage included", "resident")]);
