import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it, vi } from "vitest";
import { commands } from "../../src/cli/program.ts";
import { type Fleet, newFleet, type Ran, runHere } from "./fleet.ts";

const patience = 120_000;
const config = fileURLToPath(new URL("./project/taskdef-cloner.config.mjs", import.meta.url));

afterEach(() => {
  vi.unstubAllEnvs();
});

/** A directory with the config of the tests, that files may be written to. */
function inDirectory<Result>(use: (directory: string) => Promise<Result>): Promise<Result> {
  const directory = mkdtempSync(join(tmpdir(), "taskdef-cloner-cli-"));
  writeFileSync(join(directory, "user.json"), '{ "accessPointId": "fsap-00000000000000001" }');
  return use(directory).finally(() => rmSync(directory, { recursive: true }));
}

/** Runs a line as a shell would, as far as the documents go: comments, a pipe into jq, which only picks, and a file to write to. */
async function runLine(line: string, fleet: Fleet, cwd: string): Promise<Ran> {
  const [command = "", file] = line
    .replace(/\s+#.*$/, "")
    .replace(/ \| jq .*$/, "")
    .split(/ >>? /);
  const yes = command.includes("--apply") && !command.includes("--yes") ? ["--yes"] : [];
  const args = [...command.trim().split(/ +/).slice(1), ...yes];
  const ran = await runHere(args, { env: { ...fleet.env, TASKDEF_CLONER_CONFIG: config }, cwd });
  if (file !== undefined && !file.startsWith("~")) writeFileSync(join(cwd, file), ran.stdout);
  return ran;
}

const guide = readFileSync(new URL("../../docs/on-call.md", import.meta.url), "utf8");
const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

const toLines = (text: string): readonly string[] =>
  [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = ""]) => block.trim().split("\n"));

const situations = guide
  .split(/^## /m)
  .slice(2)
  .map((chapter) => ({ title: String(chapter.split("\n")[0]), lines: toLines(chapter) }));

describe("the guide for people on call", { timeout: patience }, () => {
  it("has six situations", () => {
    expect(situations.filter(({ lines }) => lines.length > 0)).toHaveLength(6);
  });

  it.each(situations)("has commands that work: $title", async ({ lines }) => {
    const fleet = await newFleet(2);
    await inDirectory(async (directory) => {
      for (const line of lines) {
        const [, deregistered] = /^aws ecs deregister-task-definition --task-definition (\S+)$/.exec(line) ?? [];
        if (deregistered !== undefined) {
          fleet.ecs.deregister(deregistered);
          continue;
        }
        const { code, stderr } = await runLine(line.replace(/^npx /, ""), fleet, directory);
        expect({ line, stderr, isBegun: code === 0 || code === 1 }).toMatchObject({ line, isBegun: true });
      }
    });
    await fleet.close();
  });

  it("is opened by a chapter of the README whose commands work", async () => {
    const chapter = readme.split(/^## /m).find((one) => one.startsWith("On call")) ?? "";
    const fleet = await newFleet(1);
    await inDirectory(async (directory) => {
      for (const line of toLines(chapter)) {
        expect(await runLine(line.replace(/^npx /, ""), fleet, directory)).not.toMatchObject({ code: 2 });
      }
    });
    await fleet.close();
  });
});

describe("the examples in the help", { timeout: patience }, () => {
  it.each(commands)("of $name work", async ({ name, examples }) => {
    expect(examples).not.toHaveLength(0);
    for (const { line } of examples) {
      const fleet = await newFleet(1);
      const shown = await runHere([name, "--help"], { env: fleet.env });
      expect(shown.stdout).toContain(`$ taskdef-cloner ${line}`);
      await inDirectory(async (directory) => {
        const { code, stderr } = await runLine(`taskdef-cloner ${line}`, fleet, directory);
        expect({ line, stderr, code }).not.toMatchObject({ code: 2 });
      });
      await fleet.close();
    }
  });
});
