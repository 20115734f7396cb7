import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { baseFamily, cloneFamily, type Fleet, newFleet, type RunOptions, runHere, toArn, toObjects } from "./fleet.ts";

let fleet: Fleet;

beforeEach(async () => {
  fleet = await newFleet(3);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await fleet.close();
});

const cli = (line: string, options: Partial<RunOptions> = {}) =>
  runHere(line.split(" "), { env: fleet.env, ...options });
const fast = "--per-second 100 --concurrency 1";
const active = () => fleet.ecs.revisions(cloneFamily).filter(({ status }) => status === "ACTIVE");
const registrations = () => fleet.ecs.calls.filter(({ operation }) => operation === "RegisterTaskDefinition");

describe("reclone", () => {
  it("moves everybody, deploys, and says what became of each", async () => {
    const ran = await cli(`reclone --all --apply --yes --json ${fast}`);

    expect(ran.code).toBe(0);
    const moved = toObjects(ran.stdout).filter(({ type }) => type === "moved");
    expect(moved.map(({ userId }) => userId)).toStrictEqual(["user_3", "user_2", "user_1"]);
    expect(toObjects(ran.stdout).at(-1)).toStrictEqual({
      v: 1,
      type: "summary",
      command: "reclone",
      dryRun: false,
      done: 3,
      reused: 0,
      failed: 0,
      remaining: 0,
    });
    expect(ran.stderr).toContain(`Account 111122223333, us-east-1: about to move 3 users to ${baseFamily}:2.`);
    expect(fleet.ecs.calls.filter(({ operation }) => operation === "UpdateService")).toHaveLength(3);
  });

  it("goes on where an earlier run ended, without registering anything again", async () => {
    await cli(`reclone user_1 --apply --yes ${fast}`);
    fleet.ecs.clearCalls();

    const ran = await cli(`reclone --resume --apply --yes ${fast}`);

    expect(registrations()).toHaveLength(2);
    expect(ran.stdout).toContain(`= user_1: ${cloneFamily}:4 stays`);
    expect(ran.stdout).toContain("3 users done (1 reused), 0 failed, 0 remaining.");
  });

  it("takes ARNs from a file, and changes what is the users' own", async () => {
    const directory = mkdtempSync(join(tmpdir(), "taskdef-cloner-cli-"));
    const file = join(directory, "arns.txt");
    writeFileSync(file, `# one\n${toArn(cloneFamily, 1)}\n\n`);
    const secret = "arn:aws:secretsmanager:us-east-1:111122223333:secret:key-AbCdEf";

    const ran = await cli(
      `reclone --arns ${file} --image openclaw:9 --size 512,1024 --set-secret KEY=${secret} --unset GREETING --json`,
    );

    const [move] = toObjects(ran.stdout);
    expect(JSON.stringify(move)).toContain('"after":"openclaw:9"');
    expect(JSON.stringify(move)).toContain("environment[GREETING]");
    expect(JSON.stringify(move)).toContain(secret);
    expect(toObjects(ran.stdout).at(-1)).toMatchObject({ dryRun: true, register: 1, upToDate: 0, failed: 0 });
    rmSync(directory, { recursive: true });
  });

  it("takes the users that the config knows", async () => {
    const ran = await cli(`reclone --all --apply --yes --no-deploy --config database.config.mjs ${fast}`);

    expect(ran.stdout).toContain("2 users done (0 reused), 0 failed, 0 remaining.");
    expect(ran.stderr).toContain("without deploying");
    expect((await cli("reclone user_3 --config database.config.mjs")).stderr).toContain(
      'knows no clone of user "user_3"',
    );
    expect((await cli("reclone user_1 --config database.config.mjs")).code).toBe(0);
  });

  it("counts what fails in a dry run, and what is up to date", async () => {
    await cli(`reclone user_1 --apply --yes ${fast}`);

    const ran = await cli(`reclone user_1 ${toArn(cloneFamily, 99)} ${fast}`);

    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain("0 clones would be registered, 1 up to date, 1 failed.");
  });

  it("stops after too many failures, and says how to go on", async () => {
    fleet.ecs.fail({ operation: "UpdateService", error: "ServiceNotFoundException", times: 3 });

    const ran = await cli(`reclone --all --apply --yes --max-failures 1 ${fast}`);

    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(
      /Stopped after \d failures?: --max-failures says how many are too many\. \d users? not moved\. Go on with:/,
    );
    expect(ran.stdout).toContain("✗ isol8-dev-openclaw-user:3: ServiceNotFoundException");
    // What failed was undone.
    expect(active()).toHaveLength(3);
  });

  it("goes on after failures that are few enough", async () => {
    fleet.ecs.fail({ operation: "UpdateService", error: "ServiceNotFoundException" });

    const ran = await cli(`reclone --all --apply --yes --max-failures 3 --json ${fast}`);

    expect(ran.code).toBe(1);
    expect(toObjects(ran.stdout).at(-1)).toMatchObject({ done: 2, failed: 1, remaining: 0 });
  });

  it.each([
    { line: "reclone", says: "pass one of --all, --arns and --resume" },
    { line: "reclone user_1 --resume", says: "pass one of --all, --arns and --resume" },
    { line: "reclone user_1 --size 512", says: "--size takes CPU units and MiB" },
    { line: "reclone user_1 --set-secret KEY", says: '--set-secret takes NAME=ARN, and got "KEY"' },
    { line: "reclone user_1 --per-second 0", says: "--per-second takes a number above 0." },
    { line: "reclone user_1 --concurrency 0.5", says: "--concurrency takes a whole number" },
    { line: "reclone user_1 --max-failures many", says: "--max-failures takes a number, or a share such as 5%." },
    { line: "reclone user_1 --apply --yes --config database.config.mjs", says: "The config has no `deploy`" },
    { line: "reclone user_1 --apply", says: "There is no one to confirm this." },
    { line: "retire arn:x --apply", says: "There is no one to confirm this." },
    { line: "prune --apply", says: "There is no one to confirm this." },
    { line: "prune --in-use-unknown", says: "--in-use-unknown contradicts" },
    { line: "prune --config per-user.config.mjs", says: "What is in use?" },
  ])("cannot begin: $line", async ({ line, says }) => {
    const { code, stderr } = await cli(line);

    expect(stderr).toContain(says);
    expect(code).toBe(2);
    expect(registrations()).toHaveLength(0);
  });
});

