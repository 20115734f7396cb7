import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const child = fileURLToPath(new URL("./loading-child.ts", import.meta.url));

/** Writes the URL of every module that the process loads. */
const hook = `data:text/javascript,${encodeURIComponent(`
  import { writeSync } from "node:fs";
  export async function load(url, context, next) {
    writeSync(2, "loaded " + url + "\\n");
    return await next(url, context);
  }`)}`;
const register = `data:text/javascript,${encodeURIComponent(`
  import { register } from "node:module";
  register(${JSON.stringify(hook)});`)}`;

describe("a cloner without a verifier", () => {
  it("loads nothing of taskdef-cloner/verify and no client but that of ECS, and asks ECS what it always asked", async () => {
    const args = ["--no-warnings", "--import", "tsx", "--import", register, child];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { maxBuffer: 64 * 1024 * 1024 });
    const loaded = stderr.split("\n").filter((line) => line.startsWith("loaded "));
    // The fakes are clients of ECS alone, too.
    const clients = loaded.flatMap((line) => /@aws-sdk\/(client-[\w-]+)/.exec(line)?.[1] ?? []);
    expect([...new Set(clients)]).toStrictEqual(["client-ecs"]);
    expect(loaded.some((line) => line.includes("/src/task-def-cloner.ts"))).toBe(true);
    expect(loaded.filter((line) => line.includes("/src/verify/"))).toStrictEqual([]);
    expect(stdout).toBe("Describe Register Describe Describe Register\n");
  });
});
