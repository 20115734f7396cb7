import {
  DescribeTaskDefinitionCommand,
  ListTaskDefinitionFamiliesCommand,
  ListTaskDefinitionsCommand,
  type ListTaskDefinitionsCommandInput,
} from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { FakeEcs, type FakeEcsOptions, ManualClock } from "../../src/testing/index.ts";
import { smallest } from "./inputs.ts";

function setUp(options: FakeEcsOptions) {
  const clock = new ManualClock();
  const ecs = new FakeEcs({ clock, ...options });
  const client = ecs.client();
  return {
    clock,
    ecs,
    client,
    register: (...families: string[]) => families.map((family) => ecs.register({ ...smallest, family })),
    list: async (input: ListTaskDefinitionsCommandInput = {}) => {
      const { taskDefinitionArns = [] } = await client.send(new ListTaskDefinitionsCommand(input));
      return taskDefinitionArns.map((arn) => arn.slice(arn.lastIndexOf("/") + 1));
    },
    families: async (status?: "ACTIVE" | "INACTIVE" | "ALL") =>
      (await client.send(new ListTaskDefinitionFamiliesCommand({ status }))).families,
  };
}

describe("listingDelayMs", () => {
  it("keeps a fresh revision out of listings for as long, but describes it at once", async () => {
    const { clock, client, register, list } = setUp({ listingDelayMs: 1000 });
    register("web");
    await clock.advance(600);
    register("web");
    await clock.advance(399);
    expect(await list()).toStrictEqual([]);
    const { taskDefinition } = await client.send(new DescribeTaskDefinitionCommand({ taskDefinition: "web" }));
    expect(taskDefinition?.revision).toBe(2);
    await clock.advance(1);
    expect(await list()).toStrictEqual(["web:1"]);
    await clock.advance(600);
    expect(await list()).toStrictEqual(["web:1", "web:2"]);
  });

  it("hides nothing if it is 0, even though the clock is set back", async () => {
    let now = 1000;
    const clock = { now: () => now, sleep: async () => {} };
    const { register, list } = setUp({ clock, listingDelayMs: 0 });
    register("web");
    now = 0;
    expect(await list()).toStrictEqual(["web:1"]);
  });

  it("does so whatever the revision's status", async () => {
    const { clock, ecs, register, list } = setUp({ listingDelayMs: 1000 });
    register("web");
    ecs.deregister("web:1");
    expect(await list({ status: "INACTIVE" })).toStrictEqual([]);
    await clock.advance(1000);
    expect(await list({ status: "INACTIVE" })).toStrictEqual(["web:1"]);
  });

  it("keeps a family out of listings that has only fresh revisions", async () => {
    const { clock, ecs, register, families } = setUp({ listingDelayMs: 1000 });
    register("web");
    ecs.deregister("web:1");
    await clock.advance(1000);
    register("web", "api");
    expect(await families("ACTIVE")).toStrictEqual([]);
    expect(await families("INACTIVE")).toStrictEqual(["web"]);
    expect(await families("ALL")).toStrictEqual(["web"]);
    await clock.advance(1000);
    expect(await families("ACTIVE")).toStrictEqual(["api", "web"]);
    expect(await families("INACTIVE")).toStrictEqual([]);
  });
});

describe("ignoreSort", () => {
  it("lists oldest first, whatever is asked for", async () => {
    const { register, list } = setUp({ ignoreSort: true });
    register("web", "api", "web");
    for (const sort of ["ASC", "DESC"] as const) {
      expect(await list({ sort })).toStrictEqual(["api:1", "web:1", "web:2"]);
    }
  });
});

describe("listByPrefix", () => {
  it("lists the families that begin with `familyPrefix`, page by page", async () => {
    const { client, register, list } = setUp({ listByPrefix: true });
    register("web", "web-user", "website", "api", "web");
    const all = ["web:1", "web:2", "web-user:1", "website:1"];
    expect(await list({ familyPrefix: "web" })).toStrictEqual(all);
    expect(await list({ familyPrefix: "web", sort: "DESC" })).toStrictEqual(all.toReversed());
    const { nextToken } = await client.send(new ListTaskDefinitionsCommand({ familyPrefix: "web", maxResults: 3 }));
    expect(await list({ familyPrefix: "web", nextToken })).toStrictEqual(["website:1"]);
    expect(await list({ familyPrefix: "we" })).toStrictEqual(all);
    expect(await list()).toStrictEqual(["api:1", ...all]);
  });
});
