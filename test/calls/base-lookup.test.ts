import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { systemClock } from "../../src/testing/index.ts";
import { baseFamily, cloneFamily, plainUser } from "../cast.ts";
import { fakeTime, inFakeTime, turns } from "../fake-time.ts";
import { newWorld } from "../world.ts";

const shutDown = new Error("shutting down");

beforeEach(() => {
  vi.useFakeTimers(fakeTime);
});

afterEach(() => {
  vi.useRealTimers();
});

describe("a DescribeTaskDefinition call that goes wrong", () => {
  it("throws a RequestTimeoutError when it times out, and nothing is registered", async () => {
    const { ecs, newCloner, operations } = newWorld({ clock: systemClock });
    ecs.fail({ operation: "DescribeTaskDefinition", hang: "before" });
    const startedAt = performance.now();
    await expect(inFakeTime(newCloner({ requestTimeoutMs: 3000 }).clone(plainUser))).rejects.toMatchObject({
      name: "RequestTimeoutError",
      operation: "DescribeTaskDefinition",
      message: "ECS did not answer DescribeTaskDefinition within 3000 ms. Try again, or raise `requestTimeoutMs`.",
    });
    expect(performance.now() - startedAt).toBe(3000);
    expect(operations()).toStrictEqual(["DescribeTaskDefinition"]);
  });

  it("is aborted immediately by the signal, and nothing is registered", async () => {
    const { ecs, cloner, operations } = newWorld({ clock: systemClock });
    ecs.fail({ operation: "DescribeTaskDefinition", hang: "before" });
    const controller = new AbortController();
    const rejection = expect(cloner.clone(plainUser, { signal: controller.signal })).rejects.toBe(shutDown);
    await turns();
    controller.abort(shutDown);
    await rejection;
    await turns();
    expect(operations()).toStrictEqual(["DescribeTaskDefinition"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is retried while ECS throttles, and the clone is registered once", async () => {
    const { ecs, cloner, events } = newWorld({ clock: systemClock });
    ecs.fail({ operation: "DescribeTaskDefinition", error: "ThrottlingException", times: 10 });
    expect(await inFakeTime(cloner.clone(plainUser))).toMatchObject({ revision: 1 });
    expect(ecs.revisions(cloneFamily)).toHaveLength(1);
    const retried = { type: "retried", operation: "DescribeTaskDefinition", subject: baseFamily };
    expect(events[0]).toMatchObject({ ...retried, attempt: 1, error: "ThrottlingException" });
    expect(events[1]).toMatchObject({ ...retried, attempt: 2, error: "ThrottlingException" });
  });

  it("throws an EcsBusyError at the deadline that reports the number of attempts and the time spent", async () => {
    const { ecs, newCloner, operations } = newWorld({ clock: systemClock });
    ecs.fail({ operation: "DescribeTaskDefinition", error: "ThrottlingException", times: 1000 });
    const startedAt = performance.now();
    const busy = inFakeTime(newCloner({ deadlineMs: 30_000 }).clone(plainUser));
    const error: unknown = await busy.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: "EcsBusyError",
      operation: "DescribeTaskDefinition",
      attempts: ecs.calls.length,
      waitedMs: performance.now() - startedAt,
      cause: { name: "ThrottlingException", message: "Rate exceeded" },
    });
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(30_000);
    expect(operations()).not.toContain("RegisterTaskDefinition");
  });

  it.each([2000, 15_000])("is not retried before the %d ms that ECS asks for have passed", async (retryAfterMs) => {
    const { ecs, newCloner } = newWorld({ clock: systemClock });
    ecs.fail({ operation: "DescribeTaskDefinition", error: "ThrottlingException", times: 4, retryAfterMs });
    const calledAt: number[] = [];
    const startedAt = performance.now();
    const client = ecs.client();
    client.middlewareStack.addRelativeTo(
      <Args, Result>(next: (args: Args) => Promise<Result>) =>
        (args: Args): Promise<Result> => {
          calledAt.push(performance.now() - startedAt);
          return next(args);
        },
      { relation: "after", toMiddleware: "retryMiddleware", name: "noteTime" },
    );
    expect(await inFakeTime(newCloner({ client }).clone(plainUser))).toMatchObject({ revision: 1 });
    const pauses = calledAt.slice(1, 5).map((time, index) => time - (calledAt[index] ?? 0));
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(retryAfterMs);
  });

  it.each([
    ["AccessDeniedException", "not authorized"],
    ["ClientException", "Something else."],
    ["InvalidParameterException", "The specified family is invalid."],
  ])("throws the SDK's own %s", async (error, message) => {
    const { ecs, cloner, operations } = newWorld({ clock: systemClock });
    ecs.fail({ operation: "DescribeTaskDefinition", error, message });
    await expect(cloner.clone(plainUser)).rejects.toMatchObject({
      name: error,
      message,
      $metadata: { httpStatusCode: 400 },
    });
    expect(operations()).toStrictEqual(["DescribeTaskDefinition"]);
  });
});
