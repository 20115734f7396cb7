import {
  CreateServiceCommand,
  DeleteServiceCommand,
  DeleteTaskDefinitionsCommand,
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  ListTaskDefinitionFamiliesCommand,
  type ListTaskDefinitionFamiliesCommandInput,
  ListTaskDefinitionsCommand,
  type ListTaskDefinitionsCommandInput,
  paginateListTaskDefinitions,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { FakeEcs, ManualClock } from "../../src/testing/index.ts";
import { smallest } from "./inputs.ts";

const arnOf = (revision: string) => `arn:aws:ecs:us-east-1:111122223333:task-definition/${revision}`;

function setUp() {
  const clock = new ManualClock(Date.UTC(2026, 0, 31));
  const ecs = new FakeEcs({ clock });
  const client = ecs.client();
  return {
    clock,
    ecs,
    client,
    register: (family = "web") => client.send(new RegisterTaskDefinitionCommand({ ...smallest, family })),
    describe: async (taskDefinition: string) => {
      const described = await client.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
      return described.taskDefinition;
    },
    deregister: (taskDefinition: string) => client.send(new DeregisterTaskDefinitionCommand({ taskDefinition })),
    remove: (...taskDefinitions: string[]) => client.send(new DeleteTaskDefinitionsCommand({ taskDefinitions })),
    list: async (input: ListTaskDefinitionsCommandInput) => {
      const { taskDefinitionArns } = await client.send(new ListTaskDefinitionsCommand(input));
      return taskDefinitionArns?.map((arn) => arn.replace(arnOf(""), ""));
    },
    families: async (input: ListTaskDefinitionFamiliesCommandInput = {}) => {
      const { families } = await client.send(new ListTaskDefinitionFamiliesCommand(input));
      return families;
    },
  };
}

const notDescribed = { name: "ClientException", message: "Unable to describe task definition." };

describe("RegisterTaskDefinition", () => {
  it("counts the revisions of each family", async () => {
    const { register } = setUp();
    expect((await register("web")).taskDefinition).toMatchObject({ revision: 1, taskDefinitionArn: arnOf("web:1") });
    expect((await register("web")).taskDefinition).toMatchObject({ revision: 2, taskDefinitionArn: arnOf("web:2") });
    expect((await register("api")).taskDefinition).toMatchObject({ revision: 1, taskDefinitionArn: arnOf("api:1") });
  });

  it("never reuses a number, not even after all revisions are deleted", async () => {
    const { register, deregister, remove } = setUp();
    await register();
    await register();
    await deregister("web:2");
    expect((await register()).taskDefinition?.revision).toBe(3);
    await deregister("web:1");
    await deregister("web:3");
    await remove("web:1", "web:2", "web:3");
    expect((await register()).taskDefinition?.revision).toBe(4);
  });

  it("rejects values of the wrong type", async () => {
    const { ecs } = setUp();
    expect(() => ecs.register({ ...smallest, cpu: 256 })).toThrow(
      expect.objectContaining({ name: "SerializationException", message: expect.stringContaining("cpu") }),
    );
  });
});

describe("DescribeTaskDefinition", () => {
  it("finds a revision by ARN and by family and number, and the latest ACTIVE one by family", async () => {
    const { register, describe, deregister } = setUp();
    await register();
    await register();
    await register();
    await deregister("web:3");
    await deregister("web:1");
    expect((await describe("web"))?.revision).toBe(2);
    expect((await describe("web:1"))?.revision).toBe(1);
    expect((await describe(arnOf("web:3")))?.revision).toBe(3);
    expect((await describe(arnOf("web")))?.revision).toBe(2);
  });

  it.each(["api", "web:2", "web:latest", "arn:aws:ecs:us-east-1:444455556666:task-definition/web:1"])(
    "does not find %s",
    async (reference) => {
      const { register, describe } = setUp();
      await register();
      await expect(describe(reference)).rejects.toMatchObject(notDescribed);
    },
  );

  it("does not find a family without an ACTIVE revision, but finds its INACTIVE ones", async () => {
    const { register, describe, deregister } = setUp();
    await register();
    await deregister("web:1");
    await expect(describe("web")).rejects.toMatchObject(notDescribed);
    expect((await describe("web:1"))?.status).toBe("INACTIVE");
  });

  it("falls back to the newest ACTIVE revision, however old", async () => {
    const { register, describe, deregister } = setUp();
    for (let revision = 1; revision <= 4; revision += 1) await register();
    for (const revision of ["web:2", "web:3", "web:4"]) await deregister(revision);
    expect((await describe("web"))?.revision).toBe(1);
    await register();
    for (const revision of ["web:1", "web:5"]) await deregister(revision);
    await expect(describe("web")).rejects.toMatchObject(notDescribed);
  });

  it("falls back past deleted revisions", async () => {
    const { register, describe, deregister, remove, ecs } = setUp();
    for (let revision = 1; revision <= 3; revision += 1) await register();
    await deregister("web:2");
    await remove("web:2");
    await deregister("web:3");
    expect((await describe("web"))?.revision).toBe(1);
    expect(ecs.revisions("web").map(({ revision }) => revision)).toStrictEqual([1, 3]);
  });

  it.each(["web:1x", "web:x1", "web:-1", "web:", ":1"])(
    "does not find %s, which is not a revision",
    async (reference) => {
      const { register, describe, deregister } = setUp();
      await register();
      await expect(describe(reference)).rejects.toMatchObject(notDescribed);
      await expect(deregister(reference)).rejects.toMatchObject({ name: "ClientException" });
    },
  );

  it("leaves the fields of later states out of an ACTIVE revision", async () => {
    const { ecs } = setUp();
    ecs.register(smallest);
    const { response } = await ecs.requestHandler.handle({
      headers: { "x-amz-target": "AmazonEC2ContainerServiceV20141113.DescribeTaskDefinition" },
      body: JSON.stringify({ taskDefinition: "web" }),
    });
    const { taskDefinition } = JSON.parse(Buffer.from(response.body).toString());
    expect(Object.keys(taskDefinition)).not.toContain("deregisteredAt");
    expect(Object.keys(taskDefinition)).not.toContain("deleteRequestedAt");
    expect(ecs.revisions().map((revision) => Object.keys(revision))).not.toContainEqual(
      expect.arrayContaining(["deregisteredAt"]),
    );
  });

  it("rejects a call without a task definition", async () => {
    const { client } = setUp();
    await expect(client.send(new DescribeTaskDefinitionCommand({ taskDefinition: undefined }))).rejects.toMatchObject({
      name: "ClientException",
      message: "TaskDefinition can not be blank.",
    });
  });

  it("returns the tags only if asked to", async () => {
    const { ecs, client } = setUp();
    ecs.register({ ...smallest, tags: [{ key: "team", value: "web" }] });
    const without = await client.send(new DescribeTaskDefinitionCommand({ taskDefinition: "web" }));
    const including = await client.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: "web", include: ["TAGS"] }),
    );
    expect(without.tags).toBeUndefined();
    expect(including.tags).toStrictEqual([{ key: "team", value: "web" }]);
  });

  it("describes more revisions than it caches", async () => {
    const { ecs, describe } = setUp();
    for (let count = 0; count < 300; count += 1) {
      ecs.register(smallest);
      await describe("web");
    }
    expect((await describe("web:1"))?.revision).toBe(1);
    expect((await describe("web:300"))?.revision).toBe(300);
  });
});

