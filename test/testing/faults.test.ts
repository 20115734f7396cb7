import {
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { type EcsOperation, FakeEcs, type Fault, ManualClock } from "../../src/testing/index.ts";
import { smallest } from "./inputs.ts";

const operation = "RegisterTaskDefinition";

function setUp(...faults: Fault[]) {
  const ecs = new FakeEcs({ clock: new ManualClock(0) });
  for (const fault of faults) ecs.fail(fault);
  const client = ecs.client({ maxAttempts: 1 });
  return { ecs, register: () => client.send(new RegisterTaskDefinitionCommand(smallest)), client };
}

const outcomes = ({ calls }: FakeEcs) => calls.map(({ outcome }) => outcome);

describe("an error", () => {
  it("affects one call, which takes no effect", async () => {
    const { ecs, register } = setUp({ operation, error: "AccessDeniedException", message: "No." });
    await expect(register()).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: "No.",
      $metadata: { httpStatusCode: 400 },
    });
    expect(ecs.revisions()).toStrictEqual([]);
    await expect(register()).resolves.toBeDefined();
    expect(outcomes(ecs)).toStrictEqual(["AccessDeniedException", "ok"]);
  });

  it.each([
    { error: "ThrottlingException", message: "Rate exceeded", httpStatusCode: 400 },
    { error: "ServerException", message: "Service Unavailable. Please try again later.", httpStatusCode: 500 },
    { error: "ClientException", message: "Injected ClientException.", httpStatusCode: 400 },
  ])("$error has a message and a status of its own", async ({ error, message, httpStatusCode }) => {
    const { register } = setUp({ operation, error });
    await expect(register()).rejects.toMatchObject({ name: error, message, $metadata: { httpStatusCode } });
  });

  it("has no Retry-After by default", async () => {
    const { register } = setUp({ operation, error: "SlowDown" });
    const error: unknown = await register().catch((thrown: unknown) => thrown);
    const { headers } = Object(Object(error).$response);
    expect(Object.keys(headers)).not.toContain("retry-after");
    expect(Object.keys(headers)).not.toContain("x-amz-retry-after");
  });

  it("has the given status and Retry-After", async () => {
    const { register } = setUp({ operation, error: "SlowDown", statusCode: 429, retryAfterMs: 1500 });
    await expect(register()).rejects.toMatchObject({
      $metadata: { httpStatusCode: 429 },
      $response: { headers: { "retry-after": "2", "x-amz-retry-after": "1500" } },
    });
  });

  it("counts the SDK's retries as separate calls", async () => {
    const { ecs } = setUp({ operation, error: "ServerException" });
    const { $metadata } = await ecs.client().send(new RegisterTaskDefinitionCommand(smallest));
    expect($metadata.attempts).toBe(2);
    expect(outcomes(ecs)).toStrictEqual(["ServerException", "ok"]);
  });
});

describe("faults", () => {
  it("skip calls first, and then affect as many as specified", async () => {
    const { ecs, register } = setUp({ operation, error: "ServerException", skip: 1, times: 2 });
    await Promise.allSettled([register(), register(), register(), register()]);
    expect(outcomes(ecs)).toStrictEqual(["ok", "ServerException", "ServerException", "ok"]);
  });

  it("of one operation apply one after the other", async () => {
    const { ecs, register } = setUp(
      { operation, error: "ServerException" },
      { operation, error: "ClientException", skip: 1 },
    );
    await Promise.allSettled([register(), register(), register(), register()]);
    expect(outcomes(ecs)).toStrictEqual(["ServerException", "ok", "ClientException", "ok"]);
  });

  it("leave other operations alone", async () => {
    const { ecs, client, register } = setUp({ operation: "DescribeTaskDefinition", error: "ServerException" });
    await register();
    await client.send(new DeregisterTaskDefinitionCommand({ taskDefinition: "web:1" }));
    await expect(client.send(new DescribeTaskDefinitionCommand({ taskDefinition: "web:1" }))).rejects.toThrow();
    expect(outcomes(ecs)).toStrictEqual(["ok", "ok", "ServerException"]);
  });
});

describe("a fault of an operation that FakeEcs does not have", () => {
  it.each(["RegisterTaskDefinitions", "registerTaskDefinition", "CreateTaskSets", "toString"])(
    "is refused, since it would never happen: %s",
    (typo) => {
      const ecs = new FakeEcs();
      // The cast: JavaScript's callers are not told by the type.
      const operation = typo as EcsOperation;
      expect(() => ecs.fail({ operation, error: "ServerException" })).toThrow(
        `FakeEcs does not have the operation ${typo}, so this fault would never happen. It has CreateCluster, CreateService, `,
      );
      expect(() => ecs.fail({ operation, error: "ServerException" })).toThrow(/, UntagResource, UpdateService\.$/);
    },
  );
});

