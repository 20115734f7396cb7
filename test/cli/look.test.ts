import { CreateServiceCommand } from "@aws-sdk/client-ecs";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { familyPerUser } from "../../src/derivation/family-per-user.ts";
import { TaskDefCloner } from "../../src/task-def-cloner.ts";
import {
  baseFamily,
  cloneFamily,
  type Fleet,
  newFleet,
  type RunOptions,
  runHere,
  toArn,
  toBase,
  toObjects,
} from "./fleet.ts";

let fleet: Fleet;

beforeAll(async () => {
  fleet = await newFleet(2);
});
afterAll(async () => fleet.close());
afterEach(() => {
  vi.unstubAllEnvs();
});

const cli = (line: string, options: Partial<RunOptions> = {}) =>
  runHere(line.split(" "), { env: fleet.env, ...options });

/** Without a config. */
const bare = (line: string, options: Partial<RunOptions> = {}) => cli(line, { cwd: "/", ...options });

describe("a command that only looks", () => {
  it.each([
    "clones",
    "audit",
    "verify",
    "policy",
    `inspect ${toArn(cloneFamily, 1)}`,
    "inspect user_1",
    "diff --all",
    "prune --in-use-unknown",
  ])("needs no config: %s", async (line) => {
    expect((await bare(`${line} --base-family ${baseFamily}`)).code).toBeLessThan(2);
  });

  it("says what is missing when neither a config nor a flag names the base", async () => {
    const { code, stderr } = await bare("clones");

    expect(code).toBe(2);
    expect(stderr).toBe(
      "error: No base family is named. Pass --base-family, or write a taskdef-cloner.config.ts in this directory.\n",
    );
  });

  it("takes names of families, containers and volumes, and the time a request may take, from flags", async () => {
    const ran = await bare(
      `verify user_1 --base-family ${baseFamily} --clone-family ${cloneFamily} --container openclaw --volume home --timeout 5`,
    );

    expect(ran.stdout).toContain(`user_1, recloned from ${baseFamily}:2`);
  });

  it("writes results alone when it is to be quiet, and events when it is to be verbose", async () => {
    const quiet = await cli("clones --quiet");
    const verbose = await cli("inspect user_1 --verbose");

    expect(quiet.stdout.split("\n")).toHaveLength(3);
    expect(quiet.stderr).toBe("");
    expect(verbose.stderr).toContain('base-described {"arn"');
  });
});

describe("plan", () => {
  it("takes the user from the standard input", async () => {
    const { code, stdout } = await cli("plan user_9 --spec -", {
      input: '{\n "accessPointId": "fsap-00000000000000009"\n}',
    });

    expect(code).toBe(0);
    expect(stdout).toContain(`user_9: ${baseFamily}:2 → ${cloneFamily}`);
  });

  it("says how to name the user without a config", async () => {
    const { code, stderr } = await bare(`plan user_1 --base-family ${baseFamily}`);

    expect(code).toBe(2);
    expect(stderr).toContain("pass the user as JSON with --spec");
  });

  it("never writes the value of a variable", async () => {
    const { stdout } = await cli("plan user_1 --json");

    expect(stdout).toContain(
      '{"path":"containerDefinitions[openclaw].environment[GREETING]","kind":"added","after":"•••"}',
    );
    expect(stdout).not.toContain("hello");
  });
});

