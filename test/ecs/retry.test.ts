import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Ecs } from "../../src/ecs/connection.ts";
import { untilDeadline, untilReachable } from "../../src/ecs/retry.ts";
import { EcsBusyError, UnexpectedResponseError } from "../../src/errors.ts";
import type { ClonerEvent } from "../../src/events.ts";
import { fakeTime, inFakeTime, turns } from "../fake-time.ts";
import { throttlingNames } from "./throttling-names.ts";

const request = { operation: "DescribeTaskDefinition", subject: "web" };
const shutDown = new Error("shutting down");
const throttled = Object.assign(new Error("Rate exceeded"), { name: "ThrottlingException" });
const concurrent = Object.assign(
  new Error("Too many concurrent attempts to create a new revision of the specified family."),
  { name: "ClientException" },
);
const denied = Object.assign(new Error("no"), { name: "AccessDeniedException", $metadata: { httpStatusCode: 400 } });
const reset = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });

const hang = (): Promise<never> => new Promise(() => {});

let events: ClonerEvent[];

beforeEach(() => {
  events = [];
  vi.useFakeTimers(fakeTime);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function newEcs(changes: Partial<Ecs> = {}): Ecs {
  return {
    client: { send: hang },
    requestTimeoutMs: 100,
    deadlineMs: 10_000,
    emit: (event) => events.push(event),
    ...changes,
  };
}

/** Rejects with one error after the other, then gives `"done"`. Notes when it was called. */
function failing(...errors: unknown[]) {
  const startedAt = performance.now();
  const calledAt: number[] = [];
  const run = async (): Promise<string> => {
    calledAt.push(performance.now() - startedAt);
    if (errors.length > 0) throw errors.shift();
    return "done";
  };
  return { run, calledAt };
}

const forever = (error: unknown) => (): Promise<never> => Promise.reject(error);

describe("untilDeadline", () => {
  it("gives what the request gives at the first attempt if ECS is not busy", async () => {
    const { run, calledAt } = failing();
    expect(await untilDeadline(newEcs(), request, run)).toBe("done");
    expect(calledAt).toStrictEqual([0]);
    expect(events).toStrictEqual([]);
  });

  it.each(throttlingNames)("repeats a request that ECS refused with %s", async (name) => {
    const { run } = failing(Object.assign(new Error("Rate exceeded"), { name }));
    expect(await inFakeTime(untilDeadline(newEcs(), request, run))).toBe("done");
  });

  it("repeats a request that was refused with the HTTP status 429", async () => {
    const { run } = failing(Object.assign(new Error("slow down"), { $metadata: { httpStatusCode: 429 } }));
    expect(await inFakeTime(untilDeadline(newEcs(), request, run))).toBe("done");
  });

  it("rethrows every other error at once", async () => {
    const { run, calledAt } = failing(denied);
    await expect(untilDeadline(newEcs(), request, run)).rejects.toBe(denied);
    expect(calledAt).toStrictEqual([0]);
  });

  it.each([
    ["throttled", throttled],
    ["refused for another registration", concurrent],
  ])("lengthens the longest delay by half after each attempt that is %s, up to 20 s", async (_, error) => {
    vi.spyOn(Math, "random").mockReturnValue(1);
    const { run } = failing(...Array.from({ length: 10 }, () => error));
    await inFakeTime(untilDeadline(newEcs({ deadlineMs: 1_000_000 }), request, run));
    const delays = events.map((event) => (event.type === "retried" ? Math.round(event.delayMs) : 0));
    expect(delays).toStrictEqual([1000, 1500, 2250, 3375, 5063, 7594, 11_391, 17_086, 20_000, 20_000]);
  });

  it("waits for a random part of the longest delay, so that callers who collided do not collide again", async () => {
    vi.spyOn(Math, "random").mockReturnValueOnce(0.25).mockReturnValueOnce(0);
    const { run, calledAt } = failing(throttled, throttled);
    await inFakeTime(untilDeadline(newEcs(), request, run));
    expect(calledAt).toStrictEqual([0, 250, 250]);
  });

  it.each([
    { "x-amz-retry-after": "3000" },
    { "retry-after": "3" },
    { "x-amz-retry-after": "3000", "retry-after": "5" },
  ])("waits for at least what ECS asks for in %o", async (headers) => {
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    const { run, calledAt } = failing(Object.assign(new Error(), throttled, { $response: { headers } }));
    await inFakeTime(untilDeadline(newEcs(), request, run));
    expect(calledAt).toStrictEqual([0, 3000]);
  });

  it("emits an event for every attempt that failed", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    const { run } = failing(throttled, concurrent);
    await inFakeTime(untilDeadline(newEcs(), request, run));
    expect(events).toStrictEqual([
      { ...request, type: "retried", attempt: 1, delayMs: 500, error: "ThrottlingException" },
      { ...request, type: "retried", attempt: 2, delayMs: 750, error: "ClientException" },
    ]);
  });

  it("gives up at the deadline, and says how often it tried and for how long", async () => {
    vi.spyOn(Math, "random").mockReturnValue(1);
    vi.advanceTimersByTime(1);
    const busy = untilDeadline(newEcs({ deadlineMs: 4000 }), request, forever(throttled));
    await expect(inFakeTime(busy)).rejects.toMatchObject({
      name: "EcsBusyError",
      operation: "DescribeTaskDefinition",
      attempts: 4,
      waitedMs: 4000,
      cause: throttled,
      message:
        'ECS was too busy for DescribeTaskDefinition of web: 4 attempts in 4.0 s, the last refused with "Rate exceeded". Try again later, spread users ' +
        "over several clone families, or raise `deadlineMs`.",
    });
    expect(events).toHaveLength(3);
  });

  it("tries once if the deadline is now", async () => {
    const { run, calledAt } = failing(throttled);
    await expect(untilDeadline(newEcs({ deadlineMs: 0 }), request, run)).rejects.toMatchObject({ attempts: 1 });
    expect(calledAt).toStrictEqual([0]);
  });

  it("rejects with the signal's reason as soon as it aborts during a delay", async () => {
    const controller = new AbortController();
    const busy = untilDeadline(newEcs({ signal: controller.signal }), request, forever(throttled));
    const rejection = expect(busy).rejects.toBe(shutDown);
    await turns();
    controller.abort(shutDown);
    await rejection;
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("untilReachable", () => {
  it("runs again every second while ECS cannot be reached", async () => {
    const { run, calledAt } = failing(reset, reset);
    expect(await inFakeTime(untilReachable(newEcs(), run))).toBe("done");
    expect(calledAt).toStrictEqual([0, 1000, 2000]);
  });

  it.each([
    ["a refusal", denied],
    ["that ECS is too busy", new EcsBusyError("ListTaskDefinitions", "web", 1, 0, throttled)],
    ["an answer that makes no sense", new UnexpectedResponseError("ListTaskDefinitions", "a list of ARNs")],
  ])("takes %s as an answer", async (_, error) => {
    const { run, calledAt } = failing(error);
    await expect(untilReachable(newEcs(), run)).rejects.toBe(error);
    expect(calledAt).toStrictEqual([0]);
  });

  it("rethrows the last error at the deadline", async () => {
    const { run, calledAt } = failing(reset, reset, reset, denied);
    await expect(inFakeTime(untilReachable(newEcs({ deadlineMs: 2000 }), run))).rejects.toBe(reset);
    expect(calledAt).toStrictEqual([0, 1000, 2000]);
  });

  it("rethrows the error if the signal is aborted", async () => {
    const { run, calledAt } = failing(reset);
    await expect(untilReachable(newEcs({ signal: AbortSignal.abort(shutDown) }), run)).rejects.toBe(reset);
    expect(calledAt).toStrictEqual([0]);
  });

  it("rejects with the signal's reason as soon as it aborts between two runs", async () => {
    const controller = new AbortController();
    const unreachable = untilReachable(newEcs({ signal: controller.signal }), forever(reset));
    const rejection = expect(unreachable).rejects.toBe(shutDown);
    await turns();
    controller.abort(shutDown);
    await rejection;
  });
});
