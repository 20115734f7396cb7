import { DescribeTaskDefinitionCommand, ECSClient, RegisterTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it } from "vitest";
import { unobservedWarning } from "../../src/ecs/attempt.ts";
import type { EcsClient } from "../../src/ecs/connection.ts";
import { type ClonerEvent, TaskDefCloner, type TaskDefClonerOptions } from "../../src/index.ts";
import { FakeEcs } from "../../src/testing/index.ts";
import { smallBase, toArn, plainUser as user } from "../cast.ts";
import { answering, ignoreSchemas, toBytes, toDescribed } from "./answering.ts";

let ecs: FakeEcs;
let events: ClonerEvent[];

beforeEach(() => {
  ecs = new FakeEcs();
  events = [];
});

const newCloner = (options: Pick<TaskDefClonerOptions, "client" | "unknownMembers">): TaskDefCloner =>
  new TaskDefCloner({ baseFamily: "web", onEvent: (event) => events.push(event), ...options });

const [app] = smallBase.containerDefinitions;
const newBase = { ...smallBase, containerDefinitions: [{ ...app, gpuSharing: 1 }], securityPolicy: {} };

const registered = () => ecs.revisions("web-user").at(-1)?.registered;

const unknownEvents = (): unknown[] => events.filter(({ type }) => type.startsWith("unknown-members"));

const isMock = "the client is a mock or a wrapper that does not run the library's middleware";
const byModels = "the installed SDK reads responses by its own models";

const toUncheckedEvent = (reason: string) => ({ type: "unknown-members-unchecked", arn: toArn("web", 1), reason });

const toRefusal = (reason: string) => ({
  name: "UnfitBaseError",
  message: `Base ${toArn("web", 1)} could not be checked for fields that the SDK does not know: ${reason}.`,
});

/** A client of `ecs` that makes every command anew. */
function toWrapper(): EcsClient {
  const client = ecs.client();
  return {
    send: (command: { readonly constructor: unknown; readonly input: unknown }) =>
      // The cast: which command it is does not matter.
      client.send(Reflect.construct(command.constructor as new () => DescribeTaskDefinitionCommand, [command.input])),
  };
}

/** A client of `ecs` whose SDK reads by its own schema, whatever it is given. */
const toIgnoring = (): EcsClient => ignoreSchemas(ecs.client());

describe("a client that cannot be checked for unknown members", () => {
  /** A mocked client that describes the base and registers a clone. */
  function toMock() {
    const client = new ECSClient({ region: "us-east-1" });
    const mock = mockClient(client);
    const { registeredAt: _, ...taskDefinition } = toDescribed({ gpuSharing: 1 });
    // The cast: a mock gives what it was given.
    mock.on(DescribeTaskDefinitionCommand).resolves(structuredClone({ taskDefinition }) as object);
    const taskDefinitionArn = toArn("web-user", 1);
    mock.on(RegisterTaskDefinitionCommand).resolves({ taskDefinition: { taskDefinitionArn } });
    return { client, mock };
  }

  it("may be a mock, which gives and gets everything: an event says why", async () => {
    const { client, mock } = toMock();
    expect(await newCloner({ client }).clone(user)).toMatchObject({ arn: toArn("web-user", 1), warnings: [] });
    expect(unknownEvents()).toStrictEqual([toUncheckedEvent(isMock)]);
    const [call] = mock.commandCalls(RegisterTaskDefinitionCommand);
    expect(call?.args[0].input.containerDefinitions?.[0]).toHaveProperty("gpuSharing", 1);
    expect(mock.commandCalls(DescribeTaskDefinitionCommand, { taskDefinition: "web", include: ["TAGS"] })).toHaveLength(
      1,
    );
  });

  it.each<[string, () => EcsClient, string, readonly string[]]>([
    ["may be a wrapper that makes commands anew", toWrapper, isMock, [unobservedWarning]],
    ["may be of an SDK that ignores the schema", toIgnoring, byModels, []],
  ])("%s: it works, and an event says why", async (_, toClient, reason, warnings) => {
    ecs.register(newBase);
    const cloner = newCloner({ client: toClient() });
    expect(await cloner.plan(user)).toMatchObject({ carried: [], warnings });
    expect(await cloner.clone(user)).toMatchObject({ arn: toArn("web-user", 1), warnings });
    expect(unknownEvents()).toStrictEqual([toUncheckedEvent(reason), toUncheckedEvent(reason)]);
    expect(registered()?.containerDefinitions?.[0]).not.toHaveProperty("gpuSharing");
    expect(registered()).not.toHaveProperty("securityPolicy");
  });

  it.each<[string, () => EcsClient, string]>([
    ["a mock", () => toMock().client, isMock],
    ["a wrapper that makes commands anew", toWrapper, isMock],
    ["of an SDK that ignores the schema", toIgnoring, byModels],
  ])('is refused under unknownMembers: "refuse" if it is %s', async (_, toClient, reason) => {
    ecs.register(smallBase);
    const cloner = newCloner({ client: toClient(), unknownMembers: "refuse" });
    await expect(cloner.plan(user)).rejects.toMatchObject(toRefusal(reason));
    await expect(cloner.clone(user)).rejects.toMatchObject(toRefusal(reason));
    expect(registered()).toBeUndefined();
  });

  it.each<[string, Readonly<Record<string, string>>, string]>([
    ["CBOR", { "content-type": "application/cbor" }, "the response is application/cbor, not AWS JSON"],
    ["of no type", {}, "the response is of no type, not AWS JSON"],
  ])('may get responses that are %s: an event says why, and "refuse" refuses', async (_, headers, reason) => {
    const { client } = answering([{ headers, body: toBytes({ taskDefinition: toDescribed() }) }]);
    expect(await newCloner({ client }).plan(user)).toMatchObject({ carried: [] });
    expect(events).toStrictEqual([{ type: "base-described", arn: toArn("web", 1) }, toUncheckedEvent(reason)]);
    const refusing = newCloner({ client, unknownMembers: "refuse" });
    await expect(refusing.plan(user)).rejects.toMatchObject(toRefusal(reason));
  });
});
