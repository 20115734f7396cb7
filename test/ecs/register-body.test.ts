import {
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  type RegisterTaskDefinitionCommandOutput,
} from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { withArnOnly, withInputAsItStands, withUnknownMembers } from "../../src/ecs/register-body.ts";
import { InvalidInputError, TaskDefCloner } from "../../src/index.ts";
import { FakeEcs } from "../../src/testing/index.ts";
import { smallBase, toArn, plainUser as user } from "../cast.ts";

type Stack = RegisterTaskDefinitionCommand["middlewareStack"];

const headers = { "content-type": "application/x-amz-json-1.1" };
const output: RegisterTaskDefinitionCommandOutput = { $metadata: {} };

/** What is sent where the SDK writes this of the input. */
async function send(
  input: RegisterTaskDefinitionCommandInput,
  change: (stack: Stack) => void,
  write: (input: object) => unknown,
): Promise<unknown> {
  const { middlewareStack } = new RegisterTaskDefinitionCommand(input);
  middlewareStack.add((next) => (args) => next({ ...args, request: write(args.input) }), {
    name: "serializerMiddleware",
    step: "serialize",
  });
  change(middlewareStack);
  let sent: unknown;
  const handler = middlewareStack.resolve(async (args) => {
    sent = "request" in args ? args.request : undefined;
    return { response: {}, output };
  }, {});
  await handler({ input });
  return sent;
}

describe("withUnknownMembers", () => {
  const input = { family: "web", containerDefinitions: [{ name: "app", gpuSharing: "Grüße" }] };
  const change = (stack: Stack): void => withUnknownMembers(stack);

  it.each([
    ["text", (body: string) => body],
    ["bytes", (body: string) => Buffer.from(body)],
  ])("adds to a body that is %s what the SDK left out of it", async (_, toBody) => {
    const body = toBody('{"family":"web","containerDefinitions":[{"name":"app"}]}');
    expect(await send(input, change, () => ({ headers, body }))).toStrictEqual({
      headers,
      body: JSON.stringify(input),
    });
  });

  it.each([["not HTTP"], [{ headers: { "content-type": "application/cbor" }, body: "cbor" }]])(
    "leaves alone what is no AWS JSON: %s",
    async (request) => {
      expect(await send(input, change, () => request)).toBe(request);
    },
  );
});

describe("withInputAsItStands", () => {
  const input = { family: "web", cpu: "", containerDefinitions: [{ name: "Grüße", links: [] }], volumes: [] };
  const change = (stack: Stack): void => withInputAsItStands(stack, input);

  it("gives the SDK nothing to write, and sends the input", async () => {
    let written: object = input;
    const request = await send(input, change, (given) => {
      written = given;
      return { headers, body: "{}" };
    });
    expect(written).toStrictEqual({});
    expect(request).toStrictEqual({ headers, body: JSON.stringify(input) });
  });

  it("leaves an input that somebody replaced to the SDK", async () => {
    const replaced = { ...input, tags: [{ key: "team", value: "a" }] };
    expect(await send(replaced, change, (given) => ({ headers, body: `SDK: ${JSON.stringify(given)}` }))).toStrictEqual(
      {
        headers,
        body: `SDK: ${JSON.stringify(replaced)}`,
      },
    );
  });

  it.each([["not HTTP"], [{ headers: { "content-type": "application/cbor" }, body: "cbor" }]])(
    "sends nothing where the SDK wrote no AWS JSON: %s",
    async (request) => {
      await expect(send(input, change, () => request)).rejects.toStrictEqual(
        new InvalidInputError("The client reads AWS JSON, and writes something else. Nothing was sent."),
      );
    },
  );
});

