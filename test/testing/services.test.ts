import {
  CreateServiceCommand,
  type CreateServiceCommandInput,
  CreateTaskSetCommand,
  DeleteServiceCommand,
  DeleteTaskDefinitionsCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ListServicesCommand,
  ListTasksCommand,
  type ListTasksCommandInput,
  RunTaskCommand,
  type RunTaskCommandInput,
  StopTaskCommand,
  UpdateServiceCommand,
  type UpdateServiceCommandInput,
} from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { FakeEcs, type FakeEcsOptions, ManualClock } from "../../src/testing/index.ts";
import { smallest } from "./inputs.ts";

const arnOf = (resource: string) => `arn:aws:ecs:us-east-1:111122223333:${resource}`;
const web1 = arnOf("task-definition/web:1");
const web2 = arnOf("task-definition/web:2");
const inactive = "TaskDefinition is inactive";

function setUp(options?: FakeEcsOptions) {
  const clock = new ManualClock(Date.UTC(2026, 0, 31));
  const ecs = new FakeEcs({ clock, ...options });
  ecs.register(smallest);
  const client = ecs.client();
  return {
    clock,
    ecs,
    client,
    create: async (input: Partial<CreateServiceCommandInput> = {}) => {
      const { service } = await client.send(
        new CreateServiceCommand({ serviceName: "web", taskDefinition: "web", desiredCount: 2, ...input }),
      );
      return service;
    },
    update: async (input: Partial<UpdateServiceCommandInput>) => {
      const { service } = await client.send(new UpdateServiceCommand({ service: "web", ...input }));
      return service;
    },
    run: (input: Partial<RunTaskCommandInput> = {}) =>
      client.send(new RunTaskCommand({ taskDefinition: "web", ...input })),
    list: async (input: ListTasksCommandInput = {}) => (await client.send(new ListTasksCommand(input))).taskArns ?? [],
    taskDefinitionsOfTasks: async (desiredStatus: "RUNNING" | "STOPPED" = "RUNNING") => {
      const { taskArns: tasks } = await client.send(new ListTasksCommand({ desiredStatus }));
      if (tasks?.length === 0) return [];
      const described = await client.send(new DescribeTasksCommand({ tasks }));
      return described.tasks?.map(({ taskDefinitionArn }) => taskDefinitionArn);
    },
  };
}

describe("CreateService", () => {
  it("runs the desired number of tasks of the family's latest ACTIVE revision", async () => {
    const { create, list, client } = setUp();
    const service = await create({
      cluster: "main",
      propagateTags: "TASK_DEFINITION",
      tags: [{ key: "a", value: "" }],
    });
    expect(service).toStrictEqual({
      serviceArn: arnOf("service/main/web"),
      serviceName: "web",
      clusterArn: arnOf("cluster/main"),
      status: "ACTIVE",
      desiredCount: 2,
      runningCount: 2,
      pendingCount: 0,
      taskDefinition: web1,
      propagateTags: "TASK_DEFINITION",
      deployments: [
        {
          id: "ecs-svc/00000000000000000000000000000001",
          status: "PRIMARY",
          taskDefinition: web1,
          desiredCount: 2,
          runningCount: 2,
          pendingCount: 0,
          failedTasks: 0,
          createdAt: new Date(Date.UTC(2026, 0, 31)),
          updatedAt: new Date(Date.UTC(2026, 0, 31)),
          rolloutState: "COMPLETED",
        },
      ],
      taskSets: [],
      events: [],
      createdAt: new Date(Date.UTC(2026, 0, 31)),
      tags: [{ key: "a", value: "" }],
    });
    const tasks = await list({ cluster: arnOf("cluster/main"), serviceName: "web" });
    const described = await client.send(new DescribeTasksCommand({ cluster: "main", tasks }));
    expect(described.tasks).toMatchObject([
      {
        group: "service:web",
        lastStatus: "RUNNING",
        startedBy: service?.deployments?.[0]?.id,
        taskDefinitionArn: web1,
      },
      { group: "service:web", lastStatus: "RUNNING" },
    ]);
  });

  it("runs none where no number is desired", async () => {
    const { create } = setUp();
    expect(await create({ desiredCount: undefined })).toMatchObject({ desiredCount: 0, runningCount: 0 });
  });

  it("gives the same service for the same client token, and refuses another of its name", async () => {
    const { create } = setUp();
    const service = await create({ clientToken: "once" });
    expect(await create({ clientToken: "once" })).toStrictEqual(service);
    for (const clientToken of [undefined, "another"]) {
      await expect(create({ clientToken })).rejects.toMatchObject({
        name: "InvalidParameterException",
        message: "Creation of service was not idempotent.",
      });
    }
  });

  it("refuses an INACTIVE task definition and one that is not there", async () => {
    const { ecs, create } = setUp();
    ecs.deregister(web1);
    const name = "ClientException";
    await expect(create({ taskDefinition: "web:1" })).rejects.toMatchObject({ name, message: inactive });
    await expect(create()).rejects.toMatchObject({ name, message: "TaskDefinition not found." });
  });

  it("refuses a service without a name", async () => {
    const { create } = setUp();
    await expect(create({ serviceName: undefined })).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: "Service name can not be blank.",
    });
  });
});

