import { type DescribeTaskDefinitionCommand, RegisterTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { EcsClient } from "../../src/ecs/connection.ts";
import { EcsBusyError, OutcomeUnknownError, RequestTimeoutError } from "../../src/errors.ts";
import { type EcsRequestHandler, FakeEcs, type Fault, systemClock } from "../../src/testing/index.ts";
import { fakeTime, inFakeTime } from "../fake-time.ts";
import { baseFamily, baseInput, cloneFamily, newWorld, rejectionOf, toArn, toUser, type World } from "../world.ts";

const operation = "RegisterTaskDefinition";
const tooMany = {
  error: "ClientException",
  message: "Too many concurrent attempts to create a new revision of the specified family.",
};

const newTimedWorld = (latencyMs = 100, options: Parameters<typeof newWorld>[1] = {}): World =>
  newWorld({ clock: systemClock, latencyMs }, options);

/** Lets time pass up to a moment, whatever is under way. */
async function pass(milliseconds: number): Promise<void> {
  await inFakeTime(systemClock.sleep(milliseconds));
}

const delays = ({ events }: World): number[] =>
  events.flatMap((event) => (event.type === "retried" ? [event.delayMs] : []));

beforeEach(() => {
  vi.useFakeTimers(fakeTime);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("registers into one family", () => {
  it("take turns in a process, whichever cloner and client they come from", async () => {
    const world = newWorld({ clock: systemClock, latencyMs: 100, concurrentRevisionError: true });
    const cloners = Array.from({ length: 10 }, () => world.newCloner());
    const clones = await inFakeTime(Promise.all(cloners.map((cloner, index) => cloner.clone(toUser(index)))));
    expect(clones.map(({ revision }) => revision)).toStrictEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(world.ecs.calls.filter(({ outcome }) => outcome !== "ok")).toStrictEqual([]);
  });

  it("do not wait for registers into other families", async () => {
    const { cloner, newCloner } = newTimedWorld();
    const others = newCloner({ cloneFamily: (userId) => `clones-of-${userId}` });
    const startedAt = performance.now();
    await inFakeTime(Promise.all([cloner.clone(toUser(1)), others.clone(toUser(2)), others.clone(toUser(3))]));
    expect(performance.now() - startedAt).toBe(200);
  });

  it("do not wait for registers in another region", async () => {
    const east = newTimedWorld();
    const west = new FakeEcs({ clock: systemClock, latencyMs: 100, region: "us-west-2" });
    west.register(baseInput);
    const westCloner = east.newCloner({ client: west.client() });
    const startedAt = performance.now();
    await inFakeTime(Promise.all([east.cloner.clone(toUser(1)), westCloner.clone(toUser(2))]));
    expect(performance.now() - startedAt).toBe(200);
  });

  it("go on after one that failed", async () => {
    const { ecs, cloner, active } = newTimedWorld();
    ecs.fail({ operation, error: "AccessDeniedException" });
    const outcomes = await inFakeTime(Promise.allSettled([cloner.clone(toUser(1)), cloner.clone(toUser(2))]));
    expect(outcomes.map(({ status }) => status)).toStrictEqual(["rejected", "fulfilled"]);
    expect(active()).toStrictEqual([toArn(cloneFamily, 1)]);
  });

  it("look up the base when it is their turn, so that a deploy in the meantime counts", async () => {
    const { ecs, cloner } = newTimedWorld();
    const both = Promise.all([cloner.clone(toUser(1)), cloner.clone(toUser(2))]);
    await pass(150);
    ecs.register(baseInput);
    const clones = await inFakeTime(both);
    expect(clones.map(({ baseArn }) => baseArn)).toStrictEqual([toArn(baseFamily, 1), toArn(baseFamily, 2)]);
  });
});

describe("a call that waits for its turn", () => {
  it("leaves at once when it is aborted, and sends nothing", async () => {
    const { cloner, active, count } = newTimedWorld();
    const first = cloner.clone(toUser(1));
    const controller = new AbortController();
    const reason = new Error("no longer wanted");
    const waiting = rejectionOf(cloner.clone(toUser(2), { signal: controller.signal }));
    await pass(50);
    controller.abort(reason);
    expect(await waiting).toBe(reason);
    expect(count(operation)).toBe(0);
    await inFakeTime(first);
    expect(active()).toStrictEqual([toArn(cloneFamily, 1)]);
    expect(count(operation)).toBe(1);
  });

  it("leaves those behind it in their places when it is aborted", async () => {
    const world = newWorld({ clock: systemClock, latencyMs: 100, concurrentRevisionError: true });
    const { cloner } = world;
    const controller = new AbortController();
    const first = cloner.clone(toUser(1));
    const aborted = rejectionOf(cloner.clone(toUser(2), { signal: controller.signal }));
    const third = cloner.clone(toUser(3));
    await pass(10);
    controller.abort();
    await inFakeTime(Promise.all([first, aborted, third]));
    expect(world.ecs.calls.filter(({ outcome }) => outcome !== "ok")).toStrictEqual([]);
    expect(world.ecs.calls.map((call) => call.operation)).toStrictEqual([
      "DescribeTaskDefinition",
      operation,
      "DescribeTaskDefinition",
      operation,
    ]);
  });

  it("still waits for the first when the one between them has left before it came", async () => {
    const { ecs, cloner } = newTimedWorld();
    const controller = new AbortController();
    const first = cloner.clone(toUser(1));
    const aborted = rejectionOf(cloner.clone(toUser(2), { signal: controller.signal }));
    await pass(10);
    controller.abort();
    await inFakeTime(aborted);
    const third = cloner.clone(toUser(3));
    await inFakeTime(Promise.all([first, third]));
    expect(ecs.calls.map((call) => call.operation)).toStrictEqual([
      "DescribeTaskDefinition",
      operation,
      "DescribeTaskDefinition",
      operation,
    ]);
  });

  it("sends nothing when its signal was aborted before the call", async () => {
    const { ecs, cloner } = newTimedWorld();
    const reason = new Error("no longer wanted");
    expect(await inFakeTime(rejectionOf(cloner.clone(toUser(1), { signal: AbortSignal.abort(reason) })))).toBe(reason);
    expect(ecs.calls).toStrictEqual([]);
  });
});

describe("a register that ECS is too busy for", () => {
  it.each([
    ["is throttled", { error: "ThrottlingException" }, [500, 1000, 2000, 4000, 8000, 10_000, 10_000]],
    ["is answered with 429", { error: "Whatever", statusCode: 429 }, [500, 1000, 2000, 4000, 8000, 10_000, 10_000]],
    ["meets another register", tooMany, [100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]],
  ])("is sent again after a random part of a growing delay, when it %s", async (_, fault, expected) => {
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    const world = newTimedWorld();
    world.ecs.fail({ operation, times: expected.length, ...fault });
    const { arn } = await inFakeTime(world.cloner.clone(toUser(1)));
    expect(delays(world)).toStrictEqual(expected);
    expect(world.active()).toStrictEqual([arn]);
    expect(world.count(operation)).toBe(expected.length + 1);
  });

  it.each([0, 0.25, 0.999])(
    "waits for anything from no time to the whole delay, as chance has it: %d",
    async (chance) => {
      vi.spyOn(Math, "random").mockReturnValue(chance);
      const world = newTimedWorld();
      world.ecs.fail({ operation, times: 3, ...tooMany });
      await inFakeTime(world.cloner.clone(toUser(1)));
      expect(delays(world)).toStrictEqual([200 * chance, 400 * chance, 800 * chance]);
    },
  );

  it("waits for as long as ECS asks for", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const world = newTimedWorld();
    world.ecs.fail({ operation, error: "ThrottlingException", retryAfterMs: 3500, times: 2 });
    await inFakeTime(world.cloner.clone(toUser(1)));
    expect(delays(world)).toStrictEqual([3500, 3500]);
  });

  it("is told of by an event for each time", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    const { ecs, cloner, events } = newTimedWorld();
    ecs.fail({ operation, error: "ThrottlingException" });
    const { arn } = await inFakeTime(cloner.clone(toUser(1)));
    expect(events).toStrictEqual([
      { type: "base-described", arn: toArn(baseFamily, 1) },
      {
        type: "retried",
        operation,
        subject: `family ${cloneFamily}`,
        attempt: 1,
        delayMs: 500,
        error: "ThrottlingException",
      },
      { type: "registered", arn, userId: "user_1" },
    ]);
  });

  it("gives up at the deadline with an error that says how often and how long", async () => {
    const world = newTimedWorld(100, { deadlineMs: 30_000 });
    world.ecs.fail({ operation, times: Number.POSITIVE_INFINITY, ...tooMany });
    const startedAt = performance.now();
    const error = await inFakeTime(rejectionOf(world.cloner.clone(toUser(1))));
    expect(error).toBeInstanceOf(EcsBusyError);
    const attempts = world.count(operation);
    expect(attempts).toBeGreaterThan(3);
    expect(error).toMatchObject({
      name: "EcsBusyError",
      operation,
      attempts,
      cause: { name: "ClientException", message: tooMany.message },
    });
    const waitedMs = error instanceof EcsBusyError ? error.waitedMs : 0;
    expect(waitedMs).toBeGreaterThanOrEqual(30_000);
    expect(waitedMs).toBeLessThan(31_000);
    expect(performance.now() - startedAt).toBeLessThan(31_000);
    expect(String(error)).toContain(`${attempts} attempts in ${(waitedMs / 1000).toFixed(1)} s`);
    expect(String(error)).toContain(cloneFamily);
    expect(world.active()).toStrictEqual([]);
  });

  it("is sent once where the deadline is none", async () => {
    const world = newTimedWorld(0, { deadlineMs: 0 });
    world.ecs.fail({ operation, times: Number.POSITIVE_INFINITY, error: "ThrottlingException" });
    expect(await inFakeTime(rejectionOf(world.cloner.clone(toUser(1))))).toMatchObject({
      name: "EcsBusyError",
      attempts: 1,
    });
    expect(world.count(operation)).toBe(1);
  });

  it("is given up at once when the call is aborted in the wait", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    const world = newTimedWorld();
    world.ecs.fail({ operation, times: Number.POSITIVE_INFINITY, error: "ThrottlingException" });
    const controller = new AbortController();
    const reason = new Error("no longer wanted");
    const cloning = rejectionOf(world.cloner.clone(toUser(1), { signal: controller.signal }));
    await pass(300);
    controller.abort(reason);
    const abortedAt = performance.now();
    expect(await inFakeTime(cloning)).toBe(reason);
    expect(performance.now()).toBe(abortedAt);
    expect(world.count(operation)).toBe(1);
  });
});

