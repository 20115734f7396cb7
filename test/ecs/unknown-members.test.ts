import {
  DescribeTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
} from "@aws-sdk/client-ecs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type ClonerEvent, provenanceLabel, TaskDefCloner, type TaskDefClonerOptions } from "../../src/index.ts";
import { type EcsRequestHandler, FakeEcs, type Fault, systemClock } from "../../src/testing/index.ts";
import { deepFreeze, named, plainUser, smallBase, toArn, plainUser as user } from "../cast.ts";
import { fakeTime, inFakeTime } from "../fake-time.ts";
import { maximalBase, maximalTags } from "../maximal-base.ts";
import { answering, toBytes } from "./answering.ts";

const credentials = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "fake" };

/** A base with members that no SDK knows yet, at every place where there can be one. */
const newBase = deepFreeze({
  ...smallBase,
  securityPolicy: { level: "strict" },
  containerDefinitions: smallBase.containerDefinitions.map((container) => ({
    ...container,
    gpuSharing: { mode: "time-sliced", shares: [1, 2, { of: "Grüße 🌍" }] },
    portMappings: [
      { containerPort: 80 },
      { name: "https", containerPort: 443, tlsPolicy: "TLS13" },
      { containerPort: 81, tlsPolicy: "" },
    ],
    healthCheck: { command: ["CMD", "true"], onFailure: { restart: false } },
    logConfiguration: { logDriver: "json-file", options: { "max-size": "10m" }, sampling: 0 },
  })),
  volumes: smallBase.volumes.map((volume) => ({
    ...volume,
    snapshotId: "snap-1",
    efsVolumeConfiguration: {
      ...volume.efsVolumeConfiguration,
      throughput: { mode: "elastic" },
      authorizationConfig: { iam: "DISABLED", audience: "efs" },
    },
  })),
  runtimePlatform: { cpuArchitecture: "ARM64", kernel: "6.1" },
  tags: [{ key: "stage", value: "dev", scope: "internal" }],
});

/** The same with unknown members below the top level only. */
const { securityPolicy: _, ...newBelow } = newBase;

let ecs: FakeEcs;
let events: ClonerEvent[];

