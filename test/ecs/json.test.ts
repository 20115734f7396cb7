import {
  DescribeTaskDefinitionCommand,
  type DescribeTaskDefinitionCommandOutput,
  type TaskDefinition,
} from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { type PlainBody, watchBody } from "../../src/ecs/json.ts";
import { UnexpectedResponseError } from "../../src/errors.ts";
import { toArn } from "../cast.ts";

const headers = { "content-type": "application/x-amz-json-1.1" };

type Output = Partial<Pick<DescribeTaskDefinitionCommandOutput, "taskDefinition" | "tags">>;

/**
 * Watches a request and its response, whatever they are, of which the SDK makes this output. Gives what the SDK would read of the response, what the client's own
 * middleware would see, and what is made of that.
 */
async function watch(
  response: unknown,
  { output = {}, request = {}, plainBody = {} }: { output?: Output; request?: unknown; plainBody?: PlainBody } = {},
) {
  const { middlewareStack } = new DescribeTaskDefinitionCommand({ taskDefinition: "web" });
  const toWhole = watchBody(middlewareStack, plainBody);
  let read: unknown;
  middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { body } = Object(result.response);
      read = body instanceof Uint8Array ? Buffer.from(body).toString() : body;
      return { ...result, output: { $metadata: {}, ...structuredClone(output) } };
    },
    { name: "deserializerMiddleware", step: "deserialize" },
  );
  const send = middlewareStack.resolve(async () => ({ response, output: { $metadata: {} } }), {});
  // The cast: a handler's arguments hold a request, which the type of a whole stack's leaves out.
  const result: { output: DescribeTaskDefinitionCommandOutput } = await send({ input: {}, request } as never);
  const { $metadata: _, ...seen } = result.output;
  return { whole: toWhole(result.output), toWhole, read, seen };
}

const toResponse = (value: unknown): object => ({ headers, body: JSON.stringify(value) });

const nothing = { carried: [], left: [] };