describe("a register that ECS refuses", () => {
  it.each([
    ["ClientException", "Role is not valid"],
    ["InvalidParameterException", "Invalid parameter"],
    ["AccessDeniedException", "not authorized to perform: iam:PassRole"],
  ])("is sent once, and throws the SDK's own error: %s", async (name, message) => {
    const world = newTimedWorld();
    world.ecs.fail({ operation, error: name, message });
    expect(await inFakeTime(rejectionOf(world.cloner.clone(toUser(1))))).toMatchObject({
      name,
      message,
      $metadata: { httpStatusCode: 400 },
    });
    expect(world.count(operation)).toBe(1);
    expect(world.count("ListTaskDefinitions")).toBe(0);
  });
});

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

const withoutAnswer: readonly (readonly [string, Fault, "registered" | "not registered"])[] = [
  ["is reset before it takes effect", { operation, reset: "before" }, "not registered"],
  ["is reset after it took effect", { operation, reset: "after" }, "registered"],
  ["hangs before it takes effect", { operation, hang: "before" }, "not registered"],
  ["hangs after it took effect", { operation, hang: "after" }, "registered"],
  ["is answered by a proxy without ECS behind it", { operation, unavailable: true }, "not registered"],
  ["fails in ECS", { operation, error: "ServerException" }, "not registered"],
  ["is answered without an ARN, having taken effect", { operation, body: {} }, "registered"],
  ["is answered without an ARN, without effect", { operation, body: {}, takesEffect: false }, "not registered"],
  [
    "is answered without an ARN in its task definition",
    { operation, body: { taskDefinition: { family: cloneFamily } } },
    "registered",
  ],
  [
    "is answered with the ARN of another family",
    { operation, body: { taskDefinition: { taskDefinitionArn: toArn(baseFamily, 1) } } },
    "registered",
  ],
  ["takes effect just before its time-out", { operation, delayMs: 60_000, effect: "before" }, "registered"],
  ["takes effect a little after its time-out", { operation, delayMs: 12_000 }, "registered"],
];

