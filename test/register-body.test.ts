import {
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  type RegisterTaskDefinitionCommandOutput,
} from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { TaskDefCloner } from "../src/index.ts";
import { withContentAsItStands, withUnknownMembers } from "../src/register-body.ts";
import { FakeEcs } from "../src/testing/index.ts";
import { smallBase, toArn, user } from "./small-base.ts";

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
  const change = (stack: Stack): void => withUnknownMembers(stack, input);

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

describe("withContentAsItStands", () => {
  const input = {
    family: "web",
    cpu: "256",
    runtimePlatform: { cpuArchitecture: "ARM64" as const },
    containerDefinitions: [{ name: "app", links: [""] }],
    volumes: [],
  };

  it("gives the SDK the outline to write, and fills in what it wrote", async () => {
    let outline: object = {};
    const request = await send({ ...input, policy: { level: 1 } } as typeof input, withContentAsItStands, (written) => {
      outline = written;
      const { policy: _, ...known } = Object(written);
      return { headers, body: Buffer.from(JSON.stringify(known)) };
    });
    expect(outline).toStrictEqual({
      family: "web",
      cpu: "256",
      runtimePlatform: {},
      containerDefinitions: [],
      volumes: [],
      policy: {},
    });
    expect(request).toStrictEqual({ headers, body: JSON.stringify(input) });
  });

  it.each([["not HTTP"], [{ headers: { "content-type": "application/cbor" }, body: "cbor" }]])(
    "sends nothing where the SDK wrote no AWS JSON: %s",
    async (request) => {
      await expect(send(input, withContentAsItStands, () => request)).rejects.toThrow("nothing was sent");
    },
  );
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