describe("DeregisterTaskDefinition", () => {
  it("makes a revision INACTIVE and records when, only once", async () => {
    const { clock, register, deregister } = setUp();
    await register();
    await clock.advance(1500);
    const deregisteredAt = new Date(Date.UTC(2026, 0, 31, 0, 0, 1, 500));
    expect((await deregister("web:1")).taskDefinition).toMatchObject({ status: "INACTIVE", deregisteredAt });
    await clock.advance(1500);
    expect((await deregister("web:1")).taskDefinition).toMatchObject({ status: "INACTIVE", deregisteredAt });
  });

  it("requires a revision", async () => {
    const { register, deregister } = setUp();
    await register();
    await expect(deregister("web")).rejects.toMatchObject({ name: "ClientException", message: "Revision is missing." });
  });

  it("rejects a revision that does not exist", async () => {
    const { deregister } = setUp();
    await expect(deregister("web:1")).rejects.toMatchObject({
      name: "ClientException",
      message: "The specified task definition does not exist.",
    });
  });
});

describe("DeleteTaskDefinitions", () => {
  it("deletes INACTIVE revisions and reports why others are not deleted", async () => {
    const { register, describe, deregister, remove } = setUp();
    await register();
    await register();
    await deregister("web:1");
    const { taskDefinitions, failures } = await remove(arnOf("web:1"), "web:2", "web:3", "web");
    expect(taskDefinitions).toMatchObject([{ revision: 1, status: "DELETE_IN_PROGRESS" }]);
    expect(failures).toStrictEqual([
      {
        arn: "web:2",
        reason: "The specified task definition is still in ACTIVE status. Please deregister the target and try again.",
      },
      { arn: "web:3", reason: "The specified task definition does not exist." },
      { arn: "web", reason: "Revision is missing." },
    ]);
    await expect(describe("web:1")).rejects.toMatchObject(notDescribed);
  });

  it("waits until no service uses a revision", async () => {
    const { client, clock, ecs, register, describe, deregister, remove } = setUp();
    await register();
    await client.send(new CreateServiceCommand({ serviceName: "web", taskDefinition: "web", desiredCount: 1 }));
    await deregister("web:1");
    await remove("web:1");
    await clock.advance(1000);
    await remove("web:1");
    expect(await describe("web:1")).toMatchObject({
      status: "DELETE_IN_PROGRESS",
      deleteRequestedAt: new Date(Date.UTC(2026, 0, 31)),
    });
    expect(ecs.revisions("web")).toMatchObject([{ status: "DELETE_IN_PROGRESS" }]);
    await client.send(new DeleteServiceCommand({ service: "web", force: true }));
    await expect(describe("web:1")).rejects.toMatchObject(notDescribed);
    expect(ecs.revisions()).toStrictEqual([]);
  });

  it("rejects more than ten at a time, but accepts none", async () => {
    const { client, remove } = setUp();
    await expect(remove(...Array.from({ length: 11 }, () => "web:1"))).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: "Size of TaskDefinition references list cannot exceed 10",
    });
    await expect(remove(...Array.from({ length: 10 }, () => "web:1"))).resolves.toBeDefined();
    await expect(client.send(new DeleteTaskDefinitionsCommand({ taskDefinitions: undefined }))).resolves.toMatchObject({
      taskDefinitions: [],
      failures: [],
    });
  });
});

