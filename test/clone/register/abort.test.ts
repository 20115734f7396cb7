import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { cloneFamily, toArn, toUser } from "../../cast.ts";
import { fakeTime, inFakeTime, pass } from "../../fake-time.ts";
import { newTimedWorld, rejectionOf } from "../../world.ts";
import { withoutAnswer } from "./unanswered.ts";

const operation = "RegisterTaskDefinition";

beforeEach(() => {
  vi.useFakeTimers(fakeTime);
});

afterEach(() => {
  vi.useRealTimers();
});

describe("an abort during a registration", () => {
  const abortAt = (milliseconds: number): { readonly signal: AbortSignal; readonly reason: Error } => {
    const controller = new AbortController();
    const reason = new Error("no longer wanted");
    setTimeout(() => controller.abort(reason), milliseconds);
    return { signal: controller.signal, reason };
  };

  it("deregisters the revision once it exists, and throws the signal's reason", async () => {
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

  it.each(withoutAnswer)("leaves nothing ACTIVE if the registration %s", async (_, fault) => {
    const world = newTimedWorld();
    world.ecs.fail(fault);
    const { signal, reason } = abortAt(150);
    expect(await inFakeTime(rejectionOf(world.cloner.clone(toUser(1), { signal })))).toBe(reason);
    await pass(120_000);
    expect(world.active()).toStrictEqual([]);
    expect(world.count(operation)).toBe(1);
  });
});
