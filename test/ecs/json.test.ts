import { Readable } from "node:stream";
import { DescribeTaskDefinitionCommand, type ECSClient, RegisterTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { readArnOnly, readAsJson } from "../../src/ecs/json.ts";
import { withoutNulls } from "../../src/unknown-value.ts";
import { toArn } from "../cast.ts";
import { maximalBase, maximalTags } from "../maximal-base.ts";
import {
  answering,
  awsJson,
  ignoreSchemas,
  protocolOf,
  type Response,
  toBytes,
  toDescribed,
  toText,
} from "./answering.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

/** What a command resolves with, and how it was read. */
async function read(client: ECSClient) {
  const command = new DescribeTaskDefinitionCommand({ taskDefinition: "web", include: ["TAGS"] });
  const toReading = readAsJson(command.middlewareStack);
  const { $metadata: _, ...output } = await client.send(command);
  return { output, reading: toReading() };
}

const readResponse = (response: Response) => read(answering([response]).client);
const readBody = (value: unknown) => readResponse({ body: toBytes(value) });

const bodies: readonly (readonly [string, (text: string) => unknown])[] = [
  ["a text", (text) => text],
  ["bytes", (text) => Buffer.from(text)],
  ["a part of a larger buffer", (text) => new Uint8Array(Buffer.from(`##${text}##`)).subarray(2, -2)],
  ["a Node.js stream", (text) => Readable.from([Buffer.from(text.slice(0, 9)), Buffer.from(text.slice(9))])],
  ["a web stream", (text) => new Blob([text]).stream()],
];

const types: readonly (readonly [string, Response["headers"], string])[] = [
  ["CBOR", { "content-type": "application/cbor" }, "the response is application/cbor, not AWS JSON"],
  ["plain JSON", { "content-type": "application/json" }, "the response is application/json, not AWS JSON"],
  ["of no type", {}, "the response is of no type, not AWS JSON"],
];

const byModels = "the installed SDK reads responses by its own models";

describe("readAsJson", () => {
  it("gives everything as ECS sent it, with dates for timestamps", async () => {
    const sent = toDescribed({ gpuSharing: { mode: "time-sliced", shares: [1, { of: "Grüße 🌍" }] } });
    const tags = [{ key: "stage", value: "dev", scope: "internal" }];
    const { output, reading } = await readBody({ taskDefinition: sent, tags });
    expect(output).toStrictEqual({ taskDefinition: { ...sent, registeredAt: new Date(1_788_430_500_123) }, tags });
    expect(reading).toStrictEqual({ unknownMembers: [] });
  });

  it("gives what the SDK reads if there is nothing that the SDK does not know", async () => {
    const toSeconds = (date: Date | undefined): number => Number(date) / 1000;
    const taskDefinition = {
      ...maximalBase,
      registeredAt: toSeconds(maximalBase.registeredAt),
      deregisteredAt: toSeconds(maximalBase.deregisteredAt),
      deleteRequestedAt: toSeconds(maximalBase.deleteRequestedAt),
    };
    const { client } = answering([{ body: toBytes({ taskDefinition, tags: maximalTags }) }]);
    const { $metadata: _, ...bySdk } = await client.send(new DescribeTaskDefinitionCommand({ taskDefinition: "web" }));
    const { output, reading } = await read(client);
    expect(output).toStrictEqual(bySdk);
    expect(output).toStrictEqual({ taskDefinition: maximalBase, tags: maximalTags });
    expect(reading).toStrictEqual({ unknownMembers: [] });
  });

  it("gives any JSON as it came, except for nulls", async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.constantFrom(0, 2), async (gpuSharing, indent) => {
        const text = JSON.stringify(
          { taskDefinition: toDescribed({ gpuSharing }, { registeredAt: null }) },
          null,
          indent,
        );
        const { output } = await readResponse({ body: Buffer.from(text) });
        expect(output).toStrictEqual({ ...Object(withoutNulls(JSON.parse(text))), tags: undefined });
      }),
      { numRuns: 50 },
    );
  });

  it("gives nothing for a null, whether in a structure or a list", async () => {
    const nulls = { cpu: null, command: ["a", null], healthCheck: { command: null, interval: 5 } };
    const taskDefinition = toDescribed(nulls, { memory: null, deregisteredAt: null });
    const { output } = await readBody({ taskDefinition, tags: [null, { key: "stage", value: null }] });
    expect(output.taskDefinition).not.toHaveProperty("memory");
    expect(output.taskDefinition).not.toHaveProperty("deregisteredAt");
    const [container] = output.taskDefinition?.containerDefinitions ?? [];
    expect(container).not.toHaveProperty("cpu");
    expect(container).toMatchObject({ command: ["a"], healthCheck: { interval: 5 } });
    expect(container?.healthCheck).not.toHaveProperty("command");
    expect(output.tags).toStrictEqual([{ key: "stage" }]);
  });

  it.each([[{}], [{ taskDefinition: null, tags: null }]])("gives nothing if the response is %j", async (response) => {
    const { output, reading } = await readBody(response);
    expect(output).toStrictEqual({ taskDefinition: undefined, tags: undefined });
    expect(reading).toStrictEqual({ unknownMembers: [] });
  });

  it("rounds timestamps to milliseconds, as the SDK does", async () => {
    const { client } = answering([
      { body: toBytes({ taskDefinition: toDescribed({}, { registeredAt: 1_788_430_500.1239 }) }) },
    ]);
    const { taskDefinition } = await client.send(new DescribeTaskDefinitionCommand({ taskDefinition: "web" }));
    const { output } = await read(client);
    expect(output.taskDefinition?.registeredAt).toStrictEqual(new Date(1_788_430_500_124));
    expect(output.taskDefinition?.registeredAt).toStrictEqual(taskDefinition?.registeredAt);
  });

  it("leaves a timestamp that is not a number as it came", async () => {
    const { output } = await readBody({ taskDefinition: toDescribed({}, { registeredAt: "today" }) });
    expect(output.taskDefinition).toHaveProperty("registeredAt", "today");
  });

  it("gives the client's own middleware the same", async () => {
    const { client } = answering([{ body: toBytes({ taskDefinition: toDescribed({ gpuSharing: 1, cpu: null }) }) }]);
    const seen: unknown[] = [];
    client.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        seen.push(result.output);
        return result;
      },
      { step: "initialize", name: "reading" },
    );
    const { output } = await read(client);
    expect(seen).toMatchObject([output]);
    const [container] = output.taskDefinition?.containerDefinitions ?? [];
    expect(output).toHaveProperty("taskDefinition.registeredAt", new Date(1_788_430_500_123));
    expect(container).toHaveProperty("gpuSharing", 1);
    expect(container).not.toHaveProperty("cpu");
  });

  it("names the top-level members that the SDK knows neither in a description nor in a registration", async () => {
    const taskDefinition = toDescribed({ gpuSharing: 1 }, { policy: null, securityPolicy: 0, tags: [], zone: "" });
    const { output, reading } = await readBody({ taskDefinition, deprecations: [] });
    expect(reading.unknownMembers).toStrictEqual(["securityPolicy", "zone"]);
    expect(output.taskDefinition).toMatchObject({ securityPolicy: 0, zone: "" });
  });

  it.each(bodies)("reads a body that is %s", async (_, toBody) => {
    const text = JSON.stringify({ taskDefinition: toDescribed({ hostname: "Grüße", gpuSharing: 1 }, { policy: {} }) });
    const { output, reading } = await readResponse({ body: toBody(text) });
    expect(output.taskDefinition?.containerDefinitions?.[0]).toMatchObject({ hostname: "Grüße", gpuSharing: 1 });
    expect(reading).toStrictEqual({ unknownMembers: ["policy"] });
  });

  it.each(["content-type", "Content-Type", "CONTENT-TYPE"])("knows AWS JSON by the header %s", async (header) => {
    const headers = { [header]: "application/x-amz-json-1.1; charset=utf-8" };
    const { reading } = await readResponse({
      headers,
      body: toBytes({ taskDefinition: toDescribed({}, { policy: {} }) }),
    });
    expect(reading).toStrictEqual({ unknownMembers: ["policy"] });
  });

  it.each(types)("leaves a response that is %s to the SDK, and says so", async (_, headers = {}, unchecked) => {
    const taskDefinition = toDescribed({ gpuSharing: 1 }, { policy: {} });
    const date = "Thu, 03 Sep 2026 10:15:00 GMT";
    const { output, reading } = await readResponse({
      headers: { ...headers, date },
      body: toBytes({ taskDefinition }),
    });
    expect(output.taskDefinition?.registeredAt).toStrictEqual(new Date(1_788_430_500_123));
    expect(output.taskDefinition?.containerDefinitions?.[0]).not.toHaveProperty("gpuSharing");
    expect(reading).toStrictEqual({ unknownMembers: [], unchecked, answeredAt: new Date(date) });
  });

  it.each(["date", "Date"])("says when ECS answered if there is the header %s", async (header) => {
    const date = "Thu, 03 Sep 2026 10:15:00 GMT";
    const body = toBytes({ taskDefinition: toDescribed() });
    const { reading } = await readResponse({ headers: { ...awsJson, [header]: date }, body });
    expect(reading).toStrictEqual({ unknownMembers: [], answeredAt: new Date(date) });
  });

  it("says nothing of the time if the header is not a date", async () => {
    const { reading } = await readResponse({ headers: { ...awsJson, date: "today" }, body: toBytes({}) });
    expect(reading).toStrictEqual({ unknownMembers: [] });
  });

  it("reads the answer that follows an error under the same schema", async () => {
    const failed = { statusCode: 500, body: toBytes({ __type: "ServerException", message: "no" }) };
    const taskDefinition = toDescribed({ gpuSharing: 1 }, { policy: {} });
    const { client, sent } = answering([failed, { body: toBytes({ taskDefinition }) }], { maxAttempts: 2 });
    const { output, reading } = await read(client);
    expect(sent).toHaveLength(2);
    expect(output.taskDefinition?.containerDefinitions?.[0]).toHaveProperty("gpuSharing", 1);
    expect(reading).toStrictEqual({ unknownMembers: ["policy"] });
  });

  it("leaves an answer of another type to the SDK even if it follows an error in AWS JSON", async () => {
    const failed = { statusCode: 500, body: toBytes({ __type: "ServerException", message: "no" }) };
    const other = { headers: { "content-type": "application/json" }, body: toBytes({ taskDefinition: toDescribed() }) };
    const { output, reading } = await read(answering([failed, other], { maxAttempts: 2 }).client);
    expect(output.taskDefinition?.registeredAt).toBeInstanceOf(Date);
    expect(reading).toHaveProperty("unchecked", "the response is application/json, not AWS JSON");
  });

  it("notices by the dates that an SDK ignores the schema", async () => {
    const { client } = answering([{ body: toBytes({ taskDefinition: toDescribed({ gpuSharing: 1 }), tags: [] }) }]);
    const { output, reading } = await read(ignoreSchemas(client));
    expect(output.taskDefinition?.registeredAt).toStrictEqual(new Date(1_788_430_500_123));
    expect(output.tags).toStrictEqual([]);
    expect(reading).toStrictEqual({ unknownMembers: [], unchecked: byModels });
  });

  it.each([
    ["no context", undefined],
    ["no schema of the operation", {}],
    ["a schema that is not a list", { operationSchema: { output: () => 0 } }],
    ["a schema without an output", { operationSchema: [9, "ns", "Describe", 0, () => []] }],
    [
      "an output of another form",
      { operationSchema: [9, "ns", "Describe", 0, () => [], () => [3, "ns", "Out", 0, {}, 1]] },
    ],
    [
      "an output without a task definition",
      { operationSchema: [9, "ns", "D", 0, [], [3, "ns", "Out", 0, ["tags"], [64]]] },
    ],
  ])("leaves the answer to an SDK that has %s", async (_, smithy) => {
    const { middlewareStack } = new DescribeTaskDefinitionCommand({ taskDefinition: "web" });
    const toReading = readAsJson(middlewareStack);
    const output = { $metadata: {}, taskDefinition: { cpu: "256" } };
    middlewareStack.add((next) => async (args) => ({ ...(await next(args)), output }), {
      name: "deserializerMiddleware",
      step: "deserialize",
    });
    const context = { __smithy_context: smithy };
    const respond = async () => ({ response: { headers: awsJson, body: "" }, output: { $metadata: {} } });
    // The cast: the type of a context knows nothing of what a later SDK holds.
    await middlewareStack.resolve(respond, context as never)({ input: { taskDefinition: "web" } });
    expect(context).toStrictEqual({ __smithy_context: smithy });
    expect(output).toStrictEqual({ $metadata: {}, taskDefinition: { cpu: "256" } });
    expect(toReading()).toStrictEqual({ unknownMembers: [], unchecked: byModels });
  });

  it("says that nothing was checked if no response came by", async () => {
    const { middlewareStack } = new DescribeTaskDefinitionCommand({ taskDefinition: "web" });
    const toReading = readAsJson(middlewareStack);
    const unchecked = "the client is a mock or a wrapper that does not run the library's middleware";
    expect(toReading()).toStrictEqual({ unknownMembers: [], unchecked });
    const output = { $metadata: {}, taskDefinition: { cpu: "256" } };
    const cached = async () => ({ output, response: { headers: awsJson, body: "" } });
    middlewareStack.add(() => cached, { name: "deserializerMiddleware", step: "deserialize" });
    await middlewareStack.resolve(cached, {})({ input: { taskDefinition: "web" } });
    expect(output).toStrictEqual({ $metadata: {}, taskDefinition: { cpu: "256" } });
    expect(toReading()).toStrictEqual({ unknownMembers: [], unchecked });
  });
});

