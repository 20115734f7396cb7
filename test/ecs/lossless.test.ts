import {
  DescribeTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
} from "@aws-sdk/client-ecs";
import { mockClient } from "aws-sdk-client-mock";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { refuseUnknownMembers, restoreDropped, toLeftWarnings, type UnknownMembers } from "../../src/ecs/lossless.ts";
import { describe as describeRevision } from "../../src/ecs/revisions.ts";
import { type ClonerEvent, provenanceLabel, TaskDefCloner, type TaskDefClonerOptions } from "../../src/index.ts";
import { FakeEcs } from "../../src/testing/index.ts";
import { named, plainUser, smallBase, toArn, plainUser as user } from "../cast.ts";
import { maximalBase, maximalTags } from "../maximal-base.ts";

const credentials = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "fake" };

/** A base with members that no SDK knows yet, at every place where there can be one. */
const newBase = {
  ...smallBase,
  securityPolicy: { level: "strict" },
  containerDefinitions: smallBase.containerDefinitions.map((container) => ({
    ...container,
    gpuSharing: { mode: "time-sliced", shares: [1, 2, { of: "Grüße 🌍" }], none: null },
    portMappings: [{ containerPort: 80 }, { name: "https", containerPort: 443, tlsPolicy: "TLS13" }, { tlsPolicy: "" }],
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
};

const carried = [
  "containerDefinitions[app].gpuSharing",
  "containerDefinitions[app].portMappings[https].tlsPolicy",
  "containerDefinitions[app].portMappings[2].tlsPolicy",
  "containerDefinitions[app].healthCheck.onFailure",
  "containerDefinitions[app].logConfiguration.sampling",
  "volumes[data].snapshotId",
  "volumes[data].efsVolumeConfiguration.throughput",
  "volumes[data].efsVolumeConfiguration.authorizationConfig.audience",
  "runtimePlatform.kernel",
  "tags[stage].scope",
].sort();

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

/** What the clone of the small base's family was registered with. */
const registered = () => ecs.revisions("web-user").at(-1)?.registered;

const toSorted = ({ carried: paths, left }: { carried: readonly string[]; left: readonly string[] }) => ({
  carried: paths.toSorted(),
  left,
});

const unknownEvents = (): unknown[] =>
  events.flatMap((event) => (event.type === "unknown-members" ? [{ ...event, ...toSorted(event) }] : []));

/** What the clone of the new base should be registered with, less the record of its origin. */
function toExpected(changes: object = {}) {
  const { securityPolicy: _, ...base } = newBase;
  return {
    ...base,
    family: "web-user",
    containerDefinitions: base.containerDefinitions.map((container) => ({
      ...container,
      cpu: 0,
      essential: true,
      // What the SDK makes of a null is nothing, on purpose; what it does not know is sent as it came.
      portMappings: container.portMappings.map((port) => ({ hostPort: 0, protocol: "tcp", ...port })),
      volumesFrom: [],
      systemControls: [],
      dockerLabels: { [provenanceLabel]: expect.any(String) },
      ...changes,
    })),
    volumes: base.volumes.map((volume) => ({
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
  it("are dropped by the SDK alone, without a word", async () => {
    ecs.register(newBase);
    const { taskDefinition } = await ecs.client().send(new DescribeTaskDefinitionCommand({ taskDefinition: "web" }));
    expect(taskDefinition).not.toHaveProperty("securityPolicy");
    expect(taskDefinition?.volumes?.[0]).not.toHaveProperty("snapshotId");
  });

  it("go into the clone as ECS sent them, and the user's changes are made beside them", async () => {
    ecs.register(newBase);
    await newCloner().clone({ ...user, environment: { STAGE: "prod" } });
    expect(registered()).toStrictEqual(toExpected({ environment: [{ name: "STAGE", value: "prod" }] }));
  });

  it("go into the clone over a socket too", async () => {
    ecs.register(newBase);
    await using server = await ecs.listen();
    const client = new ECSClient({ region: "us-east-1", credentials, endpoint: server.endpoint });
    await newCloner({ client }).clone(user);
    client.destroy();
    expect(registered()).toStrictEqual(toExpected());
    expect(unknownEvents()).toStrictEqual([
      { type: "unknown-members", arn: toArn("web", 1), carried, left: ["securityPolicy"] },
    ]);
  });

  it("are listed by an event and by the plan", async () => {
    ecs.register(newBase);
    const plan = await newCloner().plan(user);
    expect(plan.carried.toSorted()).toStrictEqual(carried);
    expect(unknownEvents()).toStrictEqual([
      { type: "unknown-members", arn: toArn("web", 1), carried, left: ["securityPolicy"] },
    ]);
  });

  it("make no difference between base and clone", async () => {
    ecs.register(newBase);
    const { changes } = await newCloner().plan(user);
    expect(changes.map(({ path }) => path).sort()).toStrictEqual([
      "family",
      "volumes[data].efsVolumeConfiguration.authorizationConfig.accessPointId",
      "volumes[data].efsVolumeConfiguration.transitEncryption",
    ]);
  });

  it("are never sent at the top level, and reported there", async () => {
    ecs.register({ ...smallBase, securityPolicy: { level: "strict" } });
    const cloner = newCloner();
    const left = expect.stringMatching(
      /^Base .*:task-definition\/web:1 holds members .* not in the clone: securityPolicy\./,
    );
    expect(await cloner.plan(user)).toMatchObject({ carried: [], warnings: [left] });
    expect(await cloner.clone(user)).toMatchObject({ warnings: [left] });
    expect(registered()).not.toHaveProperty("securityPolicy");
    const event = { type: "unknown-members", arn: toArn("web", 1), carried: [], left: ["securityPolicy"] };
    expect(unknownEvents()).toStrictEqual([event, event]);
  });

  it("stay with their container when `customize` puts containers into another order", async () => {
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

  it("do not come back where `customize` removed them, or what holds them", async () => {
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

  it("count like any other member when it is told whether a clone is still what would be registered", async () => {
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

  it("are found behind a null in a list, which the SDK does not send", async () => {
    const [app] = smallBase.containerDefinitions;
    const ulimits = [null, { name: "nofile", softLimit: 1, hardLimit: 2, burst: 3 }];
    ecs.register({ ...smallBase, containerDefinitions: [{ ...app, ulimits }] });
    await newCloner().clone(user);
    expect(registered()?.containerDefinitions?.[0]?.ulimits).toStrictEqual([ulimits[1]]);
  });

  it("leave a union's unknown member as it is, which the SDK itself sends back", async () => {
    const resourceRequirements = [{ type: "GPU", sharingStrategy: { fractional: { share: 0.5 } } }];
    const [app] = smallBase.containerDefinitions;
    ecs.register({ ...smallBase, containerDefinitions: [{ ...app, resourceRequirements }] });
    await newCloner().clone(user);
    expect(unknownEvents()).toStrictEqual([]);
    ecs.register({ ...smallBase, containerDefinitions: [{ ...app, resourceRequirements, gpuSharing: 1 }] });
    await newCloner().clone(user);
    expect(unknownEvents()).toMatchObject([{ carried: ["containerDefinitions[app].gpuSharing"], left: [] }]);
    expect(registered()?.containerDefinitions?.[0]).toMatchObject({ resourceRequirements, gpuSharing: 1 });
  });

  it("are found in the attempt that ECS answered, where the SDK took several", async () => {
    ecs.register(newBase);
    ecs.fail({ operation: "DescribeTaskDefinition", reset: "before" });
    await newCloner().clone(user);
    expect(registered()).toStrictEqual(toExpected());
  });

  it("go into the clone without anything that the SDK warns against", async () => {
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
    expect(taskDefinition?.volumes?.[0]).not.toHaveProperty("snapshotId");
    // The cast: the SDK's types do not know the member either.
    const input = { ...newBase, family: "other" } as unknown as RegisterTaskDefinitionCommandInput;
    await client.send(new RegisterTaskDefinitionCommand(input));
    expect(ecs.revisions("other")[0]?.registered.volumes?.[0]).not.toHaveProperty("snapshotId");
  });

  it("are not looked for behind a mocked client", async () => {
    const client = new ECSClient({ region: "us-east-1" });
    const mock = mockClient(client);
    const taskDefinition = {
      ...smallBase,
      containerDefinitions: [...smallBase.containerDefinitions],
      taskDefinitionArn: toArn("web", 1),
      status: "ACTIVE" as const,
      volumes: smallBase.volumes.map((volume) => ({ ...volume, snapshotId: "snap-1" })),
    };
    mock.on(DescribeTaskDefinitionCommand).resolves(structuredClone({ taskDefinition }));
    expect(await newCloner({ client }).plan(user)).toMatchObject({ carried: [] });
    expect(events).toStrictEqual([{ type: "base-described", arn: toArn("web", 1) }]);
  });
});

describe('unknownMembers: "refuse"', () => {
  it("refuses a base with such members, naming them and the SDK's version", async () => {
    ecs.register({ ...smallBase, securityPolicy: {}, volumes: newBase.volumes.map((volume) => ({ ...volume })) });
    const cloner = newCloner({ unknownMembers: "refuse" });
    const rejection = {
      name: "UnfitBaseError",
      message: expect.stringMatching(
        /^Base arn:aws:ecs:us-east-1:111122223333:task-definition\/web:1 holds members that @aws-sdk\/client-ecs 3\.\d+\.\d+ does not know: securityPolicy, volumes\[data\]\.\S+, volumes\[data\]\.\S+, volumes\[data\]\.\S+\. Update the SDK, or set the option `unknownMembers` to "carry"\.$/,
      ),
    };
    await expect(cloner.plan(user)).rejects.toMatchObject(rejection);
    await expect(cloner.clone(user)).rejects.toMatchObject(rejection);
    expect(ecs.revisions("web-user")).toStrictEqual([]);
    expect(unknownEvents()).toHaveLength(2);
  });

  it("refuses a base with such a member at the top level only", async () => {
    ecs.register({ ...smallBase, securityPolicy: {} });
    await expect(newCloner({ unknownMembers: "refuse" }).clone(user)).rejects.toMatchObject({
      name: "UnfitBaseError",
      message: expect.stringContaining("does not know: securityPolicy. Update the SDK"),
    });
  });

  it("takes a base without any", async () => {
    ecs.register(smallBase);
    expect(await newCloner({ unknownMembers: "refuse" }).clone(user)).toMatchObject({ baseArn: toArn("web", 1) });
    expect(unknownEvents()).toStrictEqual([]);
  });

  it("refuses a base that could not be looked through", async () => {
    ecs.register(smallBase);
    const client = answering(describedText(), "application/cbor");
    await expect(newCloner({ client, unknownMembers: "refuse" }).plan(user)).rejects.toMatchObject({
      name: "UnfitBaseError",
      message:
        "Whether the SDK knows every member of base arn:aws:ecs:us-east-1:111122223333:task-definition/web:1 could not be checked: the response is " +
        "application/cbor, not AWS JSON.",
    });
  });

  it("says that the SDK is as installed where the request does not tell its version", () => {
    const unknown: UnknownMembers = { carried: ["volumes[data].snapshotId"], left: [] };
    expect(() => refuseUnknownMembers(unknown, "web:1")).toThrow(
      "Base web:1 holds members that @aws-sdk/client-ecs as installed does not know: volumes[data].snapshotId. ",
    );
  });
});

describe("a client that does not speak AWS JSON", () => {
  it.each([
    ["application/cbor", "the response is application/cbor, not AWS JSON"],
    [null, "the response is of no type, not AWS JSON"],
  ])("tells by an event that a response of type %s was not looked through", async (contentType, reason) => {
    const client = answering(describedText(), contentType);
    expect(await newCloner({ client }).plan(user)).toMatchObject({ carried: [] });
    expect(events).toStrictEqual([
      { type: "base-described", arn: toArn("web", 1) },
      { type: "unknown-members-unchecked", arn: toArn("web", 1), reason },
    ]);
  });
});

/** A client that has the same answer to everything. */
function answering(body: unknown, contentType: string | null = "application/x-amz-json-1.1"): ECSClient {
  const headers = contentType === null ? {} : { "content-type": contentType };
  return new ECSClient({
    region: "us-east-1",
    credentials,
    maxAttempts: 1,
    requestHandler: {
      handle: async () => ({ response: { statusCode: 200, headers, body } }),
      updateHttpClientConfig: () => {},
      httpHandlerConfigs: () => ({}),
    },
  });
}

/** The text of a response that describes the small base with this in its container, and these members beside. */
function describedText(
  container: object = {},
  { tags = [], indent }: { tags?: object[]; indent?: number } = {},
): string {
  const taskDefinition = {
    ...smallBase,
    containerDefinitions: smallBase.containerDefinitions.map((app) => ({ ...app, ...container })),
    taskDefinitionArn: toArn("web", 1),
    status: "ACTIVE",
    registeredAt: 1_788_430_500.123,
  };
  return JSON.stringify({ taskDefinition, tags }, null, indent);
}

/** What is found in a response. */
async function findUnknown(body: unknown): Promise<unknown> {
  const described = await describeRevision(
    { client: answering(body), requestTimeoutMs: 10_000, deadlineMs: 0, emit: () => {} },
    "web",
  );
  const { carried: paths = [], left = [] } = described?.unknownMembers ?? {};
  return { carried: paths, left };
}

describe("restoreDropped", () => {
  it.each<[string, unknown, unknown, string[], unknown]>([
    ["a member", { a: 1, b: 2 }, { b: 3 }, ["a"], { a: 1, b: 3 }],
    ["a member of a nameless one", { "": { a: 1 } }, { "": {} }, [".a"], { "": { a: 1 } }],
    ["a member of a list's element", [{ a: { b: 1 } }], [{ a: {} }], ["[0].a.b"], [{ a: { b: 1 } }]],
    ["no null, and nothing that is undefined", { a: null, b: undefined }, {}, [], {}],
    ["nothing where the source is no object", "text", {}, [], {}],
    ["nothing where the source is null", null, {}, [], {}],
    ["nothing where the target is no object", { a: 1 }, "text", [], "text"],
    ["nothing where the target is null", { a: { b: 1 } }, { a: null }, [], { a: null }],
    ["nothing of a list where there is none", ["a"], {}, [], {}],
    [
      "nothing of a union's member that the SDK wraps",
      { a: { x: 1 } },
      { a: { $unknown: ["x", 1] } },
      [],
      { a: { $unknown: ["x", 1] } },
    ],
  ])("gives back %s", (_, source, target, paths, restored) => {
    expect(restoreDropped(source, target)).toStrictEqual(paths);
    expect(target).toStrictEqual(restored);
  });
});

describe("toLeftWarnings", () => {
  it("says what the clone lacks, of which base, and what to do", () => {
    const unknown: UnknownMembers = { carried: ["cpu.mode"], left: ["a", "b"], sdkVersion: "3.1164.0" };
    expect(toLeftWarnings(unknown, "web:1")).toStrictEqual([
      "Base web:1 holds members that @aws-sdk/client-ecs 3.1164.0 does not know, and which are not in the clone: a, b. Where ECS registers them, update the SDK.",
    ]);
    expect(toLeftWarnings({ ...unknown, left: [] }, "web:1")).toStrictEqual([]);
  });
});

const nothing = { carried: [], left: [] };
const gpuSharing = { carried: ["containerDefinitions[app].gpuSharing"], left: [] };

describe("looking for members that the SDK does not know", () => {
  it("finds none in a response with every member that it knows", async () => {
    const toSeconds = (date: Date): number => date.getTime() / 1000;
    const { registeredAt, deregisteredAt, deleteRequestedAt } = maximalBase;
    const taskDefinition = {
      ...maximalBase,
      registeredAt: registeredAt && toSeconds(registeredAt),
      deregisteredAt: deregisteredAt && toSeconds(deregisteredAt),
      deleteRequestedAt: deleteRequestedAt && toSeconds(deleteRequestedAt),
    };
    const body = JSON.stringify({ taskDefinition, tags: maximalTags });
    expect(await findUnknown(body)).toStrictEqual(nothing);
    // Neither where it looks closer, at a response with white space in it.
    expect(await findUnknown(JSON.stringify(JSON.parse(body), null, 2).replaceAll('":', '" :'))).toStrictEqual(nothing);
    const client = answering(body);
    const cloner = newCloner({ client, baseFamily: "isol8-dev-openclaw", container: "openclaw", volume: "workspace" });
    expect(await cloner.plan(plainUser)).toMatchObject({ carried: [] });
    expect(unknownEvents()).toStrictEqual([]);
  });

  it.each([
    ["a member's end", '":'],
    ["an escaped quote and a colon", '\\":'],
    ["two backslashes before a member's end", '\\\\":'],
    ["a backslash at the end", "\\"],
    ["a whole member", '{"gpuSharing":1}'],
    ["other than ASCII", 'Grüße 🌍 \u2028 \u0000 é":"ß'],
    ["nothing", ""],
  ])("is not misled by names and values that hold %s", async (_, text) => {
    const known = {
      dockerLabels: { [text]: text, [`${text}"`]: `${text}"`, [`"${text}":`]: "" },
      environment: [{ name: text, value: text }],
      command: [text, `"${text}":`],
    };
    expect(await findUnknown(describedText(known))).toStrictEqual(nothing);
    expect(await findUnknown(describedText({ ...known, gpuSharing: text }))).toStrictEqual(gpuSharing);
    expect(await findUnknown(describedText({ ...known, gpuSharing: { [text]: text } }))).toStrictEqual(gpuSharing);
  });

  it("finds exactly what is there, whatever texts the response holds and however it is spaced", async () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('"', ":", "\\", "{", ",", " ", "é") }));
    const names = fc.uniqueArray(
      text.filter((name) => name !== "__proto__"),
      { maxLength: 4 },
    );
    await fc.assert(
      fc.asyncProperty(names, text, fc.constantFrom(0, 1, 4), fc.boolean(), async (labels, value, indent, isNew) => {
        const dockerLabels = Object.fromEntries(labels.map((label) => [label, value]));
        const container = { dockerLabels, entryPoint: labels, ...(isNew && { gpuSharing: dockerLabels }) };
        const found = await findUnknown(describedText(container, { indent }));
        expect(found).toStrictEqual(isNew ? gpuSharing : nothing);
      }),
      { numRuns: 60 },
    );
  });

  it("takes a null for nothing, and finds what stands beside it", async () => {
    const nulls = { cpu: null, links: null, command: ["a", null], healthCheck: { command: null, interval: 5 } };
    expect(await findUnknown(describedText({ ...nulls, gpuSharing: null }))).toStrictEqual(nothing);
    expect(await findUnknown(describedText({ ...nulls, gpuSharing: 0 }))).toStrictEqual(gpuSharing);
  });

  it.each(["", "0", "false", "[]", "{}", '{"a":null}', "[null]"])("finds a member that is %s", async (json) => {
    const value: unknown = json === "" ? "" : JSON.parse(json);
    expect(await findUnknown(describedText({ gpuSharing: value }))).toStrictEqual(gpuSharing);
  });

  it.each([
    ["between a name and its colon", (text: string) => text.replaceAll('":', '" :')],
    ["in tabs and lines", (text: string) => text.replaceAll('":', '"\t:\r\n')],
    ["around everything", (text: string) => `\n ${text} \n`],
    ["before the colons of some names only", (text: string) => text.replace('"family":', '"family" :')],
  ])("is not misled by white space %s", async (_, withSpace) => {
    expect(await findUnknown(withSpace(describedText()))).toStrictEqual(nothing);
    expect(await findUnknown(withSpace(describedText({ gpuSharing: 1 })))).toStrictEqual(gpuSharing);
  });

  it("finds a member in a response that has no word of tags", async () => {
    const { taskDefinition } = JSON.parse(describedText({ gpuSharing: 1 }));
    expect(await findUnknown(JSON.stringify({ taskDefinition }))).toStrictEqual(gpuSharing);
  });

  it("passes over what is a list where the SDK knows none", async () => {
    expect(await findUnknown(describedText({ healthCheck: [{ onFailure: 1 }], gpuSharing: 1 }))).toStrictEqual(
      gpuSharing,
    );
  });

  it("finds a member in a tag", async () => {
    const body = describedText({}, { tags: [{ key: "stage", value: "dev", scope: "internal" }] });
    expect(await findUnknown(body)).toStrictEqual({ carried: ["tags[stage].scope"], left: [] });
  });

  it("passes over members beside the task definition, of which nothing goes into a clone", async () => {
    const response = JSON.parse(describedText());
    expect(await findUnknown(JSON.stringify({ ...response, deprecations: [{ in: 2027 }] }))).toStrictEqual(nothing);
  });

  it.each([
    ["text", (body: string) => body],
    ["bytes", (body: string) => Buffer.from(body)],
    ["a part of a larger buffer", (body: string) => new Uint8Array(Buffer.from(`##${body}`)).subarray(2)],
    ["a web stream", (body: string) => new Blob([body]).stream()],
  ])("reads a body that is %s", async (_, toBody) => {
    const text = describedText({ gpuSharing: "Grüße" });
    expect(await findUnknown(toBody(text))).toStrictEqual(gpuSharing);
    expect(await findUnknown(toBody(describedText({ hostname: "Grüße" })))).toStrictEqual(nothing);
  });

  it("leaves a response without a body to the SDK", async () => {
    await expect(findUnknown(undefined)).rejects.toMatchObject({ name: "UnexpectedResponseError" });
  });
});
