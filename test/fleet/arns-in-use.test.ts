import {
  CreateServiceCommand,
  CreateTaskSetCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListServicesCommand,
  ListTasksCommand,
  RunTaskCommand,
  StopTaskCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, describe, expect, it, vi } from "vitest";
import { InvalidInputError, UnexpectedResponseError } from "../../src/errors.ts";
import { collectArnsInUse } from "../../src/fleet/index.ts";
import { toFound } from "../../src/parse-input.ts";
import { FakeEcs, systemClock } from "../../src/testing/index.ts";
import { baseInput } from "../cast.ts";
import { fakeTime, inFakeTime } from "../fake-time.ts";
import { rejectionOf } from "../world.ts";

const cluster = "users";

const newEcs = (options: ConstructorParameters<typeof FakeEcs>[0] = {}): { ecs: FakeEcs; client: ECSClient } => {
  const ecs = new FakeEcs(options);
  return { ecs, client: ecs.client() };
};

const register = (ecs: FakeEcs): string => ecs.register({ ...baseInput, family: "clones" });

const createService = (client: ECSClient, serviceName: string, taskDefinition: string) =>
  client.send(new CreateServiceCommand({ cluster, serviceName, taskDefinition, desiredCount: 1 }));

afterEach(() => {
  vi.useRealTimers();
});