describe("UpdateService", () => {
  it("moves a service and its tasks to another task definition", async () => {
    const { ecs, create, update, taskDefinitionsOfTasks } = setUp();
    await create();
    ecs.register(smallest);
    expect(await update({ taskDefinition: "web", enableExecuteCommand: true })).toMatchObject({
      taskDefinition: web2,
      runningCount: 2,
      enableExecuteCommand: true,
      deployments: [{ status: "PRIMARY", taskDefinition: web2, rolloutState: "COMPLETED" }],
    });
    expect(await taskDefinitionsOfTasks()).toStrictEqual([web2, web2]);
    expect(await taskDefinitionsOfTasks("STOPPED")).toStrictEqual([web1, web1]);
  });

  it("scales a service, also one whose task definition is INACTIVE", async () => {
    const { ecs, client, create, update, taskDefinitionsOfTasks } = setUp();
    const service = await create();
    ecs.deregister(web1);
    await update({ desiredCount: 3 });
    expect(await taskDefinitionsOfTasks()).toStrictEqual([web1, web1, web1]);
    await update({ desiredCount: 1 });
    expect(await taskDefinitionsOfTasks()).toStrictEqual([web1]);
    const { taskArns: tasks } = await client.send(new ListTasksCommand({ desiredStatus: "STOPPED" }));
    const { tasks: stopped } = await client.send(new DescribeTasksCommand({ tasks }));
    const stoppedReason = `Scaling activity initiated by (deployment ${service?.deployments?.[0]?.id})`;
    const stoppedAt = new Date(Date.UTC(2026, 0, 31));
    expect(stopped).toMatchObject([1, 2].map(() => ({ lastStatus: "STOPPED", stoppedReason, stoppedAt })));
    await expect(update({ taskDefinition: web1 })).rejects.toMatchObject({
      name: "ClientException",
      message: inactive,
    });
  });

  it("makes a new deployment of the same task definition only when it is told", async () => {
    const { create, update } = setUp();
    const created = await create();
    const unchanged = await update({ taskDefinition: "web:1" });
    const forced = await update({ forceNewDeployment: true });
    expect(unchanged?.deployments?.[0]?.id).toBe(created?.deployments?.[0]?.id);
    expect(forced?.deployments?.[0]?.id).not.toBe(created?.deployments?.[0]?.id);
    expect(forced?.deployments).toHaveLength(1);
  });

  it("refuses a service or cluster that is not there, or not ACTIVE any more", async () => {
    const { client, create, update } = setUp();
    await expect(update({})).rejects.toMatchObject({ name: "ServiceNotFoundException", message: "Service not found." });
    await expect(update({ cluster: "other" })).rejects.toMatchObject({
      name: "ClusterNotFoundException",
      message: "Cluster not found.",
    });
    await create({ desiredCount: 0 });
    await client.send(new DeleteServiceCommand({ service: "web" }));
    await expect(update({})).rejects.toMatchObject({
      name: "ServiceNotActiveException",
      message: "Service was not ACTIVE.",
    });
  });
});