describe("a reset connection", () => {
  it.each([
    { when: "before", revisions: 0 },
    { when: "after", revisions: 1 },
  ] as const)("happens $when the operation takes effect", async ({ when, revisions }) => {
    const { ecs, register } = setUp({ operation, reset: when });
    await expect(register()).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(ecs.revisions()).toHaveLength(revisions);
    expect(outcomes(ecs)).toStrictEqual(["reset"]);
  });

  it("makes the SDK register a second revision", async () => {
    const { ecs } = setUp({ operation, reset: "after" });
    const { taskDefinition } = await ecs.client().send(new RegisterTaskDefinitionCommand(smallest));
    expect(taskDefinition?.revision).toBe(2);
  });
});

describe("a call that hangs", () => {
  it.each([
    { when: "before", revisions: 0 },
    { when: "after", revisions: 1 },
  ] as const)("hangs $when the operation takes effect, until it is aborted", async ({ when, revisions }) => {
    const { ecs } = setUp({ operation, hang: when });
    const controller = new AbortController();
    const pending = ecs.client().send(new RegisterTaskDefinitionCommand(smallest), { abortSignal: controller.signal });
    await new ManualClock().advance(0);
    controller.abort();
    await expect(pending).rejects.toMatchObject({ name: "AbortError" });
    expect(ecs.revisions()).toHaveLength(revisions);
    expect(outcomes(ecs)).toStrictEqual(["hang"]);
  });

  it("ends at its timeout", async () => {
    const clock = new ManualClock(0);
    const ecs = new FakeEcs({ clock });
    ecs.fail({ operation, hang: "before" });
    const pending = ecs
      .client({ maxAttempts: 1 })
      .send(new RegisterTaskDefinitionCommand(smallest), { requestTimeout: 5000 });
    const rejection = expect(pending).rejects.toMatchObject({ name: "TimeoutError", code: "ETIMEDOUT" });
    await clock.advance(5000);
    await rejection;
  });
});

describe("an unavailable ECS", () => {
  it("answers with a body that is not JSON, without effect", async () => {
    const { ecs, register } = setUp({ operation, unavailable: true });
    await expect(register()).rejects.toMatchObject({ name: "SyntaxError", $response: { statusCode: 503 } });
    expect(ecs.revisions()).toStrictEqual([]);
    expect(outcomes(ecs)).toStrictEqual(["unavailable"]);
  });
});

describe("a late answer", () => {
  it.each([
    { effect: "before", revisionsMeanwhile: 1 },
    { effect: "after", revisionsMeanwhile: 0 },
    { effect: undefined, revisionsMeanwhile: 0 },
  ] as const)("takes effect $effect the delay", async ({ effect, revisionsMeanwhile }) => {
    const clock = new ManualClock(0);
    const ecs = new FakeEcs({ clock });
    ecs.fail({ operation, delayMs: 1000, ...(effect && { effect }) });
    const pending = ecs.client().send(new RegisterTaskDefinitionCommand(smallest));
    await clock.advance(999);
    expect(ecs.calls[0]?.outcome).toBeUndefined();
    expect(ecs.revisions()).toHaveLength(revisionsMeanwhile);
    await clock.advance(1);
    await expect(pending).resolves.toMatchObject({ taskDefinition: { revision: 1 } });
    expect(ecs.revisions()).toHaveLength(1);
  });
});

describe("a replaced body", () => {
  it.each([
    { takesEffect: true, revisions: 1 },
    { takesEffect: undefined, revisions: 1 },
    { takesEffect: false, revisions: 0 },
  ])("is returned in place of the answer, with effect: $takesEffect", async ({ takesEffect, revisions }) => {
    const { ecs, register } = setUp({ operation, body: {}, ...(takesEffect !== undefined && { takesEffect }) });
    const { taskDefinition, $metadata } = await register();
    expect(taskDefinition).toBeUndefined();
    expect($metadata.httpStatusCode).toBe(200);
    expect(ecs.revisions()).toHaveLength(revisions);
  });

  it("does not replace a rejection", async () => {
    const { ecs, client } = setUp({ operation, body: {} });
    await expect(client.send(new RegisterTaskDefinitionCommand({ ...smallest, tags: [] }))).rejects.toMatchObject({
      message: "Tags can not be empty.",
    });
    expect(outcomes(ecs)).toStrictEqual(["ClientException"]);
  });
});