describe("collectArnsInUse", () => {
  it("returns nothing for a cluster that runs nothing", async () => {
    const { ecs, client } = newEcs();
    register(ecs);
    expect(await collectArnsInUse(client, "default")).toStrictEqual(new Set());
  });

  it("returns what services run", async () => {
    const { ecs, client } = newEcs();
    const [first, second] = [register(ecs), register(ecs), register(ecs)];
    await createService(client, "one", String(first));
    await createService(client, "two", String(second));
    expect(await collectArnsInUse(client, cluster)).toStrictEqual(new Set([first, second]));
  });

  it("returns both revisions of a deployment in progress", async () => {
    const { ecs, client } = newEcs({ holdDeployments: true });
    const [first, second] = [register(ecs), register(ecs)];
    await createService(client, "one", first);
    ecs.completeDeployments();
    await client.send(new UpdateServiceCommand({ cluster, service: "one", taskDefinition: second }));
    expect(await collectArnsInUse(client, cluster)).toStrictEqual(new Set([first, second]));
  });

  it("returns what a service without tasks would start", async () => {
    const { ecs, client } = newEcs();
    const taskDefinition = register(ecs);
    await client.send(new CreateServiceCommand({ cluster, serviceName: "one", taskDefinition, desiredCount: 0 }));
    expect(await collectArnsInUse(client, cluster)).toStrictEqual(new Set([taskDefinition]));
  });

  it("returns what task sets run", async () => {
    const { ecs, client } = newEcs();
    const taskDefinition = register(ecs);
    await client.send(
      new CreateServiceCommand({ cluster, serviceName: "one", deploymentController: { type: "EXTERNAL" } }),
    );
    await client.send(new CreateTaskSetCommand({ cluster, service: "one", taskDefinition }));
    expect(await collectArnsInUse(client, cluster)).toStrictEqual(new Set([taskDefinition]));
  });

  it("returns what standalone tasks run, including stopped ones", async () => {
    const { ecs, client } = newEcs();
    const [running, stopped] = [register(ecs), register(ecs)];
    await client.send(new RunTaskCommand({ cluster, taskDefinition: running }));
    const { tasks } = await client.send(new RunTaskCommand({ cluster, taskDefinition: stopped }));
    await client.send(new StopTaskCommand({ cluster, task: tasks?.[0]?.taskArn }));
    expect(await collectArnsInUse(client, cluster)).toStrictEqual(new Set([running, stopped]));
  });

  it("reads all pages", async () => {
    const { ecs, client } = newEcs();
    const arns = Array.from({ length: 23 }, () => register(ecs));
    for (const [index, arn] of arns.entries()) await createService(client, `service-${index}`, arn);
    const one = register(ecs);
    for (let count = 0; count < 13; count += 1) {
      await client.send(new RunTaskCommand({ cluster, taskDefinition: one, count: 10 }));
    }
    ecs.clearCalls();
    expect(await collectArnsInUse(client, cluster)).toStrictEqual(new Set([...arns, one]));
    expect(ecs.calls.filter(({ operation }) => operation === "DescribeServices")).toHaveLength(3);
    expect(ecs.calls.filter(({ operation }) => operation === "DescribeTasks")).toHaveLength(2);
  });

  it("covers only the given cluster", async () => {
    const { ecs, client } = newEcs();
    const arn = register(ecs);
    await createService(client, "one", arn);
    await client.send(
      new CreateServiceCommand({ cluster: "other", serviceName: "two", taskDefinition: register(ecs) }),
    );
    expect(await collectArnsInUse(client, cluster)).toStrictEqual(new Set([arn]));
  });

  it("tolerates a service that disappears after it was listed", async () => {
    const { ecs, client } = newEcs();
    const arn = register(ecs);
    await createService(client, "one", arn);
    ecs.fail({ operation: "DescribeServices", body: { services: [], failures: [{ arn: "one", reason: "MISSING" }] } });
    // Its task is still there.
    expect(await collectArnsInUse(client, cluster)).toStrictEqual(new Set([arn]));
  });

  it("throws if ECS cannot describe a service for another reason, because the result would be incomplete", async () => {
    const { ecs, client } = newEcs();
    await createService(client, "one", register(ecs));
    ecs.fail({ operation: "DescribeServices", body: { services: [], failures: [{ arn: "one", reason: "DENIED" }] } });
    const error = await rejectionOf(collectArnsInUse(client, cluster));
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect(error).toMatchObject({ operation: "DescribeServices", message: expect.stringContaining("DENIED") });
  });

  it("throws if ECS cannot describe a task for any reason but its disappearance", async () => {
    const { ecs, client } = newEcs();
    await client.send(new RunTaskCommand({ cluster, taskDefinition: register(ecs) }));
    ecs.fail({ operation: "DescribeTasks", body: { tasks: [], failures: [{ arn: "one", reason: "DENIED" }] } });
    expect(await rejectionOf(collectArnsInUse(client, cluster))).toMatchObject({
      name: "UnexpectedResponseError",
      operation: "DescribeTasks",
    });
  });

  it.each(["ListServices", "DescribeServices", "ListTasks", "DescribeTasks"] as const)(
    "throws if %s is answered with nothing, because the result would be incomplete",
    async (operation) => {
      const { ecs, client } = newEcs();
      await createService(client, "one", register(ecs));
      ecs.fail({ operation, body: {} });
      expect(await rejectionOf(collectArnsInUse(client, cluster))).toBeInstanceOf(UnexpectedResponseError);
    },
  );

  it("throws the SDK's own error for a cluster that does not exist", async () => {
    expect(await rejectionOf(collectArnsInUse(newEcs().client, "nowhere"))).toMatchObject({
      name: "ClusterNotFoundException",
    });
  });

  it.each(["ListServices", "DescribeServices", "ListTasks", "DescribeTasks"] as const)(
    "gives up on a %s call that is never answered",
    async (operation) => {
      vi.useFakeTimers(fakeTime);
      const { ecs, client } = newEcs({ clock: systemClock });
      await createService(client, "one", register(ecs));
      ecs.fail({ operation, hang: "before", times: 10 });
      expect(await inFakeTime(rejectionOf(collectArnsInUse(client, cluster)))).toMatchObject({
        name: "RequestTimeoutError",
        operation,
      });
    },
  );

  it.each(["ListServices", "DescribeServices", "ListTasks", "DescribeTasks"] as const)(
    "retries a throttled %s call",
    async (operation) => {
      vi.useFakeTimers(fakeTime);
      const { ecs, client } = newEcs({ clock: systemClock });
      const arn = register(ecs);
      await createService(client, "one", arn);
      ecs.fail({ operation, error: "ThrottlingException", times: 5 });
      expect(await inFakeTime(collectArnsInUse(client, cluster))).toStrictEqual(new Set([arn]));
    },
  );

  it("names the cluster that ECS was too busy for", async () => {
    vi.useFakeTimers(fakeTime);
    const { ecs, client } = newEcs({ clock: systemClock });
    ecs.fail({ operation: "ListServices", error: "ThrottlingException", times: 1000 });
    expect(await inFakeTime(rejectionOf(collectArnsInUse(client, cluster)))).toMatchObject({
      name: "EcsBusyError",
      message: expect.stringContaining("ListServices of cluster users"),
    });
  });

  it.each([[""], [undefined], [{}]])("rejects %j as a cluster", async (name) => {
    const { ecs, client } = newEcs();
    // @ts-expect-error most are no texts
    expect(await rejectionOf(collectArnsInUse(client, name))).toStrictEqual(
      new InvalidInputError(`Invalid cluster: expected its name or ARN, got ${toFound(name)}.`),
    );
    expect(ecs.calls).toStrictEqual([]);
  });

  it.each([[undefined], [null], ["users"], [{}], [{ send: "now" }]])("rejects %j as a client", async (client) => {
    // @ts-expect-error none of them is a client
    expect(await rejectionOf(collectArnsInUse(client, cluster))).toStrictEqual(
      new InvalidInputError(`Invalid client: expected an ECSClient of @aws-sdk/client-ecs, got ${toFound(client)}.`),
    );
  });

  it("throws if a required list is missing from a response, and treats other absent fields as empty", async () => {
    const mock = mockClient(ECSClient);
    const client = new ECSClient({ region: "us-east-1" });
    const missing = (operation: string, what = "a list") => new UnexpectedResponseError(operation, what);
    expect(await rejectionOf(collectArnsInUse(client, cluster))).toStrictEqual(
      missing("ListServices", "a list of ARNs"),
    );
    mock.on(ListServicesCommand).resolves({ serviceArns: ["one"] });
    expect(await rejectionOf(collectArnsInUse(client, cluster))).toStrictEqual(missing("DescribeServices"));
    mock.on(DescribeServicesCommand).resolves({ services: [{ taskDefinition: "web:1" }] });
    expect(await rejectionOf(collectArnsInUse(client, cluster))).toStrictEqual(missing("ListTasks", "a list of ARNs"));
    mock.on(ListTasksCommand).resolves({ taskArns: ["two"] });
    expect(await rejectionOf(collectArnsInUse(client, cluster))).toStrictEqual(missing("DescribeTasks"));
    mock.on(DescribeTasksCommand).resolves({ tasks: [{ taskDefinitionArn: "web:2" }] });
    expect(await collectArnsInUse(client, cluster)).toStrictEqual(new Set(["web:1", "web:2"]));
    mock.restore();
  });

  it("stops when aborted", async () => {
    const { ecs, client } = newEcs();
    await createService(client, "one", register(ecs));
    expect(await rejectionOf(collectArnsInUse(client, cluster, { signal: AbortSignal.abort() }))).toMatchObject({
      name: "AbortError",
    });
  });
});
