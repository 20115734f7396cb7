import {
  CreateClusterCommand,
  DescribeClustersCommand,
  DescribeServicesCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
} from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { arnOf, setUp } from "./cluster.ts";

const empty = {
  capacityProviders: [],
  defaultCapacityProviderStrategy: [],
  clusterArn: arnOf("cluster/users"),
  clusterName: "users",
  status: "ACTIVE",
  registeredContainerInstancesCount: 0,
  runningTasksCount: 0,
  pendingTasksCount: 0,
  activeServicesCount: 0,
  statistics: [],
  tags: [],
  settings: [],
};

const settings = [{ name: "containerInsights", value: "enabled" }] as const;
const configuration = { executeCommandConfiguration: { logging: "NONE" } } as const;

describe("CreateCluster", () => {
  it("creates a cluster, in which nothing runs", async () => {
    const { client } = setUp();
    const { cluster } = await client.send(new CreateClusterCommand({ clusterName: "users" }));
    expect(cluster).toStrictEqual(empty);
  });

  it("names it default where no name is given", async () => {
    const { client } = setUp();
    for (const clusterName of [undefined, ""]) {
      const { cluster } = await client.send(new CreateClusterCommand({ clusterName }));
      expect(cluster?.clusterArn).toBe(arnOf("cluster/default"));
    }
  });

  it("answers with the settings, the configuration and the tags that it was given", async () => {
    const { client } = setUp();
    const capacityProviders = ["FARGATE"];
    const tags = [{ key: "stage", value: "dev" }];
    const input = { clusterName: "users", settings: [...settings], configuration, capacityProviders, tags };
    const { cluster } = await client.send(new CreateClusterCommand(input));
    expect(cluster).toStrictEqual({ ...empty, settings, configuration, capacityProviders, tags });
  });

  it("leaves a cluster that is there as it is, and refuses to make another of it", async () => {
    const { client, create } = setUp();
    const input = { clusterName: "users", settings: [...settings] };
    await client.send(new CreateClusterCommand({ ...input, tags: [{ key: "stage", value: "dev" }] }));
    await create({ cluster: "users" });
    const { cluster } = await client.send(new CreateClusterCommand(input));
    expect(cluster).toMatchObject({ activeServicesCount: 1, settings, tags: [{ key: "stage", value: "dev" }] });
    await expect(client.send(new CreateClusterCommand({ clusterName: "users" }))).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).",
      $metadata: { httpStatusCode: 400 },
    });
  });

  it("takes over a cluster that is there because something runs in it", async () => {
    const { client, create } = setUp();
    await create({ cluster: "users" });
    const { cluster } = await client.send(new CreateClusterCommand({ clusterName: "users", settings: [...settings] }));
    expect(cluster).toMatchObject({ activeServicesCount: 1, runningTasksCount: 2, settings });
  });

  it.each(["two words", "a/b", "x".repeat(256)])("refuses the name %s", async (clusterName) => {
    const { client } = setUp();
    await expect(client.send(new CreateClusterCommand({ clusterName }))).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: "Cluster names must have at most 255 letters, digits, hyphens and underscores.",
    });
  });

  it("refuses tags as a registration does", async () => {
    const { client } = setUp();
    await expect(client.send(new CreateClusterCommand({ clusterName: "users", tags: [] }))).rejects.toMatchObject({
      name: "ClientException",
      message: "Tags can not be empty.",
    });
    const { failures } = await client.send(new DescribeClustersCommand({ clusters: ["users"] }));
    expect(failures).toHaveLength(1);
  });
});

describe("DescribeClusters", () => {
  it("describes clusters by name and ARN, and reports those that are missing", async () => {
    const { client } = setUp();
    await client.send(new CreateClusterCommand({ clusterName: "users" }));
    const clusters = ["users", arnOf("cluster/users"), "others", arnOf("cluster/gone")];
    const described = await client.send(new DescribeClustersCommand({ clusters }));
    expect(described.clusters).toStrictEqual([empty, empty]);
    expect(described.failures).toStrictEqual([
      { arn: arnOf("cluster/others"), reason: "MISSING" },
      { arn: arnOf("cluster/gone"), reason: "MISSING" },
    ]);
  });

  it.each([{ clusters: [] }, { clusters: undefined }])("describes the default cluster for %o", async (input) => {
    const { client } = setUp();
    const { clusters } = await client.send(new DescribeClustersCommand(input));
    expect(clusters).toMatchObject([{ clusterName: "default" }]);
  });

  it("counts the services and tasks that are there", async () => {
    const { client, create, update, run } = setUp();
    await create();
    await run();
    const count = async () => (await client.send(new DescribeClustersCommand({}))).clusters?.[0];
    expect(await count()).toMatchObject({ activeServicesCount: 1, runningTasksCount: 3 });
    await update({ desiredCount: 1 });
    expect(await count()).toMatchObject({ activeServicesCount: 1, runningTasksCount: 2 });
  });

  it("includes settings, configuration and tags only if asked to", async () => {
    const { client } = setUp();
    const tags = [{ key: "stage", value: "dev" }];
    const input = { clusterName: "users", settings: [...settings], configuration, tags };
    await client.send(new CreateClusterCommand(input));
    const of = async (...include: ("TAGS" | "SETTINGS" | "CONFIGURATIONS")[]) =>
      (await client.send(new DescribeClustersCommand({ clusters: ["users"], include }))).clusters;
    expect(await of()).toStrictEqual([empty]);
    expect(await of("TAGS")).toStrictEqual([{ ...empty, tags }]);
    expect(await of("SETTINGS")).toStrictEqual([{ ...empty, settings }]);
    expect(await of("CONFIGURATIONS")).toStrictEqual([{ ...empty, configuration }]);
  });

  it("describes at most 100", async () => {
    const { client } = setUp();
    const clusters = Array.from({ length: 101 }, (_, index) => `users-${index}`);
    await expect(client.send(new DescribeClustersCommand({ clusters }))).rejects.toMatchObject({
      name: "InvalidParameterException",
    });
    await expect(client.send(new DescribeClustersCommand({ clusters: clusters.slice(1) }))).resolves.toBeDefined();
  });
});

describe("a created cluster", () => {
  it("has services, which are found before any was created", async () => {
    const { client } = setUp();
    const find = () => client.send(new DescribeServicesCommand({ cluster: "users", services: ["web"] }));
    await expect(find()).rejects.toMatchObject({ name: "ClusterNotFoundException" });
    await client.send(new CreateClusterCommand({ clusterName: "users" }));
    expect((await find()).failures).toMatchObject([{ reason: "MISSING" }]);
  });

  it("can be tagged", async () => {
    const { client } = setUp();
    const { cluster } = await client.send(new CreateClusterCommand({ clusterName: "users" }));
    const resourceArn = cluster?.clusterArn;
    await client.send(new TagResourceCommand({ resourceArn, tags: [{ key: "stage", value: "dev" }] }));
    const { tags } = await client.send(new ListTagsForResourceCommand({ resourceArn }));
    expect(tags).toStrictEqual([{ key: "stage", value: "dev" }]);
  });
});
