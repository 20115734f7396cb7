import { DescribeTaskDefinitionCommand, type TaskDefinition } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { watchBody } from "../src/describe-body.ts";
import { toArn } from "./small-base.ts";

const headers = { "content-type": "application/x-amz-json-1.1" };

/** Watches a request and its response, whatever they are. Gives what the SDK would read of the response, and what is made of that. */
async function watch(
  response: unknown,
  { request = {}, plain = new Set<string>() }: { request?: unknown; plain?: Set<string> } = {},
) {
  const { middlewareStack } = new DescribeTaskDefinitionCommand({ taskDefinition: "web" });
  const toWhole = watchBody(middlewareStack, plain);
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

  it("spares the SDK from reading a revision again that it read as it stands, and reads the tags", async () => {
    const plain = new Set<string>();
    const first = await watch(toResponse({ taskDefinition: sent, tags }), { plain });
    expect(first.toWhole({ taskDefinition: read, tags })).toMatchObject({ isPlain: true, unknownMembers: nothing });
    const changed = [{ key: "stage", value: "prod", scope: "internal" }];
    const second = await watch(toResponse({ taskDefinition: sent, tags: changed }), { plain });
    expect(second.read).toBe(JSON.stringify({ tags: changed }));
    expect(second.toWhole({ tags: [{ key: "stage", value: "prod" }] })).toMatchObject({
      taskDefinition: read,
      tags: changed,
      unknownMembers: { carried: ["tags[stage].scope"], left: [] },
      isPlain: true,
    });
  });

  it.each<[string, object, TaskDefinition]>([
    ["whose member the SDK does not know", { ...sent, policy: {} }, read],
    ["that holds a null", { ...sent, memory: null }, read],
    [
      "that holds a null in a list",
      { ...sent, placementConstraints: [{}, null] },
      { ...read, placementConstraints: [{}, null as never] },
    ],
    ["that has no ARN", { cpu: "256" }, { cpu: "256" }],
  ])("has the SDK read a revision every time %s", async (_, taskDefinition, output) => {
    const plain = new Set<string>();
    const response = toResponse({ taskDefinition, tags });
    const { toWhole } = await watch(response, { plain });
    expect(toWhole({ taskDefinition: structuredClone(output), tags })).toMatchObject({ isPlain: false });
    expect((await watch(response, { plain })).read).toContain("taskDefinition");
    expect(plain).toStrictEqual(new Set());
  });
});
