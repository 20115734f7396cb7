import {
  DescribeTaskDefinitionCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
} from "@aws-sdk/client-ecs";
import { afterEach, describe, expect, expectTypeOf, it, vi } from "vitest";
import { FakeEcs, type FakeEcsOptions, ManualClock, systemClock } from "../../src/testing/index.ts";
import { app, smallest } from "./inputs.ts";

const register = (family = "web") => new RegisterTaskDefinitionCommand({ ...smallest, family });
const concurrent = {
  name: "ClientException",
  message: "Too many concurrent attempts to create a new revision of the specified family.",
};

describe("FakeEcs", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.useRealTimers();
  });

  it("has the region, account and partition that it is given", () => {
    const ecs = new FakeEcs({ region: "cn-north-1", accountId: "444455556666", partition: "aws-cn" });
    expect(ecs.register(smallest)).toBe("arn:aws-cn:ecs:cn-north-1:444455556666:task-definition/web:1");
    expect(ecs.revisions()).toMatchObject([
      { registeredBy: "arn:aws-cn:sts::444455556666:assumed-role/provisioner/session" },
    ]);
  });

  it("reports who registered a revision, set for all or for one", async () => {
    const ecs = new FakeEcs({ registeredBy: "arn:aws:iam::111122223333:user/all" });
    await ecs.client().send(register());
    ecs.register(smallest, { registeredBy: "arn:aws:iam::111122223333:user/one" });
    expect(ecs.revisions().map(({ registeredBy }) => registeredBy)).toStrictEqual([
      "arn:aws:iam::111122223333:user/all",
      "arn:aws:iam::111122223333:user/one",
    ]);
  });

  it("keeps fields that the SDK does not know, and returns them on the wire", async () => {
    const ecs = new FakeEcs();
    ecs.register({
      ...smallest,
      newMember: { deep: [1] },
      containerDefinitions: [{ ...app, memory: 512, newSetting: true }],
      volumes: [],
    });
    const request = {
      headers: { "x-amz-target": "AmazonEC2ContainerServiceV20141113.DescribeTaskDefinition" },
      body: JSON.stringify({ taskDefinition: "web" }),
    };
    const { response } = await ecs.requestHandler.handle(request);
    expect(JSON.parse(Buffer.from(response.body).toString())).toMatchObject({
      taskDefinition: { newMember: { deep: [1] }, containerDefinitions: [{ newSetting: true }] },
    });
  });

  it("does not let the environment or a profile affect its client", async () => {
    vi.stubEnv("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
    vi.stubEnv("AWS_REGION", "eu-west-1");
    vi.stubEnv("AWS_MAX_ATTEMPTS", "7");
    const client = new FakeEcs({ region: "us-west-2" }).client();
    expect(await client.config.region()).toBe("us-west-2");
    expect(await client.config.maxAttempts()).toBe(3);
    expect(client.config.retryMode).toBe("standard");
    expect(await client.config.endpoint?.()).toMatchObject({ hostname: "ecs.us-west-2.amazonaws.com" });
    expect(await client.config.credentials()).toMatchObject({
      accessKeyId: "AKIAIOSFODNN7EXAMPLE",
      secretAccessKey: "fake",
    });
    await expect(client.send(register())).resolves.toBeDefined();
  });

  it("does not make its client retry because of clock skew", async () => {
    const ecs = new FakeEcs({ clock: new ManualClock(0) });
    await expect(ecs.client().send(new DescribeTaskDefinitionCommand({ taskDefinition: "web" }))).rejects.toThrow();
    expect(ecs.calls).toHaveLength(1);
  });

  it("has a clock that stands still by default", async () => {
    const ecs = new FakeEcs();
    expect(ecs.clock).toBeInstanceOf(ManualClock);
    expect(new FakeEcs({ clock: systemClock }).clock).toBe(systemClock);
  });

  it.each<{ title: string; latencyMs: FakeEcsOptions["latencyMs"] }>([
    { title: "all", latencyMs: 100 },
    { title: "each", latencyMs: (operation) => (operation === "RegisterTaskDefinition" ? 100 : 0) },
  ])("takes as long as the latency for $title of the operations", async ({ latencyMs }) => {
    const clock = new ManualClock(0);
    const ecs = new FakeEcs({ clock, latencyMs: latencyMs ?? 0 });
    const pending = ecs.client().send(register());
    await clock.advance(99);
    expect(ecs.calls[0]?.outcome).toBeUndefined();
    await clock.advance(1);
    await expect(pending).resolves.toBeDefined();
  });

  it("passes on what a clock throws", async () => {
    const broken = new Error("broken clock");
    let isBroken = false;
    const now = () => {
      if (isBroken) throw broken;
      isBroken = true;
      return 0;
    };
    const ecs = new FakeEcs({ quotas: true, clock: { now, sleep: async () => {} } });
    await expect(ecs.client({ maxAttempts: 1 }).send(register())).rejects.toThrow(broken);
  });

  it("works under fake timers", async () => {
    vi.useFakeTimers();
    const ecs = new FakeEcs({ clock: systemClock, latencyMs: 50 });
    const pending = ecs.client().send(register());
    await vi.advanceTimersByTimeAsync(0);
    await new ManualClock().advance(0);
    await vi.advanceTimersByTimeAsync(50);
    await expect(pending).resolves.toMatchObject({ taskDefinition: { revision: 1 } });
  });
});

