import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { baseFamily, cloneFamily, expectGolden, type Fleet, newFleet, type Ran, toArn, toStable } from "./fleet.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const project = fileURLToPath(new URL("./project/", import.meta.url));
const main = `${root}.built-cli/cli/main.js`;
const hasScript = spawnSync("script", ["--version"]).status === 0;

// Processes take their time on a machine that is shared.
const patience = 120_000;

beforeAll(() => {
  execFileSync(process.execPath, [".ci/build.mjs", ".built-cli"], { cwd: root, stdio: "inherit" });
}, patience);

interface Started {
  readonly pid: number;
  readonly ended: Promise<Ran & { readonly signal: NodeJS.Signals | null }>;
  write(text: string): void;
  kill(signal: NodeJS.Signals): void;
  /** Resolves once the process has written this. */
  until(text: string): Promise<void>;
}

/** Starts a process of the command line. */
function start(command: string, args: readonly string[], env: Readonly<Record<string, string>>): Started {
  const child = spawn(command, args, {
    cwd: project,
    env: { PATH: process.env.PATH, HOME: "/nowhere", TERM: "xterm", NODE_NO_WARNINGS: "1", ...env },
  });
  const written = { stdout: "", stderr: "" };
  const waiting = new Set<() => void>();
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (chunk: string) => {
      written[name] += chunk;
      for (const look of waiting) look();
    });
  }
  return {
    pid: child.pid ?? 0,
    ended: once(child, "close").then(([code, signal]) => ({ code, signal, ...written })),
    write: (text) => child.stdin.write(text),
    kill: (signal) => child.kill(signal),
    until: (text) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!`${written.stdout}${written.stderr}`.includes(text)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}

