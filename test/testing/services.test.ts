import {
  CreateTaskSetCommand,
  DeleteServiceCommand,
  DeleteTaskDefinitionsCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ListServicesCommand,
  ListTasksCommand,
  StopTaskCommand,
} from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import type { FakeEcs } from "../../src/testing/index.ts";
import { arnOf, inactive, setUp, web1, web2 } from "./cluster.ts";
import { smallest } from "./inputs.ts";

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

  it("runs no tasks if `desiredCount` is absent", async () => {
    const { create } = setUp();
    expect(await create({ desiredCount: undefined })).toMatchObject({ desiredCount: 0, runningCount: 0 });
  });

  it("returns the same service for the same client token, and rejects another with its name", async () => {
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

  it("rejects an INACTIVE task definition and a missing one", async () => {
    const { ecs, create } = setUp();
    ecs.deregister(web1);
    const name = "ClientException";
    await expect(create({ taskDefinition: "web:1" })).rejects.toMatchObject({ name, message: inactive });
    await expect(create()).rejects.toMatchObject({ name, message: "TaskDefinition not found." });
  });

  it("rejects a service without a name", async () => {
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

  it("scales a service, even if its task definition is INACTIVE", async () => {
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

  it("creates a new deployment of the same task definition only if forced", async () => {
    const { create, update } = setUp();
    const created = await create();
    const unchanged = await update({ taskDefinition: "web:1" });
    const forced = await update({ forceNewDeployment: true });
    expect(unchanged?.deployments?.[0]?.id).toBe(created?.deployments?.[0]?.id);
    expect(forced?.deployments?.[0]?.id).not.toBe(created?.deployments?.[0]?.id);
    expect(forced?.deployments).toHaveLength(1);
  });

  it("rejects a service or cluster that does not exist or is no longer ACTIVE", async () => {
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

describe("a held deployment", () => {
  it("leaves the previous deployment's tasks running until it is completed", async () => {
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

  it("is never completed once its service is deleted", async () => {
    const { ecs, client, create, list } = setUp({ holdDeployments: true });
    await create();
    await client.send(new DeleteServiceCommand({ service: "web", force: true }));
    ecs.completeDeployments();
    expect(await list()).toStrictEqual([]);
  });
});

describe("DeleteService", () => {
  it("stops the tasks and leaves an INACTIVE service whose name can be reused", async () => {
    const { client, create, list } = setUp();
    await create();
    const { service } = await client.send(new DeleteServiceCommand({ service: "web", force: true }));
    expect(service).toMatchObject({ status: "INACTIVE", desiredCount: 0, runningCount: 0 });
    expect(await list()).toStrictEqual([]);
    expect(await create()).toMatchObject({ status: "ACTIVE", runningCount: 2 });
  });

  it("rejects a service that is scaled above 0, unless forced", async () => {
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

  it("takes the place of deployments, and an update does not add one", async () => {
    const { client, create, update } = setUp();
    await create({ deploymentController: { type: "EXTERNAL" }, taskDefinition: undefined });
    await client.send(new CreateTaskSetCommand({ cluster: "default", service: "web", taskDefinition: "web" }));
    expect(await update({ forceNewDeployment: true })).toMatchObject({ deployments: [], taskSets: [{}] });
  });

  it("keeps its task definition from being deleted", async () => {
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

/** Deletes a revision that is INACTIVE, and returns the status it has left, if any. */
async function statusAfterDelete(ecs: FakeEcs, arn: string): Promise<string | undefined> {
  ecs.deregister(arn);
  await ecs.client().send(new DeleteTaskDefinitionsCommand({ taskDefinitions: [arn] }));
  return ecs.revisions("web").find((revision) => revision.arn === arn)?.status;
}

describe("a deleted task definition", () => {
  it("stays as long as a task runs it", async () => {
    const { ecs, client, run } = setUp();
    const { tasks } = await run();
    expect(await statusAfterDelete(ecs, web1)).toBe("DELETE_IN_PROGRESS");
    await client.send(new StopTaskCommand({ task: tasks?.[0]?.taskArn }));
    expect(ecs.revisions("web")).toStrictEqual([]);
  });

  it("stays as long as an ACTIVE service has a deployment of it, even without tasks", async () => {
    const { ecs, client, create } = setUp();
    await create({ desiredCount: 0 });
    expect(await statusAfterDelete(ecs, web1)).toBe("DELETE_IN_PROGRESS");
    await client.send(new DeleteServiceCommand({ service: "web" }));
    expect(ecs.revisions("web")).toStrictEqual([]);
  });
});

describe("DescribeServices", () => {
  it("describes services by name and ARN, and reports those that do not exist", async () => {
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
    "rejects none and more than ten",
    async (services) => {
      const { client } = setUp();
      await expect(client.send(new DescribeServicesCommand({ services }))).rejects.toMatchObject({
        name: "InvalidParameterException",
        message: "Between 1 and 10 services can be described at a time.",
      });
    },
  );
});

describe("ListServices", () => {
  it("lists services by name, in whatever order they were created", async () => {
    const { client, create } = setUp();
    for (const serviceName of ["b", "a"]) await create({ serviceName });
    const { serviceArns } = await client.send(new ListServicesCommand());
    expect(serviceArns).toStrictEqual([arnOf("service/default/a"), arnOf("service/default/b")]);
  });

  it("lists a cluster's ACTIVE services ten at a time", async () => {
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
