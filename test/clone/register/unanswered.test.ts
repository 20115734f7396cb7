import { type DescribeTaskDefinitionCommand, RegisterTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { EcsClient } from "../../../src/ecs/connection.ts";
import { OutcomeUnknownError, RequestTimeoutError } from "../../../src/errors.ts";
import { type EcsRequestHandler, type ErrorFault, type ResetFault, systemClock } from "../../../src/testing/index.ts";
import { baseFamily, baseInput, cloneFamily, toArn, toUser } from "../../cast.ts";
import { fakeTime, inFakeTime, pass } from "../../fake-time.ts";
import { newTimedWorld, newWorld, provision, rejectionOf, type World } from "../../world.ts";
import { withoutAnswer } from "./unanswered.ts";

const operation = "RegisterTaskDefinition";

/** A 503 of a proxy, in place of ECS's answer to the first register. */
function withProxyError(inner: EcsRequestHandler): EcsRequestHandler {
  let isFirst = true;
  return {
    ...inner,
    handle: async (request, options) => {
      const answer = await inner.handle(request, options);
      if (!isFirst || !request.headers["x-amz-target"]?.endsWith(operation)) return answer;
      isFirst = false;
      const body = Buffer.from("<html><body><h1>503 Service Unavailable</h1></body></html>");
      return { response: { ...answer.response, statusCode: 503, headers: { "content-type": "text/html" }, body } };
    },
  };
}

beforeEach(() => {
  vi.useFakeTimers(fakeTime);
});

afterEach(() => {
  vi.useRealTimers();
});

describe("an unanswered registration", () => {
  describe.each(withoutAnswer)("that %s", (_, fault, effect) => {
    it("is resolved: the returned revision is the only one ACTIVE", async () => {
      const world = newTimedWorld();
      world.ecs.fail(fault);
      const clone = await inFakeTime(world.cloner.clone(toUser(1)));
      await pass(120_000);
      expect(clone).toStrictEqual({
        arn: toArn(cloneFamily, 1),
        family: cloneFamily,
        revision: 1,
        baseArn: toArn(baseFamily, 1),
        userId: "user_1",
        reused: false,
        resumed: false,
        warnings: [],
      });
      expect(world.ecs.revisions(cloneFamily)).toHaveLength(1);
      expect(world.events).toStrictEqual([
        { type: "base-described", arn: toArn(baseFamily, 1) },
        {
          type: "settled",
          family: cloneFamily,
          userId: "user_1",
          ...(effect === "registered" && { arn: clone.arn }),
        },
        { type: "registered", arn: clone.arn, userId: "user_1" },
      ]);
    });

    it("is not retried by the SDK, whatever its `maxAttempts`", async () => {
      const world = newTimedWorld();
      const cloner = world.newCloner({ client: world.ecs.client({ maxAttempts: 10 }) });
      world.ecs.fail(fault);
      await inFakeTime(cloner.clone(toUser(1)));
      expect(world.count(operation)).toBe(effect === "registered" ? 1 : 2);
    });
  });

  it("that took effect despite a proxy's 503 is found", async () => {
    const world = newTimedWorld();
    const client = world.ecs.client();
    Object.assign(client.config, { requestHandler: withProxyError(world.ecs.requestHandler) });
    const { arn } = await inFakeTime(world.newCloner({ client }).clone(toUser(1)));
    expect(world.active()).toStrictEqual([arn]);
    expect(world.count(operation)).toBe(1);
  });

  it("is found among revisions that others registered in the meantime", async () => {
    const world = newTimedWorld();
    const other = newWorld();
    await other.cloner.clone(toUser(2));
    const [registered] = other.ecs.revisions(cloneFamily);
    world.ecs.fail({ operation, hang: "after" });
    const cloning = world.cloner.clone(toUser(1));
    await pass(5000);
    for (let count = 0; count < 3; count += 1) world.ecs.register({ ...registered?.registered });
    const { arn } = await inFakeTime(cloning);
    expect(arn).toBe(toArn(cloneFamily, 1));
    expect(world.ecs.revisions(cloneFamily)).toHaveLength(4);
  });

  it("is not searched for among revisions older than the call", async () => {
    const world = newTimedWorld();
    await inFakeTime(provision(world.cloner, ...Array(20).keys()));
    await pass(300_000);
    world.ecs.clearCalls();
    world.ecs.fail({ operation, reset: "before" });
    const { revision } = await inFakeTime(world.cloner.clone(toUser(20)));
    expect(revision).toBe(21);
    // One for the base, and one for each of two looks.
    expect(world.count("DescribeTaskDefinition")).toBe(3);
  });

  it.each([
    ["agrees with this machine's", 0],
    ["is ten minutes late", 600_000],
  ])("is found behind a newer revision without a record if ECS's clock %s", async (_, lateMs) => {
    const world = newWorld({ clock: { ...systemClock, now: () => systemClock.now() - lateMs }, latencyMs: 100 });
    world.ecs.fail({ operation, hang: "after" });
    const cloning = world.cloner.clone(toUser(1));
    await pass(5000);
    world.ecs.register({ ...baseInput, family: cloneFamily });
    expect(await inFakeTime(cloning)).toMatchObject({ arn: toArn(cloneFamily, 1) });
  });

  it("is not searched for again once found", async () => {
    const world = newTimedWorld();
    world.ecs.fail({ operation, reset: "after" });
    await inFakeTime(world.cloner.clone(toUser(1)));
    expect(world.count("ListTaskDefinitions")).toBe(1);
  });

  it("is searched for twice, because listings may lag behind", async () => {
    const world = newTimedWorld();
    world.ecs.fail({ operation, hang: "after" });
    world.ecs.fail({ operation: "ListTaskDefinitions", body: { taskDefinitionArns: [] } });
    const { arn } = await inFakeTime(world.cloner.clone(toUser(1)));
    expect(world.ecs.revisions(cloneFamily).map((revision) => revision.arn)).toStrictEqual([arn]);
  });

  it("is found once it is listed, where a fresh revision is not listed at once", async () => {
    const world = newWorld({ clock: systemClock, latencyMs: 100, listingDelayMs: 3000 });
    world.ecs.fail({ operation, reset: "after" });
    const { arn } = await inFakeTime(world.cloner.clone(toUser(1)));
    expect(world.count("ListTaskDefinitions")).toBe(2);
    expect(world.ecs.revisions(cloneFamily).map((revision) => revision.arn)).toStrictEqual([arn]);
  });

  it("throws the last error after three attempts that certainly had no effect", async () => {
    const world = newTimedWorld();
    world.ecs.fail({ operation, error: "ServerException", times: Number.POSITIVE_INFINITY });
    expect(await inFakeTime(rejectionOf(world.cloner.clone(toUser(1))))).toMatchObject({
      name: "ServerException",
      $metadata: { httpStatusCode: 500 },
    });
    expect(world.count(operation)).toBe(3);
    expect(world.active()).toStrictEqual([]);
  });

  it("has an unknown outcome after hanging three times: the last may still take effect", async () => {
    const world = newTimedWorld(100, { requestTimeoutMs: 2000 });
    world.ecs.fail({ operation, hang: "before", times: 2 });
    world.ecs.fail({ operation, delayMs: 60_000 });
    const error = await inFakeTime(rejectionOf(world.cloner.clone(toUser(1))));
    expect(error).toBeInstanceOf(OutcomeUnknownError);
    expect(error).toMatchObject({
      message: expect.stringContaining("It may still appear."),
      cause: new RequestTimeoutError(operation, 2000),
    });
    expect(world.count(operation)).toBe(3);
    expect(world.active()).toStrictEqual([]);
    await pass(60_000);
    expect(world.active()).toHaveLength(1);
  });

  it.each<[string, ErrorFault | ResetFault]>([
    ["a reset connection", { reset: "before" }],
    ["a gateway's timeout", { error: "Timeout", statusCode: 504 }],
  ])("has an unknown outcome after ending three times in %s", async (_, failure) => {
    const world = newTimedWorld();
    world.ecs.fail({ operation, times: Number.POSITIVE_INFINITY, ...failure });
    expect(await inFakeTime(rejectionOf(world.cloner.clone(toUser(1))))).toBeInstanceOf(OutcomeUnknownError);
    expect(world.count(operation)).toBe(3);
  });

  it("has an unknown outcome if listing is not allowed", async () => {
    const world = newTimedWorld();
    world.ecs.fail({ operation, hang: "after" });
    world.ecs.fail({ operation: "ListTaskDefinitions", error: "AccessDeniedException", times: 100 });
    const error = await inFakeTime(rejectionOf(world.cloner.clone(toUser(1))));
    expect(error).toBeInstanceOf(OutcomeUnknownError);
    expect(error).toMatchObject({
      name: "OutcomeUnknownError",
      family: cloneFamily,
      userId: "user_1",
      message: expect.stringContaining("prune"),
      cause: {
        message: "the register's error, and the search's",
        errors: [{ name: "RequestTimeoutError" }, { name: "AccessDeniedException" }],
      },
    });
    expect(world.count("ListTaskDefinitions")).toBe(1);
    expect(world.count(operation)).toBe(1);
  });

  it("has an unknown outcome if a listed revision cannot be described", async () => {
    const world = newTimedWorld();
    world.ecs.fail({ operation, hang: "after" });
    world.ecs.fail({
      operation: "DescribeTaskDefinition",
      skip: 1,
      times: Number.POSITIVE_INFINITY,
      error: "ClientException",
      message: "Unable to describe task definition.",
    });
    const error = await inFakeTime(rejectionOf(world.cloner.clone(toUser(1))));
    expect(error).toMatchObject({
      name: "OutcomeUnknownError",
      cause: {
        errors: [{}, { message: expect.stringContaining(`missing ${toArn(cloneFamily, 1)}, which ECS lists`) }],
      },
    });
    expect(world.ecs.revisions(cloneFamily)).toHaveLength(1);
  });

  it.each(["reset", "hang", "unavailable"] as const)(
    "has an unknown outcome if ECS stays unreachable until the deadline: %s",
    async (kind) => {
      const world = newTimedWorld(100, { deadlineMs: 20_000, requestTimeoutMs: 1000 });
      const unreachable = { reset: { reset: "before" }, hang: { hang: "before" }, unavailable: { unavailable: true } };
      // The cast: a computed member widens its value's type.
      const failure = unreachable[kind] as { readonly unavailable: true };
      world.ecs.fail({ operation, reset: "after" });
      world.ecs.fail({ operation: "ListTaskDefinitions", times: Number.POSITIVE_INFINITY, ...failure });
      const startedAt = performance.now();
      const error = await inFakeTime(rejectionOf(world.cloner.clone(toUser(1))));
      expect(error).toBeInstanceOf(OutcomeUnknownError);
      expect(performance.now() - startedAt).toBeGreaterThan(20_000);
      expect(performance.now() - startedAt).toBeLessThan(30_000);
      expect(world.count(operation)).toBe(1);
    },
  );

  it("is resolved as soon as ECS is reachable again", async () => {
    const world = newTimedWorld();
    world.ecs.fail({ operation, reset: "after" });
    world.ecs.fail({ operation: "ListTaskDefinitions", times: 30, unavailable: true });
    const { arn } = await inFakeTime(world.cloner.clone(toUser(1)));
    expect(world.ecs.revisions(cloneFamily).map((revision) => revision.arn)).toStrictEqual([arn]);
  });

  it.each([
    ["a reset", { code: "ECONNRESET" }],
    ["a broken pipe", { code: "EPIPE" }],
    ["a timeout", { code: "ETIMEDOUT" }],
    ["a server fault", { $fault: "server" }],
    ["a server error", { $metadata: { httpStatusCode: 500 } }],
    ["a gateway error", { $metadata: { httpStatusCode: 502 } }],
  ])("is also resolved if a client without middleware rejects with %s", async (_, members) => {
    const world = newTimedWorld();
    const client = withoutAnswerThrough(world, () => {
      throw Object.assign(new Error("lost"), members);
    });
    const { arn } = await inFakeTime(world.newCloner({ client }).clone(toUser(1)));
    expect(world.ecs.revisions(cloneFamily).map((revision) => revision.arn)).toStrictEqual([arn]);
  });

  it("is also resolved if a client without middleware returns nothing", async () => {
    const world = newTimedWorld();
    const client = withoutAnswerThrough(world, () => undefined);
    const { arn } = await inFakeTime(world.newCloner({ client }).clone(toUser(1)));
    expect(world.ecs.revisions(cloneFamily).map((revision) => revision.arn)).toStrictEqual([arn]);
  });
});

/** A client without the library's middleware that registers, and then does this. */
function withoutAnswerThrough({ ecs }: World, answer: () => unknown): EcsClient {
  const client = ecs.client();
  const send = async (command: unknown, options: unknown): Promise<unknown> => {
    if (command instanceof RegisterTaskDefinitionCommand) {
      ecs.register(command.input);
      return answer();
    }
    // The cast: what is handed on is what the library sent.
    return await client.send(command as DescribeTaskDefinitionCommand, options as { abortSignal: AbortSignal });
  };
  return { send };
}

describe("a registration that never left this machine", () => {
  it.each(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"])("is retried by the SDK: %s", async (code) => {
    const world = newTimedWorld();
    const client = world.ecs.client();
    let left = 2;
    const { requestHandler } = world.ecs;
    Object.assign(client.config, {
      requestHandler: {
        ...requestHandler,
        handle: async (...args: Parameters<EcsRequestHandler["handle"]>) => {
          if (args[0].headers["x-amz-target"]?.endsWith(operation) && left > 0) {
            left -= 1;
            throw Object.assign(new Error(`connect ${code}`), { code });
          }
          return await requestHandler.handle(...args);
        },
      },
    });
    const { arn } = await inFakeTime(world.newCloner({ client }).clone(toUser(1)));
    expect(world.active()).toStrictEqual([arn]);
    expect(world.count("ListTaskDefinitions")).toBe(0);
  });
});