describe("a deployment that is held", () => {
  it("leaves the tasks of the one before running until it is completed", async () => {
    const { ecs, create, update, client, taskDefinitionsOfTasks } = setUp({ holdDeployments: true });
    expect(await create()).toMatchObject({ runningCount: 0, deployments: [{ rolloutState: "IN_PROGRESS" }] });
    ecs.completeDeployments();
    expect(await update({ desiredCount: 3 })).toMatchObject({ runningCount: 3 });
    ecs.register(smallest);
    expect(await update({ taskDefinition: "web" })).toMatchObject({
      taskDefinition: web2,
      deployments: [
        { status: "PRIMARY", taskDefinition: web2, runningCount: 0, desiredCount: 3, rolloutState: "IN_PROGRESS" },
        { status: "ACTIVE", taskDefinition: web1, runningCount: 3, desiredCount: 0, rolloutState: "COMPLETED" },
      ],
    });
    expect(await taskDefinitionsOfTasks()).toStrictEqual([web1, web1, web1]);
    ecs.completeDeployments();
    const { services } = await client.send(new DescribeServicesCommand({ services: ["web"] }));
    expect(services?.[0]?.deployments).toMatchObject([{ taskDefinition: web2, rolloutState: "COMPLETED" }]);
    expect(await taskDefinitionsOfTasks()).toStrictEqual([web2, web2, web2]);
  });

  it("is not completed any more once its service is deleted", async () => {
    const { ecs, client, create, list } = setUp({ holdDeployments: true });
    await create();
    await client.send(new DeleteServiceCommand({ service: "web", force: true }));
    ecs.completeDeployments();
    expect(await list()).toStrictEqual([]);
  });
});

describe("DeleteService", () => {
  it("stops the tasks and leaves an INACTIVE service, whose name is free again", async () => {
    const { client, create, list } = setUp();
    await create();
    const { service } = await client.send(new DeleteServiceCommand({ service: "web", force: true }));
    expect(service).toMatchObject({ status: "INACTIVE", desiredCount: 0, runningCount: 0 });
    expect(await list()).toStrictEqual([]);
    expect(await create()).toMatchObject({ status: "ACTIVE", runningCount: 2 });
  });

  it("refuses a service that is scaled above 0, unless it is forced", async () => {
    const { client, create } = setUp();
    await create();
    await expect(client.send(new DeleteServiceCommand({ service: "web" }))).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: "The service cannot be stopped while it is scaled above 0.",
    });
  });
});