describe("diff", () => {
  it("exits with 1 when asked to, if anybody's clone differs", async () => {
    expect((await cli("diff user_1 --fail")).code).toBe(1);
    expect((await cli("diff user_1")).code).toBe(0);
  });

  it("goes on after a failure, and exits with 1", async () => {
    const ran = await cli(`diff user_1 ${toArn(cloneFamily, 99)} --json --concurrency 1`);

    expect(ran.code).toBe(1);
    expect(toObjects(ran.stdout)).toMatchObject([
      { type: "diff", userId: "user_1" },
      { type: "failure", arn: toArn(cloneFamily, 99), error: { name: "NotACloneError" } },
      { type: "summary", upToDate: 0, different: 1, failed: 1 },
    ]);
    expect((await cli(`diff ${toArn(cloneFamily, 99)}`)).stdout).toContain(`✗ ${cloneFamily}:99: NotACloneError:`);
  });

  it("counts clones that are up to date", async () => {
    const other = await newFleet(1);
    other.ecs.deregister(`${baseFamily}:2`);

    const ran = await cli("diff --all", { env: other.env });

    expect(ran.stdout).toContain("1 clone up to date, 0 different, 0 failed.");
    await other.close();
  });

  it.each(["diff", "diff user_1 --all"])("wants to know who: %s", async (line) => {
    const { code, stderr } = await cli(line);

    expect(code).toBe(2);
    expect(stderr).toContain("Name users or ARNs, or pass --all.");
  });

  it("refuses a user without a clone", async () => {
    expect((await cli("diff nobody")).stderr).toContain('User "nobody" has no ACTIVE clone.');
  });
});

describe("inspect", () => {
  it("shows what there is to warn of", async () => {
    const other = await newFleet(1);
    const efsVolumeConfiguration = { fileSystemId: "fs-0123456789abcdef0" };
    const base = toBase("3");
    const mountPoints = [
      { sourceVolume: "home", containerPath: "/home/node" },
      { sourceVolume: "more", containerPath: "/more" },
    ];
    other.ecs.register({
      ...base,
      containerDefinitions: base.containerDefinitions.map((container) => ({ ...container, mountPoints })),
      volumes: [...base.volumes, { name: "more", efsVolumeConfiguration }],
    });

    expect((await cli("inspect user_1 --volume home", { env: other.env })).stdout).toMatch(/^warning +\S/m);
    await other.close();
  });

  it("says that a clone is up to date", async () => {
    const other = await newFleet(1);
    other.ecs.deregister(`${baseFamily}:2`);

    const ran = await cli("inspect user_1 --fail", { env: other.env });

    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stdout).toMatch(/up to date +yes/);
    await other.close();
  });
});

describe("clones", () => {
  it("lists those of a base, by its number or ARN", async () => {
    expect((await cli("clones --base 2")).stdout).toBe("0 clones of 0 users.\n");
    expect((await cli(`clones --base ${toArn(baseFamily, 1)}`)).stdout).toContain("2 clones of 2 users.");
  });

  it("lists those that a cluster runs, which it has to know", async () => {
    expect((await cli("clones --running --outdated")).stdout).toContain("2 clones of 2 users.");
    expect((await cli("clones --running --cluster default")).stdout).toBe("0 clones of 0 users.\n");
    const { code, stderr } = await bare(`clones --running --base-family ${baseFamily}`);
    expect(code).toBe(2);
    expect(stderr).toContain("--running needs to know the clusters");
  });
});

describe("audit", () => {
  it("reports clones in the base family, and exits with 1 when asked to", async () => {
    const other = await newFleet(0);
    other.ecs.register({ ...toBase("3"), family: cloneFamily });

    const ran = await cli("audit --fail", { env: other.env });

    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain("2 base, 0 clone, 0 unknown, 1 unrecorded.");
    await other.close();
  });
});

describe("verify", () => {
  it("passes when everything is there, unless something is unknown and it is to fail then", async () => {
    const other = await newFleet(1);
    other.aws.image({ repository: "openclaw", tag: "2.0.0", platforms: ["linux/amd64"] });

    const passed = await cli("verify user_1 --keys", { env: other.env });
    other.aws.deny("iam:GetRole");
    const unknown = await cli("verify", { env: other.env });
    const failed = await cli("verify --fail", { env: other.env });

    expect(passed.code).toBe(0);
    expect(passed.stdout).toContain("No check failed.");
    expect([unknown.code, failed.code]).toStrictEqual([0, 1]);
    await other.close();
  });

  it("takes users who have no volume of their own", async () => {
    const { stdout } = await bare(`verify --base-family ${baseFamily} --no-volume`);

    expect(stdout).toContain("container openclaw, no volume");
  });
});