describe("watchBody", () => {
  it("finds nothing, and no time, in what is no HTTP response", async () => {
    const output = { taskDefinition: {}, tags: [] };
    const unwatched = { unknownMembers: nothing, isPlain: false, answeredAt: undefined };
    const { whole, toWhole } = await watch("not HTTP", { output });
    expect(whole).toStrictEqual({ ...output, ...unwatched });
    expect(toWhole(undefined)).toStrictEqual({ taskDefinition: undefined, tags: undefined, ...unwatched });
  });

  it("takes a member that is undefined for one that is absent", async () => {
    const output = { taskDefinition: { cpu: undefined }, tags: [] };
    const { whole } = await watch(toResponse({ taskDefinition: {}, tags: [] }), { output });
    expect(whole.unknownMembers).toMatchObject(nothing);
  });

  it("puts a member back where it was, and knows no version of the SDK where the request does not tell it", async () => {
    for (const request of ["not HTTP", { headers: {}, body: "" }]) {
      const sent = { taskDefinition: { volumes: [{ name: "data", snapshotId: 1 }] }, tags: [] };
      const output = { taskDefinition: { volumes: [{ name: "data" }] }, tags: [] };
      const { whole, seen } = await watch(toResponse(sent), { request, output });
      expect(seen).toStrictEqual(sent);
      expect(whole).toStrictEqual({
        ...sent,
        unknownMembers: { carried: ["volumes[data].snapshotId"], left: [], sdkVersion: undefined },
        isPlain: false,
        answeredAt: undefined,
      });
    }
  });

  it("takes what is not AWS JSON for neither plain nor looked through", async () => {
    const { whole } = await watch({ headers: { "content-type": "application/cbor" }, body: "" }, { output });
    expect(whole).toStrictEqual({
      ...output,
      unknownMembers: { ...nothing, unchecked: "the response is application/cbor, not AWS JSON" },
      isPlain: false,
      answeredAt: undefined,
    });
  });

  it("says when ECS answered, where the response does", async () => {
    const date = "Thu, 03 Sep 2026 10:15:00 GMT";
    const dated = await watch({ headers: { ...headers, date }, body: "" });
    expect(dated.whole.answeredAt).toStrictEqual(new Date(date));
    expect((await watch({ headers, body: "" })).whole.answeredAt).toBeUndefined();
  });

  it("does not let a body that is cut short into an error", async () => {
    const response = { headers, statusCode: 200, body: '{"taskDefinition":{"environment":[{"name":"A","value":hush' };
    const error = await watch(response).catch((error: unknown) => error);
    expect(error).toStrictEqual(new UnexpectedResponseError("DescribeTaskDefinition", "JSON that can be read"));
    const refusal = await watch({ ...response, statusCode: 400 });
    expect(refusal.read).toBe(response.body);
  });

  const sent = { taskDefinitionArn: toArn("web", 1), cpu: "256", registeredAt: 1_788_430_500.123 };
  const read = { ...sent, registeredAt: new Date(1_788_430_500_123) };
  const tags = [{ key: "stage", value: "dev" }];

  const output = { taskDefinition: read, tags };

  it("spares the SDK from reading again what it read as it stands, which nobody else notices", async () => {
    const plainBody = {};
    const whole = { ...output, unknownMembers: nothing, isPlain: true, answeredAt: undefined };
    const first = await watch(toResponse({ taskDefinition: sent, tags }), { plainBody, output });
    expect(first.read).toContain("taskDefinition");
    expect(first.seen).toStrictEqual(output);
    expect(first.whole).toStrictEqual(whole);
    const second = await watch(toResponse({ taskDefinition: sent, tags }), { plainBody });
    expect(second.read).toBe("{}");
    expect(second.seen).toStrictEqual(output);
    expect(second.whole).toStrictEqual(whole);
  });

  it("makes each description anew, so that nobody's change to one shows in another", async () => {
    const plainBody = {};
    const describeAgain = () => watch(toResponse({ taskDefinition: sent, tags }), { plainBody, output });
    const [first, second] = [await describeAgain(), await describeAgain()];
    for (const { whole } of [first, second]) {
      Object.assign(whole.taskDefinition ?? {}, { cpu: "1024" });
      Object.assign(whole.tags?.[0] ?? {}, { value: "changed" });
    }
    expect((await describeAgain()).whole).toMatchObject({ taskDefinition: { cpu: "256" }, tags });
  });

  it("does not take for plain what the client's own middleware replaced", async () => {
    const { toWhole, seen } = await watch(toResponse({ taskDefinition: sent, tags }), { output });
    expect(toWhole(seen).isPlain).toBe(true);
    for (const replaced of [
      { ...seen, taskDefinition: { cpu: "512" } },
      { ...seen, tags: [] },
    ]) {
      expect(toWhole(replaced)).toMatchObject({ ...replaced, isPlain: false });
    }
  });

  it.each<[string, object]>([
    ["content", { taskDefinition: { ...sent, cpu: "512" }, tags }],
    ["tags", { taskDefinition: sent, tags: [{ key: "stage", value: "prod" }] }],
    ["members", { taskDefinition: { ...sent, policy: {} }, tags }],
  ])("has the SDK read a response with other %s", async (_, other) => {
    const plainBody = {};
    await watch(toResponse({ taskDefinition: sent, tags }), { plainBody, output });
    expect((await watch(toResponse(other), { plainBody })).read).toBe(JSON.stringify(other));
  });

  it("has the SDK read the same text under another content type", async () => {
    const plainBody = {};
    const body = JSON.stringify({ taskDefinition: sent, tags });
    await watch({ headers, body }, { plainBody, output });
    expect((await watch({ headers: { "content-type": "text/plain" }, body }, { plainBody })).read).toBe(body);
  });

  it.each<[string, object, TaskDefinition | undefined]>([
    ["whose member the SDK does not know", { taskDefinition: { ...sent, policy: {} }, tags }, read],
    ["that holds a null", { taskDefinition: { ...sent, memory: null }, tags }, read],
    [
      "that holds a null in a list",
      { taskDefinition: { ...sent, placementConstraints: [{}, null] }, tags },
      { ...read, placementConstraints: [{}, null as never] },
    ],
    [
      "whose tag has a member that the SDK does not know",
      { taskDefinition: sent, tags: [{ ...tags[0], scope: 1 }] },
      read,
    ],
    ["that has no task definition", { tags }, undefined],
  ])("has the SDK read a response every time %s", async (_, sent, taskDefinition) => {
    const plainBody = {};
    for (const body of [JSON.stringify(sent), JSON.stringify(sent, null, 2)]) {
      const { whole } = await watch({ headers, body }, { plainBody, output: { taskDefinition, tags } });
      expect(whole).toMatchObject({ isPlain: false });
      expect((await watch({ headers, body }, { plainBody })).read).toBe(body);
    }
  });
});