describe("CreateTaskSet", () => {
  it("runs its share of a service's tasks", async () => {
    const { client, create, update, taskDefinitionsOfTasks } = setUp();
    const deploymentController = { type: "EXTERNAL" as const };
    const service = await create({ deploymentController, taskDefinition: undefined, desiredCount: 4 });
    expect(service).toMatchObject({ deployments: [], runningCount: 0 });
    const { taskSet } = await client.send(
      new CreateTaskSetCommand({
        cluster: "default",
        service: "web",
        taskDefinition: "web",
        scale: { value: 50, unit: "PERCENT" },
      }),
    );
    expect(taskSet).toMatchObject({
      taskSetArn: arnOf(`task-set/default/web/${taskSet?.id}`),
      id: "00000000000000000000000000000001",
      status: "ACTIVE",
      stabilityStatus: "STEADY_STATE",
      taskDefinition: web1,
      computedDesiredCount: 2,
      runningCount: 2,
    });
    await client.send(new CreateTaskSetCommand({ cluster: "default", service: "web", taskDefinition: "web" }));
    expect(await update({ desiredCount: 6 })).toMatchObject({
      runningCount: 9,
      taskSets: [{ taskSetArn: taskSet?.taskSetArn, runningCount: 3 }, { runningCount: 6 }],
    });
    expect(await taskDefinitionsOfTasks()).toStrictEqual(Array.from({ length: 9 }, () => web1));
  });

  it("is the whole of a service that has no deployments, which an update does not give it one of", async () => {
    const { client, create, update } = setUp();
    await create({ deploymentController: { type: "EXTERNAL" }, taskDefinition: undefined });
    await client.send(new CreateTaskSetCommand({ cluster: "default", service: "web", taskDefinition: "web" }));
    expect(await update({ forceNewDeployment: true })).toMatchObject({ deployments: [], taskSets: [{}] });
  });

  it("holds its task definition", async () => {
    const { client, ecs, create } = setUp();
    await create({ deploymentController: { type: "EXTERNAL" }, taskDefinition: undefined });
    await client.send(new CreateTaskSetCommand({ cluster: "default", service: "web", taskDefinition: "web" }));
    ecs.deregister(web1);
    const request = {
      headers: { "x-amz-target": "AmazonEC2ContainerServiceV20141113.DeleteTaskDefinitions" },
      body: JSON.stringify({ taskDefinitions: [web1] }),
    };
    await ecs.requestHandler.handle(request);
    expect(ecs.revisions("web")).toHaveLength(1);
    await client.send(new DeleteServiceCommand({ service: "web", force: true }));
    expect(ecs.revisions("web")).toHaveLength(0);
  });
});

/** Deletes a revision that is INACTIVE, and tells what is left of it. */
async function statusAfterDelete(ecs: FakeEcs, arn: string): Promise<string | undefined> {
  ecs.deregister(arn);
  await ecs.client().send(new DeleteTaskDefinitionsCommand({ taskDefinitions: [arn] }));
  return ecs.revisions("web").find((revision) => revision.arn === arn)?.status;
}

describe("a task definition that is deleted", () => {
  it("stays for as long as a task runs with it", async () => {
    const { ecs, client, run } = setUp();
    const { tasks } = await run();
    expect(await statusAfterDelete(ecs, web1)).toBe("DELETE_IN_PROGRESS");
    await client.send(new StopTaskCommand({ task: tasks?.[0]?.taskArn }));
    expect(ecs.revisions("web")).toStrictEqual([]);
  });

  it("stays for as long as an ACTIVE service has a deployment of it, also without tasks", async () => {
    const { ecs, client, create } = setUp();
    await create({ desiredCount: 0 });
    expect(await statusAfterDelete(ecs, web1)).toBe("DELETE_IN_PROGRESS");
    await client.send(new DeleteServiceCommand({ service: "web" }));
    expect(ecs.revisions("web")).toStrictEqual([]);
  });
});

describe("DescribeServices", () => {
  it("describes services by name and ARN, and says which are not there", async () => {
    const { client, create } = setUp();
    await create();
    const { services, failures } = await client.send(
      new DescribeServicesCommand({ services: ["web", arnOf("service/default/web"), "api"] }),
    );
    expect(services?.map(({ serviceName }) => serviceName)).toStrictEqual(["web", "web"]);
    expect(services?.[0]?.tags).toBeUndefined();
    expect(failures).toStrictEqual([{ arn: arnOf("service/default/api"), reason: "MISSING" }]);
  });

  it.each([undefined, [], Array.from({ length: 11 }, () => "web")])(
    "refuses none and more than ten",
    async (services) => {
      const { client } = setUp();
      await expect(client.send(new DescribeServicesCommand({ services }))).rejects.toMatchObject({
        name: "InvalidParameterException",
        message: "Between 1 and 10 services can be described at a time.",
      });
    },
  );
});

