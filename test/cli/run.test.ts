import { once } from "node:events";
import { PassThrough } from "node:stream";
import { afterEach, describe, expect, it, vi } from "vitest";
import { toHost } from "../../src/cli/host.ts";
import { run } from "../../src/cli/run.ts";
import { toClientSettings } from "../../src/cli/session.ts";
import { cloneFamily, newFleet, type RunOptions, runHere, toArn, toObjects } from "./fleet.ts";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** Runs a line against a fleet of one user. */
async function cli(line: string, env: Record<string, string> = {}, options: Partial<RunOptions> = {}) {
  const fleet = await newFleet(1);
  const ran = await runHere(line.split(" "), { env: { ...fleet.env, ...env }, ...options });
  await fleet.close();
  return { ...ran, calls: fleet.ecs.calls, aws: fleet.aws.calls };
}

describe("usage", () => {
  it.each([
    { line: "--help", code: 0, stdout: "  retire <user|arn...>   " },
    { line: "--version", code: 0, stdout: "1.2.3\n" },
    { line: "help prune", code: 0, stdout: "Usage: taskdef-cloner prune" },
    { line: "clones --help", code: 0, stdout: "$ taskdef-cloner clones" },
  ])("$line", async ({ line, code, stdout }) => {
    const ran = await cli(line);

    expect(ran.code).toBe(code);
    expect(ran.stdout).toContain(stdout);
    expect(ran.calls).toHaveLength(0);
  });

  it.each([
    { line: "prun", says: "(Did you mean prune?)" },
    { line: "inspect", says: "missing required argument 'user|arn'" },
    { line: "clones --bas 1", says: "(Did you mean --base?)" },
  ])("exits with 2: $line", async ({ line, says }) => {
    const { code, stderr } = await cli(line);

    expect(code).toBe(2);
    expect(stderr).toContain(says);
  });
});

describe("an account in the config", () => {
  it("refuses credentials that say they are of another, before ECS is asked", async () => {
    const ran = await cli("clones", { AWS_ACCOUNT_ID: "999900001111" });

    expect(ran).toMatchObject({ code: 2, stdout: "", calls: [], aws: [] });
    expect(ran.stderr).toContain(
      "The credentials are of account 999900001111, and the config says 111122223333. Choose another profile, or another --env.",
    );
  });

  it("has AWS asked whose credentials these are that do not say it", async () => {
    const ran = await cli("clones", { AWS_ACCOUNT_ID: "" });

    expect(ran.code).toBe(0);
    expect(ran.aws.map(({ operation }) => operation)).toStrictEqual(["sts:GetCallerIdentity"]);
  });
});

describe("an error", () => {
  it.each([
    { env: { AWS_ACCESS_KEY_ID: "" }, says: "CredentialsProviderError", advice: "Log in to AWS" },
    { env: { AWS_REGION: "" }, says: "Region not accepted", advice: "Set it with --region" },
    { env: { AWS_ENDPOINT_URL_ECS: "http://127.0.0.1:9" }, says: "ECONNREFUSED", advice: "Check the network" },
  ])(
    "says what to do: $says",
    async ({ env, says, advice }) => {
      const { code, stderr } = await cli("clones", env);

      expect(code).toBe(2);
      expect(stderr).toContain(says);
      expect(stderr).toContain(advice);
    },
    60_000,
  );

  it("is an object for programs, too", async () => {
    const { code, stdout } = await cli("diff nobody --json");

    expect(code).toBe(2);
    expect(toObjects(stdout)).toStrictEqual([
      { v: 1, type: "error", name: "CannotBeginError", message: 'User "nobody" has no ACTIVE clone.' },
    ]);
  });

  it("makes the exit code 1, and the summary the last line, once there were results", async () => {
    const fleet = await newFleet(2);
    fleet.ecs.fail({ operation: "DescribeTaskDefinition", skip: 1, error: "AccessDeniedException", message: "no" });

    const { code, stdout, stderr } = await runHere(["clones", "--json"], { env: fleet.env });

    expect(code).toBe(1);
    expect(toObjects(stdout).map(({ type }) => type)).toStrictEqual(["clone", "error", "summary"]);
    expect(stderr).toBe(
      "error: AccessDeniedException: no `taskdef-cloner policy` prints the permissions that are needed.\n",
    );
    await fleet.close();
  });
});