describe("a register without an answer", () => {
  describe.each(withoutAnswer)("that %s", (_, fault, effect) => {
    it("is settled: one revision is ACTIVE, the returned one", async () => {
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

    it("is not sent again by the SDK, however often that may send", async () => {
      const world = newTimedWorld();
      const cloner = world.newCloner({ client: world.ecs.client({ maxAttempts: 10 }) });
      world.ecs.fail(fault);
      await inFakeTime(cloner.clone(toUser(1)));
      expect(world.count(operation)).toBe(effect === "registered" ? 1 : 2);
    });
  });

  it("that took effect behind a proxy's 503 is found", async () => {
    const world = newTimedWorld();
    const client = world.ecs.client();
    Object.assign(client.config, { requestHandler: withProxyError(world.ecs.requestHandler) });
    const { arn } = await inFakeTime(world.newCloner({ client }).clone(toUser(1)));
    expect(world.active()).toStrictEqual([arn]);
    expect(world.count(operation)).toBe(1);
  });

  it("is found among those that others registered meanwhile", async () => {
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

  it("is looked for no further back than the call", async () => {
    const world = newTimedWorld();
    for (let number = 0; number < 20; number += 1) await inFakeTime(world.cloner.clone(toUser(number)));
    await pass(300_000);
    world.ecs.clearCalls();
    world.ecs.fail({ operation, reset: "before" });
    const { revision } = await inFakeTime(world.cloner.clone(toUser(20)));
    expect(revision).toBe(21);
    // One for the base, and one for each of two looks.
    expect(world.count("DescribeTaskDefinition")).toBe(3);
  });

  it.each([
    ["goes as this machine's", 0],
    ["is ten minutes late", 600_000],
  ])("is found behind a newer revision that carries no record, where ECS's clock %s", async (_, lateMs) => {
    const world = newWorld({ clock: { ...systemClock, now: () => systemClock.now() - lateMs }, latencyMs: 100 });
    world.ecs.fail({ operation, hang: "after" });
    const cloning = world.cloner.clone(toUser(1));
    await pass(5000);
    world.ecs.register({ ...baseInput, family: cloneFamily });
    expect(await inFakeTime(cloning)).toMatchObject({ arn: toArn(cloneFamily, 1) });
  });

  it("is looked for no longer once it is found", async () => {
    const world = newTimedWorld();
    world.ecs.fail({ operation, reset: "after" });
    await inFakeTime(world.cloner.clone(toUser(1)));
    expect(world.count("ListTaskDefinitions")).toBe(1);
  });

  it("is looked for twice, since a listing may lag behind", async () => {
    const world = newTimedWorld();
    world.ecs.fail({ operation, hang: "after" });
    world.ecs.fail({ operation: "ListTaskDefinitions", body: { taskDefinitionArns: [] } });
    const { arn } = await inFakeTime(world.cloner.clone(toUser(1)));
    expect(world.ecs.revisions(cloneFamily).map((revision) => revision.arn)).toStrictEqual([arn]);
  });

  it("throws the last error once it was sent three times and surely never took effect", async () => {
    const world = newTimedWorld();
    world.ecs.fail({ operation, error: "ServerException", times: Number.POSITIVE_INFINITY });
    expect(await inFakeTime(rejectionOf(world.cloner.clone(toUser(1))))).toMatchObject({
      name: "ServerException",
      $metadata: { httpStatusCode: 500 },
    });
    expect(world.count(operation)).toBe(3);
    expect(world.active()).toStrictEqual([]);
  });

  it("throws a time-out that names the operation once it hung three times without effect", async () => {
    const world = newTimedWorld(100, { requestTimeoutMs: 2000 });
    world.ecs.fail({ operation, hang: "before", times: Number.POSITIVE_INFINITY });
    const error = await inFakeTime(rejectionOf(world.cloner.clone(toUser(1))));
    expect(error).toBeInstanceOf(RequestTimeoutError);
    expect(error).toMatchObject({ name: "RequestTimeoutError", operation });
    expect(world.count(operation)).toBe(3);
  });

  it("is of unknown outcome where listing is not allowed", async () => {
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

  it("is of unknown outcome where a revision that is listed cannot be described", async () => {
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
      cause: { errors: [{}, { message: `ECS lists ${toArn(cloneFamily, 1)} as ACTIVE, and does not describe it` }] },
    });
    expect(world.ecs.revisions(cloneFamily)).toHaveLength(1);
  });

  it.each(["reset", "hang", "unavailable"] as const)(
    "is of unknown outcome where ECS stays unreachable until the deadline: %s",
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

  it("is settled as soon as ECS can be reached again", async () => {
    const world = newTimedWorld();
    world.ecs.fail({ operation, reset: "after" });
    world.ecs.fail({ operation: "ListTaskDefinitions", times: 30, unavailable: true });
    const { arn } = await inFakeTime(world.cloner.clone(toUser(1)));
    expect(world.ecs.revisions(cloneFamily).map((revision) => revision.arn)).toStrictEqual([arn]);
  });

  it.each([
    ["a reset", { code: "ECONNRESET" }],
    ["a broken pipe", { code: "EPIPE" }],
    ["a time-out", { code: "ETIMEDOUT" }],
    ["a server's fault", { $fault: "server" }],
    ["a server's error", { $metadata: { httpStatusCode: 500 } }],
    ["a gateway's error", { $metadata: { httpStatusCode: 502 } }],
  ])("is settled too if a client that runs no middleware rejects with %s", async (_, members) => {
    const world = newTimedWorld();
    const client = withoutAnswerThrough(world, () => {
      throw Object.assign(new Error("lost"), members);
    });
    const { arn } = await inFakeTime(world.newCloner({ client }).clone(toUser(1)));
    expect(world.ecs.revisions(cloneFamily).map((revision) => revision.arn)).toStrictEqual([arn]);
  });

  it("is settled too if a client that runs no middleware gives nothing", async () => {
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

describe("a register that never left this machine", () => {
  it.each(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"])("is left to the SDK to send again: %s", async (code) => {
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

describe("an abort while a register is under way", () => {
  const abortAt = (milliseconds: number): { readonly signal: AbortSignal; readonly reason: Error } => {
    const controller = new AbortController();
    const reason = new Error("no longer wanted");
    setTimeout(() => controller.abort(reason), milliseconds);
    return { signal: controller.signal, reason };
  };

  it("has the revision deregistered once it is there, and throws the signal's reason", async () => {
    const world = newTimedWorld();
    const { signal, reason } = abortAt(150);
    expect(await inFakeTime(rejectionOf(world.cloner.clone(toUser(1), { signal })))).toBe(reason);
    const arn = toArn(cloneFamily, 1);
    expect(world.ecs.revisions(cloneFamily).map(({ arn, status }) => [arn, status])).toStrictEqual([[arn, "INACTIVE"]]);
    expect(world.events.slice(1)).toStrictEqual([
      { type: "registered", arn, userId: "user_1" },
      { type: "retired", arn, userId: "user_1", reason: "undone" },
    ]);
  });

  it.each(withoutAnswer)("leaves nothing ACTIVE when the register %s", async (_, fault) => {
    const world = newTimedWorld();
    world.ecs.fail(fault);
    const { signal, reason } = abortAt(150);
    expect(await inFakeTime(rejectionOf(world.cloner.clone(toUser(1), { signal })))).toBe(reason);
    await pass(120_000);
    expect(world.active()).toStrictEqual([]);
    expect(world.count(operation)).toBe(1);
  });
});