describe("policy", () => {
  it("asks nothing of AWS when the roles are named", async () => {
    const role = "arn:aws:iam::111122223333:role/task";
    fleet.ecs.clearCalls();

    const ran = await bare(`policy --base-family ${baseFamily} --role ${role} --fleet --verify --format terraform`);

    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain('data "aws_iam_policy_document" "taskdef_cloner"');
    expect(ran.stdout).toContain("secretsmanager:DescribeSecret");
    expect(ran.stdout).not.toContain("iam:SimulatePrincipalPolicy");
    expect(ran.stdout).toContain("<account>");
    expect(fleet.ecs.calls).toHaveLength(0);
  });

  it("fills in the account, the base's roles, and a pattern for families per user", async () => {
    const other = await newFleet(0);
    other.ecs.register({ ...toBase("1"), taskRoleArn: "task" });

    const ran = await cli("policy --account 999900001111 --config per-user.config.mjs", { env: other.env });

    expect(ran.stdout).toContain(`arn:aws:ecs:us-east-1:999900001111:task-definition/${baseFamily}-user-*:*`);
    expect(ran.stdout).toContain('"arn:aws:iam::111122223333:role/task",');
    await other.close();
  });

  it("refuses a format that it does not have", async () => {
    const { code, stderr } = await cli("policy --format yaml");

    expect(code).toBe(2);
    expect(stderr).toContain("There is no format yaml: choose json, cdk or terraform.");
  });
});

describe("objects for programs", () => {
  it.each(["policy", "verify", "inspect user_1"])("come from %s", async (line) => {
    const objects = toObjects((await cli(`${line} --json`)).stdout);

    expect(objects.at(-1)).toMatchObject({ v: 1, type: "summary", command: line.split(" ")[0] });
    expect(objects.every(({ v }) => v === 1)).toBe(true);
  });
});

describe("completion", () => {
  it.each([
    { shell: "bash", says: "complete -o default -F _taskdef_cloner taskdef-cloner" },
    { shell: "zsh", says: "#compdef taskdef-cloner" },
    { shell: "fish", says: "complete -c taskdef-cloner -n '__fish_seen_subcommand_from prune' -l delete-inactive" },
  ])("is there for $shell", async ({ shell, says }) => {
    expect((await bare(`completion ${shell}`)).stdout).toContain(says);
  });

  it("refuses a shell that it does not know", async () => {
    expect((await cli("completion tcsh")).stderr).toContain("There is no completion for tcsh");
  });
});

describe("users with a family each", () => {
  it("are found in their families", async () => {
    const other = await newFleet(0);
    const cloner = new TaskDefCloner({ client: other.ecs.client(), baseFamily, cloneFamily: familyPerUser });
    const user = { userId: "user_1", accessPointId: "fsap-00000000000000001" };
    const { arn, family } = await cloner.clone(user);
    await other.ecs
      .client()
      .send(
        new CreateServiceCommand({ cluster: "users", serviceName: "user_1", taskDefinition: arn, desiredCount: 1 }),
      );
    other.ecs.stoppedTask({ cluster: "users", taskDefinition: arn, reason: "Something new" });

    const options = { env: other.env };
    const flag = "--config per-user.config.mjs";

    expect((await cli(`inspect user_1 ${flag}`, options)).stdout).toContain(`${family}:1, ACTIVE`);
    expect((await cli(`clones --families ${family} ${flag}`, options)).stdout).toContain("1 clone of 1 user.");
    expect((await cli(`clones ${flag}`, options)).stdout).toContain("1 clone of 1 user.");
    expect((await cli(`why user_1 ${flag} --cluster users`, options)).stdout).toContain("Something new");
    await other.close();
  });
});
