import type { RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { provenanceLabel, type TaskDefClonerOptions } from "../../src/index.ts";
import { baseFamily, baseInput, cloneFamily, named, plainUser, toArn, typicalUser } from "../cast.ts";
import { newWorld } from "../world.ts";
import { openclaw } from "./registered.ts";

/** The same with every list that ECS gives back in another order sorted by name. */
function inOrder(input: RegisterTaskDefinitionCommandInput): RegisterTaskDefinitionCommandInput {
  const byName = (one: { name?: string | undefined }, other: { name?: string | undefined }): number =>
    String(one.name).localeCompare(String(other.name));
  const containers = input.containerDefinitions?.map((container) => ({
    ...container,
    ...(container.environment && { environment: container.environment.toSorted(byName) }),
    ...(container.secrets && { secrets: container.secrets.toSorted(byName) }),
  }));
  const tags = input.tags?.toSorted((one, other) => String(one.key).localeCompare(String(other.key)));
  return { ...input, containerDefinitions: containers?.toSorted(byName), ...(tags && { tags }) };
}

const collector = named(baseInput.containerDefinitions, "otel-collector");
const dockerLabels = { ...openclaw.dockerLabels, [provenanceLabel]: expect.any(String) };

/** The base with the least that every clone has of its own. */
const toExpected = (accessPointId: string): RegisterTaskDefinitionCommandInput => ({
  ...baseInput,
  family: cloneFamily,
  containerDefinitions: [{ ...openclaw, dockerLabels }, collector],
  volumes: [
    {
      name: "workspace",
      efsVolumeConfiguration: {
        fileSystemId: "fs-0a1b2c3d4e5f60718",
        rootDirectory: "/",
        transitEncryption: "ENABLED",
        authorizationConfig: { iam: "DISABLED", accessPointId },
      },
    },
    { name: "scratch", host: {} },
  ],
});

describe("a user's clone", () => {
  it("is the base with the user's access point and no other change", async () => {
    const { cloner, registered } = newWorld();
    await cloner.clone(plainUser);
    expect(inOrder(registered())).toStrictEqual(inOrder(toExpected(plainUser.accessPointId)));
  });

  it("is the base with every user-specific part in place", async () => {
    const { cloner, registered } = newWorld();
    await cloner.clone(typicalUser);
    const { secrets, environment, image } = typicalUser;
    const without = <Entry extends { name?: string | undefined }>(
      entries: readonly Entry[] | undefined,
      names: object,
    ): Entry[] => (entries ?? []).filter(({ name = "" }) => !Object.hasOwn(names, name));
    const expected = {
      ...toExpected(typicalUser.accessPointId),
      cpu: "1024",
      memory: "4096",
      tags: [
        { key: "note", value: "" },
        { key: "stage", value: "dev" },
        { key: "team", value: "agents-eu" },
        { key: "user", value: "user_2x9" },
      ],
      containerDefinitions: [
        {
          ...openclaw,
          dockerLabels,
          image,
          // The base's 256, and the difference between the sizes.
          memoryReservation: 3328,
          secrets: [
            ...without(openclaw.secrets, secrets),
            ...Object.entries(secrets).map(([name, valueFrom]) => ({ name, valueFrom })),
          ],
          environment: [
            ...without(openclaw.environment, environment),
            ...Object.entries(environment).map(([name, value]) => ({ name, value })),
          ],
        },
        collector,
      ],
    };
    expect(inOrder(registered())).toStrictEqual(inOrder(expected));
  });

  it("takes one DescribeTaskDefinition and one RegisterTaskDefinition call", async () => {
    const { cloner, operations } = newWorld();
    await cloner.clone(typicalUser);
    expect(operations()).toStrictEqual(["DescribeTaskDefinition", "RegisterTaskDefinition"]);
  });

  it("is described by what `clone` returns", async () => {
    const { cloner } = newWorld();
    expect(await cloner.clone(plainUser)).toStrictEqual({
      arn: "arn:aws:ecs:us-east-1:111122223333:task-definition/isol8-dev-openclaw-user:1",
      family: "isol8-dev-openclaw-user",
      revision: 1,
      baseArn: "arn:aws:ecs:us-east-1:111122223333:task-definition/isol8-dev-openclaw:1",
      userId: "user_7k1",
      reused: false,
      resumed: false,
      warnings: [],
    });
  });

  it("contains nothing of the previous user", async () => {
    const { cloner, registered } = newWorld();
    await cloner.clone(typicalUser);
    await cloner.clone(plainUser);
    expect(inOrder(registered())).toStrictEqual(inOrder(toExpected(plainUser.accessPointId)));
  });

  it("is based on the latest deployed base, even if the cloner has already used an older one", async () => {
    const { ecs, cloner, registered } = newWorld();
    await cloner.clone(plainUser);
    const containerDefinitions = [{ ...openclaw, image: "openclaw:2026.9.4" }, { ...collector }];
    const next = ecs.register({ ...baseInput, containerDefinitions });
    ecs.deregister(`${baseFamily}:1`);
    expect(await cloner.clone(plainUser)).toMatchObject({ baseArn: next, revision: 2 });
    expect(named(registered().containerDefinitions, "openclaw").image).toBe("openclaw:2026.9.4");
  });

  it("goes into the family that `cloneFamily` names or returns for the user", async () => {
    const { newCloner, registered } = newWorld();
    await newCloner({ cloneFamily: "tenants" }).clone(plainUser);
    expect(registered("tenants").family).toBe("tenants");
    await newCloner({ cloneFamily: (userId) => `tenants-${userId.length}` }).clone(plainUser);
    expect(registered("tenants-8").family).toBe("tenants-8");
  });

  it.each(["auth0|5f7c88", "jo.do+x@example.com", "3f2b1c1e-0000-4000-8000-000000000000", "Zoë 🌍", "\n", "__proto__"])(
    "supports the user ID %j",
    async (userId) => {
      const { cloner, newCloner } = newWorld();
      const clone = await cloner.clone({ ...plainUser, userId });
      expect(clone.userId).toBe(userId);
      expect(await newCloner().inspect(clone.arn)).toMatchObject({ userId, isUpToDate: true });
    },
  );

  it("has the user's size, or that of the `size` option if the user has none", async () => {
    const { newCloner, registered } = newWorld();
    const cloner = newCloner({ size: { cpu: 1024, memory: 2048 } });
    await cloner.clone(plainUser);
    expect(registered()).toMatchObject({ cpu: "1024", memory: "2048" });
    await cloner.clone(typicalUser);
    expect(registered()).toMatchObject({ cpu: "1024", memory: "4096" });
  });

  it("has the base's tags except those reserved by AWS", async () => {
    const { ecs, cloner, newCloner, registered } = newWorld();
    await cloner.clone(plainUser);
    expect(registered().tags?.toSorted((one, other) => String(one.key).localeCompare(String(other.key)))).toStrictEqual(
      [
        { key: "note", value: "" },
        { key: "stage", value: "dev" },
        { key: "team", value: "agents" },
      ],
    );
    // ECS lets nobody but AWS set these.
    const taskDefinition = {
      ...baseInput,
      status: "ACTIVE",
      taskDefinitionArn: toArn(baseFamily, 1),
    };
    const tags = [
      { key: "aws:cloudformation:stack-name", value: "dev" },
      { key: "AWS:x", value: "" },
      { key: "stage", value: "dev" },
    ];
    ecs.fail({ operation: "DescribeTaskDefinition", body: { taskDefinition, tags } });
    await newCloner().clone(plainUser);
    expect(registered().tags).toStrictEqual([{ key: "stage", value: "dev" }]);
  });

  it("has only the user's tags if `copyTags` is false, and no empty list of tags", async () => {
    const { newCloner, registered } = newWorld();
    const cloner = newCloner({ copyTags: false });
    await cloner.clone(plainUser);
    expect(registered()).not.toHaveProperty("tags");
    await cloner.clone({ ...plainUser, tags: { user: "user_7k1" } });
    expect(registered().tags).toStrictEqual([{ key: "user", value: "user_7k1" }]);
  });

  it("has no list of tags if the base has none", async () => {
    const { ecs, cloner, registered } = newWorld();
    const { tags: _, ...untagged } = baseInput;
    ecs.register(untagged);
    await cloner.clone(plainUser);
    expect(registered()).not.toHaveProperty("tags");
  });
});

describe("a base that does not fit the user", () => {
  it.each<[string, string, object, Partial<TaskDefClonerOptions>]>([
    ["without an EFS volume", "no EFS volume", { volumes: [{ name: "workspace" }, { name: "scratch" }] }, {}],
    ["without the named container", "no container web", {}, { container: "web" }],
    ["without the named volume", "no volume data", {}, { volume: "data" }],
    ["whose named volume is not an EFS volume", "is not an EFS volume", {}, { volume: "scratch" }],
    [
      "without an execution role",
      "executionRoleArn",
      { executionRoleArn: undefined, containerDefinitions: bare() },
      {},
    ],
  ])("%s is rejected, and nothing is registered", async (_, message, changes, options) => {
    const { ecs, newCloner, operations } = newWorld();
    ecs.register({ ...baseInput, ...changes });
    await expect(newCloner(options).clone(typicalUser)).rejects.toMatchObject({
      name: "UnfitBaseError",
      message: expect.stringMatching(new RegExp(`${baseFamily}:2.*${message}|${message}.*${baseFamily}:2`)),
    });
    expect(operations()).toStrictEqual(["DescribeTaskDefinition"]);
  });

  /** The containers without anything that needs an execution role. */
  function bare() {
    return baseInput.containerDefinitions?.map(({ secrets: _, logConfiguration: __, ...container }) => ({
      ...container,
      image: "nginx",
    }));
  }
});
