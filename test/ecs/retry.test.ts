import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  type Ecs,
  type EcsClient,
  inTime,
  inTurnForFamily,
  untilDeadline,
  untilReachable,
} from "../../src/ecs/retry.ts";
import { EcsBusyError, UnexpectedResponseError } from "../../src/errors.ts";
import type { ClonerEvent } from "../../src/events.ts";
import { FakeEcs } from "../../src/testing/index.ts";
import { fakeTime, inFakeTime, turns } from "../fake-time.ts";

const request = { operation: "DescribeTaskDefinition", subject: "web" };
const shutDown = new Error("shutting down");
const throttled = Object.assign(new Error("Rate exceeded"), { name: "ThrottlingException" });
const concurrent = Object.assign(
  new Error("Too many concurrent attempts to create a new revision of the specified family."),
  { name: "ClientException" },
);
const denied = Object.assign(new Error("no"), { name: "AccessDeniedException", $metadata: { httpStatusCode: 400 } });
const reset = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });

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
    client: new FakeEcs().client(),
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

const hang = (): Promise<never> => new Promise(() => {});

describe("inTime", () => {
  it("gives what the request gives, and leaves no timer behind", async () => {
    expect(await inTime(newEcs(), request, async () => "answer")).toBe("answer");
    await turns();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("rejects with what the request rejects with, and leaves no timer behind", async () => {
    await expect(inTime(newEcs(), request, forever(denied))).rejects.toBe(denied);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("rejects with a RequestTimeoutError once the time is up, and aborts the request", async () => {
    const signals: AbortSignal[] = [];
    const timed = inTime(newEcs(), request, ({ abortSignal }) => {
      signals.push(abortSignal);
      return hang();
    });
    const rejection = expect(timed).rejects.toMatchObject({
      name: "RequestTimeoutError",
      operation: "DescribeTaskDefinition",
      message: "ECS did not answer DescribeTaskDefinition within 100 ms. Try again, or raise `requestTimeoutMs`.",
    });
    await vi.advanceTimersByTimeAsync(99);
    expect(signals.map(({ aborted }) => aborted)).toStrictEqual([false]);
    await vi.advanceTimersByTimeAsync(1);
    await rejection;
    expect(signals.map(({ aborted }) => aborted)).toStrictEqual([true]);
  });

  it("sends nothing where the signal is aborted already", async () => {
    let sent = 0;
    const run = async (): Promise<void> => {
      sent += 1;
    };
    await expect(inTime(newEcs(), { ...request, signal: AbortSignal.abort(shutDown) }, run)).rejects.toBe(shutDown);
    expect(sent).toBe(0);
  });

  it("rejects with the signal's reason as soon as it aborts, and aborts the request", async () => {
    const controller = new AbortController();
    const reasons: unknown[] = [];
    const timed = inTime(newEcs(), { ...request, signal: controller.signal }, ({ abortSignal }) => {
      abortSignal.addEventListener("abort", () => reasons.push(abortSignal.reason));
      return hang();
    });
    controller.abort(shutDown);
    await expect(timed).rejects.toBe(shutDown);
    expect(reasons).toStrictEqual([shutDown]);
  });

  it("lets go of the signal once the request is over", async () => {
    const { signal } = new AbortController();
    await inTime(newEcs(), { ...request, signal }, async () => "answer");
    await expect(inTime(newEcs(), { ...request, signal }, forever(denied))).rejects.toBe(denied);
    expect(getEventListeners(signal, "abort")).toStrictEqual([]);
  });

  it("rejects with what the request throws before it is sent, and leaves no timer behind", async () => {
    const run = (): Promise<never> => {
      throw denied;
    };
    await expect(inTime(newEcs(), request, run)).rejects.toBe(denied);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("untilDeadline", () => {
  it("gives what the request gives, at the first attempt where ECS is not busy", async () => {
    const { run, calledAt } = failing();
    expect(await untilDeadline(newEcs(), request, run)).toBe("done");
    expect(calledAt).toStrictEqual([0]);
    expect(events).toStrictEqual([]);
  });

  it.each([
    "ThrottlingException",
    "Throttling",
    "ThrottledException",
    "RequestThrottled",
    "RequestThrottledException",
    "RequestLimitExceeded",
    "TooManyRequestsException",
  ])("sends a request again that ECS refused with %s", async (name) => {
    const { run } = failing(Object.assign(new Error("Rate exceeded"), { name }));
    expect(await inFakeTime(untilDeadline(newEcs(), request, run))).toBe("done");
  });

  it("sends a request again that was refused with the HTTP status 429", async () => {
    const { run } = failing(Object.assign(new Error("slow down"), { $metadata: { httpStatusCode: 429 } }));
    expect(await inFakeTime(untilDeadline(newEcs(), request, run))).toBe("done");
  });

  it("throws every other error on, at once", async () => {
    const { run, calledAt } = failing(denied);
    await expect(untilDeadline(newEcs(), request, run)).rejects.toBe(denied);
    expect(calledAt).toStrictEqual([0]);
  });

  it("doubles the longest delay after each throttled attempt, up to 20 s", async () => {
    vi.spyOn(Math, "random").mockReturnValue(1);
    const { run, calledAt } = failing(...Array.from({ length: 7 }, () => throttled));
    await inFakeTime(untilDeadline(newEcs({ deadlineMs: 1_000_000 }), request, run));
    expect(calledAt).toStrictEqual([0, 1000, 3000, 7000, 15_000, 31_000, 51_000, 71_000]);
  });

  it("begins with a short delay where another register was under way", async () => {
    vi.spyOn(Math, "random").mockReturnValue(1);
    const { run, calledAt } = failing(concurrent, concurrent, concurrent);
    await inFakeTime(untilDeadline(newEcs(), request, run));
    expect(calledAt).toStrictEqual([0, 200, 600, 1400]);
  });

  it("waits for any part of the longest delay, so that callers who met do not meet again", async () => {
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

  it("tells every attempt that failed", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    const { run } = failing(throttled, concurrent);
    await inFakeTime(untilDeadline(newEcs(), request, run));
    expect(events).toStrictEqual([
      { ...request, type: "retried", attempt: 1, delayMs: 500, error: "ThrottlingException" },
      { ...request, type: "retried", attempt: 2, delayMs: 200, error: "ClientException" },
    ]);
  });

  it("gives up at the deadline, saying how often it tried and how long", async () => {
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

  it("tries once where the deadline is now", async () => {
    const { run, calledAt } = failing(throttled);
    await expect(untilDeadline(newEcs({ deadlineMs: 0 }), request, run)).rejects.toMatchObject({ attempts: 1 });
    expect(calledAt).toStrictEqual([0]);
  });

  it("rejects with the signal's reason as soon as it aborts during a delay", async () => {
    const controller = new AbortController();
    const busy = untilDeadline(newEcs(), { ...request, signal: controller.signal }, forever(throttled));
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
    expect(await inFakeTime(untilReachable(newEcs(), undefined, run))).toBe("done");
    expect(calledAt).toStrictEqual([0, 1000, 2000]);
  });

  it.each([
    ["a refusal", denied],
    ["that ECS is too busy", new EcsBusyError("ListTaskDefinitions", "web", 1, 0, throttled)],
    ["an answer that makes no sense", new UnexpectedResponseError("ListTaskDefinitions", "a list of ARNs")],
  ])("takes %s for an answer", async (_, error) => {
    const { run, calledAt } = failing(error);
    await expect(untilReachable(newEcs(), undefined, run)).rejects.toBe(error);
    expect(calledAt).toStrictEqual([0]);
  });

  it("throws the last error on at the deadline", async () => {
    const { run, calledAt } = failing(reset, reset, reset, denied);
    await expect(inFakeTime(untilReachable(newEcs({ deadlineMs: 2000 }), undefined, run))).rejects.toBe(reset);
    expect(calledAt).toStrictEqual([0, 1000, 2000]);
  });

  it("throws the error on where the signal is aborted", async () => {
    const { run, calledAt } = failing(reset);
    await expect(untilReachable(newEcs(), AbortSignal.abort(shutDown), run)).rejects.toBe(reset);
    expect(calledAt).toStrictEqual([0]);
  });

  it("rejects with the signal's reason as soon as it aborts between two runs", async () => {
    const controller = new AbortController();
    const unreachable = untilReachable(newEcs(), controller.signal, forever(reset));
    const rejection = expect(unreachable).rejects.toBe(shutDown);
    await turns();
    controller.abort(shutDown);
    await rejection;
  });
});

describe("inTurnForFamily", () => {
  /** Runs two tasks, and says in which order they began and ended. */
  async function order(first: [EcsClient, string], second: [EcsClient, string]): Promise<string[]> {
    const steps: string[] = [];
    const run = ([client, family]: [EcsClient, string], name: string): Promise<void> =>
      inTurnForFamily(newEcs({ client }), family, undefined, async () => {
        steps.push(`${name} begins`);
        await turns(3);
        steps.push(`${name} ends`);
      });
    await Promise.all([run(first, "first"), run(second, "second")]);
    return steps;
  }

  const inTurnOrder = ["first begins", "first ends", "second begins", "second ends"];
  const inParallelOrder = ["first begins", "second begins", "first ends", "second ends"];
  const client = (region: string): EcsClient => ({ send: hang, config: { region: async () => region } });
  const withoutConfig: EcsClient = { send: hang };
  // The cast: a mock may have as little.
  const withEmptyConfig = { send: hang, config: {} } as unknown as EcsClient;
  const withoutRegion: EcsClient = { send: hang, config: { region: forever(new Error("Region is missing")) } };

  it("runs one task at a time for a family, also over several clients", async () => {
    expect(await order([client("eu-west-1"), "web-user"], [client("eu-west-1"), "web-user"])).toStrictEqual(
      inTurnOrder,
    );
  });

  it("runs tasks for two families side by side", async () => {
    expect(await order([client("eu-west-1"), "web-user"], [client("eu-west-1"), "api-user"])).toStrictEqual(
      inParallelOrder,
    );
  });

  it("runs tasks for families of one name in two regions side by side", async () => {
    expect(await order([client("eu-west-1"), "web-user"], [client("eu-west-2"), "web-user"])).toStrictEqual(
      inParallelOrder,
    );
  });

  it("runs one task at a time where clients have no region, or cannot say it", async () => {
    expect(await order([withoutConfig, "web-user"], [withoutRegion, "web-user"])).toStrictEqual(inTurnOrder);
    expect(await order([withoutConfig, "web-user"], [withEmptyConfig, "web-user"])).toStrictEqual(inTurnOrder);
  });

  it("lets go of a task whose signal aborts while it waits", async () => {
    const controller = new AbortController();
    let isReleased = false;
    const first = inTurnForFamily(newEcs(), "web-user", undefined, async () => {
      while (!isReleased) await turns(1);
      return "first";
    });
    const second = inTurnForFamily(newEcs(), "web-user", controller.signal, async () => "second");
    const third = inTurnForFamily(newEcs(), "web-user", undefined, async () => "third");
    await turns();
    controller.abort(shutDown);
    await expect(second).rejects.toBe(shutDown);
    isReleased = true;
    expect(await Promise.all([first, third])).toStrictEqual(["first", "third"]);
  });
});
