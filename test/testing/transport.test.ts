import { getEventListeners } from "node:events";
import {
  DescribeTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  type RuntimeExtension,
} from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { FakeEcs, ManualClock } from "../../src/testing/index.ts";
import { toOperation } from "../../src/testing/transport.ts";
import { smallest } from "./inputs.ts";

const listTasks = { headers: { "x-amz-target": "AmazonEC2ContainerServiceV20141113.ListTasks" }, body: "{}" };

describe("the request handler", () => {
  it("serves a client of the caller's own", async () => {
    const ecs = new FakeEcs();
    ecs.register(smallest);
    const client = new ECSClient({
      region: "eu-west-1",
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
      requestHandler: ecs.requestHandler,
    });
    const { taskDefinition } = await client.send(new DescribeTaskDefinitionCommand({ taskDefinition: "web" }));
    expect(taskDefinition?.family).toBe("web");
    client.destroy();
  });

  it("has no settings of its own to change", async () => {
    const ecs = new FakeEcs();
    const settings: unknown[] = [];
    const configure = ((configuration) => {
      settings.push(configuration.httpHandlerConfigs());
    }) satisfies RuntimeExtension["configure"];
    const silent = () => {};
    const logger = { debug: silent, info: silent, warn: silent, error: silent };
    const client = ecs.client({ logger, extensions: [{ configure }] });
    await client.send(new RegisterTaskDefinitionCommand(smallest));
    expect(settings).toStrictEqual([{}]);
  });

  it("dates its responses by the clock, numbers them and returns bytes", async () => {
    const ecs = new FakeEcs({ clock: new ManualClock(Date.UTC(2026, 0, 31)) });
    const request = { headers: { "x-amz-target": "AmazonEC2ContainerServiceV20141113.ListTasks" }, body: "{}" };
    const { response } = await ecs.requestHandler.handle(request);
    expect(response.headers).toStrictEqual({
      "content-type": "application/x-amz-json-1.1",
      date: "Sat, 31 Jan 2026 00:00:00 GMT",
      "x-amzn-requestid": "00000000-0000-4000-8000-000000000001",
    });
    expect(response.body).toBeInstanceOf(Uint8Array);
  });

  it("sends nothing if the signal is already aborted", async () => {
    const ecs = new FakeEcs();
    await expect(
      ecs.client().send(new RegisterTaskDefinitionCommand(smallest), { abortSignal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ name: "AbortError", message: "Request aborted" });
    expect(ecs.calls).toStrictEqual([]);
    const abortSignal = AbortSignal.abort(new Error("shutting down"));
    await expect(ecs.requestHandler.handle({ headers: {}, body: "{}" }, { abortSignal })).rejects.toMatchObject({
      name: "AbortError",
      message: "Request aborted",
      cause: abortSignal.reason,
    });
  });

  it("rejects if the signal aborts in flight, but the call still takes effect", async () => {
    const clock = new ManualClock(0);
    const ecs = new FakeEcs({ clock, latencyMs: 100 });
    const controller = new AbortController();
    const pending = ecs.client().send(new RegisterTaskDefinitionCommand(smallest), { abortSignal: controller.signal });
    await clock.advance(50);
    controller.abort();
    await expect(pending).rejects.toMatchObject({ name: "AbortError" });
    await clock.advance(50);
    expect(ecs.revisions()).toHaveLength(1);
    expect(ecs.calls).toMatchObject([{ outcome: "ok" }]);
  });

  it("speaks HTTP/1.1", () => {
    expect(new FakeEcs().requestHandler.metadata).toStrictEqual({ handlerProtocol: "http/1.1" });
  });

  it("is reset like a socket", async () => {
    const ecs = new FakeEcs();
    ecs.fail({ operation: "ListTasks", reset: "before" });
    await expect(ecs.requestHandler.handle(listTasks)).rejects.toMatchObject({
      message: "read ECONNRESET",
      code: "ECONNRESET",
      errno: -104,
      syscall: "read",
    });
  });

  it("rejects at its timeout, and says which timeout that was", async () => {
    const clock = new ManualClock(0);
    const ecs = new FakeEcs({ clock });
    ecs.fail({ operation: "ListTasks", hang: "before" });
    const pending = ecs.requestHandler.handle(listTasks, { requestTimeout: 1000 });
    const rejection = expect(pending).rejects.toMatchObject({
      name: "TimeoutError",
      code: "ETIMEDOUT",
      message: "A request has exceeded the configured 1000 ms requestTimeout.",
    });
    await clock.advance(1000);
    await rejection;
  });

  it("removes its listener from the signal once a call is over", async () => {
    const { signal: abortSignal } = new AbortController();
    const ecs = new FakeEcs();
    await ecs.requestHandler.handle(listTasks, { abortSignal });
    ecs.fail({ operation: "ListTasks", reset: "before" });
    await expect(ecs.requestHandler.handle(listTasks, { abortSignal })).rejects.toThrow("read ECONNRESET");
    expect(getEventListeners(abortSignal, "abort")).toStrictEqual([]);
  });

  it.each([
    ["xAmazonEC2ContainerServiceV20141113.ListTasks", "xAmazonEC2ContainerServiceV20141113.ListTasks"],
    ["AmazonEC2ContainerServiceV20141113.List\nTasks", "AmazonEC2ContainerServiceV20141113.List\nTasks"],
    ["AmazonEC2ContainerServiceV20141113.ListTasks", "ListTasks"],
    [undefined, "undefined"],
  ])("maps the target %j to the operation %j", (target, operation) => {
    expect(toOperation(target)).toBe(operation);
  });

  it("ignores the signal and the timeout once a call is over", async () => {
    const clock = new ManualClock(0);
    const ecs = new FakeEcs({ clock });
    const controller = new AbortController();
    const { taskDefinition } = await ecs
      .client()
      .send(new RegisterTaskDefinitionCommand(smallest), { abortSignal: controller.signal, requestTimeout: 1000 });
    controller.abort();
    await clock.advance(1000);
    expect(taskDefinition?.revision).toBe(1);
  });
});