beforeEach(() => {
  ecs = new FakeEcs();
  events = [];
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function newCloner(options: Partial<TaskDefClonerOptions> = {}): TaskDefCloner {
  return new TaskDefCloner({
    client: ecs.client(),
    baseFamily: "web",
    onEvent: (event) => events.push(event),
    ...options,
  });
}

/** What the newest clone of the small base's family was registered with. */
const registered = () => ecs.revisions("web-user").at(-1)?.registered;

const unknownEvents = (): unknown[] => events.filter(({ type }) => type.startsWith("unknown-members"));

const topLevelEvent = { type: "unknown-members", arn: toArn("web", 1), carried: [], left: ["securityPolicy"] };

/** What the clone of the new base should be registered with, less the record of its origin. */
function toExpected(changes: object = {}) {
  return {
    ...newBelow,
    family: "web-user",
    containerDefinitions: newBelow.containerDefinitions.map((container) => ({
      ...container,
      cpu: 0,
      essential: true,
      healthCheck: { interval: 30, retries: 3, timeout: 5, ...container.healthCheck },
      portMappings: container.portMappings.map((port) => ({ hostPort: 0, protocol: "tcp", ...port })),
      volumesFrom: [],
      systemControls: [],
      dockerLabels: { [provenanceLabel]: expect.any(String) },
      ...changes,
    })),
    volumes: newBelow.volumes.map((volume) => ({
      ...volume,
      efsVolumeConfiguration: {
        ...volume.efsVolumeConfiguration,
        rootDirectory: "/",
        transitEncryption: "ENABLED",
        authorizationConfig: {
          ...volume.efsVolumeConfiguration.authorizationConfig,
          accessPointId: user.accessPointId,
        },
      },
    })),
    placementConstraints: [],
  };
}

describe("members that the SDK does not know", () => {
  it("are dropped by the SDK on its own, without any notice", async () => {
    ecs.register(newBase);
    const { taskDefinition } = await ecs.client().send(new DescribeTaskDefinitionCommand({ taskDefinition: "web" }));
    expect(taskDefinition).not.toHaveProperty("securityPolicy");
    expect(taskDefinition?.volumes?.[0]).not.toHaveProperty("snapshotId");
  });

  it("go into the clone as ECS sent them, next to the user's changes", async () => {
    ecs.register(newBase);
    await newCloner().clone({ ...user, environment: { STAGE: "prod" } });
    expect(registered()).toStrictEqual(toExpected({ environment: [{ name: "STAGE", value: "prod" }] }));
  });

  it("go into the clone of a clone", async () => {
    ecs.register(newBase);
    const cloner = newCloner();
    const { arn } = await cloner.clone(user);
    await cloner.reclone(arn, { environment: { STAGE: "prod" } });
    expect(ecs.revisions("web-user")).toHaveLength(2);
    expect(registered()).toStrictEqual(toExpected({ environment: [{ name: "STAGE", value: "prod" }] }));
  });

  it("go into the clone over a socket", async () => {
    ecs.register(newBase);
    await using server = await ecs.listen();
    const client = new ECSClient({ region: "us-east-1", credentials, endpoint: server.endpoint });
    await newCloner({ client }).clone(user);
    client.destroy();
    expect(registered()).toStrictEqual(toExpected());
    expect(unknownEvents()).toStrictEqual([topLevelEvent]);
  });

  it("go into the clone through a request handler that uses fetch", async () => {
    ecs.register(newBase);
    await using server = await ecs.listen();
    const handle = async ({ method, headers, body }: Parameters<EcsRequestHandler["handle"]>[0]) => {
      const answer = await fetch(server.endpoint, { method, headers, body });
      return {
        response: { statusCode: answer.status, headers: Object.fromEntries(answer.headers), body: answer.body },
      };
    };
    const requestHandler = { handle, updateHttpClientConfig: () => {}, httpHandlerConfigs: () => ({}) };
    const client = new ECSClient({ region: "us-east-1", credentials, endpoint: server.endpoint, requestHandler });
    const { arn } = await newCloner({ client }).clone(user);
    expect(arn).toBe(toArn("web-user", 1));
    expect(registered()).toStrictEqual(toExpected());
    expect(unknownEvents()).toStrictEqual([topLevelEvent]);
  });

  it("are not an event, a warning or a difference below the top level", async () => {
    ecs.register(newBelow);
    const { carried, warnings, changes } = await newCloner().plan(user);
    expect(carried).toStrictEqual([]);
    expect(warnings).toStrictEqual([]);
    expect(changes.map(({ path }) => path).sort()).toStrictEqual([
      "family",
      "volumes[data].efsVolumeConfiguration.authorizationConfig.accessPointId",
      "volumes[data].efsVolumeConfiguration.transitEncryption",
    ]);
    expect(events).toStrictEqual([{ type: "base-described", arn: toArn("web", 1) }]);
  });

  it("are never sent at the top level, where an event and a warning name them", async () => {
    ecs.register(newBase);
    const cloner = newCloner();
    const left = expect.stringMatching(
      /^Base .*:task-definition\/web:1 has top-level fields that the installed @aws-sdk\/client-ecs does not know, so the clone lacks them: securityPolicy\. /,
    );
    expect(await cloner.plan(user)).toMatchObject({ carried: [], warnings: [left] });
    expect(await cloner.clone(user)).toMatchObject({ warnings: [left] });
    expect(registered()).not.toHaveProperty("securityPolicy");
    expect(unknownEvents()).toStrictEqual([topLevelEvent, topLevelEvent]);
  });

  it("are not a difference at the top level", async () => {
    ecs.register(smallBase);
    const cloner = newCloner();
    const { changes } = await cloner.plan(user);
    ecs.register({ ...smallBase, securityPolicy: {} });
    expect((await cloner.plan(user)).changes).toStrictEqual(changes);
  });

  it("stay with their container when `customize` reorders containers", async () => {
    const [app] = newBase.containerDefinitions;
    const sidecar = { name: "sidecar", image: "envoy", memory: 64, essential: false };
    ecs.register({ ...newBase, containerDefinitions: [app, sidecar] });
    const cloner = newCloner({
      container: "app",
      customize: (input) => ({ ...input, containerDefinitions: input.containerDefinitions?.toReversed() }),
    });
    await cloner.clone(user);
    expect(named(registered()?.containerDefinitions, "app")).toHaveProperty("gpuSharing.mode", "time-sliced");
    expect(named(registered()?.containerDefinitions, "sidecar")).not.toHaveProperty("gpuSharing");
  });

  it("do not come back if `customize` removes them, or what holds them", async () => {
    ecs.register(newBase);
    const cloner = newCloner({
      customize: (input) => ({
        ...input,
        containerDefinitions: input.containerDefinitions?.map((container) => {
          const { healthCheck: _, ...others } = container;
          Reflect.deleteProperty(others, "gpuSharing");
          return others;
        }),
      }),
    });
    await cloner.clone(user);
    const [container] = registered()?.containerDefinitions ?? [];
    expect(container).not.toHaveProperty("gpuSharing");
    expect(container).not.toHaveProperty("healthCheck");
    expect(container).toHaveProperty("logConfiguration.sampling", 0);
  });

  it("can be added by `customize`, even at the top level", async () => {
    ecs.register(smallBase);
    await newCloner({ customize: (input) => Object.assign(input, { securityPolicy: { level: "lax" } }) }).clone(user);
    expect(registered()).toHaveProperty("securityPolicy", { level: "lax" });
  });

  it("count like any other member when a clone is compared with what would be registered", async () => {
    const toBase = (snapshotId: string) => ({
      ...smallBase,
      volumes: smallBase.volumes.map((volume) => ({ ...volume, snapshotId })),
    });
    ecs.register(toBase("snap-1"));
    const cloner = newCloner();
    const { arn: current } = await cloner.clone(user);
    ecs.register(toBase("snap-1"));
    expect(await cloner.clone(user, { current })).toMatchObject({ arn: current, reused: true });
    ecs.register(toBase("snap-2"));
    expect(await cloner.clone(user, { current })).toMatchObject({ revision: 2, reused: false });
    expect(registered()?.volumes?.[0]).toHaveProperty("snapshotId", "snap-2");
  });

  it("are carried next to nulls, which are not sent", async () => {
    const [app] = smallBase.containerDefinitions;
    const ulimits = [null, { name: "nofile", softLimit: 1, hardLimit: 2, burst: 3, none: null }];
    ecs.register({ ...smallBase, containerDefinitions: [{ ...app, ulimits, gpuSharing: null }], policy: null });
    await newCloner({ unknownMembers: "refuse" }).clone(user);
    const [container] = registered()?.containerDefinitions ?? [];
    expect(container?.ulimits).toStrictEqual([{ name: "nofile", softLimit: 1, hardLimit: 2, burst: 3 }]);
    expect(container).not.toHaveProperty("gpuSharing");
  });

  it("go into the clone as members of a union too", async () => {
    const resourceRequirements = [{ type: "GPU", sharingStrategy: { fractional: { share: 0.5 } } }];
    const [app] = smallBase.containerDefinitions;
    ecs.register({ ...smallBase, containerDefinitions: [{ ...app, resourceRequirements, gpuSharing: 1 }] });
    await newCloner().clone(user);
    expect(unknownEvents()).toStrictEqual([]);
    expect(registered()?.containerDefinitions?.[0]).toMatchObject({ resourceRequirements, gpuSharing: 1 });
    expect(registered()?.containerDefinitions?.[0]).toHaveProperty("resourceRequirements", resourceRequirements);
  });

  it.each<[string, Pick<Fault & { reset: "before" }, "reset"> | { readonly error: string }]>([
    ["was lost", { reset: "before" }],
    ["failed in ECS", { error: "ServerException" }],
    ["was throttled", { error: "ThrottlingException" }],
  ])("go into the clone after an attempt that %s", async (_, failure) => {
    vi.useFakeTimers(fakeTime);
    ecs = new FakeEcs({ clock: systemClock });
    ecs.register(newBase);
    for (const operation of ["DescribeTaskDefinition", "RegisterTaskDefinition"] as const) {
      ecs.fail({ operation, ...failure });
    }
    await inFakeTime(newCloner().clone(user));
    expect(registered()).toStrictEqual(toExpected());
    expect(unknownEvents()).toStrictEqual([topLevelEvent]);
  });

  it("go into the clone without a warning of the SDK", async () => {
    const warned = vi.spyOn(console, "warn").mockReturnValue();
    // The SDK warns once a minute.
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 3_600_000 });
    ecs.register(newBase);
    await newCloner().clone(user);
    expect(warned.mock.calls).toStrictEqual([]);
  });

  it("are left to the SDK in all other commands of the caller's client", async () => {
    ecs.register(newBase);
    const client = ecs.client();
    const before = client.middlewareStack.identify();
    await newCloner({ client }).clone(user);
    expect(client.middlewareStack.identify()).toStrictEqual(before);
    const { taskDefinition } = await client.send(new DescribeTaskDefinitionCommand({ taskDefinition: "web" }));
    expect(taskDefinition?.registeredAt).toBeInstanceOf(Date);
    expect(taskDefinition?.volumes?.[0]).not.toHaveProperty("snapshotId");
    // The cast: the SDK's types do not know the member either.
    const input = { ...newBase, family: "other" } as unknown as RegisterTaskDefinitionCommandInput;
    await client.send(new RegisterTaskDefinitionCommand(input));
    expect(ecs.revisions("other")[0]?.registered.volumes?.[0]).not.toHaveProperty("snapshotId");
  });

  it("are not found in a base with every member that the SDK knows", async () => {
    const { registeredAt, deregisteredAt, deleteRequestedAt } = maximalBase;
    const taskDefinition = {
      ...maximalBase,
      registeredAt: Number(registeredAt) / 1000,
      deregisteredAt: Number(deregisteredAt) / 1000,
      deleteRequestedAt: Number(deleteRequestedAt) / 1000,
    };
    const { client } = answering([{ body: toBytes({ taskDefinition, tags: maximalTags }) }]);
    const names = { baseFamily: "isol8-dev-openclaw", container: "openclaw", volume: "workspace" };
    const isBase = () => true;
    const plan = await newCloner({ client, ...names, isBase, unknownMembers: "refuse" }).plan(plainUser);
    expect(plan).toMatchObject({ carried: [], warnings: [] });
    expect(unknownEvents()).toStrictEqual([]);
  });
});

