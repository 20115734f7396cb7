import { DescribeServicesCommand, DescribeTasksCommand, ListTasksCommand, StopTaskCommand } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { arnOf, inactive, setUp, web1 } from "./cluster.ts";
import { smallest } from "./inputs.ts";

describe("the maximum number per request", () => {
  it("is described and run", async () => {
    const { client, create, run } = setUp();
    await create();
    const services = Array.from({ length: 10 }, () => "web");
    expect((await client.send(new DescribeServicesCommand({ services }))).services).toHaveLength(10);
    const [task] = (await run({ count: 10 })).tasks ?? [];
    const tasks = Array.from({ length: 100 }, () => String(task?.taskArn));
    expect((await client.send(new DescribeTasksCommand({ tasks }))).tasks).toHaveLength(100);
  });
});

describe("RunTask", () => {
  it("runs tasks", async () => {
    const { run } = setUp();
    const { tasks, failures } = await run({ count: 2, cluster: "main", startedBy: "me" });
    expect(failures).toStrictEqual([]);
    expect(tasks).toHaveLength(2);
    expect(tasks?.[0]).toStrictEqual({
      taskArn: arnOf("task/main/00000000000000000000000000000001"),
      clusterArn: arnOf("cluster/main"),
      taskDefinitionArn: web1,
      group: "family:web",
      startedBy: "me",
      lastStatus: "RUNNING",
      desiredStatus: "RUNNING",
      createdAt: new Date(Date.UTC(2026, 0, 31)),
      startedAt: new Date(Date.UTC(2026, 0, 31)),
      tags: [],
    });
  });

  it("runs tasks once per client token", async () => {
    const { run, list } = setUp();
    const [first, second] = [await run({ clientToken: "once" }), await run({ clientToken: "once" })];
    expect(second.tasks).toStrictEqual(first.tasks);
    expect(await list()).toHaveLength(1);
  });

  it("runs tasks every time without a client token, which the SDK never omits", async () => {
    const { ecs, list } = setUp();
    const request = {
      headers: { "x-amz-target": "AmazonEC2ContainerServiceV20141113.RunTask" },
      body: JSON.stringify({ taskDefinition: "web" }),
    };
    await ecs.requestHandler.handle(request);
    await ecs.requestHandler.handle(request);
    expect(await list()).toHaveLength(2);
  });

  it("rejects an INACTIVE task definition and a missing one", async () => {
    const { ecs, run } = setUp();
    ecs.deregister(web1);
    await expect(run({ taskDefinition: web1 })).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: inactive,
    });
    await expect(run()).rejects.toMatchObject({ name: "ClientException", message: "TaskDefinition not found." });
  });

  it.each([0, 11])("rejects running %d at a time", async (count) => {
    const { run } = setUp();
    await expect(run({ count })).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: "count must be between 1 and 10.",
    });
  });
});

describe("StopTask", () => {
  it("stops a standalone task, and records when and why", async () => {
    const { clock, client, run, list } = setUp();
    const { tasks } = await run();
    await clock.advance(1000);
    const stop = new StopTaskCommand({ task: tasks?.[0]?.taskArn, reason: "enough" });
    const stopped = {
      lastStatus: "STOPPED",
      stoppedAt: new Date(Date.UTC(2026, 0, 31, 0, 0, 1)),
      stoppedReason: "enough",
    };
    expect((await client.send(stop)).task).toMatchObject({ ...stopped, tags: [] });
    await clock.advance(1000);
    expect((await client.send(new StopTaskCommand({ task: tasks?.[0]?.taskArn }))).task).toMatchObject(stopped);
    expect(await list()).toStrictEqual([]);
  });

  it("makes a service start one replacement", async () => {
    const { client, create, list } = setUp();
    await create();
    const [task] = await list();
    await client.send(new StopTaskCommand({ task }));
    await client.send(new StopTaskCommand({ task }));
    expect(await list()).toHaveLength(2);
    expect(await list()).not.toContain(task);
  });

  it.each([undefined, "something"])("rejects %s, which does not exist", async (task) => {
    const { client } = setUp();
    await expect(client.send(new StopTaskCommand({ task }))).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: "The referenced task was not found.",
    });
  });
});

describe("DescribeTasks", () => {
  it("describes tasks by ID and ARN, with tags if asked to, and reports those that do not exist", async () => {
    const { client, run } = setUp();
    await run({ tags: [{ key: "a", value: "" }], group: "mine" });
    const id = "00000000000000000000000000000001";
    const ids = [id, arnOf(`task/default/${id}`), "something"];
    const { tasks, failures } = await client.send(new DescribeTasksCommand({ tasks: ids }));
    expect(tasks).toMatchObject([{ group: "mine" }, { group: "mine" }]);
    expect(tasks?.[0]?.tags).toBeUndefined();
    expect(failures).toStrictEqual([{ arn: arnOf("task/default/something"), reason: "MISSING" }]);
    const tagged = await client.send(new DescribeTasksCommand({ tasks: [id], include: ["TAGS"] }));
    expect(tagged.tasks?.[0]?.tags).toStrictEqual([{ key: "a", value: "" }]);
  });

  it.each([undefined, [], Array.from({ length: 101 }, () => "task")])(
    "rejects none and more than a hundred",
    async (tasks) => {
      const { client } = setUp();
      await expect(client.send(new DescribeTasksCommand({ tasks }))).rejects.toMatchObject({
        name: "InvalidParameterException",
        message: "Between 1 and 100 tasks can be described at a time.",
      });
    },
  );
});

describe("ListTasks", () => {
  it("lists running tasks by family, service and starter, in pages", async () => {
    const { ecs, client, create, run, list } = setUp();
    ecs.register({ ...smallest, family: "api" });
    const service = await create();
    await run({ taskDefinition: "api", startedBy: "me" });
    expect(await list()).toHaveLength(3);
    expect(await list({ family: "web" })).toHaveLength(2);
    expect(await list({ family: "api" })).toHaveLength(1);
    expect(await list({ serviceName: "web" })).toHaveLength(2);
    for (let revision = 2; revision <= 10; revision += 1) ecs.register({ ...smallest, family: "api" });
    await run({ taskDefinition: "api:10", startedBy: "you" });
    expect(await list({ family: "api" })).toHaveLength(2);
    await client.send(new StopTaskCommand({ task: (await list({ startedBy: "you" }))[0] }));
    expect(await list({ startedBy: "me" })).toHaveLength(1);
    expect(await list({ startedBy: service?.deployments?.[0]?.id })).toHaveLength(2);
    const { nextToken } = await client.send(new ListTasksCommand({ maxResults: 1 }));
    expect(await list({ nextToken })).toHaveLength(2);
  });
});
