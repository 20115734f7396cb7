import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeEcs, systemClock } from "../../../src/testing/index.ts";
import { baseFamily, baseInput, cloneFamily, toArn, toUser } from "../../cast.ts";
import { fakeTime, inFakeTime, pass } from "../../fake-time.ts";
import { newTimedWorld, newWorld, rejectionOf } from "../../world.ts";

const operation = "RegisterTaskDefinition";

beforeEach(() => {
  vi.useFakeTimers(fakeTime);
});

afterEach(() => {
  vi.useRealTimers();
});

describe("registrations into one family", () => {
  it("take turns within a process, whichever cloner and client they come from", async () => {
    const world = newWorld({ clock: systemClock, latencyMs: 100, concurrentRevisionError: true });
    const cloners = Array.from({ length: 10 }, () => world.newCloner());
    const clones = await inFakeTime(Promise.all(cloners.map((cloner, index) => cloner.clone(toUser(index)))));
    expect(clones.map(({ revision }) => revision)).toStrictEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(world.ecs.calls.filter(({ outcome }) => outcome !== "ok")).toStrictEqual([]);
  });

  it("do not wait for registrations into other families", async () => {
    const { cloner, newCloner } = newTimedWorld();
    const others = newCloner({ cloneFamily: (userId) => `clones-of-${userId}` });
    const startedAt = performance.now();
    await inFakeTime(Promise.all([cloner.clone(toUser(1)), others.clone(toUser(2)), others.clone(toUser(3))]));
    expect(performance.now() - startedAt).toBe(200);
  });

  it("do not wait for registrations in another region", async () => {
    const east = newTimedWorld();
    const west = new FakeEcs({ clock: systemClock, latencyMs: 100, region: "us-west-2" });
    west.register(baseInput);
    const westCloner = east.newCloner({ client: west.client() });
    const startedAt = performance.now();
    await inFakeTime(Promise.all([east.cloner.clone(toUser(1)), westCloner.clone(toUser(2))]));
    expect(performance.now() - startedAt).toBe(200);
  });

  it("continue after a failed turn", async () => {
    const { ecs, cloner, active } = newTimedWorld();
    ecs.fail({ operation, error: "AccessDeniedException" });
    const outcomes = await inFakeTime(Promise.allSettled([cloner.clone(toUser(1)), cloner.clone(toUser(2))]));
    expect(outcomes.map(({ status }) => status)).toStrictEqual(["rejected", "fulfilled"]);
    expect(active()).toStrictEqual([toArn(cloneFamily, 1)]);
  });

  it("look up the base when their turn comes, so that they use one deployed in the meantime", async () => {
    const { ecs, cloner } = newTimedWorld();
    const both = Promise.all([cloner.clone(toUser(1)), cloner.clone(toUser(2))]);
    await pass(150);
    ecs.register(baseInput);
    const clones = await inFakeTime(both);
    expect(clones.map(({ baseArn }) => baseArn)).toStrictEqual([toArn(baseFamily, 1), toArn(baseFamily, 2)]);
  });
});

describe("a queued call", () => {
  it("leaves the queue immediately when aborted, and sends nothing", async () => {
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

  it("does not let those behind it move up when aborted", async () => {
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

  it("waits for the first call even if the one between them left the queue before it joined", async () => {
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

  it("sends nothing if its signal is already aborted", async () => {
    const { ecs, cloner } = newTimedWorld();
    const reason = new Error("no longer wanted");
    expect(await inFakeTime(rejectionOf(cloner.clone(toUser(1), { signal: AbortSignal.abort(reason) })))).toBe(reason);
    expect(ecs.calls).toStrictEqual([]);
  });
});
