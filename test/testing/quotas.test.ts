import {
  DeleteTaskDefinitionsCommand,
  DeregisterTaskDefinitionCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  type ECSClient,
  ListTagsForResourceCommand,
  ListTaskDefinitionsCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  TagResourceCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { FakeEcs, ManualClock } from "../../src/testing/index.ts";
import { smallest } from "./inputs.ts";

function setUp() {
  const clock = new ManualClock(0);
  const ecs = new FakeEcs({ quotas: true, clock });
  return { clock, ecs, client: ecs.client({ maxAttempts: 1 }) };
}

/** How many of the calls ECS took on, whatever it answered to them. */
async function countTaken(times: number, send: () => Promise<unknown>) {
  const outcomes = await Promise.allSettled(Array.from({ length: times }, send));
  return outcomes.filter(({ status, ...outcome }) => {
    return status === "fulfilled" || ("reason" in outcome && outcome.reason.name !== "ThrottlingException");
  }).length;
}

describe("quotas", () => {
  it("throttle a registration once the bucket is empty, without taking a token for it", async () => {
    const { clock, client } = setUp();
    const register = () => client.send(new RegisterTaskDefinitionCommand(smallest));
    expect(await countTaken(25, register)).toBe(20);
    await expect(register()).rejects.toMatchObject({
      name: "ThrottlingException",
      message: "Rate exceeded",
      $metadata: { httpStatusCode: 400 },
    });
    await clock.advance(999);
    await expect(register()).rejects.toMatchObject({ name: "ThrottlingException" });
    await clock.advance(1);
    await expect(register()).resolves.toBeDefined();
    await expect(register()).rejects.toMatchObject({ name: "ThrottlingException" });
  });

  it("do not fill a bucket beyond its size", async () => {
    const { clock, client } = setUp();
    const register = () => client.send(new RegisterTaskDefinitionCommand(smallest));
    expect(await countTaken(30, register)).toBe(20);
    await clock.advance(3_600_000);
    expect(await countTaken(30, register)).toBe(20);
  });

  it("count registrations and deregistrations together", async () => {
    const { client } = setUp();
    await client.send(new RegisterTaskDefinitionCommand(smallest));
    const taskDefinition = "web:1";
    expect(await countTaken(25, () => client.send(new DeregisterTaskDefinitionCommand({ taskDefinition })))).toBe(19);
  });

  it.each<{ category: string; burst: number; send: (client: ECSClient) => Promise<unknown> }>([
    {
      category: "DescribeTaskDefinition",
      burst: 50,
      send: (client) => client.send(new DescribeTaskDefinitionCommand({ taskDefinition: "web" })),
    },
    { category: "ListTaskDefinitions", burst: 50, send: (client) => client.send(new ListTaskDefinitionsCommand()) },
    {
      category: "DeleteTaskDefinitions",
      burst: 5,
      send: (client) => client.send(new DeleteTaskDefinitionsCommand({ taskDefinitions: [] })),
    },
    {
      category: "TagResource",
      burst: 20,
      send: (client) => client.send(new TagResourceCommand({ resourceArn: "something", tags: [] })),
    },
    {
      category: "ListTagsForResource",
      burst: 50,
      send: (client) => client.send(new ListTagsForResourceCommand({ resourceArn: "something" })),
    },
    {
      category: "UpdateService",
      burst: 50,
      send: (client) => client.send(new UpdateServiceCommand({ service: "web" })),
    },
    { category: "RunTask", burst: 100, send: (client) => client.send(new RunTaskCommand({ taskDefinition: "web" })) },
    {
      category: "DescribeServices, which has no known quota,",
      burst: 150,
      send: (client) => client.send(new DescribeServicesCommand({ services: ["web"] })),
    },
  ])("let $category be called $burst times at once", async ({ burst, send }) => {
    const { client } = setUp();
    expect(await countTaken(150, () => send(client))).toBe(burst);
  });

  it("are off by default", async () => {
    const client = new FakeEcs().client({ maxAttempts: 1 });
    expect(await countTaken(100, () => client.send(new RegisterTaskDefinitionCommand(smallest)))).toBe(100);
  });
});
