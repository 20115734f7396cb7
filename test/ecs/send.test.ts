import { getEventListeners } from "node:events";
import { inspect } from "node:util";
import { DescribeTaskDefinitionCommand, RunTaskCommand } from "@aws-sdk/client-ecs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Ecs, EcsClient } from "../../src/ecs/connection.ts";
import { type SendOptions, send } from "../../src/ecs/send.ts";
import type { ClonerEvent } from "../../src/events.ts";
import { collectArnsInUse, prune } from "../../src/fleet/index.ts";
import { TaskDefCloner } from "../../src/index.ts";
import { FakeEcs, systemClock } from "../../src/testing/index.ts";
import { smallBase, toArn, plainUser as user } from "../cast.ts";
import { fakeTime, inFakeTime, turns } from "../fake-time.ts";
import { over } from "./answering.ts";

const operation = "DescribeTaskDefinition";
const request = { operation, subject: "web" };
const shutDown = new Error("shutting down");
const denied = Object.assign(new Error("no"), { name: "AccessDeniedException", $metadata: { httpStatusCode: 400 } });
const throttled = Object.assign(new Error("Rate exceeded"), { name: "ThrottlingException" });

const hang = (): Promise<never> => new Promise(() => {});
const reject = (error: unknown) => (): Promise<never> => Promise.reject(error);

