import { request } from "node:http";
import { connect } from "node:net";
import { DescribeTaskDefinitionCommand, ECSClient, RegisterTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { afterEach, describe, expect, it } from "vitest";
import { FakeEcs, type FakeEcsServer } from "../../src/testing/index.ts";
import { smallest } from "./inputs.ts";

const servers: FakeEcsServer[] = [];

async function setUp() {
  const ecs = new FakeEcs();
  const server = await ecs.listen();
  servers.push(server);
  const credentials = { accessKeyId: "a", secretAccessKey: "b" };
  const client = new ECSClient({ region: "us-east-1", endpoint: server.endpoint, credentials, maxAttempts: 1 });
  return { ecs, server, client };
}

afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const operation = "RegisterTaskDefinition";
const register = new RegisterTaskDefinitionCommand(smallest);

describe("FakeEcs over a socket", () => {
  it("is the same ECS as in memory", async () => {
    const { ecs, client } = await setUp();
    await client.send(register);
    const inMemory = await ecs.client().send(new DescribeTaskDefinitionCommand({ taskDefinition: "web" }));
    expect(inMemory.taskDefinition?.revision).toBe(1);
    await expect(client.send(new DescribeTaskDefinitionCommand({ taskDefinition: "api" }))).rejects.toMatchObject({
      name: "ClientException",
      message: "Unable to describe task definition.",
      $metadata: { httpStatusCode: 400 },
    });
  });

  it("resets the connection", async () => {
    const { ecs, client } = await setUp();
    ecs.fail({ operation, reset: "after" });
    await expect(client.send(register)).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(ecs.revisions()).toHaveLength(1);
  });

  it("hangs until the caller gives up", async () => {
    const { ecs, client } = await setUp();
    ecs.fail({ operation, hang: "before" });
    const controller = new AbortController();
    const pending = client.send(register, { abortSignal: controller.signal });
    while (ecs.calls[0]?.outcome === undefined) await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    await expect(pending).rejects.toMatchObject({ name: "AbortError" });
  });

  it("rejects anything but a JSON object, and calls without an operation", async () => {
    const { ecs, server } = await setUp();
    const post = async (body: string, headers: Record<string, string> = {}) => {
      const response = await fetch(server.endpoint, { method: "POST", body, headers });
      return { status: response.status, body: await response.json() };
    };
    const target = { "x-amz-target": "AmazonEC2ContainerServiceV20141113.ListTasks" };
    const notJson = {
      status: 400,
      body: { __type: "SerializationException", message: "The input is not a JSON object." },
    };
    expect(await post("{", target)).toStrictEqual(notJson);
    expect(await post("null", target)).toStrictEqual(notJson);
    expect(await post("{}")).toMatchObject({ status: 400, body: { __type: "UnknownOperationException" } });
    expect(ecs.calls.map(({ outcome }) => outcome)).toStrictEqual([
      "SerializationException",
      "SerializationException",
      "UnknownOperationException",
    ]);
  });

  it("survives a caller that disconnects in the middle of a request", async () => {
    const { ecs, server, client } = await setUp();
    const { port } = new URL(server.endpoint);
    const socket = connect(Number(port), "127.0.0.1");
    const halfSent = request({ createConnection: () => socket, method: "POST", headers: { "content-length": "100" } });
    halfSent.on("error", () => {});
    halfSent.write("{");
    await new Promise((resolve) => socket.once("connect", resolve));
    await client.send(register);
    socket.destroy();
    await client.send(register);
    expect(ecs.calls).toHaveLength(2);
  });

  it("listens on the given port", async () => {
    const { server } = await setUp();
    const port = Number(new URL(server.endpoint).port);
    await server.close();
    const again = await new FakeEcs().listen({ port });
    servers.push(again);
    expect(again.endpoint).toBe(server.endpoint);
  });

  it("throws if it cannot listen", async () => {
    const { server } = await setUp();
    const port = Number(new URL(server.endpoint).port);
    await expect(new FakeEcs().listen({ port })).rejects.toMatchObject({ code: "EADDRINUSE" });
  });

  it("closes when disposed, even with hanging calls", async () => {
    const { ecs, server, client } = await setUp();
    ecs.fail({ operation, hang: "before" });
    const rejection = expect(client.send(register)).rejects.toMatchObject({ code: "ECONNRESET" });
    while (ecs.calls[0]?.outcome === undefined) await new Promise((resolve) => setImmediate(resolve));
    await server[Symbol.asyncDispose]();
    await rejection;
    await expect(fetch(server.endpoint)).rejects.toThrow();
  });
});
