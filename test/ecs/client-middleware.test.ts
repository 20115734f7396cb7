import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { TaskDefCloner, type TaskDefClonerOptions } from "../../src/index.ts";
import { FakeEcs, systemClock } from "../../src/testing/index.ts";
import { smallBase, toArn, plainUser as user } from "../cast.ts";
import { fakeTime, inFakeTime } from "../fake-time.ts";

let ecs: FakeEcs;

beforeEach(() => {
  ecs = new FakeEcs({ clock: systemClock });
  ecs.register(smallBase);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const secrets = { KEY: "arn:aws:secretsmanager:us-east-1:111122223333:secret:key-AbCdEf" };
const ours = { ...user, secrets, environment: { HOME: "hush" } };

/** A client whose own middleware puts a container before the others. */
function toPrepending() {
  const client = ecs.client();
  client.middlewareStack.add(
    (next) => (args) => {
      if (!("containerDefinitions" in args.input)) return next(args);
      const sidecar = { name: "sidecar", image: "log:1", memory: 64 };
      const containerDefinitions = [sidecar, ...(args.input.containerDefinitions ?? [])];
      return next({ ...args, input: { ...args.input, containerDefinitions } });
    },
    { step: "initialize", name: "prepending" },
  );
  return client;
}

describe("middleware of the caller's client", () => {
  it.each<[string, Partial<TaskDefClonerOptions>]>([
    ["as the library derives it", {}],
    ["as `customize` returns it", { customize: (input) => input }],
  ])("may add a container, which gets nothing that is the user's, to a clone %s", async (_, options) => {
    ecs.register({ ...smallBase, executionRoleArn: "arn:aws:iam::111122223333:role/execution" });
    await new TaskDefCloner({ client: toPrepending(), baseFamily: "web", ...options }).clone(ours);
    const [clone] = ecs.revisions("web-user");
    const [sidecar, app] = clone?.registered.containerDefinitions ?? [];
    expect(sidecar).toStrictEqual({ name: "sidecar", image: "log:1", memory: 64 });
    expect(app).toMatchObject({
      name: "app",
      secrets: [{ name: "KEY" }],
      environment: expect.arrayContaining([{ name: "HOME", value: "hush" }]),
    });
  });

  it("is listed by the SDK next to the library's own, each by its name", async () => {
    const listed: string[] = [];
    vi.spyOn(console, "log").mockImplementation((list: readonly string[]) => listed.push(...list));
    const client = ecs.client();
    client.middlewareStack.identifyOnResolve(true);
    await new TaskDefCloner({ client, baseFamily: "web" }).clone(user);
    await new TaskDefCloner({ client, baseFamily: "web", customize: (input) => input }).clone(user);
    const own = listed.map((entry) => entry.split(" - ")[0]).filter((name) => name?.startsWith("taskdefCloner"));
    expect(new Set(own)).toStrictEqual(
      new Set([
        "taskdefClonerOnOurTerms",
        "taskdefClonerAtMostOnce",
        "taskdefClonerAsItCame",
        "taskdefClonerWithDates",
        "taskdefClonerSpared",
        "taskdefClonerAsItIs",
        "taskdefClonerArnOnly",
      ]),
    );
  });

  it("sees the whole base in every description, and the whole input of a registration", async () => {
    const client = ecs.client();
    const seen: unknown[] = [];
    client.middlewareStack.add(
      (next) => async (args) => {
        const { output } = await next(args);
        if ("taskDefinition" in output) seen.push(output.taskDefinition?.containerDefinitions?.[0]?.name);
        return { output, response: undefined };
      },
      { step: "initialize", name: "reading" },
    );
    client.middlewareStack.add(
      (next) => (args) => {
        if ("containerDefinitions" in args.input) seen.push(args.input.containerDefinitions?.length);
        return next(args);
      },
      { step: "build", name: "tracing" },
    );
    const cloner = new TaskDefCloner({ client, baseFamily: "web" });
    for (let call = 0; call < 2; call += 1) await cloner.plan(user);
    await cloner.clone(user);
    expect(seen).toStrictEqual(["app", "app", "app", 1, undefined]);
  });

  it("may fail over the answer to a registration: the clone is found, and no other is registered", async () => {
    vi.useFakeTimers(fakeTime);
    const client = ecs.client();
    client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          const result = await next(args);
          if (commandName === "RegisterTaskDefinitionCommand") throw new TypeError("no such member");
          return result;
        },
      { step: "initialize", name: "failing" },
    );
    expect(await inFakeTime(new TaskDefCloner({ client, baseFamily: "web" }).clone(user))).toMatchObject({
      arn: toArn("web-user", 1),
    });
    expect(ecs.revisions("web-user")).toHaveLength(1);
  });
});
