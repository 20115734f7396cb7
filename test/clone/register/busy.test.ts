import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { EcsBusyError } from "../../../src/errors.ts";
import { baseFamily, cloneFamily, toArn, toUser } from "../../cast.ts";
import { fakeTime, inFakeTime, pass } from "../../fake-time.ts";
import { newTimedWorld, rejectionOf, type World } from "../../world.ts";

const operation = "RegisterTaskDefinition";
const tooMany = {
  error: "ClientException",
  message: "Too many concurrent attempts to create a new revision of the specified family.",
};

const delays = ({ events }: World): number[] =>
  events.flatMap((event) => (event.type === "retried" ? [event.delayMs] : []));

beforeEach(() => {
  vi.useFakeTimers(fakeTime);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("a registration that ECS is too busy for", () => {
  it.each([
    ["is throttled", { error: "ThrottlingException" }],
    ["is answered with 429", { error: "Whatever", statusCode: 429 }],
    ["collides with another registration", tooMany],
  ])("is retried after a random part of a growing delay if it %s", async (_, fault) => {
    const expected = [500, 750, 1125, 1687.5, 2531.25, 3796.875, 5695.3125, 8542.96875, 10_000, 10_000];
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    const world = newTimedWorld();
    world.ecs.fail({ operation, times: expected.length, ...fault });
    const { arn } = await inFakeTime(world.cloner.clone(toUser(1)));
    expect(delays(world)).toStrictEqual(expected);
    expect(world.active()).toStrictEqual([arn]);
    expect(world.count(operation)).toBe(expected.length + 1);
  });

  it.each([0, 0.25, 0.999])(
    "is retried anywhere between immediately and the full delay, with chance %d",
    async (chance) => {
      vi.spyOn(Math, "random").mockReturnValue(chance);
      const world = newTimedWorld();
      world.ecs.fail({ operation, times: 3, ...tooMany });
      await inFakeTime(world.cloner.clone(toUser(1)));
      expect(delays(world)).toStrictEqual([1000 * chance, 1500 * chance, 2250 * chance]);
    },
  );

  it("is retried after as long as ECS asks for", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const world = newTimedWorld();
    world.ecs.fail({ operation, error: "ThrottlingException", retryAfterMs: 3500, times: 2 });
    await inFakeTime(world.cloner.clone(toUser(1)));
    expect(delays(world)).toStrictEqual([3500, 3500]);
  });

  it("emits an event per retry", async () => {
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

  it("fails at the deadline with an error that reports the number of attempts and the time spent", async () => {
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

  it("is sent only once if the deadline is 0", async () => {
    const world = newTimedWorld(0, { deadlineMs: 0 });
    world.ecs.fail({ operation, times: Number.POSITIVE_INFINITY, error: "ThrottlingException" });
    expect(await inFakeTime(rejectionOf(world.cloner.clone(toUser(1))))).toMatchObject({
      name: "EcsBusyError",
      attempts: 1,
    });
    expect(world.count(operation)).toBe(1);
  });

  it("fails immediately if the call is aborted during the delay", async () => {
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

describe("a registration that ECS rejects", () => {
  it.each([
    ["ClientException", "Role is not valid"],
    ["InvalidParameterException", "Invalid parameter"],
    ["AccessDeniedException", "not authorized to perform: iam:PassRole"],
  ])("is sent once and throws the SDK's own error: %s", async (name, message) => {
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