/** Sends a command through a client, with 100 ms for a request and 10 s for all. */
function sendThrough(
  client: EcsClient | EcsClient["send"],
  { signal, ...options }: Partial<SendOptions> & Pick<Ecs, "signal"> = {},
  ecs: Partial<Ecs> = {},
) {
  const command = new DescribeTaskDefinitionCommand({ taskDefinition: "web" });
  const connection = over(typeof client === "function" ? { send: client } : client, {
    requestTimeoutMs: 100,
    deadlineMs: 10_000,
    signal,
    ...ecs,
  });
  return send(connection, command, { ...request, ...options });
}

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("a request", () => {
  beforeEach(() => {
    vi.useFakeTimers(fakeTime);
  });

  it("resolves with what the client gives, and leaves no timer behind", async () => {
    expect(await sendThrough(async () => "answer")).toBe("answer");
    await turns();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("rejects with what the client rejects with, and leaves no timer behind", async () => {
    await expect(sendThrough(reject(denied))).rejects.toBe(denied);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("sends the command and a signal of its own", async () => {
    const sent: unknown[][] = [];
    await sendThrough(async (...args: unknown[]) => sent.push(args), { signal: new AbortController().signal });
    expect(sent).toStrictEqual([[expect.any(DescribeTaskDefinitionCommand), { abortSignal: expect.any(AbortSignal) }]]);
  });

  it("rejects with a RequestTimeoutError once the time is up, and aborts what is under way", async () => {
    const signals: (AbortSignal | undefined)[] = [];
    const timed = sendThrough((_, { abortSignal } = {}) => {
      signals.push(abortSignal);
      return hang();
    });
    const rejection = expect(timed).rejects.toMatchObject({
      name: "RequestTimeoutError",
      operation,
      message: "ECS did not answer DescribeTaskDefinition within 100 ms. Try again, or raise `requestTimeoutMs`.",
    });
    await vi.advanceTimersByTimeAsync(99);
    expect(signals.map((signal) => signal?.aborted)).toStrictEqual([false]);
    await vi.advanceTimersByTimeAsync(1);
    await rejection;
    expect(signals.map((signal) => signal?.aborted)).toStrictEqual([true]);
  });

  it("ignores what the client does after the time is up", async () => {
    const timed = sendThrough(async (_, { abortSignal } = {}) => {
      await new Promise((resolve) => abortSignal?.addEventListener("abort", resolve));
      throw denied;
    });
    await expect(inFakeTime(timed)).rejects.toMatchObject({ name: "RequestTimeoutError" });
    await turns();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is not sent if the signal is aborted already", async () => {
    let sent = 0;
    const client = async (): Promise<void> => {
      sent += 1;
    };
    await expect(sendThrough(client, { signal: AbortSignal.abort(shutDown) })).rejects.toBe(shutDown);
    expect(sent).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("rejects with the signal's reason as soon as it aborts, and aborts what is under way", async () => {
    const controller = new AbortController();
    const reasons: unknown[] = [];
    const client: EcsClient["send"] = (_, { abortSignal } = {}) => {
      abortSignal?.addEventListener("abort", () => reasons.push(abortSignal.reason));
      return hang();
    };
    const aborted = sendThrough(client, { signal: controller.signal });
    controller.abort(shutDown);
    await expect(aborted).rejects.toBe(shutDown);
    expect(reasons).toStrictEqual([shutDown]);
  });

  it("lets go of the signal once it is over", async () => {
    const { signal } = new AbortController();
    await sendThrough(async () => "answer", { signal });
    await expect(sendThrough(reject(denied), { signal })).rejects.toBe(denied);
    await turns();
    expect(getEventListeners(signal, "abort")).toStrictEqual([]);
  });

  it("rejects with what the client throws before it returns a promise, and leaves no timer behind", async () => {
    const client = (): Promise<never> => {
      throw denied;
    };
    await expect(sendThrough(client)).rejects.toBe(denied);
    await turns();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("resolves with nothing if the client returns nothing", async () => {
    // The cast: a mock may be as poor as this.
    const client = (() => undefined) as unknown as EcsClient["send"];
    expect(await sendThrough(client)).toBeUndefined();
    await turns();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("has the whole time-out again at every attempt", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    let left = 3;
    const client = async (): Promise<string> => {
      await systemClock.sleep(90);
      left -= 1;
      if (left > 0) throw throttled;
      return "answer";
    };
    expect(await inFakeTime(sendThrough(client))).toBe("answer");
  });

  it("is given up at the deadline while ECS is busy, with an event for every attempt before", async () => {
    const events: ClonerEvent[] = [];
    const busy = sendThrough(reject(throttled), {}, { deadlineMs: 500, emit: (event) => events.push(event) });
    await expect(inFakeTime(busy)).rejects.toMatchObject({ name: "EcsBusyError", operation, cause: throttled });
    expect(events[0]).toMatchObject({ ...request, type: "retried", attempt: 1, error: "ThrottlingException" });
  });
});

describe("letFinish", () => {
  beforeEach(() => {
    vi.useFakeTimers(fakeTime);
  });

  it("leaves a request alone that is under way when the signal aborts", async () => {
    const controller = new AbortController();
    const aborted: (boolean | undefined)[] = [];
    const client: EcsClient["send"] = async (_, { abortSignal } = {}) => {
      await systemClock.sleep(50);
      aborted.push(abortSignal?.aborted);
      return "answer";
    };
    const spared = sendThrough(client, { letFinish: true, signal: controller.signal });
    controller.abort(shutDown);
    expect(await inFakeTime(spared)).toBe("answer");
    expect(aborted).toStrictEqual([false]);
    expect(getEventListeners(controller.signal, "abort")).toStrictEqual([]);
  });

  it("keeps the time-out", async () => {
    const { signal } = new AbortController();
    await expect(inFakeTime(sendThrough(hang, { letFinish: true, signal }))).rejects.toMatchObject({
      name: "RequestTimeoutError",
    });
  });

  it("does not skip the delay before the next attempt", async () => {
    const controller = new AbortController();
    const rejection = expect(
      sendThrough(reject(throttled), { letFinish: true, signal: controller.signal }),
    ).rejects.toBe(shutDown);
    await turns();
    controller.abort(shutDown);
    await rejection;
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("toRejection", () => {
  beforeEach(() => {
    vi.useFakeTimers(fakeTime);
  });

  it("gives what to throw for an attempt that failed", async () => {
    const seen: unknown[] = [];
    const toRejection = (error: unknown): Error => {
      seen.push(error);
      return shutDown;
    };
    await expect(sendThrough(reject(throttled), { toRejection })).rejects.toBe(shutDown);
    expect(seen).toStrictEqual([throttled]);
  });

  it("decides whether the attempt is repeated", async () => {
    let left = 1;
    const client = async (): Promise<string> => {
      left -= 1;
      if (left >= 0) throw denied;
      return "answer";
    };
    expect(await inFakeTime(sendThrough(client, { toRejection: () => throttled }))).toBe("answer");
  });

  it("is asked about a time-out too", async () => {
    const toRejection = (error: unknown): unknown => new Error("wrapped", { cause: error });
    await expect(inFakeTime(sendThrough(hang, { toRejection }))).rejects.toMatchObject({
      message: "wrapped",
      cause: { name: "RequestTimeoutError" },
    });
  });
});

describe("toOurs", () => {
  let ecs: FakeEcs;

  beforeEach(() => {
    vi.useFakeTimers(fakeTime);
    ecs = new FakeEcs({ clock: systemClock });
    ecs.register(smallBase);
  });

  const toOutcomes = () => ecs.calls.map(({ outcome }) => outcome);

  it("gives what to throw in place of an error, which the SDK does not retry", async () => {
    ecs.fail({ operation, error: "ServerException" });
    const seen: unknown[] = [];
    const toOurs = (error: unknown): Error => {
      seen.push(error);
      return shutDown;
    };
    await expect(inFakeTime(sendThrough(ecs.client(), { toOurs }))).rejects.toBe(shutDown);
    expect(seen).toMatchObject([{ name: "ServerException", $metadata: { httpStatusCode: 500 } }]);
    expect(toOutcomes()).toStrictEqual(["ServerException"]);
  });

  it("leaves to the SDK the errors for which it gives nothing", async () => {
    ecs.fail({ operation, error: "ThrottlingException" });
    const events: ClonerEvent[] = [];
    const sent = sendThrough(
      ecs.client(),
      { toOurs: () => undefined },
      { emit: (event) => events.push(event), requestTimeoutMs: 1000 },
    );
    expect(await inFakeTime(sent)).toHaveProperty("taskDefinition.taskDefinitionArn", toArn("web", 1));
    expect(toOutcomes()).toStrictEqual(["ThrottlingException", "ok"]);
    expect(events).toStrictEqual([]);
  });

  it("is throttling by default: the library retries it, and the SDK everything else", async () => {
    ecs.fail({ operation, error: "ThrottlingException" });
    ecs.fail({ operation, reset: "before" });
    const events: ClonerEvent[] = [];
    await inFakeTime(sendThrough(ecs.client(), {}, { emit: (event) => events.push(event), requestTimeoutMs: 1000 }));
    expect(toOutcomes()).toStrictEqual(["ThrottlingException", "reset", "ok"]);
    expect(events).toMatchObject([{ type: "retried", attempt: 1, error: "ThrottlingException" }]);
  });
});

describe("the client's own logger", () => {
  it("gets an entry for every command, and no value of an environment variable", async () => {
    const ecs = new FakeEcs();
    const logged: unknown[] = [];
    const log = (entry: unknown): unknown => logged.push(entry);
    const client = ecs.client({ logger: { trace: log, debug: log, info: log, warn: log, error: log } });
    const cloner = new TaskDefCloner({ client, baseFamily: "web" });
    const [container] = smallBase.containerDefinitions;
    const environment = [{ name: "BASE", value: "hush" }];
    ecs.register({ ...smallBase, containerDefinitions: [{ ...container, environment }] });

    const { arn } = await cloner.clone({ ...user, environment: { OWN: "hush" } });
    await cloner.inspect(arn);
    ecs.fail({ operation: "RegisterTaskDefinition", error: "ClientException" });
    await expect(cloner.reclone(arn, { environment: { OWN: "hush too" } })).rejects.toThrow("ClientException");
    await cloner.retire(arn);
    for await (const { error } of prune(cloner, { inUse: [], dryRun: false, deleteInactive: true })) {
      expect(error).toBeUndefined();
    }
    const taskDefinition = (await cloner.clone(user)).arn;
    await ecs.client().send(new RunTaskCommand({ cluster: "users", taskDefinition }));
    await collectArnsInUse(client, "users");

    expect(inspect(logged, { depth: Number.POSITIVE_INFINITY })).not.toContain("hush");
    expect(logged).toContainEqual(
      expect.objectContaining({ commandName: "DescribeTaskDefinitionCommand", input: { taskDefinition: "web" } }),
    );
    // What a task overrides may hold values too.
    for (const operation of [
      "RegisterTaskDefinition",
      "DeregisterTaskDefinition",
      "DeleteTaskDefinitions",
      "DescribeTasks",
    ]) {
      expect(logged).toContainEqual(expect.objectContaining({ commandName: `${operation}Command`, output: {} }));
    }
  });
});