async function runCli(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ran> {
  const started = start(process.execPath, [main, ...args], env);
  const { code, stdout, stderr } = await started.ended;
  return { code, stdout, stderr };
}

describe("each command", { timeout: patience }, () => {
  let fleet: Fleet;

  beforeAll(async () => {
    fleet = await newFleet();
    const reason =
      "CannotPullContainerError: pull image manifest has been retried 5 time(s): openclaw:1.0.0: not found";
    fleet.ecs.stoppedTask({ cluster: "users", taskDefinition: `${cloneFamily}:1`, reason, code: "TaskFailedToStart" });
  });
  afterAll(async () => fleet.close());

  it.each([
    { name: "plan", line: "plan user_1", code: 0 },
    { name: "diff", line: "diff --all --concurrency 1", code: 0 },
    { name: "verify", line: "verify", code: 1 },
    { name: "why", line: "why user_1", code: 0 },
    { name: "inspect", line: "inspect user_1 --fail", code: 1 },
    { name: "clones", line: "clones", code: 0 },
    { name: "audit", line: "audit", code: 0 },
    { name: "policy", line: "policy --fleet", code: 0 },
    { name: "reclone", line: "reclone user_1", code: 0 },
    { name: "resize", line: "resize user_1 1024 4096", code: 0 },
    { name: "retire", line: `retire ${toArn(cloneFamily, 1)}`, code: 1 },
    { name: "prune", line: "prune --keep 1", code: 0 },
    { name: "completion", line: "completion bash", code: 0 },
    { name: "help", line: "help", code: 0 },
  ])("$name writes its golden text and objects", async ({ name, line, code }) => {
    const args = line.split(" ");
    const [text, json] = await Promise.all([runCli(args, fleet.env), runCli([...args, "--json"], fleet.env)]);

    expectGolden(`${name}.txt`, toStable(text.stdout));
    expectGolden(`${name}.jsonl`, toStable(json.stdout));
    expect([text.code, json.code]).toStrictEqual([code, code]);
  });

  it("of them all, none writes the value of a variable, or changes anything", async () => {
    expect(
      fleet.ecs.calls.filter(({ operation }) => /^(Register|Deregister|Delete|Update)/.test(operation)),
    ).toHaveLength(0);
  });
});

describe("a command that cannot begin", { timeout: patience }, () => {
  it.each([
    { name: "usage", args: ["clones", "--nonsense"], env: {}, says: "unknown option '--nonsense'" },
    {
      name: "a broken config",
      args: ["clones", "--config", "broken.config.mjs"],
      env: {},
      says: "broken.config.mjs cannot be used",
    },
    { name: "no credentials", args: ["clones"], env: { AWS_ACCESS_KEY_ID: "" }, says: "CredentialsProviderError" },
    {
      name: "a wrong account",
      args: ["clones"],
      env: { AWS_ACCOUNT_ID: "999900001111" },
      says: "are of account 999900001111",
    },
    { name: "no base", args: ["diff", "--all", "--env", "prod"], env: {}, says: "isol8-prod-openclaw" },
    { name: "no one to confirm", args: ["reclone", "--all", "--apply"], env: {}, says: "pass --yes" },
  ])("exits with 2: $name", async ({ args, env, says }) => {
    const fleet = await newFleet(1);

    const ran = await runCli(args, { ...fleet.env, ...env });

    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toContain(says);
    await fleet.close();
  });

  it("exits with 2 when the endpoint hangs", async () => {
    const fleet = await newFleet(1);
    fleet.ecs.fail({ hang: "before", operation: "DescribeTaskDefinition", times: 1000 });

    const ran = await runCli(["inspect", toArn(cloneFamily, 1), "--timeout", "0.3"], fleet.env);

    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toContain("ECS did not answer DescribeTaskDefinition within 300 ms");
    await fleet.close();
  });
});

describe("a queue that does not answer", { timeout: patience }, () => {
  it("lets the process end", async () => {
    const fleet = await newFleet(1);
    const silent = createServer().listen(0, "127.0.0.1");
    await once(silent, "listening");
    const url = `redis://u:secret@127.0.0.1:${Object(silent.address()).port}`;

    const ran = await runCli(["reclone", "--all", "--queue", url, "--apply", "--yes"], fleet.env);

    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toContain("cannot be used. It did not answer within 10 s.");
    expect(ran.stderr).not.toContain("secret");
    silent.close();
    await fleet.close();
  });
});

describe("a signal", { timeout: patience }, () => {
  it("ends a move once what is under way is done or undone, and says what remains", async () => {
    const fleet = await newFleet(5);
    const args = ["reclone", "--all", "--apply", "--yes", "--concurrency", "1", "--per-second", "1", "--no-color"];

    const started = start(process.execPath, [main, ...args], fleet.env);
    await started.until("✓ user_5");
    started.kill("SIGINT");
    const { code, stderr, stdout } = await started.ended;

    expect(code).toBe(130);
    const done = stdout.split("\n").filter((line) => line.startsWith("✓")).length;
    expect(stderr).toContain(`${5 - done} users not moved. Go on with: taskdef-cloner reclone --resume --apply`);
    expect(stdout).toContain(`${done === 1 ? "1 user" : `${done} users`} done (0 reused)`);
    const active = fleet.ecs.revisions(cloneFamily).filter(({ status }) => status === "ACTIVE");
    expect(active).toHaveLength(5 + done);
    await fleet.close();
  });

  it("leaves at once when it comes twice", async () => {
    const fleet = await newFleet(1);
    fleet.ecs.fail({ hang: "before", operation: "RegisterTaskDefinition", times: 1000 });

    const started = start(process.execPath, [main, "reclone", "--all", "--apply", "--yes"], fleet.env);
    await started.until("about to move");
    while (!fleet.ecs.calls.some(({ operation }) => operation === "RegisterTaskDefinition")) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    started.kill("SIGINT");
    await started.until("Ctrl-C again");
    started.kill("SIGINT");

    expect((await started.ended).code).toBe(130);
    await fleet.close();
  });
});

// Debian's script makes a pseudo-terminal. A CI has to have it.
describe.skipIf(!hasScript && process.env.CI !== "true")("a terminal", { timeout: patience }, () => {
  it("is asked for the family's name before something is changed, and shows colors", async () => {
    const fleet = await newFleet(1);
    const command = `${process.execPath} ${main} reclone --all --apply`;

    const started = start("script", ["-qec", command, "/dev/null"], fleet.env);
    await started.until(`Type ${cloneFamily} to move 1 user to ${baseFamily}:2:`);
    started.write(`${cloneFamily}\n`);
    const { code, stdout } = await started.ended;

    expect(code).toBe(0);
    expect(stdout).toContain("\u001b[33m~ containerDefinitions[openclaw].image");
    expect(fleet.ecs.revisions(cloneFamily)).toHaveLength(2);
    await fleet.close();
  });

  it("changes nothing when something else is typed", async () => {
    const fleet = await newFleet(1);

    const started = start(
      "script",
      ["-qec", `${process.execPath} ${main} reclone --all --apply`, "/dev/null"],
      fleet.env,
    );
    await started.until("Type ");
    started.write("yes\n");
    const { code, stdout } = await started.ended;

    expect(code).toBe(2);
    expect(stdout).toContain(`The answer was not ${cloneFamily}. Nothing was changed.`);
    expect(fleet.ecs.revisions(cloneFamily)).toHaveLength(1);
    await fleet.close();
  });
});

describe("help", { timeout: patience }, () => {
  it("loads nothing of AWS, and no zod", async () => {
    const hook = `data:text/javascript,${encodeURIComponent(`
      import { writeSync } from "node:fs";
      export async function resolve(name, context, next) {
        const resolved = await next(name, context);
        writeSync(2, "loaded " + resolved.url + "\\n");
        return resolved;
      }`)}`;
    const register = `data:text/javascript,${encodeURIComponent(`
      import { register } from "node:module";
      register(${JSON.stringify(hook)});`)}`;

    const { code, stderr } = await start(process.execPath, ["--import", register, main, "--help"], {}).ended;

    expect(code).toBe(0);
    const loaded = stderr.split("\n").filter((line) => line.startsWith("loaded "));
    expect(loaded.filter((line) => line.includes("commander"))).not.toHaveLength(0);
    expect(loaded.filter((line) => /aws|zod|microdiff|jiti/.test(line))).toHaveLength(0);
  });
});
