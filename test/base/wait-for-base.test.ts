import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { hasNoAccessPoint } from "../../src/index.ts";
import { systemClock } from "../../src/testing/index.ts";
import { plainUser, toArn } from "../cast.ts";
import { fakeTime, inFakeTime, turns } from "../fake-time.ts";
import { newWebFamily } from "./web-family.ts";

const shutDown = new Error("shutting down");

beforeEach(() => {
  vi.useFakeTimers(fakeTime);
});

afterEach(() => {
  vi.useRealTimers();
});

describe("waitForBaseMs", () => {
  it("waits for a base that infrastructure code is about to register", async () => {
    const { ecs, newCloner, registerBase } = newWebFamily({ clock: systemClock });
    ecs.deregister(registerBase());
    setTimeout(registerBase, 4500);
    const startedAt = performance.now();
    const plan = await inFakeTime(newCloner({ waitForBaseMs: 10_000 }).plan(plainUser));
    expect(plan.baseArn).toBe(toArn("web", 2));
    expect(performance.now() - startedAt).toBe(5000);
  });

  it("waits for a base while the family contains only clones", async () => {
    const { newCloner, registerBase, registerOldClones } = newWebFamily({ clock: systemClock });
    registerOldClones(2);
    setTimeout(registerBase, 1500);
    const cloner = newCloner({ isBase: hasNoAccessPoint(), waitForBaseMs: 10_000 });
    expect(await inFakeTime(cloner.plan(plainUser))).toMatchObject({ baseArn: toArn("web", 3) });
  });

  it("waits no longer than specified", async () => {
    const { newCloner, described } = newWebFamily({ clock: systemClock });
    vi.advanceTimersByTime(10);
    const startedAt = performance.now();
    await expect(inFakeTime(newCloner({ waitForBaseMs: 2500 }).plan(plainUser))).rejects.toMatchObject({
      name: "UnfitBaseError",
      message: expect.stringContaining("Base family web has no ACTIVE revision"),
    });
    expect(performance.now() - startedAt).toBe(2500);
    expect(described()).toHaveLength(4);
  });

  it("does not add up for users who queue behind each other", async () => {
    const { newCloner } = newWebFamily({ clock: systemClock });
    const cloner = newCloner({ waitForBaseMs: 2500 });
    const startedAt = performance.now();
    const clones = [1, 2, 3, 4].map((number) => cloner.clone({ ...plainUser, userId: `user_${number}` }));
    const outcomes = await inFakeTime(Promise.allSettled(clones));
    expect(outcomes.map(({ status }) => status)).toStrictEqual(Array(4).fill("rejected"));
    expect(performance.now() - startedAt).toBe(2500);
  });

  it("stops waiting once the signal aborts", async () => {
    const { newCloner } = newWebFamily({ clock: systemClock });
    const controller = new AbortController();
    const cloner = newCloner({ waitForBaseMs: 60_000 });
    const rejection = expect(cloner.plan(plainUser, { signal: controller.signal })).rejects.toBe(shutDown);
    await turns();
    controller.abort(shutDown);
    await rejection;
  });
});