describe("ListTaskDefinitions", () => {
  it("lists one family by its full name, oldest or newest revision first", async () => {
    const { ecs, list } = setUp();
    for (const family of ["web", "web", "web-user", "api"]) ecs.register({ ...smallest, family });
    expect(await list({ familyPrefix: "web" })).toStrictEqual(["web:1", "web:2"]);
    expect(await list({ familyPrefix: "web", sort: "DESC" })).toStrictEqual(["web:2", "web:1"]);
    expect(await list({ familyPrefix: "we" })).toStrictEqual([]);
  });

  it("lists all families by name", async () => {
    const { ecs, list } = setUp();
    for (const family of ["web", "api", "web"]) ecs.register({ ...smallest, family });
    expect(await list({})).toStrictEqual(["api:1", "web:1", "web:2"]);
    expect(await list({ sort: "DESC" })).toStrictEqual(["web:2", "web:1", "api:1"]);
  });

  it("lists ACTIVE revisions, or those with another status", async () => {
    const { ecs, list } = setUp();
    ecs.register(smallest);
    ecs.register(smallest);
    ecs.deregister("web:1");
    expect(await list({ familyPrefix: "web" })).toStrictEqual(["web:2"]);
    expect(await list({ familyPrefix: "web", status: "INACTIVE" })).toStrictEqual(["web:1"]);
    expect(await list({ familyPrefix: "web", status: "DELETE_IN_PROGRESS" })).toStrictEqual([]);
  });

  it.each(["ASC", "DESC"] as const)("returns pages of a hundred, %s", async (sort) => {
    const { ecs, client } = setUp();
    const arns: string[] = [];
    for (const family of ["api", "web"]) {
      for (let count = 0; count < 150; count += 1) arns.push(ecs.register({ ...smallest, family }));
    }
    const pages: string[][] = [];
    for await (const { taskDefinitionArns = [] } of paginateListTaskDefinitions({ client }, { sort })) {
      pages.push(taskDefinitionArns);
    }
    expect(pages.map(({ length }) => length)).toStrictEqual([100, 100, 100]);
    expect(pages.flat()).toStrictEqual(sort === "ASC" ? arns : arns.toReversed());
  });

  it("misses nothing if revisions disappear between two pages", async () => {
    const { ecs, client, list } = setUp();
    for (let count = 0; count < 4; count += 1) ecs.register(smallest);
    const { nextToken } = await client.send(new ListTaskDefinitionsCommand({ familyPrefix: "web", maxResults: 2 }));
    ecs.deregister("web:1");
    ecs.deregister("web:2");
    expect(await list({ familyPrefix: "web", nextToken })).toStrictEqual(["web:3", "web:4"]);
  });

  it("rejects invalid page sizes and unknown tokens", async () => {
    const { list } = setUp();
    const invalid = { name: "InvalidParameterException" };
    const message = "maxResults must be between 1 and 100.";
    await expect(list({ maxResults: 0 })).rejects.toMatchObject({ ...invalid, message });
    await expect(list({ maxResults: 101 })).rejects.toMatchObject({ ...invalid, message });
    await expect(list({ nextToken: "something" })).rejects.toMatchObject({ ...invalid, message: "Invalid token." });
  });
});

describe("ListTaskDefinitionFamilies", () => {
  it("lists families by prefix and by status", async () => {
    const { ecs, families } = setUp();
    for (const family of ["web", "web-user", "api", "api-user"]) ecs.register({ ...smallest, family });
    ecs.deregister("web:1");
    expect(await families()).toStrictEqual(["api", "api-user", "web", "web-user"]);
    expect(await families({ familyPrefix: "web" })).toStrictEqual(["web", "web-user"]);
    expect(await families({ status: "ACTIVE" })).toStrictEqual(["api", "api-user", "web-user"]);
    expect(await families({ status: "INACTIVE" })).toStrictEqual(["web"]);
    expect(await families({ status: "ALL", maxResults: 1 })).toStrictEqual(["api"]);
  });

  it("returns pages", async () => {
    const { ecs, client, families } = setUp();
    for (const family of ["web", "api"]) ecs.register({ ...smallest, family });
    const { nextToken } = await client.send(new ListTaskDefinitionFamiliesCommand({ maxResults: 1 }));
    expect(await families({ nextToken })).toStrictEqual(["web"]);
  });

  it("does not list a family without revisions", async () => {
    const { ecs, families, remove } = setUp();
    ecs.register(smallest);
    ecs.deregister("web:1");
    await remove("web:1");
    expect(await families()).toStrictEqual([]);
  });
});
