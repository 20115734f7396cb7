import {
  DescribeTaskDefinitionCommand,
  ECS,
  ECSClient,
  ECSServiceException,
  ListTaskDefinitionsCommand,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  InvalidInputError,
  provenanceLabel,
  TaskDefCloner,
  TaskDefClonerError,
  type TaskDefClonerOptions,
} from "../src/index.ts";
import { toFound } from "../src/parse-input.ts";
import { internalsOf } from "../src/task-def-cloner.ts";
import { plainUser, typicalBase, typicalTags, typicalUser } from "./cast.ts";
import { fakeTime, inFakeTime } from "./fake-time.ts";

const baseFamily = "isol8-dev-openclaw";
const cloneArn = "arn:aws:ecs:us-east-1:111122223333:task-definition/isol8-dev-openclaw-user:7";

const client = new ECSClient({ region: "us-east-1" });
let mock: ReturnType<typeof newMock>;

function newMock() {
  return mockClient(client);
}

beforeEach(() => {
  mock = newMock();
});

afterEach(() => {
  mock.restore();
  vi.useRealTimers();
});

/** The mocked ECS has the typical base, and registers everything as the same revision. */
function stubEcs(): void {
  const described = structuredClone({ taskDefinition: typicalBase, tags: typicalTags });
  mock.on(DescribeTaskDefinitionCommand).resolves(described);
  mock.on(RegisterTaskDefinitionCommand).resolves({ taskDefinition: { taskDefinitionArn: cloneArn } });
}

const newCloner = (options: Partial<TaskDefClonerOptions> = {}): TaskDefCloner =>
  new TaskDefCloner({ client, baseFamily, container: "openclaw", ...options });

/** What was sent, as the command's name and its input. */
const sent = () => mock.calls().map(({ args: [command] }) => [command.constructor.name, command.input]);