describe("an interruption", () => {
  it("ends a command that looks, with what was found", async () => {
    const fleet = await newFleet(3);
    fleet.ecs.fail({ operation: "DescribeTaskDefinition", skip: 1, hang: "before", times: 100 });
    let press = (): void => {};

    const running = runHere(["clones", "--json"], { env: fleet.env, onStart: (interrupt) => (press = interrupt) });
    await vi.waitFor(() => expect(fleet.ecs.calls.length).toBeGreaterThan(2), { timeout: 10_000 });
    press();
    press();
    const { code, stdout, stderr, left } = await running;

    expect([code, left]).toStrictEqual([130, 130]);
    expect(stderr).toContain("Stopping: what is under way is finished or undone. Ctrl-C again leaves at once.");
    expect(stderr).toContain("Interrupted. Nothing was changed.");
    expect(toObjects(stdout).at(-1)).toMatchObject({ type: "summary", clones: 1, interrupted: true });
    await fleet.close();
  });

  it("says what remains of a change, and takes no more", async () => {
    const fleet = await newFleet(3);
    let press = (): void => {};
    const line = `retire ${toArn(cloneFamily, 1)} ${toArn(cloneFamily, 2)} --cluster default --apply --yes`;
    fleet.ecs.fail({ operation: "DescribeTaskDefinition", skip: 2, hang: "before", times: 100 });

    const running = runHere(line.split(" "), { env: fleet.env, onStart: (interrupt) => (press = interrupt) });
    await vi.waitFor(
      () => expect(fleet.ecs.calls.some(({ operation }) => operation === "DeregisterTaskDefinition")).toBe(true),
      {
        timeout: 10_000,
      },
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    press();
    const { code, stdout, stderr } = await running;

    expect(code).toBe(130);
    expect(stdout).toContain("deregistered");
    expect(stderr).toContain("1 clone not processed. Run the same command again.");
    await fleet.close();
  });

  it.each([
    {
      line: "reclone --all --apply --yes --no-deploy",
      rest: "3 users not moved. Go on with: taskdef-cloner reclone --resume --apply",
    },
    { line: "prune --keep 1 --cluster default --apply --yes", rest: "Run the same command again to go on." },
  ])("says how to go on with $line", async ({ line, rest }) => {
    const fleet = await newFleet(3);
    if (line.startsWith("prune")) await runHere("reclone user_1 --apply --yes".split(" "), { env: fleet.env });
    fleet.ecs.fail({ operation: "RegisterTaskDefinition", delayMs: 1000, times: 100 });
    fleet.ecs.fail({ operation: "DeregisterTaskDefinition", delayMs: 1000, times: 1 });
    let press = (): void => {};
    fleet.ecs.clearCalls();

    const running = runHere(line.split(" "), { env: fleet.env, onStart: (interrupt) => (press = interrupt) });
    const isChanging = () => fleet.ecs.calls.some(({ operation }) => /^(Der|R)egister/.test(operation));
    await vi.waitFor(() => expect(isChanging()).toBe(true), { timeout: 10_000 });
    press();
    const { code, stderr } = await running;

    expect(code).toBe(130);
    expect(stderr).toContain(rest);
    await fleet.close();
  });

  it("of a question changes nothing", async () => {
    const fleet = await newFleet(1);
    let press = (): void => {};
    const stdin = new PassThrough();
    const running = runHere(["reclone", "user_1", "--apply"], {
      env: fleet.env,
      isTerminal: true,
      stdin,
      onStart: (interrupt) => (press = interrupt),
    });
    await vi.waitFor(() => expect(stdin.listenerCount("data") + stdin.listenerCount("keypress")).toBeGreaterThan(0), {
      timeout: 10_000,
    });
    press();

    expect((await running).code).toBe(130);
    expect(fleet.ecs.revisions(cloneFamily)).toHaveLength(1);
    await fleet.close();
  });

  it("is what it means when nothing reads the output any more", async () => {
    const fleet = await newFleet(3);
    const stdout = new PassThrough();
    vi.stubEnv("AWS_REGION", "us-east-1");
    const running = runHere(["clones"], { env: fleet.env, stdout });
    await once(stdout, "data");
    stdout.destroy(new Error("EPIPE"));

    expect((await running).code).toBe(130);
    await fleet.close();
  });
});

describe("an event that matters", () => {
  it("is written without being asked for", async () => {
    const fleet = await newFleet(1);
    fleet.ecs.fail({ operation: "UpdateService", error: "ServiceNotFoundException" });
    fleet.ecs.fail({ operation: "DeregisterTaskDefinition", error: "AccessDeniedException", times: 10 });

    const ran = await runHere(["reclone", "user_1", "--apply", "--yes", "--config", "listening.config.mjs"], {
      env: fleet.env,
    });

    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain("undo-failed {");
    await fleet.close();
  });
});

describe("toClientSettings", () => {
  const config = { profile: "config", region: "config", endpoint: "config" };

  it("prefers flags to the environment, and that to the config", () => {
    const env = { AWS_REGION: "us-east-1", AWS_ENDPOINT_URL: "http://localhost" };

    expect(toClientSettings(config, { region: "flag" }, env)).toStrictEqual({
      profile: "config",
      region: "flag",
      endpoint: undefined,
    });
    expect(toClientSettings(config, {}, {})).toStrictEqual(config);
    expect(toClientSettings({}, {}, {})).toStrictEqual({ profile: undefined, region: undefined, endpoint: undefined });
  });
});

describe("toHost", () => {
  const manifest = new URL("../../package.json", import.meta.url);

  it("listens to the signals that ask a process to stop, and leaves", () => {
    const exit = vi.spyOn(process, "exit").mockReturnValue(undefined as never); // It does not return.
    const host = toHost(process, manifest);
    const heard: string[] = [];

    const stop = host.onInterrupt(() => heard.push("stop"));
    process.emit("SIGINT");
    process.emit("SIGTERM");
    stop();
    host.leave(130);

    expect(heard).toHaveLength(2);
    expect(process.listenerCount("SIGTERM")).toBe(0);
    expect(exit).toHaveBeenCalledWith(130);
    expect(host.readVersion()).toMatch(/^\d+\.\d+\.\d+/);
  });
});

describe("the executable", () => {
  it("runs the command line of its process", async () => {
    const written: unknown[] = [];
    vi.spyOn(process.stdout, "write").mockImplementation((text) => written.push(text) > 0);
    const { argv, exitCode } = process;
    process.argv = ["node", "taskdef-cloner", "--version"];
    try {
      await import("../../src/cli/main.ts");

      expect(process.exitCode).toBe(0);
      expect(written.join("")).toMatch(/^\d+\.\d+\.\d+\n$/);
    } finally {
      process.argv = argv;
      process.exitCode = exitCode;
    }
  });
});

describe("run", () => {
  it("throws on what it does not know how to say", async () => {
    const host = toHost(process, new URL("../../package.json", import.meta.url));
    const onInterrupt = (): never => {
      throw new Error("no signals here");
    };

    await expect(run({ ...host, args: ["clones"], onInterrupt })).rejects.toThrow("no signals here");
  });
});
