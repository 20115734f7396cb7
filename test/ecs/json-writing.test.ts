import { RegisterTaskDefinitionCommand, type RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { toRegisterInput } from "../../src/derivation/register-input.ts";
import { writeAsJson } from "../../src/ecs/json.ts";
import { TaskDefCloner } from "../../src/index.ts";
import { FakeEcs } from "../../src/testing/index.ts";
import { withoutNulls } from "../../src/unknown-value.ts";
import { smallBase, toArn, plainUser as user } from "../cast.ts";
import { maximalBase, maximalTags } from "../maximal-base.ts";
import { answering, protocolOf, toBytes, toText } from "./answering.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

/** The body that a registration sends. */
async function write(input: object, { client, sent } = answering([{ body: toBytes({}) }])): Promise<string> {
  // The cast: the SDK's types do not know what is new.
  const command = new RegisterTaskDefinitionCommand(input as RegisterTaskDefinitionCommandInput);
  writeAsJson(command.middlewareStack);
  await client.send(command);
  expect(sent).toHaveLength(1);
  return String(toText(sent[0]));
}

/** A client whose protocol is another one by its content type. */
function withOtherProtocol() {
  const answers = answering([{ headers: { "content-type": "application/cbor" }, body: toBytes({}) }]);
  const protocol = protocolOf(answers.client);
  const serializeRequest = protocol.serializeRequest.bind(protocol);
  vi.spyOn(protocol, "serializeRequest").mockImplementation(async (...args) => {
    const request = await serializeRequest(...args);
    request.headers["content-type"] = "application/cbor";
    return request;
  });
  return answers;
}

describe("writeAsJson", () => {
  const input = {
    family: "web",
    cpu: "",
    containerDefinitions: [{ name: "Grüße 🌍", links: [], privileged: false, gpuSharing: { of: [0, { a: "" }] } }],
    volumes: [],
    securityPolicy: { level: "strict" },
  };

  it("sends the input byte for byte as JSON.stringify writes it", async () => {
    expect(await write(input)).toBe(JSON.stringify(input));
  });

  it("sends what the SDK would send if there is nothing that the SDK does not know", async () => {
    const known = { ...toRegisterInput(maximalBase), tags: [...maximalTags] };
    const { client, sent } = answering([{ body: toBytes({}) }]);
    await client.send(new RegisterTaskDefinitionCommand(known));
    expect(JSON.parse(await write(known))).toStrictEqual(JSON.parse(String(toText(sent[0]))));
  });

  it("sends any JSON as it is, except for nulls", async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        expect(await write({ family: "web", value })).toBe(JSON.stringify(withoutNulls({ family: "web", value })));
      }),
      { numRuns: 50 },
    );
  });

  it.each<[string, object, object]>([
    ["at the top", { family: "web", cpu: null }, { family: "web" }],
    ["in a structure", { volumes: [{ host: { sourcePath: null } }] }, { volumes: [{ host: {} }] }],
    ["in a list", { command: ["a", null, "b"] }, { command: ["a", "b"] }],
    ["in a member that the SDK does not know", { gpuSharing: [{ a: null }, [null]] }, { gpuSharing: [{}, []] }],
    ["that is undefined in a list", { command: ["a", undefined] }, { command: ["a"] }],
    ["beside a text of that name", { null: "null", cpu: null }, { null: "null" }],
  ])("sends no null %s", async (_, given, expected) => {
    expect(await write(given)).toBe(JSON.stringify(expected));
  });

  it('keeps texts that contain "null", and leaves out what is undefined', async () => {
    const texts = { family: "null", containerDefinitions: [{ command: ["null", 'x":null,"', "[null]"] }] };
    expect(await write({ ...texts, cpu: undefined })).toBe(JSON.stringify(texts));
  });

  it.each([
    ["NaN", Number.NaN],
    ["Infinity", Number.POSITIVE_INFINITY],
    ["-Infinity", Number.NEGATIVE_INFINITY],
  ])("sends %s as a text, which ECS refuses, and not as null, which would pass for absent", async (text, memory) => {
    expect(await write({ containerDefinitions: [{ memory, cpu: 0 }] })).toBe(
      JSON.stringify({ containerDefinitions: [{ memory: text, cpu: 0 }] }),
    );
    expect(await write({ command: [null, 1], memory })).toBe(JSON.stringify({ command: [1], memory: text }));
  });

  it("sends what the client's own middleware puts in place of the input, and shows it the whole input afterwards", async () => {
    const answers = answering([{ body: toBytes({}) }]);
    const replaced = { ...input, tags: [{ key: "team", value: "a", scope: 1 }] };
    const seen: unknown[] = [];
    answers.client.middlewareStack.add((next) => (args) => next({ ...args, input: replaced as never }), {
      step: "initialize",
      name: "replacing",
    });
    answers.client.middlewareStack.add(
      (next) => (args) => {
        seen.push(args.input);
        return next(args);
      },
      { step: "build", name: "tracing" },
    );
    expect(await write(input, answers)).toBe(JSON.stringify(replaced));
    expect(seen).toStrictEqual([replaced]);
  });

  it("gives the SDK nothing to write", async () => {
    const answers = answering([{ body: toBytes({}) }]);
    const serializeRequest = vi.spyOn(protocolOf(answers.client), "serializeRequest");
    expect(await write(input, answers)).toBe(JSON.stringify(input));
    expect(serializeRequest.mock.calls.map(([, written]) => written)).toStrictEqual([{}]);
  });

  it("has the SDK write the whole input under another protocol", async () => {
    const expected = {
      family: "web",
      cpu: "",
      containerDefinitions: [{ name: "Grüße 🌍", links: [], privileged: false }],
    };
    expect(JSON.parse(await write(input, withOtherProtocol()))).toStrictEqual({ ...expected, volumes: [] });
  });

  it("throws what the client's own middleware throws", async () => {
    const answers = answering([{ body: toBytes({}) }]);
    const failure = new TypeError("no such member");
    const failing = vi.fn().mockRejectedValue(failure);
    answers.client.middlewareStack.add(() => failing, { step: "build", name: "failing" });
    await expect(write(input, answers)).rejects.toBe(failure);
    expect(failing).toHaveBeenCalledOnce();
    expect(answers.sent).toStrictEqual([]);
  });
});