describe("resize", () => {
  it("changes the size alone", async () => {
    const ran = await cli(`resize user_1 1024 4096 --apply --yes ${fast}`);

    expect(ran.code).toBe(0);
    expect(fleet.ecs.revisions(cloneFamily).at(-1)?.registered).toMatchObject({ cpu: "1024", memory: "4096" });
  });

  it("asks on a terminal, shows progress there, and takes no other answer than the family's name", async () => {
    const isTerminal = true;

    const refused = await cli("resize user_1 1024 4096 --apply", { isTerminal, input: "yes\n" });
    const silent = await cli("resize user_1 1024 4096 --apply", { isTerminal });
    const forbidden = await cli("resize user_1 1024 4096 --apply --no-input", {
      isTerminal,
      input: `${cloneFamily}\n`,
    });
    const done = await cli("resize user_1 1024 4096 --apply", { isTerminal, input: `${cloneFamily}\n` });

    expect([refused.code, silent.code, forbidden.code, done.code]).toStrictEqual([2, 2, 2, 0]);
    expect(refused.stderr).toContain(`The answer was not ${cloneFamily}. Nothing was changed.`);
    expect(done.stderr).toContain("\r\u001b[2K");
    expect(done.stderr).toMatch(/\d+ revisions listed, \d+ read/);
    expect(registrations()).toHaveLength(1);
  });
});

describe("a move on a terminal", () => {
  it("shows what is done, failed, reused and remaining, and until when", async () => {
    const ran = await cli("reclone --all --apply --per-second 4 --concurrency 1", {
      isTerminal: true,
      input: `${cloneFamily}\n`,
    });

    expect(ran.stderr).toMatch(/\d done, 0 failed, 0 reused, \d remaining, until \d\d:\d\d:\d\d UTC/);
  });
});

describe("retire", () => {
  it("deregisters clones that nothing uses, and refuses the others", async () => {
    await cli(`reclone user_1 --apply --yes --no-deploy ${fast}`);
    const [unused, used, gone] = [toArn(cloneFamily, 4), toArn(cloneFamily, 2), toArn(cloneFamily, 99)];
    const line = `retire ${unused} ${used} ${gone} ${toArn(baseFamily, 1)}`;

    const dry = await cli(line);
    const ran = await cli(`${line} --apply --yes`);

    expect(dry.stdout).toContain(`${cloneFamily}:4, user_1's, would be deregistered`);
    expect(ran.code).toBe(1);
    expect(ran.stdout.split("\n").slice(0, 3)).toStrictEqual([
      `${cloneFamily}:4, user_1's, deregistered`,
      `✗ ${cloneFamily}:2: It is in use: move its user to another clone first.`,
      `${cloneFamily}:99 is deregistered already`,
    ]);
    expect(ran.stdout).toContain("1 clone deregistered, 1 deregistered before, 2 refused or failed.");
    expect(active()).toHaveLength(3);
  });
});

describe("prune", () => {
  beforeEach(async () => {
    await cli(`reclone user_1 --apply --yes ${fast}`);
  });

  it("says how many would go, asks, and deregisters them", async () => {
    const ran = await cli("prune --keep 1 --cluster default --apply --per-second 100", {
      isTerminal: true,
      input: `${cloneFamily}\n`,
    });

    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain("Account 111122223333, us-east-1: about to deregister or delete 1 clone.");
    expect(active()).toHaveLength(3);
  });

  it("keeps what a file names, and asks nothing when nothing would go", async () => {
    const ran = await cli("prune --keep 1 --in-use - --apply --yes", { input: toArn(cloneFamily, 1) });

    expect(ran.stdout).toContain("4 kept, 0 deregistered, 0 deleted, 0 failed.");
  });

  it("reports what fails", async () => {
    fleet.ecs.fail({ operation: "DeregisterTaskDefinition", error: "AccessDeniedException", message: "no" });

    const ran = await cli("prune --keep 1 --cluster default --apply --yes --per-second 100 --delete-inactive");

    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain(`✗ deregister ${cloneFamily}:1: AccessDeniedException: no`);
  });
});