describe("TaskDefCloner.clone", () => {
  it("describes the bare base family with its tags, and registers into `<base>-user`: one request each", async () => {
    stubEcs();
    await newCloner().clone(plainUser);
    expect(sent()).toStrictEqual([
      ["DescribeTaskDefinitionCommand", { taskDefinition: "isol8-dev-openclaw", include: ["TAGS"] }],
      ["RegisterTaskDefinitionCommand", expect.objectContaining({ family: "isol8-dev-openclaw-user" })],
    ]);
  });

  it("gives the revision that ECS says it registered, its base and its user", async () => {
    stubEcs();
    expect(await newCloner().clone(plainUser)).toStrictEqual({
      arn: cloneArn,
      family: "isol8-dev-openclaw-user",
      revision: 7,
      baseArn: "arn:aws:ecs:us-east-1:111122223333:task-definition/isol8-dev-openclaw:42",
      userId: "user_7k1",
      reused: false,
      resumed: false,
      warnings: [],
    });
  });

  it("registers what `plan` says, but for the record of the one call", async () => {
    stubEcs();
    const { input } = await newCloner().plan(typicalUser);
    await newCloner().clone(typicalUser);
    const withoutToken = (value: unknown): unknown =>
      JSON.parse(JSON.stringify(value).replace(/\\"token\\":\\"[^"]+\\"/, ""));
    expect(withoutToken(sent().at(-1)?.[1])).toStrictEqual(withoutToken(input));
    expect(JSON.stringify(input)).toContain(provenanceLabel);
  });

  it("warns of a size that the container cannot use", async () => {
    stubEcs();
    const [openclaw, collector] = typicalBase.containerDefinitions;
    const containerDefinitions = [{ ...openclaw, memory: 512 }, { ...collector }];
    const taskDefinition = structuredClone({ ...typicalBase, containerDefinitions });
    mock.on(DescribeTaskDefinitionCommand).resolves({ taskDefinition });
    const cloner = newCloner({ containerLimits: "keep" });
    const { warnings } = await cloner.clone({ ...plainUser, size: { cpu: 1024, memory: 4096 } });
    expect(warnings).toStrictEqual([expect.stringContaining("openclaw")]);
  });

  it("works with the SDK's aggregated client too", async () => {
    const aggregated = new ECS({ region: "us-east-1" });
    const taskDefinition = structuredClone(typicalBase);
    mockClient(aggregated).on(DescribeTaskDefinitionCommand).resolves({ taskDefinition });
    expect(await newCloner({ client: aggregated }).plan(plainUser)).toMatchObject({ userId: "user_7k1" });
  });
});

describe("a wrong input", () => {
  const user = plainUser;

  it.each<[string, unknown]>([
    ["nothing", undefined],
    ["no object", "user_7k1"],
    ["without a user id", { accessPointId: user.accessPointId }],
    ["with an empty user id", { ...user, userId: "" }],
    ["with a user id that is no text", { ...user, userId: 7 }],
    ["without an access point", { userId: user.userId }],
    ["with an access point's ARN", { ...user, accessPointId: `arn:aws:elasticfilesystem:::access-point/fsap-01` }],
    ["with a malformed access point id", { ...user, accessPointId: "fsap-XYZ" }],
    ["with a member that is misspelt", { ...user, enviroment: {} }],
    ["with a secret that is a bare name", { ...user, secrets: { OPENAI_API_KEY: "user-keys" } }],
    ["with a variable that is no text", { ...user, environment: { PORT: 80 } }],
    ["with a variable name that holds `=`", { ...user, environment: { "A=B": "" } }],
    ["with a name twice", { ...user, environment: { A: "" }, secrets: { A: "/a" } }],
    ["with a reserved variable", { ...user, environment: { AWS_REGION: "" } }],
    ["with a reserved secret", { ...user, secrets: { PLATFORM_KEY: "/key" } }],
    ["with half a size", { ...user, size: { cpu: 512 } }],
    ["with a size of nothing", { ...user, size: { cpu: 0, memory: 512 } }],
    ["with a size in text", { ...user, size: { cpu: "512", memory: "1024" } }],
    ["with an empty image", { ...user, image: "" }],
    ["with a tag of AWS's own", { ...user, tags: { "aws:stack": "x" } }],
    ["with a tag that is too long", { ...user, tags: { note: "x".repeat(257) } }],
    ["with too many tags", { ...user, tags: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`t${n}`, ""])) }],
  ])("that is a user %s is refused before ECS is asked for anything", async (_, wrong) => {
    stubEcs();
    const cloner = newCloner({ reserved: [/^AWS_/, "PLATFORM_KEY"] });
    // The cast: a caller without types may pass anything.
    const asUser = wrong as typeof user;
    await expect(cloner.clone(asUser)).rejects.toMatchObject({ name: "InvalidInputError" });
    await expect(cloner.plan(asUser)).rejects.toMatchObject({ name: "InvalidInputError" });
    expect(sent()).toStrictEqual([]);
  });

  it.each<[string, object]>([
    ["an unknown option", { curent: cloneArn }],
    ["a current clone that is no ARN", { current: "isol8-dev-openclaw-user:7" }],
    ["a current clone that is a family's ARN", { current: cloneArn.replace(":7", "") }],
    ["a step that is no function", { deploy: "now" }],
    ["a signal that is none", { signal: {} }],
  ])("that is %s of a call is refused before ECS is asked for anything", async (_, options) => {
    stubEcs();
    await expect(newCloner().clone(user, options)).rejects.toMatchObject({ name: "InvalidInputError" });
    expect(sent()).toStrictEqual([]);
  });

  it("that is an option `plan` does not have is refused before ECS is asked for anything", async () => {
    stubEcs();
    // @ts-expect-error: a plan deploys nothing.
    await expect(newCloner().plan(user, { deploy: () => {} })).rejects.toMatchObject({ name: "InvalidInputError" });
    expect(sent()).toStrictEqual([]);
  });

  it("of a clone family that a function gives is refused before ECS is asked for anything", async () => {
    stubEcs();
    for (const family of ["", "no family", baseFamily]) {
      const cloner = newCloner({ cloneFamily: () => family });
      await expect(cloner.clone(user)).rejects.toMatchObject({ name: "InvalidInputError" });
    }
    expect(sent()).toStrictEqual([]);
  });

  it.each<[string, object, string]>([
    ["is misspelt", { baseFamly: "x" }, 'unknown option "baseFamly"'],
    [
      "is an ARN for the base family",
      { baseFamily: typicalBase.taskDefinitionArn },
      "A revision that is pinned goes stale",
    ],
    [
      "is a revision for the base family",
      { baseFamily: "isol8-dev-openclaw:42" },
      "A revision that is pinned goes stale",
    ],
    ["is no name for the base family", { baseFamily: "no family" }, "A family has 1 to 255 letters"],
    ["is no client", { client: {} }, "client: expected an ECSClient"],
    ["is the base family for the clones", { cloneFamily: baseFamily }, "Choose another `cloneFamily`"],
  ])("that is an option which %s is refused when the cloner is made", (_, options, message) => {
    expect(() => newCloner(options)).toThrow(
      expect.objectContaining({ name: "InvalidInputError", message: expect.stringContaining(message) }),
    );
  });

  it("makes an error that is one of the library's, and holds no value of an environment variable", async () => {
    const secret = "hunter2";
    const users = [
      { ...user, environment: { A: secret }, secrets: { A: "/a" } },
      { ...user, environment: { A: secret, "B=": secret } },
      { ...user, environment: { A: [secret] } },
      { ...user, environment: { OK: secret }, size: { cpu: 1 } },
      { ...user, environment: secret },
    ];
    for (const wrong of users) {
      // The cast: a caller without types may pass anything.
      const error: unknown = await newCloner()
        .clone(wrong as unknown as typeof user)
        .catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(TaskDefClonerError);
      expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain(secret);
    }
  });
});