describe("calls", () => {
  it("are kept in order of arrival, each with its input and outcome", async () => {
    const ecs = new FakeEcs();
    const client = ecs.client();
    await client.send(register());
    await client.send(new ListTasksCommand({ cluster: "other" })).catch(() => {});
    expect(ecs.calls).toStrictEqual([
      { operation: "RegisterTaskDefinition", input: smallest, outcome: "ok" },
      { operation: "ListTasks", input: { cluster: "other" }, outcome: "ClusterNotFoundException" },
    ]);
    ecs.clearCalls();
    expect(ecs.calls).toStrictEqual([]);
  });

  it("contain copies, so that mutating them has no effect", async () => {
    const ecs = new FakeEcs();
    await ecs.client().send(register());
    Object.assign(ecs.calls[0]?.input ?? {}, { family: "changed" });
    expect(ecs.revisions()).toMatchObject([{ family: "web", registered: { family: "web" } }]);
  });

  it("are not kept if `keepCalls` is false", async () => {
    const ecs = new FakeEcs({ keepCalls: false });
    await ecs.client().send(register());
    expect(ecs.calls).toStrictEqual([]);
  });
});

describe("register and deregister", () => {
  it("change the state without a call, a fault, a quota or a delay", () => {
    const ecs = new FakeEcs({ quotas: true, latencyMs: 1000 });
    ecs.fail({ operation: "RegisterTaskDefinition", error: "ServerException" });
    for (let count = 0; count < 30; count += 1) ecs.deregister(ecs.register(smallest));
    expect(ecs.revisions("web")).toHaveLength(30);
    expect(ecs.calls).toStrictEqual([]);
  });

  it("follow the same rules", () => {
    const ecs = new FakeEcs();
    expect(() => ecs.register({ ...smallest, tags: [] })).toThrow(
      expect.objectContaining({ name: "ClientException", message: "Tags can not be empty." }),
    );
    expect(() => ecs.deregister("web:1")).toThrow(expect.objectContaining({ name: "ClientException" }));
  });
});

describe("revisions", () => {
  it("are what was registered, oldest first, for all families or for one", async () => {
    const clock = new ManualClock(Date.UTC(2026, 0, 31));
    const ecs = new FakeEcs({ clock });
    const tags = [
      { key: "b", value: "" },
      { key: "a", value: "" },
    ];
    ecs.register({ ...smallest, tags });
    ecs.register({ ...smallest, family: "api" });
    await clock.advance(1000);
    ecs.deregister("web:1");
    ecs.register(smallest);
    expect(ecs.revisions().map(({ arn }) => arn.replace(/.*\//, ""))).toStrictEqual(["web:1", "api:1", "web:2"]);
    expect(ecs.revisions("web")[0]).toStrictEqual({
      arn: "arn:aws:ecs:us-east-1:111122223333:task-definition/web:1",
      family: "web",
      revision: 1,
      status: "INACTIVE",
      registered: { ...smallest, tags },
      tags,
      registeredBy: "arn:aws:sts::111122223333:assumed-role/provisioner/session",
      registeredAt: new Date(Date.UTC(2026, 0, 31)),
      deregisteredAt: new Date(Date.UTC(2026, 0, 31, 0, 0, 1)),
    });
    expect(ecs.revisions("other")).toStrictEqual([]);
    expectTypeOf(ecs.revisions()[0]?.registered).toEqualTypeOf<RegisterTaskDefinitionCommandInput | undefined>();
  });
});

describe("concurrentRevisionError", () => {
  it("rejects a registration while another one into its family is in progress", async () => {
    const ecs = new FakeEcs({ concurrentRevisionError: true });
    const client = ecs.client();
    const outcomes = await Promise.allSettled([
      client.send(register("web")),
      client.send(register("web")),
      client.send(register("api")),
      client.send(register("web")),
    ]);
    expect(outcomes).toMatchObject([
      { status: "fulfilled" },
      { status: "rejected", reason: concurrent },
      { status: "fulfilled" },
      { status: "rejected", reason: concurrent },
    ]);
    expect(ecs.calls).toHaveLength(4);
    await expect(client.send(register("web"))).resolves.toMatchObject({ taskDefinition: { revision: 2 } });
  });

  it("rejects it for as long as the other takes", async () => {
    const clock = new ManualClock(0);
    const ecs = new FakeEcs({ concurrentRevisionError: true, clock, latencyMs: 100 });
    const client = ecs.client();
    const first = client.send(register());
    await clock.advance(99);
    const second = expect(client.send(register())).rejects.toMatchObject(concurrent);
    await clock.advance(1);
    const third = client.send(register());
    await clock.advance(100);
    await expect(first).resolves.toBeDefined();
    await second;
    await expect(third).resolves.toBeDefined();
  });

  it("is off by default: revisions are created one after the other", async () => {
    const client = new FakeEcs().client();
    const registered = await Promise.all([client.send(register()), client.send(register())]);
    expect(registered.map(({ taskDefinition }) => taskDefinition?.revision)).toStrictEqual([1, 2]);
  });
});