describe("as many as can be asked for at a time", () => {
  it("are described, run and listed", async () => {
    const { client, create, run } = setUp();
    await create();
    const services = Array.from({ length: 10 }, () => "web");
    expect((await client.send(new DescribeServicesCommand({ services }))).services).toHaveLength(10);
    const [task] = (await run({ count: 10 })).tasks ?? [];
    const tasks = Array.from({ length: 100 }, () => String(task?.taskArn));
    expect((await client.send(new DescribeTasksCommand({ tasks }))).tasks).toHaveLength(100);
  });
});

describe("ListServices", () => {
  it("lists them by name, whatever came first", async () => {
    const { client, create } = setUp();
    for (const serviceName of ["b", "a"]) await create({ serviceName });
    const { serviceArns } = await client.send(new ListServicesCommand());
    expect(serviceArns).toStrictEqual([arnOf("service/default/a"), arnOf("service/default/b")]);
  });

  it("lists a cluster's ACTIVE services, ten at a time", async () => {
    const { client, create } = setUp();
    const names = Array.from({ length: 12 }, (_, index) => `web-${String(index).padStart(2, "0")}`);
    for (const serviceName of names) await create({ serviceName, desiredCount: 0 });
    await create({ serviceName: "elsewhere", cluster: "other" });
    await client.send(new DeleteServiceCommand({ service: "web-11" }));
    const { serviceArns, nextToken } = await client.send(new ListServicesCommand());
    const rest = await client.send(new ListServicesCommand({ nextToken }));
    expect(serviceArns).toHaveLength(10);
    expect(rest).toMatchObject({ serviceArns: [arnOf("service/default/web-10")] });
    expect(rest.nextToken).toBeUndefined();
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

  it("runs them once for one client token", async () => {
    const { run, list } = setUp();
    const [first, second] = [await run({ clientToken: "once" }), await run({ clientToken: "once" })];
    expect(second.tasks).toStrictEqual(first.tasks);
    expect(await list()).toHaveLength(1);
  });

  it("runs them each time for a caller without client tokens, which the SDK's never is", async () => {
    const { ecs, list } = setUp();
    const request = {
      headers: { "x-amz-target": "AmazonEC2ContainerServiceV20141113.RunTask" },
      body: JSON.stringify({ taskDefinition: "web" }),
    };
    await ecs.requestHandler.handle(request);
    await ecs.requestHandler.handle(request);
    expect(await list()).toHaveLength(2);
  });

  it("refuses an INACTIVE task definition and one that is not there", async () => {
    const { ecs, run } = setUp();
    ecs.deregister(web1);
    await expect(run({ taskDefinition: web1 })).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: inactive,
    });
    await expect(run()).rejects.toMatchObject({ name: "ClientException", message: "TaskDefinition not found." });
  });

  it.each([0, 11])("refuses to run %d at a time", async (count) => {
    const { run } = setUp();
    await expect(run({ count })).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: "count must be between 1 and 10.",
    });
  });
});

describe("StopTask", () => {
  it("stops a task that runs by itself, and says when and why", async () => {
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

  it("has a service start another in its place, once", async () => {
    const { client, create, list } = setUp();
    await create();
    const [task] = await list();
    await client.send(new StopTaskCommand({ task }));
    await client.send(new StopTaskCommand({ task }));
    expect(await list()).toHaveLength(2);
    expect(await list()).not.toContain(task);
  });

  it.each([undefined, "something"])("refuses %s, which is not there", async (task) => {
    const { client } = setUp();
    await expect(client.send(new StopTaskCommand({ task }))).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: "The referenced task was not found.",
    });
  });
});

describe("DescribeTasks", () => {
  it("describes tasks by id and ARN, with tags where they are asked for, and says which are not there", async () => {
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
    "refuses none and more than a hundred",
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
  it("lists running tasks by family, service and who started them, in pages", async () => {
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
