import {
  CreateServiceCommand,
  DeleteClusterCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ListTagsForResourceCommand,
  RunTaskCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { FakeEcs } from "../../src/testing/index.ts";
import { smallest } from "./inputs.ts";

describe("tags of a resource", () => {
  it("are added, replaced, removed and listed", async () => {
    const ecs = new FakeEcs();
    const client = ecs.client();
    const resourceArn = ecs.register({ ...smallest, tags: [{ key: "team", value: "web" }] });
    const tags = async () => (await client.send(new ListTagsForResourceCommand({ resourceArn }))).tags;
    await client.send(
      new TagResourceCommand({
        resourceArn,
        tags: [
          { key: "team", value: "api" },
          { key: "stage", value: "" },
        ],
      }),
    );
    expect(await tags()).toStrictEqual([
      { key: "team", value: "api" },
      { key: "stage", value: "" },
    ]);
    await client.send(new UntagResourceCommand({ resourceArn, tagKeys: ["team"] }));
    expect(await tags()).toStrictEqual([{ key: "stage", value: "" }]);
    const described = await client.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: "web", include: ["TAGS"] }),
    );
    expect(described.tags).toStrictEqual([{ key: "stage", value: "" }]);
    expect(ecs.revisions("web")).toMatchObject([
      { tags: [{ key: "stage", value: "" }], registered: { tags: [{ key: "team", value: "web" }] } },
    ]);
  });

  it("also work for services and tasks", async () => {
    const ecs = new FakeEcs();
    const client = ecs.client();
    ecs.register(smallest);
    const { service } = await client.send(new CreateServiceCommand({ serviceName: "web", taskDefinition: "web" }));
    const { tasks } = await client.send(new RunTaskCommand({ taskDefinition: "web", tags: [{ key: "a", value: "" }] }));
    for (const resourceArn of [service?.serviceArn, tasks?.[0]?.taskArn]) {
      await client.send(new TagResourceCommand({ resourceArn, tags: [{ key: "team", value: "web" }] }));
    }
    const listed = await client.send(new ListTagsForResourceCommand({ resourceArn: tasks?.[0]?.taskArn }));
    expect(listed.tags).toStrictEqual([
      { key: "a", value: "" },
      { key: "team", value: "web" },
    ]);
    const described = await client.send(new DescribeServicesCommand({ services: ["web"], include: ["TAGS"] }));
    expect(described.services?.[0]?.tags).toStrictEqual([{ key: "team", value: "web" }]);
  });

  it("return an empty object when set or removed", async () => {
    const ecs = new FakeEcs();
    const resourceArn = ecs.register(smallest);
    for (const operation of ["TagResource", "UntagResource"]) {
      const { response } = await ecs.requestHandler.handle({
        headers: { "x-amz-target": `AmazonEC2ContainerServiceV20141113.${operation}` },
        body: JSON.stringify({ resourceArn, tags: [{ key: "a", value: "" }], tagKeys: ["a"] }),
      });
      expect(Buffer.from(response.body).toString()).toBe("{}");
    }
    expect(ecs.revisions()).toMatchObject([{ tags: [] }]);
  });

  it("follow the same rules as in a registration, including the limit on their number", async () => {
    const ecs = new FakeEcs();
    const client = ecs.client();
    const resourceArn = ecs.register({
      ...smallest,
      tags: Array.from({ length: 50 }, (_, index) => ({ key: `key-${index}`, value: "" })),
    });
    const tag = (tags: { key: string; value: string }[] | undefined) =>
      client.send(new TagResourceCommand({ resourceArn, tags }));
    const name = "InvalidParameterException";
    await expect(tag([])).rejects.toMatchObject({ name, message: "Tags can not be empty." });
    await expect(tag(undefined)).rejects.toMatchObject({ name, message: "Tags can not be empty." });
    await expect(tag([{ key: "one-more", value: "" }])).rejects.toMatchObject({
      name,
      message: "The number of tags cannot exceed 50.",
    });
    await expect(tag([{ key: "key-0", value: "changed" }])).resolves.toBeDefined();
    await expect(client.send(new UntagResourceCommand({ resourceArn, tagKeys: undefined }))).resolves.toBeDefined();
  });

  it.each([
    undefined,
    "something",
    "arn:aws:ecs:us-east-1:111122223333:task-definition/web:1",
    "arn:aws:ecs:us-east-1:111122223333:service/default/web",
    "arn:aws:ecs:us-east-1:111122223333:service/other/web",
    "arn:aws:ecs:us-east-1:111122223333:service/default/api/1",
    "arn:aws:ecs:us-east-1:111122223333:task/other/1",
    "arn:aws:ecs:us-east-1:111122223333:cluster/other",
  ])("are not found for %s, which does not exist", async (resourceArn) => {
    const ecs = new FakeEcs();
    const client = ecs.client();
    ecs.register({ ...smallest, family: "api" });
    await client.send(new CreateServiceCommand({ serviceName: "api", taskDefinition: "api" }));
    await expect(client.send(new ListTagsForResourceCommand({ resourceArn }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: "The specified resource was not found.",
    });
  });
});

describe("an operation that FakeEcs does not have", () => {
  it("is named in the error and not retried", async () => {
    const ecs = new FakeEcs();
    await expect(ecs.client().send(new DeleteClusterCommand({ cluster: "web" }))).rejects.toMatchObject({
      name: "UnknownOperationException",
      message: "FakeEcs does not have the operation DeleteCluster.",
    });
    expect(ecs.calls).toStrictEqual([
      { operation: "DeleteCluster", input: { cluster: "web" }, outcome: "UnknownOperationException" },
    ]);
  });
});
