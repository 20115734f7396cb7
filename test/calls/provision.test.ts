import { inspect } from "node:util";
import type { RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { toRegisterInput } from "../../src/derivation/register-input.ts";
import {
  type ClonePlan,
  type ClonerEvent,
  provenanceLabel,
  renderPlan,
  TaskDefCloner,
  type TaskDefClonerOptions,
} from "../../src/index.ts";
import { FakeEcs, type FakeEcsOptions, systemClock } from "../../src/testing/index.ts";
import { fakeTime, inFakeTime, turns } from "../fake-time.ts";
import { deepFreeze, named, plainUser, typicalBase, typicalTags, typicalUser } from "../fixtures.ts";

const baseFamily = "isol8-dev-openclaw";
const shutDown = new Error("shutting down");

/** The typical base as ECS takes it: without the encryption that an access point needs, and that the clone is to get. */
const base = deepFreeze({
  ...toRegisterInput(typicalBase),
  family: baseFamily,
  volumes: [
    {
      name: "workspace",
      efsVolumeConfiguration: {
        fileSystemId: "fs-0a1b2c3d4e5f60718",
        rootDirectory: "/",
        transitEncryption: "DISABLED",
        authorizationConfig: { iam: "DISABLED" },
      },
    },
    { name: "scratch", host: {} },
  ],
  tags: [...typicalTags],
} satisfies RegisterTaskDefinitionCommandInput);

let ecs: FakeEcs;
let events: ClonerEvent[];

beforeEach(() => {
  newEcs();
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function newEcs(options: FakeEcsOptions = {}): void {
  ecs = new FakeEcs(options);
  events = [];
  ecs.register(base);
}

const newCloner = (options: Partial<TaskDefClonerOptions> = {}): TaskDefCloner =>
  new TaskDefCloner({
    client: ecs.client(),
    baseFamily,
    container: "openclaw",
    onEvent: (event) => events.push(event),
    ...options,
  });

const operations = (): string[] => ecs.calls.map(({ operation }) => operation);

/** What the newest clone was registered with. */
function registered(family = `${baseFamily}-user`): RegisterTaskDefinitionCommandInput {
  const newest = ecs.revisions(family).at(-1);
  if (newest === undefined) throw new Error("expected a clone");
  return newest.registered;
}

/** The same with every list that ECS gives back in another order sorted by name. */
function inOrder(input: RegisterTaskDefinitionCommandInput): RegisterTaskDefinitionCommandInput {
  const byName = (one: { name?: string | undefined }, other: { name?: string | undefined }): number =>
    String(one.name).localeCompare(String(other.name));
  const containers = input.containerDefinitions?.map((container) => ({
    ...container,
    ...(container.environment && { environment: container.environment.toSorted(byName) }),
    ...(container.secrets && { secrets: container.secrets.toSorted(byName) }),
  }));
  const tags = input.tags?.toSorted((one, other) => String(one.key).localeCompare(String(other.key)));
  return { ...input, containerDefinitions: containers?.toSorted(byName), ...(tags && { tags }) };
}

const openclaw = named(base.containerDefinitions, "openclaw");
const collector = named(base.containerDefinitions, "otel-collector");
const dockerLabels = { ...openclaw.dockerLabels, [provenanceLabel]: expect.any(String) };

/** The base with the least that every clone has of its own. */
const toExpected = (accessPointId: string): RegisterTaskDefinitionCommandInput => ({
  ...base,
  family: `${baseFamily}-user`,
  containerDefinitions: [{ ...openclaw, dockerLabels }, collector],
  volumes: [
    {
      name: "workspace",
      efsVolumeConfiguration: {
        fileSystemId: "fs-0a1b2c3d4e5f60718",
        rootDirectory: "/",
        transitEncryption: "ENABLED",
        authorizationConfig: { iam: "DISABLED", accessPointId },
      },
    },
    { name: "scratch", host: {} },
  ],
});

describe("a user's clone", () => {
  it("is the base with the user's access point, and nothing else changed", async () => {
    await newCloner().clone(plainUser);
    expect(inOrder(registered())).toStrictEqual(inOrder(toExpected(plainUser.accessPointId)));
  });

  it("is the base with all that is the user's own, in its place", async () => {
    await newCloner().clone(typicalUser);
    const { secrets, environment, image } = typicalUser;
    const without = <Entry extends { name?: string | undefined }>(
      entries: readonly Entry[] | undefined,
      names: object,
    ): Entry[] => (entries ?? []).filter(({ name = "" }) => !Object.hasOwn(names, name));
    const expected = {
      ...toExpected(typicalUser.accessPointId),
      cpu: "1024",
      memory: "4096",
      tags: [
        { key: "note", value: "" },
        { key: "stage", value: "dev" },
        { key: "team", value: "agents-eu" },
        { key: "user", value: "user_2x9" },
      ],
      containerDefinitions: [
        {
          ...openclaw,
          dockerLabels,
          image,
          secrets: [
            ...without(openclaw.secrets, secrets),
            ...Object.entries(secrets).map(([name, valueFrom]) => ({ name, valueFrom })),
          ],
          environment: [
            ...without(openclaw.environment, environment),
            ...Object.entries(environment).map(([name, value]) => ({ name, value })),
          ],
        },
        collector,
      ],
    };
    expect(inOrder(registered())).toStrictEqual(inOrder(expected));
  });

  it("takes one describe and one register", async () => {
    await newCloner().clone(typicalUser);
    expect(operations()).toStrictEqual(["DescribeTaskDefinition", "RegisterTaskDefinition"]);
  });

  it("is what `clone` returns", async () => {
    expect(await newCloner().clone(plainUser)).toStrictEqual({
      arn: "arn:aws:ecs:us-east-1:111122223333:task-definition/isol8-dev-openclaw-user:1",
      family: "isol8-dev-openclaw-user",
      revision: 1,
      baseArn: "arn:aws:ecs:us-east-1:111122223333:task-definition/isol8-dev-openclaw:1",
      userId: "user_7k1",
      reused: false,
      warnings: [],
    });
  });

  it("holds nothing of the user before", async () => {
    const cloner = newCloner();
    await cloner.clone(typicalUser);
    await cloner.clone(plainUser);
    expect(inOrder(registered())).toStrictEqual(inOrder(toExpected(plainUser.accessPointId)));
  });

  it("is of the base that was deployed last, also in a cloner that knew an older one", async () => {
    const cloner = newCloner();
    await cloner.clone(plainUser);
    const containerDefinitions = [{ ...openclaw, image: "openclaw:2026.9.4" }, { ...collector }];
    const next = ecs.register({ ...base, containerDefinitions });
    ecs.deregister(`${baseFamily}:1`);
    expect(await cloner.clone(plainUser)).toMatchObject({ baseArn: next, revision: 2 });
    expect(named(registered().containerDefinitions, "openclaw").image).toBe("openclaw:2026.9.4");
  });

  it("goes to the family that the option names, or that it gives for the user", async () => {
    await newCloner({ cloneFamily: "tenants" }).clone(plainUser);
    expect(registered("tenants").family).toBe("tenants");
    await newCloner({ cloneFamily: (userId) => `tenants-${userId.length}` }).clone(plainUser);
    expect(registered("tenants-8").family).toBe("tenants-8");
  });

  it.each(["auth0|5f7c88", "jo.do+x@example.com", "3f2b1c1e-0000-4000-8000-000000000000", "Zoë 🌍", "\n", "__proto__"])(
    "can be that of a user whose id is %j",
    async (userId) => {
      const clone = await newCloner().clone({ ...plainUser, userId });
      expect(clone.userId).toBe(userId);
      expect(await newCloner().inspect(clone.arn)).toMatchObject({ userId, isUpToDate: true });
    },
  );

  it("has the size of the option where the user has none, and else the user's", async () => {
    const cloner = newCloner({ size: { cpu: 1024, memory: 2048 } });
    await cloner.clone(plainUser);
    expect(registered()).toMatchObject({ cpu: "1024", memory: "2048" });
    await cloner.clone(typicalUser);
    expect(registered()).toMatchObject({ cpu: "1024", memory: "4096" });
  });

  it("has the base's tags, less AWS's own", async () => {
    await newCloner().clone(plainUser);
    expect(registered().tags?.toSorted((one, other) => String(one.key).localeCompare(String(other.key)))).toStrictEqual(
      [
        { key: "note", value: "" },
        { key: "stage", value: "dev" },
        { key: "team", value: "agents" },
      ],
    );
    // ECS lets nobody but AWS set these.
    const taskDefinition = {
      ...base,
      status: "ACTIVE",
      taskDefinitionArn: `arn:aws:ecs:us-east-1:111122223333:task-definition/${baseFamily}:1`,
    };
    const tags = [
      { key: "aws:cloudformation:stack-name", value: "dev" },
      { key: "AWS:x", value: "" },
      { key: "stage", value: "dev" },
    ];
    ecs.fail({ operation: "DescribeTaskDefinition", body: { taskDefinition, tags } });
    await newCloner().clone(plainUser);
    expect(registered().tags).toStrictEqual([{ key: "stage", value: "dev" }]);
  });

  it("has no tags but the user's where `copyTags` is false, and no list of none", async () => {
    const cloner = newCloner({ copyTags: false });
    await cloner.clone(plainUser);
    expect(registered()).not.toHaveProperty("tags");
    await cloner.clone({ ...plainUser, tags: { user: "user_7k1" } });
    expect(registered().tags).toStrictEqual([{ key: "user", value: "user_7k1" }]);
  });

  it("has no list of tags where the base has none", async () => {
    const { tags: _, ...untagged } = base;
    ecs.register(untagged);
    await newCloner().clone(plainUser);
    expect(registered()).not.toHaveProperty("tags");
  });
});

describe("customize", () => {
  it("makes the last change, and knows the user", async () => {
    const cloner = newCloner({
      customize: (input, { userId }) => ({ ...input, pidMode: "task", tags: [{ key: "for", value: userId }] }),
    });
    await cloner.clone(plainUser);
    expect(registered()).toMatchObject({ pidMode: "task", tags: [{ key: "for", value: "user_7k1" }] });
  });

  it("may change what it is given, without harm to the base or to the next clone", async () => {
    const cloner = newCloner({
      customize: (input) => {
        for (const container of input.containerDefinitions ?? []) {
          if (container.environment?.some(({ name }) => name === "COUNT")) throw new Error("not a copy");
          container.environment?.push({ name: "COUNT", value: "1" });
        }
        return input;
      },
    });
    await cloner.clone(plainUser);
    await cloner.clone(plainUser);
    const count = { name: "COUNT", value: "1" };
    for (const { environment } of registered().containerDefinitions ?? []) {
      expect(environment?.filter(({ name }) => name === "COUNT")).toStrictEqual([count]);
    }
  });

  it.each<[string, string, (input: RegisterTaskDefinitionCommandInput) => unknown]>([
    ["the family", "may not change the family", (input) => ({ ...input, family: "elsewhere" })],
    ["the access point", "what is the user's own", (input) => ({ ...input, volumes: [...base.volumes] })],
    ["the user's size", "what is the user's own", (input) => ({ ...input, cpu: "2048" })],
    ["the user's tags", "what is the user's own", ({ tags: _, ...others }) => others],
    [
      "the user's variables",
      "what is the user's own",
      (input) => ({
        ...input,
        containerDefinitions: input.containerDefinitions?.map((container) => ({ ...container, environment: [] })),
      }),
    ],
    ["everything into nothing", "must return the input to register", () => undefined],
  ])("may not change %s", async (_, message, customize) => {
    // The cast: a caller without types may return anything.
    const asCustomize = customize as NonNullable<TaskDefClonerOptions["customize"]>;
    await expect(newCloner({ customize: asCustomize }).clone(typicalUser)).rejects.toMatchObject({
      name: "InvalidInputError",
      message: expect.stringContaining(message),
    });
    expect(operations()).toStrictEqual(["DescribeTaskDefinition"]);
  });
});

describe("a base that cannot carry the user", () => {
  it.each<[string, string, object, Partial<TaskDefClonerOptions>]>([
    ["without an EFS volume", "no EFS volume", { volumes: [{ name: "workspace" }, { name: "scratch" }] }, {}],
    ["without the named container", "no container web", {}, { container: "web" }],
    ["without the named volume", "no volume data", {}, { volume: "data" }],
    ["whose named volume is no EFS volume", "is not an EFS volume", {}, { volume: "scratch" }],
    [
      "without an execution role",
      "executionRoleArn",
      { executionRoleArn: undefined, containerDefinitions: bare() },
      {},
    ],
  ])("%s is refused, and nothing is registered", async (_, message, changes, options) => {
    ecs.register({ ...base, ...changes });
    await expect(newCloner(options).clone(typicalUser)).rejects.toMatchObject({
      name: "UnfitBaseError",
      message: expect.stringMatching(new RegExp(`${baseFamily}:2.*${message}|${message}.*${baseFamily}:2`)),
    });
    expect(operations()).toStrictEqual(["DescribeTaskDefinition"]);
  });

  /** The containers without anything that needs an execution role. */
  function bare() {
    return base.containerDefinitions?.map(({ secrets: _, logConfiguration: __, ...container }) => ({
      ...container,
      image: "nginx",
    }));
  }
});

describe("plan", () => {
  const hidden = ["/home/node/.codex", "hunter2", "production", ".codex-default"];

  const expectHidden = (plan: ClonePlan): void => {
    for (const text of [JSON.stringify(plan), inspect(plan, { depth: null }), renderPlan(plan, { color: true })]) {
      for (const value of hidden) expect(text).not.toContain(value);
    }
  };

  it("lists what a clone would change, and masks the values of environment variables", async () => {
    const plan = await newCloner().plan(typicalUser);
    const { secrets, accessPointId, image } = typicalUser;
    const container = "containerDefinitions[openclaw]";
    const efs = "volumes[workspace].efsVolumeConfiguration";
    const byPath = (one: { path: string }, other: { path: string }): number => one.path.localeCompare(other.path);
    expect(plan.changes.toSorted(byPath)).toStrictEqual(
      [
        { path: "family", kind: "changed", before: baseFamily, after: `${baseFamily}-user` },
        { path: "cpu", kind: "changed", before: "512", after: "1024" },
        { path: "memory", kind: "changed", before: "1024", after: "4096" },
        { path: `${container}.image`, kind: "changed", before: openclaw.image, after: image },
        { path: `${container}.environment[CODEX_HOME]`, kind: "changed", before: "•••", after: "•••" },
        { path: `${container}.environment[GREETING]`, kind: "added", after: "•••" },
        { path: `${container}.secrets[ANTHROPIC_API_KEY]`, kind: "added", after: secrets.ANTHROPIC_API_KEY },
        {
          path: `${container}.secrets[OPENAI_API_KEY]`,
          kind: "changed",
          before: named(openclaw.secrets, "OPENAI_API_KEY").valueFrom,
          after: secrets.OPENAI_API_KEY,
        },
        { path: `${efs}.authorizationConfig.accessPointId`, kind: "added", after: accessPointId },
        { path: `${efs}.transitEncryption`, kind: "changed", before: "DISABLED", after: "ENABLED" },
        { path: "tags[team]", kind: "changed", before: "agents", after: "agents-eu" },
        { path: "tags[user]", kind: "added", after: "user_2x9" },
      ].toSorted(byPath),
    );
    expect(plan).toMatchObject({
      userId: "user_2x9",
      family: `${baseFamily}-user`,
      baseArn: ecs.revisions(baseFamily)[0]?.arn,
      carried: [],
      warnings: [],
    });
  });

  it("lists no change of tags where base and clone have none", async () => {
    const { tags: _, ...untagged } = base;
    ecs.register(untagged);
    const { changes } = await newCloner().plan(plainUser);
    expect(changes.map(({ path }) => path).sort()).toStrictEqual([
      "family",
      "volumes[workspace].efsVolumeConfiguration.authorizationConfig.accessPointId",
      "volumes[workspace].efsVolumeConfiguration.transitEncryption",
    ]);
  });

  it("lists the tags that stay behind", async () => {
    const { changes } = await newCloner({ copyTags: false }).plan(plainUser);
    expect(JSON.stringify(changes.filter(({ path }) => path.startsWith("tags")))).toMatch(
      /"removed".*stage.*dev|stage.*"removed".*dev/,
    );
  });

  it("holds the input that `clone` registers, but for the record of the one call", async () => {
    const { input } = await newCloner().plan(typicalUser);
    await newCloner().clone(typicalUser);
    const withoutRecords = (value: object): unknown =>
      JSON.parse(JSON.stringify(value), (member, content) => (member === provenanceLabel ? undefined : content));
    expect(withoutRecords(input)).toStrictEqual(withoutRecords(registered()));
  });

  it("registers nothing", async () => {
    await newCloner().plan(typicalUser);
    expect(operations()).toStrictEqual(["DescribeTaskDefinition"]);
    expect(ecs.revisions(`${baseFamily}-user`)).toStrictEqual([]);
  });

  it("shows no value of an environment variable, however it is printed", async () => {
    expectHidden(await newCloner().plan(typicalUser));
  });

  it("shows no value of an environment variable of a container that was added, changed or removed as a whole", async () => {
    const environment = [{ name: "SECRET", value: "hunter2" }];
    const added = newCloner({
      customize: (input) => ({
        ...input,
        containerDefinitions: [...(input.containerDefinitions ?? []), { name: "new", image: "new", environment }],
      }),
    });
    expectHidden(await added.plan(typicalUser));
    const removed = newCloner({
      customize: ({ containerDefinitions = [], ...input }) => ({
        ...input,
        containerDefinitions: containerDefinitions.filter(({ name }) => name === "openclaw"),
      }),
    });
    expectHidden(await removed.plan(typicalUser));
    const cleared = newCloner({
      customize: ({ containerDefinitions = [], ...input }) => ({
        ...input,
        containerDefinitions: containerDefinitions.map(({ environment: _, ...container }) => container),
      }),
    });
    expectHidden(await cleared.plan(plainUser));
  });
});

describe("events", () => {
  it("tell of the base and of the clone, in order", async () => {
    const { arn, baseArn } = await newCloner().clone(typicalUser);
    expect(events).toStrictEqual([
      { type: "base-described", arn: baseArn },
      { type: "registered", arn, userId: "user_2x9" },
    ]);
  });

  it("tell of no more than the base where nothing is registered", async () => {
    const { baseArn } = await newCloner().plan(typicalUser);
    expect(events).toStrictEqual([{ type: "base-described", arn: baseArn }]);
  });

  it.each<[string, () => unknown]>([
    [
      "throws",
      () => {
        throw new Error("listener");
      },
    ],
    ["rejects", () => Promise.reject(new Error("listener"))],
  ])("cannot break a clone where the listener %s", async (_, onEvent) => {
    expect(await newCloner({ onEvent }).clone(typicalUser)).toMatchObject({ revision: 1 });
    await turns();
  });

  it("hold no value of an environment variable", async () => {
    const cloner = newCloner();
    const { arn } = await cloner.clone(typicalUser);
    await cloner.reclone(arn);
    await cloner.retire(arn);
    expect(events).toHaveLength(5);
    expect(JSON.stringify(events)).not.toMatch(/hunter2|\.codex|production/);
  });
});

describe("a describe that ECS does not answer as it should", () => {
  beforeEach(() => {
    vi.useFakeTimers(fakeTime);
    newEcs({ clock: systemClock });
  });

  it("gives a RequestTimeoutError once its time is up, and nothing is registered", async () => {
    ecs.fail({ operation: "DescribeTaskDefinition", hang: "before" });
    const startedAt = performance.now();
    await expect(inFakeTime(newCloner({ requestTimeoutMs: 3000 }).clone(plainUser))).rejects.toMatchObject({
      name: "RequestTimeoutError",
      operation: "DescribeTaskDefinition",
      message: "ECS did not answer DescribeTaskDefinition within 3000 ms. Try again, or raise `requestTimeoutMs`.",
    });
    expect(performance.now() - startedAt).toBe(3000);
    expect(operations()).toStrictEqual(["DescribeTaskDefinition"]);
  });

  it("is aborted at once by the signal, and nothing is registered", async () => {
    ecs.fail({ operation: "DescribeTaskDefinition", hang: "before" });
    const controller = new AbortController();
    const rejection = expect(newCloner().clone(plainUser, { signal: controller.signal })).rejects.toBe(shutDown);
    await turns();
    controller.abort(shutDown);
    await rejection;
    await turns();
    expect(operations()).toStrictEqual(["DescribeTaskDefinition"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is repeated while ECS throttles, and the clone is registered once", async () => {
    ecs.fail({ operation: "DescribeTaskDefinition", error: "ThrottlingException", times: 10 });
    expect(await inFakeTime(newCloner().clone(plainUser))).toMatchObject({ revision: 1 });
    expect(ecs.revisions(`${baseFamily}-user`)).toHaveLength(1);
    const retried = { type: "retried", operation: "DescribeTaskDefinition", subject: baseFamily };
    expect(events[0]).toMatchObject({ ...retried, attempt: 1, error: "ThrottlingException" });
    expect(events[1]).toMatchObject({ ...retried, attempt: 2, error: "ThrottlingException" });
  });

  it("gives an EcsBusyError at the deadline, which says how often it was sent and how long that took", async () => {
    ecs.fail({ operation: "DescribeTaskDefinition", error: "ThrottlingException", times: 1000 });
    const startedAt = performance.now();
    const busy = inFakeTime(newCloner({ deadlineMs: 30_000 }).clone(plainUser));
    const error: unknown = await busy.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: "EcsBusyError",
      operation: "DescribeTaskDefinition",
      attempts: ecs.calls.length,
      waitedMs: performance.now() - startedAt,
      cause: { name: "ThrottlingException", message: "Rate exceeded" },
    });
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(30_000);
    expect(operations()).not.toContain("RegisterTaskDefinition");
  });

  it.each([2000, 15_000])("is repeated no sooner than after the %d ms that ECS asks for", async (retryAfterMs) => {
    ecs.fail({ operation: "DescribeTaskDefinition", error: "ThrottlingException", times: 4, retryAfterMs });
    const calledAt: number[] = [];
    const startedAt = performance.now();
    const client = ecs.client();
    client.middlewareStack.addRelativeTo(
      <Args, Result>(next: (args: Args) => Promise<Result>) =>
        (args: Args): Promise<Result> => {
          calledAt.push(performance.now() - startedAt);
          return next(args);
        },
      { relation: "after", toMiddleware: "retryMiddleware", name: "noteTime" },
    );
    expect(await inFakeTime(newCloner({ client }).clone(plainUser))).toMatchObject({ revision: 1 });
    const pauses = calledAt.slice(1, 5).map((time, index) => time - (calledAt[index] ?? 0));
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(retryAfterMs);
  });

  it.each([
    ["AccessDeniedException", "not authorized"],
    ["ClientException", "Something else."],
    ["InvalidParameterException", "The specified family is invalid."],
  ])("gives the SDK's own %s", async (error, message) => {
    ecs.fail({ operation: "DescribeTaskDefinition", error, message });
    await expect(newCloner().clone(plainUser)).rejects.toMatchObject({
      name: error,
      message,
      $metadata: { httpStatusCode: 400 },
    });
    expect(operations()).toStrictEqual(["DescribeTaskDefinition"]);
  });
});