describe('unknownMembers: "refuse"', () => {
  it("refuses a base with unknown members at the top level, naming them and the SDK", async () => {
    ecs.register({ ...newBase, zone: 0 });
    const cloner = newCloner({ unknownMembers: "refuse" });
    const rejection = {
      name: "UnfitBaseError",
      message: expect.stringMatching(
        /^Base arn:aws:ecs:us-east-1:111122223333:task-definition\/web:1 has top-level fields that the installed @aws-sdk\/client-ecs does not know: securityPolicy, zone\. Update the SDK, or set the option `unknownMembers` to "carry"\.$/,
      ),
    };
    await expect(cloner.plan(user)).rejects.toMatchObject(rejection);
    await expect(cloner.clone(user)).rejects.toMatchObject(rejection);
    expect(ecs.revisions("web-user")).toStrictEqual([]);
    const event = { ...topLevelEvent, left: ["securityPolicy", "zone"] };
    expect(unknownEvents()).toStrictEqual([event, event]);
  });

  it("takes a base whose unknown members are all below the top level", async () => {
    ecs.register(newBelow);
    expect(await newCloner({ unknownMembers: "refuse" }).clone(user)).toMatchObject({ baseArn: toArn("web", 1) });
    expect(registered()).toStrictEqual(toExpected());
    expect(unknownEvents()).toStrictEqual([]);
  });

  it("takes a base without any", async () => {
    ecs.register(smallBase);
    expect(await newCloner({ unknownMembers: "refuse" }).clone(user)).toMatchObject({ baseArn: toArn("web", 1) });
    expect(unknownEvents()).toStrictEqual([]);
  });
});
