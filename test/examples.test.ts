import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { TaskDefCloner } from "taskdef-cloner";
import { FakeEcs } from "taskdef-cloner/testing";
import { describe, expect, it } from "vitest";
import { base, toDeployed } from "../examples/base.ts";
import { moveFleet } from "../examples/move-fleet.ts";
import { type Cluster, provision, toServiceName } from "../examples/provision.ts";
import { resizeContainer } from "../examples/resize.ts";

const cluster: Cluster = { name: "users", subnets: ["subnet-1"], securityGroups: ["sg-1"] };

const toUser = (id: string) => ({
  userId: id,
  accessPointId: "fsap-0123456789abcdef0",
  secrets: { OPENAI_API_KEY: `/users/${id}/openai` },
});

function prepare() {
  const ecs = new FakeEcs();
  ecs.register(base);
  const client = ecs.client();
  const cloner = new TaskDefCloner({ client, baseFamily: base.family, container: "openclaw" });
  const activeClones = (): string[] =>
    ecs.revisions("isol8-dev-openclaw-user").flatMap(({ arn, status }) => (status === "ACTIVE" ? [arn] : []));
  return { ecs, client, cloner, activeClones };
}

describe("the example of a container resize", () => {
  it("moves the user's service to the larger clone", async () => {
    const { ecs, client, cloner } = prepare();
    const clone = await provision(cloner, client, cluster, toUser("ana"));

    const resized = await resizeContainer(cloner, client, cluster.name, clone.arn, { cpu: 1024, memory: 4096 });

    const update = ecs.calls.find(({ operation }) => operation === "UpdateService");
    expect(update?.input).toStrictEqual({
      cluster: "users",
      service: toServiceName("ana"),
      taskDefinition: resized.arn,
    });
  });

  it("leaves the service on the old clone and no new clone behind if the service cannot be updated", async () => {
    const { ecs, client, cloner, activeClones } = prepare();
    const clone = await provision(cloner, client, cluster, toUser("ana"));
    ecs.fail({ operation: "UpdateService", error: "ServiceNotActiveException" });

    const resizing = resizeContainer(cloner, client, cluster.name, clone.arn, { cpu: 1024, memory: 4096 });

    await expect(resizing).rejects.toMatchObject({ name: "ServiceNotActiveException" });
    expect(activeClones()).toStrictEqual([clone.arn]);
  });
});

describe("the example of moving a fleet", () => {
  it("moves every user to the newest base, stores the clones, and does nothing when run again", async () => {
    const { ecs, client, cloner } = prepare();
    const stored = new Map<string, string>();
    for (const id of ["ana", "ben", "cy"]) {
      const clone = await provision(cloner, client, cluster, toUser(id));
      stored.set(id, clone.arn);
    }
    ecs.register(toDeployed("2.0.0"));
    const store = {
      async *currentArns() {
        yield* [...stored.values()];
      },
      store: async (userId: string, arn: string) => {
        stored.set(userId, arn);
      },
    };

    expect(await moveFleet(cloner, client, cluster.name, store)).toStrictEqual(new Map());
    const moved = [...stored.values()];
    expect(await moveFleet(cloner, client, cluster.name, store)).toStrictEqual(new Map());

    expect([...stored.values()]).toStrictEqual(moved);
    const images = ecs
      .revisions("isol8-dev-openclaw-user")
      .filter(({ arn }) => moved.includes(arn))
      .map(({ registered }) => registered.containerDefinitions?.find(({ name }) => name === "openclaw")?.image);
    expect(images).toStrictEqual(Array.from({ length: 3 }, () => toDeployed("2.0.0").containerDefinitions?.[0]?.image));
  });
});

describe("the demo", () => {
  it("runs to completion without revealing the values of environment variables", async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", "examples/demo.ts"]);

    expect(stdout).toContain("30 users run on isol8-dev-openclaw:3");
    expect(stdout).toContain('FailedVerificationError: User "user_41" gets no clone of isol8-dev-openclaw:4: 1 of ');
    expect(stdout).toContain("openclaw:1.7.0 in containerDefinitions[openclaw].image: ");
    expect(stdout).toContain("30 users stay where they are; 0 clones were registered");
    expect(stdout).not.toContain("/home/node/.codex");
  }, 60_000);
});