describe("readArnOnly", () => {
  const family = "f".repeat(255);
  const arn = toArn(family, 1_000_000);
  const only = JSON.stringify({ taskDefinition: { taskDefinitionArn: arn } });
  const whole = `{"taskDefinition":{"taskDefinitionArn":"${arn}","family":"${family}"},"tags":[]}`;

  /** What the SDK reads of a response, and whether the registration took effect. */
  async function readArn(response: Response) {
    const { client } = answering([response]);
    const deserializeResponse = vi.spyOn(protocolOf(client), "deserializeResponse");
    const command = new RegisterTaskDefinitionCommand({ family, containerDefinitions: [] });
    const isDone = readArnOnly(command.middlewareStack, family);
    expect(isDone()).toBe(false);
    const output = await client.send(command).catch((error: unknown) => error);
    const [, , given] = deserializeResponse.mock.calls[0] ?? [];
    return { output, isDone: isDone(), body: toText(Object(given).body) };
  }

  it.each([
    ["first", whole],
    ["last, with white space", `{"taskDefinition":{"family":"${family}", "taskDefinitionArn" :  "${arn}" }}`],
    ["in a body that is cut short", whole.slice(0, -20)],
  ])("has the SDK read nothing but an ARN that is %s", async (_, text) => {
    const { body, output, isDone } = await readArn({ body: Buffer.from(text) });
    expect(body).toBe(only);
    expect(output).toHaveProperty("taskDefinition", { taskDefinitionArn: arn });
    expect(isDone).toBe(true);
  });

  it.each(bodies)("finds the ARN in a body that is %s", async (_, toBody) => {
    expect(await readArn({ body: toBody(whole) })).toMatchObject({ body: only, isDone: true });
  });

  it.each(bodies)("leaves a body without the ARN to the SDK if it is %s", async (_, toBody) => {
    const text = JSON.stringify({ taskDefinition: { family: "Grüße" }, tags: [] });
    const { body, output } = await readArn({ body: toBody(text) });
    expect(body).toBe(text);
    expect(output).toMatchObject({ taskDefinition: { family: "Grüße" } });
  });

  it.each([
    ["has no ARN", "{}"],
    ["has an ARN that is not a text", '{"taskDefinition":{"taskDefinitionArn":null}}'],
    ["has the ARN of another family", `{"taskDefinition":{"taskDefinitionArn":"${toArn("web", 1)}"},"tags":[]}`],
    ["has something else in place of the ARN", `{"taskDefinition":{"taskDefinitionArn":"${arn}:1"},"tags":[]}`],
    ["has the ARN elsewhere", `{"taskDefinition":{"family":"taskDefinitionArn","image":"${arn}"}}`],
    ["has two", `{"taskDefinition":{"taskDefinitionArn":"${arn}","labels":{"taskDefinitionArn":"${arn}"}}}`],
  ])("leaves to the SDK what %s", async (_, text) => {
    expect(await readArn({ body: Buffer.from(text) })).toMatchObject({ body: text, isDone: true });
  });

  it.each([[undefined], [null], [7], [{}]])("gives the SDK no bytes to read from %j", async (body) => {
    expect(await readArn({ body })).toMatchObject({ body: "", isDone: true });
  });

  it.each(types)("leaves a response that is %s to the SDK", async (_, headers = {}) => {
    expect(await readArn({ headers, body: Buffer.from(whole) })).toMatchObject({ body: whole, isDone: true });
  });

  it("knows AWS JSON by its header in any case", async () => {
    const headers = { "Content-Type": "application/x-amz-json-1.1" };
    expect(await readArn({ headers, body: Buffer.from(whole) })).toMatchObject({ body: only });
  });

  it("says that a refused registration took no effect", async () => {
    const refused = { statusCode: 400, body: toBytes({ __type: "ClientException", message: "no" }) };
    expect(await readArn(refused)).toMatchObject({ output: { name: "ClientException", message: "no" }, isDone: false });
  });
});
