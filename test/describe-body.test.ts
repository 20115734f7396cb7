import { DescribeTaskDefinitionCommand, type TaskDefinition } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { type PlainBody, watchBody } from "../src/describe-body.ts";
import { toArn } from "./small-base.ts";

const headers = { "content-type": "application/x-amz-json-1.1" };

/** Watches a request and its response, whatever they are. Gives what the SDK would read of the response, and what is made of that. */
async function watch(
  response: unknown,
  { request = {}, plainBody = {} }: { request?: unknown; plainBody?: PlainBody } = {},
) {
  const { middlewareStack } = new DescribeTaskDefinitionCommand({ taskDefinition: "web" });
  const toWhole = watchBody(middlewareStack, plainBody);
  let read: unknown;
  middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { body } = Object(result.response);
      read = body instanceof Uint8Array ? Buffer.from(body).toString() : body;
      return result;
    },
    { name: "deserializerMiddleware", step: "deserialize" },
  );
  const send = middlewareStack.resolve(async () => ({ response, output: { $metadata: {} } }), {});
  // The cast: a handler's arguments hold a request, which the type of a whole stack's leaves out.
  await send({ input: {}, request } as never);
  return { toWhole, read };
}

const toResponse = (value: unknown): object => ({ headers, body: JSON.stringify(value) });

const nothing = { carried: [], left: [] };

describe("watchBody", () => {
  it("finds nothing, and no time, in what is no HTTP response", async () => {
    const { toWhole } = await watch("not HTTP");
    const unwatched = { unknownMembers: nothing, isPlain: false, answeredAt: undefined };
    expect(toWhole({ taskDefinition: {}, tags: [] })).toStrictEqual({ taskDefinition: {}, tags: [], ...unwatched });
    expect(toWhole(undefined)).toStrictEqual(unwatched);
  });

  it("takes a member that is undefined for one that is absent", async () => {
    const { toWhole } = await watch(toResponse({ taskDefinition: {}, tags: [] }));
    expect(toWhole({ taskDefinition: { cpu: undefined }, tags: [] }).unknownMembers).toMatchObject(nothing);
  });

  it("puts a member back where it was, and knows no version of the SDK where the request does not tell it", async () => {
    for (const request of ["not HTTP", { headers: {}, body: "" }]) {
      const sent = { taskDefinition: { volumes: [{ name: "data", snapshotId: 1 }] }, tags: [] };
      const { toWhole } = await watch(toResponse(sent), { request });
      expect(toWhole({ taskDefinition: { volumes: [{ name: "data" }] }, tags: [] })).toStrictEqual({
        ...sent,
        unknownMembers: { carried: ["volumes[data].snapshotId"], left: [], sdkVersion: undefined },
        isPlain: false,
        answeredAt: undefined,
      });
    }
  });

  it("says when ECS answered, where the response does", async () => {
    const date = "Thu, 03 Sep 2026 10:15:00 GMT";
    const dated = await watch({ headers: { ...headers, date }, body: "" });
    expect(dated.toWhole({}).answeredAt).toStrictEqual(new Date(date));
    expect((await watch({ headers, body: "" })).toWhole({}).answeredAt).toBeUndefined();
  });

  const sent = { taskDefinitionArn: toArn("web", 1), cpu: "256", registeredAt: 1_788_430_500.123 };
  const read = { ...sent, registeredAt: new Date(1_788_430_500_123) };
  const tags = [{ key: "stage", value: "dev" }];

  it("spares the SDK from reading again what it read as it stands", async () => {
    const plainBody = {};
    const response = toResponse({ taskDefinition: sent, tags });
    const first = await watch(response, { plainBody });
    const whole = { taskDefinition: read, tags, unknownMembers: nothing, isPlain: true, answeredAt: undefined };
    expect(first.read).toContain("taskDefinition");
    expect(first.toWhole({ taskDefinition: structuredClone(read), tags })).toStrictEqual(whole);
    const second = await watch(response, { plainBody });
    expect(second.read).toBe("{}");
    expect(second.toWhole({})).toStrictEqual(whole);
  });

  it("makes each description anew, so that nobody's change to one shows in another", async () => {
    const plainBody = {};
    const describeAgain = () => watch(toResponse({ taskDefinition: sent, tags }), { plainBody });
    const first = (await describeAgain()).toWhole({
      taskDefinition: structuredClone(read),
      tags: structuredClone(tags),
    });
    const second = (await describeAgain()).toWhole({});
    for (const { taskDefinition, tags } of [first, second]) {
      Object.assign(taskDefinition ?? {}, { cpu: "1024" });
      Object.assign(tags?.[0] ?? {}, { value: "changed" });
    }
    expect((await describeAgain()).toWhole({})).toMatchObject({ taskDefinition: { cpu: "256" }, tags });
  });

  it.each<[string, object]>([
    ["content", { taskDefinition: { ...sent, cpu: "512" }, tags }],
    ["tags", { taskDefinition: sent, tags: [{ key: "stage", value: "prod" }] }],
    ["members", { taskDefinition: { ...sent, policy: {} }, tags }],
  ])("has the SDK read a response with other %s", async (_, other) => {
    const plainBody = {};
    const first = await watch(toResponse({ taskDefinition: sent, tags }), { plainBody });
    first.toWhole({ taskDefinition: structuredClone(read), tags });
    expect((await watch(toResponse(other), { plainBody })).read).toBe(JSON.stringify(other));
  });

  it("has the SDK read the same text under another content type", async () => {
    const plainBody = {};
    const body = JSON.stringify({ taskDefinition: sent, tags });
    (await watch({ headers, body }, { plainBody })).toWhole({ taskDefinition: structuredClone(read), tags });
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
    const { toWhole } = await watch(toResponse(sent), { plainBody });
    const whole = toWhole({ taskDefinition: structuredClone(taskDefinition), tags: structuredClone(tags) });
    expect(whole).toMatchObject({ isPlain: false });
    expect((await watch(toResponse(sent), { plainBody })).read).toBe(JSON.stringify(sent));
  });
});
