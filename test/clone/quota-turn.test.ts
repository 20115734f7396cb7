import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { familyPerUser } from "../../src/derivation/family-per-user.ts";
import { systemClock } from "../../src/testing/index.ts";
import { baseFamily, baseInput, toArn, toUser, toUsers } from "../cast.ts";
import { fakeTime, inFakeTime, pass } from "../fake-time.ts";
import { newWorld, rejectionOf, type World } from "../world.ts";

const operation = "RegisterTaskDefinition";
const asEcs = { quotas: true, concurrentRevisionError: true, latencyMs: 120, clock: systemClock } as const;
const newOwnWorld = (deadlineMs = 120_000): World => newWorld(asEcs, { cloneFamily: familyPerUser, deadlineMs });

/** ECS's bucket for registrations holds 20 tokens and gets one more a second. */
const toBoundMs = (users: number): number => (users - 20) * 1000;

const throttled = ({ ecs }: World): number =>
  ecs.calls.filter((call) => call.operation === operation && call.outcome === "ThrottlingException").length;

beforeEach(() => {
  vi.useFakeTimers(fakeTime);
});

afterEach(() => {
  vi.useRealTimers();
});

describe("1,000 users with a family each, provisioned at once", () => {
  it("all get a clone at the rate that ECS allows, and never meet in a family", async () => {
    const { ecs, cloner } = newOwnWorld();
    const users = toUsers(1000);
    const startedAt = performance.now();

    const outcomes = await inFakeTime(Promise.allSettled(users.map((user) => cloner.clone(user))));

    expect((performance.now() - startedAt) / toBoundMs(users.length)).toBeLessThanOrEqual(1.02);
    expect(outcomes.filter(({ status }) => status === "rejected")).toStrictEqual([]);
    const clones = ecs.revisions().filter(({ family }) => family !== baseFamily);
    expect(clones.map(({ family }) => family).sort()).toStrictEqual(
      users.map(({ userId }) => familyPerUser(userId, baseFamily)).sort(),
    );
    const failed = ecs.calls.filter(({ outcome }) => outcome !== "ok" && outcome !== "ThrottlingException");
    expect(failed).toStrictEqual([]);
  }, 120_000);
});

describe("registrations that ECS throttles", () => {
  it("wait for each other longer than the deadline, whatever their families", async () => {
    const { cloner } = newOwnWorld(5000);
    const outcomes = await inFakeTime(Promise.allSettled(toUsers(40).map((user) => cloner.clone(user))));
    expect(outcomes.filter(({ status }) => status === "rejected")).toStrictEqual([]);
  });

  it("rest on the base that is newest when their turn comes", async () => {
    const { ecs, cloner } = newOwnWorld();
    const cloning = Promise.all(toUsers(40).map((user) => cloner.clone(user)));
    await pass(5000);
    const before = ecs.revisions().length;
    ecs.register({ ...baseInput, cpu: "1024", memory: "2048" });
    const clones = await inFakeTime(cloning);
    // One may have been on its way when the base was deployed.
    const old = clones.filter(({ baseArn }) => baseArn === toArn(baseFamily, 1)).length;
    expect(old - (before - 1)).toBeLessThanOrEqual(1);
    expect(clones.length - old).toBeGreaterThan(10);
  });

  it("leave the line at once when they are aborted, and hold no one up", async () => {
    const world = newOwnWorld();
    const controller = new AbortController();
    const { signal } = controller;
    const reason = new Error("no longer wanted");
    const cloning = toUsers(30).map((user) => world.cloner.clone(user));
    await pass(1000);
    const unwanted = rejectionOf(world.cloner.clone(toUser(30), { signal }));
    const last = world.cloner.clone(toUser(31));
    await pass(1000);
    controller.abort(reason);
    expect(await inFakeTime(unwanted)).toBe(reason);
    await inFakeTime(Promise.all([...cloning, last]));
    expect(world.active(familyPerUser(toUser(30).userId, baseFamily))).toStrictEqual([]);
  });

  it("are sent in turn for as long as somebody waits, and at once after that", async () => {
    const world = newOwnWorld();
    await inFakeTime(Promise.all(toUsers(25).map((user) => world.cloner.clone(user))));
    await pass(60_000);
    world.ecs.clearCalls();
    const startedAt = performance.now();
    const later = Array.from({ length: 20 }, (_, number) => toUser(100 + number));
    await inFakeTime(Promise.all(later.map((user) => world.cloner.clone(user))));
    expect(throttled(world)).toBe(0);
    // A description of the base, and a registration.
    expect(performance.now() - startedAt).toBe(240);
  });

  it("reuse the latest clone if another call has registered it while they waited", async () => {
    const world = newOwnWorld();
    const others = Promise.all(toUsers(25).map((user) => world.cloner.clone(user)));
    await pass(1000);
    const [one, other] = [30, 30].map((number) => world.newCloner().clone(toUser(number), { current: "latest" }));
    await inFakeTime(others);
    expect((await inFakeTime(Promise.all([one, other]))).map((clone) => clone?.reused)).toStrictEqual([false, true]);
  });

  it("throw what ECS refuses them for, and let the next one try", async () => {
    const world = newOwnWorld();
    const others = Promise.allSettled(toUsers(25).map((user) => world.cloner.clone(user)));
    await pass(1000);
    world.ecs.fail({ operation, error: "AccessDeniedException" });
    const outcomes = await inFakeTime(others);
    const refused = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
    expect(refused).toMatchObject([{ name: "AccessDeniedException" }]);
  });
});