describe("withArnOnly", () => {
  const family = "f".repeat(255);
  const arn = toArn(family, 1_000_000);
  const only = JSON.stringify({ taskDefinition: { taskDefinitionArn: arn } });

  /** What the SDK reads of a response. */
  async function read(response: object): Promise<unknown> {
    const { middlewareStack } = new RegisterTaskDefinitionCommand({ family, containerDefinitions: [] });
    middlewareStack.add((next) => next, { name: "deserializerMiddleware", step: "deserialize" });
    withArnOnly(middlewareStack, family);
    const handler = middlewareStack.resolve(async () => ({ response, output }), {});
    const result = await handler({ input: { family, containerDefinitions: [] } });
    const { body } = Object(result.response);
    return body instanceof Uint8Array ? Buffer.from(body).toString() : body;
  }

  it.each([
    ["first", `{"taskDefinition":{"taskDefinitionArn":"${arn}","family":"${family}"},"tags":[]}`],
    ["last, with white space", `{"taskDefinition":{"family":"${family}", "taskDefinitionArn" :  "${arn}" }}`],
  ])("has the SDK read nothing but an ARN that stands %s", async (_, body) => {
    expect(await read({ headers, body })).toBe(only);
  });

  it.each([
    ["has no ARN", "{}"],
    ["has an ARN that is no text", '{"taskDefinition":{"taskDefinitionArn":null}}'],
    ["has the ARN of another family", `{"taskDefinition":{"taskDefinitionArn":"${toArn("web", 1)}"},"tags":[]}`],
    ["has an ARN that is none", `{"taskDefinition":{"taskDefinitionArn":"${arn}:1"},"tags":[]}`],
    ["has the ARN elsewhere", `{"taskDefinition":{"family":"taskDefinitionArn","image":"${arn}"}}`],
    ["has two", `{"taskDefinition":{"taskDefinitionArn":"${arn}","labels":{"taskDefinitionArn":"${arn}"}}}`],
  ])("leaves to the SDK what %s", async (_, body) => {
    expect(await read({ headers, body })).toBe(body);
  });

  it("leaves alone what is no AWS JSON", async () => {
    const html = `<p>${only}</p>`;
    expect(await read({ headers: { "content-type": "text/html" }, body: html })).toBe(html);
    expect(await read({})).toBeUndefined();
  });
});

describe("a register", () => {
  it("sends what the SDK would write", async () => {
    const ecs = new FakeEcs();
    const [app] = smallBase.containerDefinitions;
    const healthCheck = { command: ["CMD", "true"], interval: 5 };
    ecs.register({
      ...smallBase,
      containerDefinitions: [{ ...app, healthCheck, user: "", privileged: false, links: [] }],
    });
    const options = { client: ecs.client(), baseFamily: "web" };
    await new TaskDefCloner({ ...options, cloneFamily: "as-it-stands" }).clone(user);
    // What the caller's own step returns is written by the SDK.
    await new TaskDefCloner({ ...options, cloneFamily: "by-the-sdk", customize: (input) => input }).clone(user);
    const toContent = (family: string) => {
      const [container] = ecs.revisions(family)[0]?.registered.containerDefinitions ?? [];
      return {
        ...ecs.revisions(family)[0]?.registered,
        family: "",
        containerDefinitions: { ...container, dockerLabels: {} },
      };
    };
    expect(toContent("as-it-stands")).toStrictEqual(toContent("by-the-sdk"));
    expect(toContent("as-it-stands")).toMatchObject({
      containerDefinitions: { healthCheck, user: "", privileged: false },
    });
  });

  it("leaves what the caller's own step returns to the SDK, which sends no null", async () => {
    const ecs = new FakeEcs();
    ecs.register(smallBase);
    // The cast: a caller without types may return anything.
    const customize = (input: RegisterTaskDefinitionCommandInput) => ({ ...input, taskRoleArn: null as never });
    await new TaskDefCloner({ client: ecs.client(), baseFamily: "web", customize }).clone(user);
    expect(ecs.revisions("web-user")[0]?.registered).not.toHaveProperty("taskRoleArn");
  });

  it("takes the input as the client's own middleware leaves it", async () => {
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

  it("leaves the ARN to the SDK where a label has its name too", async () => {
    const ecs = new FakeEcs();
    const [container] = smallBase.containerDefinitions;
    const dockerLabels = { taskDefinitionArn: toArn("web-user", 7) };
    ecs.register({ ...smallBase, containerDefinitions: [{ ...container, dockerLabels }] });
    const { arn } = await new TaskDefCloner({ client: ecs.client(), baseFamily: "web" }).clone(user);
    expect(arn).toBe(toArn("web-user", 1));
  });
});
