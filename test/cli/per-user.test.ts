import { CreateServiceCommand } from "@aws-sdk/client-ecs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { familyPerUser } from "../../src/derivation/family-per-user.ts";
import { TaskDefCloner } from "../../src/task-def-cloner.ts";
import { baseFamily, cloneFamily, type Fleet, newFleet, type Ran, runHere, toArn, toBase } from "./fleet.ts";

const family = familyPerUser("user_1", baseFamily);

/** Users who share a family, of whom the first has two clones in a family of their own by now. */
let fleet: Fleet;

beforeEach(async () => {
  fleet = await newFleet(2);
  const cloner = new TaskDefCloner({ client: fleet.ecs.client(), baseFamily, cloneFamily: familyPerUser });
  const user = { userId: "user_1", accessPointId: "fsap-00000000000000001" };
  await cloner.clone(user);
  await cloner.resize({ userId: "user_1" }, { cpu: 512, memory: 1024 });
  fleet.ecs.clearCalls();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await fleet.close();
});

const cli = async (line: string, config = "per-user.config.mjs"): Promise<Ran> => {
  const { code, stdout, stderr } = await runHere(`${line} --config ${config}`.split(" "), { env: fleet.env });
  return { code, stdout, stderr };
};

const toActive = (of: string): readonly string[] =>
  fleet.ecs.revisions(of).flatMap(({ arn, status }) => (status === "ACTIVE" ? [arn] : []));

describe("a user who has a family", () => {
  it("is found with one request, and nothing is said about looking", async () => {
    const ran = await cli("inspect user_1");

    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toContain(`${family}:2, ACTIVE`);
    expect(fleet.ecs.calls.map(({ operation }) => operation)).not.toContain("ListTaskDefinitions");
  });

  it("is resized and moved by id", async () => {
    const resized = await cli("resize user_1 1024 4096 --no-deploy --apply --yes");
    fleet.ecs.register(toBase("3.0.0"));
    const moved = await cli("reclone user_1 --no-deploy --apply --yes");

    expect([resized.code, moved.code]).toStrictEqual([0, 0]);
    expect(toActive(family)).toHaveLength(4);
    expect(fleet.ecs.revisions(family).at(-1)).toMatchObject({ registered: { cpu: "1024", memory: "4096" } });
  });

  it("is found in the family that all shared before the move", async () => {
    expect((await cli("inspect user_2")).stdout).toContain(`${cloneFamily}:2, ACTIVE`);
    fleet.ecs.stoppedTask({ cluster: "users", taskDefinition: `${cloneFamily}:1`, reason: "Something old" });
    expect((await cli("why user_1 --cluster users")).stdout).toContain("Something old");
  });

  it("is found in families that the config names by its own rule, and in no other", async () => {
    const cloner = new TaskDefCloner({ client: fleet.ecs.client(), baseFamily, cloneFamily: (id) => `of-${id}` });
    await cloner.clone({ userId: "user_1", accessPointId: "fsap-00000000000000001" });

    expect((await cli("inspect user_1", "own-families.config.mjs")).stdout).toContain("of-user_1:1, ACTIVE");
    expect((await cli("inspect user_2", "own-families.config.mjs")).code).toBe(2);
  });

  it("is retired by id: all clones in the user's own family", async () => {
    const dry = await cli("retire user_1");
    const done = await cli("retire user_1 --apply --yes");

    expect(dry.stdout).toContain("Dry run: 2 clones would be deregistered");
    expect(done).toMatchObject({ code: 0 });
    expect(done.stderr).toContain("Account 111122223333, us-east-1: about to deregister 2 clones.");
    expect(toActive(family)).toStrictEqual([]);
    expect(toActive(cloneFamily)).toHaveLength(2);
  });

  it("keeps what is in use, and ARNs can be named as well", async () => {
    const service = { cluster: "users", serviceName: "own", taskDefinition: toArn(family, 2), desiredCount: 1 };
    await fleet.ecs.client().send(new CreateServiceCommand(service));

    const ran = await cli(`retire ${toArn(cloneFamily, 2)} user_1 --cluster users --apply --yes`);

    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain("It is in use");
    expect(toActive(family)).toStrictEqual([toArn(family, 2)]);
  });

  it("cannot be retired without a clone", async () => {
    const ran = await cli("retire user_9");

    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toContain('User "user_9" has no ACTIVE clone.');
  });

  it("fails when the family holds somebody else's clone", async () => {
    const other = new TaskDefCloner({ client: fleet.ecs.client(), baseFamily, cloneFamily: family });
    await other.clone({ userId: "user_7", accessPointId: "fsap-00000000000000007" });

    for (const line of ["inspect user_1", "retire user_1 --apply --yes"]) {
      const ran = await cli(line);
      expect(ran).toMatchObject({ code: 2, stdout: "" });
      expect(ran.stderr).toContain("is another user's");
    }
    expect(toActive(family)).toHaveLength(3);
  });
});

describe("a user of a family that all share", () => {
  it("cannot be retired by id", async () => {
    const ran = await runHere(["retire", "user_1"], { env: fleet.env });

    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toContain(`retire: all users share the family ${cloneFamily}`);
    expect(ran.stderr).toContain("Pass the ARN of the user's clone");
  });
});
