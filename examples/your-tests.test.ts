/** How to test your own provisioning code: an ECS in memory, behind the real client. */
import { TaskDefCloner } from "taskdef-cloner";
import { FakeEcs } from "taskdef-cloner/testing";
import { describe, expect, it } from "vitest";
import { base } from "./base.ts";
import { type Cluster, provision, toServiceName } from "./provision.ts";

const cluster: Cluster = { name: "users", subnets: ["subnet-1"], securityGroups: ["sg-1"] };

const user = {
  userId: "auth0|5f7c",
  accessPointId: "fsap-0123456789abcdef0",
  secrets: { OPENAI_API_KEY: "/users/5f7c/openai" },
};

describe("provision", () => {
  it("runs the user's service on the user's own clone", async () => {
    const ecs = new FakeEcs();
    ecs.register(base);
    const cloner = new TaskDefCloner({ client: ecs.client(), baseFamily: base.family, container: "openclaw" });

    const clone = await provision(cloner, ecs.client(), cluster, user);

    const [service] = ecs.calls.filter(({ operation }) => operation === "CreateService");
    expect(service?.input).toMatchObject({ serviceName: toServiceName(user.userId), taskDefinition: clone.arn });
    const [registered] = ecs.revisions(clone.family);
    expect(registered?.registered.volumes?.[0]?.efsVolumeConfiguration?.authorizationConfig?.accessPointId).toBe(
      user.accessPointId,
    );
  });

  it("leaves nothing behind when the service cannot be created", async () => {
    const ecs = new FakeEcs();
    ecs.register(base);
    ecs.fail({ operation: "CreateService", error: "ClusterNotFoundException" });
    const cloner = new TaskDefCloner({ client: ecs.client(), baseFamily: base.family, container: "openclaw" });

    await expect(provision(cloner, ecs.client(), cluster, user)).rejects.toMatchObject({
      name: "ClusterNotFoundException",
    });

    expect(ecs.revisions("isol8-dev-openclaw-user").map(({ status }) => status)).toStrictEqual(["INACTIVE"]);
  });
});