describe("an answer that is not as it should be", () => {
  it("gives a typed error where a mock stubs nothing", async () => {
    const rejection = {
      name: "UnexpectedResponseError",
      operation: "DescribeTaskDefinition",
      message:
        "ECS's response to DescribeTaskDefinition is missing a task definition. Is a proxy or an incomplete mock in between?",
    };
    await expect(newCloner().plan(plainUser)).rejects.toMatchObject(rejection);
    await expect(newCloner().clone(plainUser)).rejects.toMatchObject(rejection);
  });

  it.each([
    [{}, "a task definition"],
    [{ taskDefinition: { family: baseFamily } }, "an ARN"],
  ])("throws a typed error if DescribeTaskDefinition returns %o, without %s", async (output, missing) => {
    mock.on(DescribeTaskDefinitionCommand).resolves(output);
    await expect(newCloner().clone(plainUser)).rejects.toMatchObject({
      name: "UnexpectedResponseError",
      operation: "DescribeTaskDefinition",
      message: expect.stringContaining(`is missing ${missing}.`),
    });
  });

  it("throws a typed error if a registration returns no ARN, and the clone is nowhere to be found", async () => {
    vi.useFakeTimers(fakeTime);
    stubEcs();
    mock.on(RegisterTaskDefinitionCommand).resolves({});
    mock.on(ListTaskDefinitionsCommand).resolves({ taskDefinitionArns: [] });
    await expect(inFakeTime(newCloner().clone(plainUser))).rejects.toMatchObject({
      name: "UnexpectedResponseError",
      operation: "RegisterTaskDefinition",
      message: expect.stringContaining("is missing an ARN."),
    });
  });

  it("throws a typed error if a mock doesn't stub RegisterTaskDefinition, and the clone is nowhere to be found", async () => {
    vi.useFakeTimers(fakeTime);
    mock.on(DescribeTaskDefinitionCommand).resolves(structuredClone({ taskDefinition: typicalBase }));
    mock.on(ListTaskDefinitionsCommand).resolves({ taskDefinitionArns: [] });
    await expect(inFakeTime(newCloner().clone(plainUser))).rejects.toMatchObject({
      name: "UnexpectedResponseError",
      operation: "RegisterTaskDefinition",
    });
  });

  it("says which family's ARN a registration should have returned", async () => {
    vi.useFakeTimers(fakeTime);
    stubEcs();
    mock.on(RegisterTaskDefinitionCommand).resolves({
      taskDefinition: { taskDefinitionArn: typicalBase.taskDefinitionArn },
    });
    mock.on(ListTaskDefinitionsCommand).resolves({ taskDefinitionArns: [] });
    await expect(inFakeTime(newCloner().clone(plainUser))).rejects.toMatchObject({
      message: expect.stringContaining("is missing an ARN of family isol8-dev-openclaw-user."),
    });
  });

  it("gives revision 0 where the ARN that ECS gives is of no known form", async () => {
    stubEcs();
    mock.on(RegisterTaskDefinitionCommand).resolves({ taskDefinition: { taskDefinitionArn: "arn:other" } });
    expect(await newCloner().clone(plainUser)).toMatchObject({ arn: "arn:other", revision: 0 });
  });
});

describe("an error of the SDK", () => {
  const denied = new ECSServiceException({
    name: "AccessDeniedException",
    $fault: "client",
    $metadata: { httpStatusCode: 400 },
    message: "User: someone is not authorized",
  });

  it("is thrown on as it is where describing the base fails", async () => {
    mock.on(DescribeTaskDefinitionCommand).rejects(denied);
    await expect(newCloner().plan(plainUser)).rejects.toBe(denied);
    await expect(newCloner().clone(plainUser)).rejects.toBe(denied);
    expect(sent()).toHaveLength(2);
  });

  it("is thrown on as it is where registering is refused", async () => {
    stubEcs();
    mock.on(RegisterTaskDefinitionCommand).rejects(denied);
    await expect(newCloner().clone(plainUser)).rejects.toBe(denied);
    expect(sent()).toHaveLength(2);
  });
});

describe("internalsOf", () => {
  it.each([undefined, null, "a cloner", {}, new Map(), () => {}])("refuses %o, which is no cloner", (other) => {
    // The cast: a caller without types may pass anything.
    expect(() => internalsOf(other as TaskDefCloner)).toThrow(
      new InvalidInputError(`Invalid cloner: expected a TaskDefCloner, got ${toFound(other)}.`),
    );
  });
});

describe("a signal", () => {
  it("that is aborted already keeps ECS from being asked for anything", async () => {
    stubEcs();
    const reason = new Error("shutting down");
    const signal = AbortSignal.abort(reason);
    await expect(newCloner().clone(plainUser, { signal })).rejects.toBe(reason);
    await expect(newCloner().plan(plainUser, { signal })).rejects.toBe(reason);
    expect(sent()).toStrictEqual([]);
  });
});