describe("a registration", () => {
  it("leaves out a null that `customize` returns", async () => {
    const ecs = new FakeEcs();
    ecs.register(smallBase);
    // The cast: a caller without types may return anything.
    const customize = (input: RegisterTaskDefinitionCommandInput) => ({ ...input, taskRoleArn: null as never });
    await new TaskDefCloner({ client: ecs.client(), baseFamily: "web", customize }).clone(user);
    expect(ecs.revisions("web-user")[0]?.registered).not.toHaveProperty("taskRoleArn");
  });

  it("sends the input as the client's own middleware leaves it", async () => {
    const ecs = new FakeEcs();
    const client = ecs.client();
    client.middlewareStack.add(
      (next) => (args) =>
        next({
          ...args,
          input: { ...args.input, ...("family" in args.input && { tags: [{ key: "team", value: "a" }] }) },
        }),
      { step: "initialize", name: "tagging" },
    );
    ecs.register(smallBase);
    await new TaskDefCloner({ client, baseFamily: "web" }).clone(user);
    expect(ecs.revisions("web-user")[0]?.tags).toStrictEqual([{ key: "team", value: "a" }]);
  });

  it("leaves it to the SDK to find the ARN if a label has its name too", async () => {
    const ecs = new FakeEcs();
    const [container] = smallBase.containerDefinitions;
    const dockerLabels = { taskDefinitionArn: toArn("web-user", 7) };
    ecs.register({ ...smallBase, containerDefinitions: [{ ...container, dockerLabels }] });
    const { arn } = await new TaskDefCloner({ client: ecs.client(), baseFamily: "web" }).clone(user);
    expect(arn).toBe(toArn("web-user", 1));
  });
});
