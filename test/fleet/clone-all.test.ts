import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { InvalidInputError } from "../../src/errors.ts";
import { type CloneAllOptions, type CloneOutcome, cloneAll, listClones } from "../../src/fleet/index.ts";
import { toFound } from "../../src/parse-input.ts";
import type { Clone } from "../../src/results.ts";
import { systemClock } from "../../src/testing/index.ts";
import type { UserSpec } from "../../src/user/user.ts";
import { baseFamily, cloneFamily, toArn, toUser, toUsers } from "../cast.ts";
import { fakeTime, inFakeTime, turns } from "../fake-time.ts";
import { newTimedWorld, newWorld, rejectionOf } from "../world.ts";
import { collect, toArns } from "./collect.ts";

beforeEach(() => {
  vi.useFakeTimers(fakeTime);
});

afterEach(() => {
  vi.useRealTimers();
});

describe("cloneAll", () => {
  it("yields each user's outcome with the overall progress", async () => {
    const { cloner } = newTimedWorld();
    const outcomes = await inFakeTime(collect(cloneAll(cloner, toUsers(2))));
    const toClone = (number: number): Clone => ({
      arn: toArn(cloneFamily, number + 1),
      family: cloneFamily,
      revision: number + 1,
      baseArn: toArn(baseFamily, 1),
      userId: `user_${number}`,
      reused: false,
      resumed: false,
      warnings: [],
    });
    expect(outcomes).toStrictEqual([
      {
        status: "fulfilled",
        value: toClone(0),
        index: 0,
        userId: "user_0",
        progress: { done: 1, failed: 0, reused: 0, remaining: 1, estimatedMs: 200 },
      },
      {
        status: "fulfilled",
        value: toClone(1),
        index: 1,
        userId: "user_1",
        progress: { done: 2, failed: 0, reused: 0, remaining: 0, estimatedMs: 0 },
      },
    ]);
  });

  it("continues with the others if one fails", async () => {
    const { ecs, cloner, active } = newWorld();
    ecs.fail({ operation: "RegisterTaskDefinition", skip: 1, error: "ClientException", message: "Role is not valid" });
    const outcomes = await collect(cloneAll(cloner, toUsers(4), { concurrency: 1 }));
    expect(outcomes.map(({ status }) => status)).toStrictEqual(["fulfilled", "rejected", "fulfilled", "fulfilled"]);
    expect(outcomes[1]).toMatchObject({
      userId: "user_1",
      index: 1,
      reason: { name: "ClientException", message: "Role is not valid" },
      progress: { done: 1, failed: 1, reused: 0, remaining: 2 },
    });
    expect(active()).toStrictEqual(toArns(outcomes));
  });

  it("reports what is wrong with a user in that user's outcome, whatever was passed as a user", async () => {
    const { cloner } = newWorld();
    const wrong: unknown[] = [{ userId: "user_1" }, { accessPointId: "fsap-00000000" }, null, "user_4", { userId: 5 }];
    // @ts-expect-error they are no users
    const outcomes = await collect(cloneAll(cloner, [...wrong, toUser(6)], { concurrency: 1 }));
    expect(outcomes.map((outcome) => [outcome.userId, outcome.status])).toStrictEqual([
      ["user_1", "rejected"],
      [undefined, "rejected"],
      [undefined, "rejected"],
      [undefined, "rejected"],
      [undefined, "rejected"],
      ["user_6", "fulfilled"],
    ]);
    for (const outcome of outcomes.slice(0, 5)) {
      expect(outcome).toMatchObject({ reason: { name: "InvalidInputError" } });
    }
  });

  it("takes users from an async iterable, without knowing how many remain", async () => {
    async function* users(): AsyncGenerator<UserSpec> {
      for (const user of toUsers(3)) {
        await turns(1);
        yield user;
      }
    }
    const { cloner } = newWorld();
    const outcomes = await collect(cloneAll(cloner, users()));
    expect(outcomes.map(({ progress }) => progress)).toStrictEqual([
      { done: 1, failed: 0, reused: 0 },
      { done: 2, failed: 0, reused: 0 },
      { done: 3, failed: 0, reused: 0 },
    ]);
  });

  it.each([
    ["a list", (users: UserSpec[]): Iterable<UserSpec> => users],
    ["a set", (users: UserSpec[]): Iterable<UserSpec> => new Set(users)],
  ])("knows how many remain of %s", async (_, toInputs) => {
    const outcomes = await collect(cloneAll(newWorld().cloner, toInputs(toUsers(3))));
    expect(outcomes.map(({ progress }) => progress.remaining)).toStrictEqual([2, 1, 0]);
  });

  it("estimates the remaining time from the pace so far", async () => {
    const { cloner } = newTimedWorld();
    // The clock does not begin with the call.
    await inFakeTime(systemClock.sleep(5000));
    const [first, , ...others] = toUsers(4);
    const users = [first ?? toUser(0), { ...toUser(1), accessPointId: "none" }, ...others];
    const outcomes = await inFakeTime(collect(cloneAll(cloner, users, { concurrency: 1 })));
    // A describe call and a registration of 100 ms each, except for the user who is rejected immediately.
    expect(outcomes.map(({ progress }) => progress.estimatedMs)).toStrictEqual([600, 200, 133, 0]);
  });

  it.each([[undefined, 10] as const, [1, 1] as const, [4, 4] as const])(
    "with a concurrency of %s works on %d users at a time",
    async (concurrency, expected) => {
      let running = 0;
      let most = 0;
      const deploy = async (): Promise<void> => {
        running += 1;
        most = Math.max(most, running);
        await systemClock.sleep(10_000);
        running -= 1;
      };
      const { cloner } = newTimedWorld();
      const outcomes = await inFakeTime(collect(cloneAll(cloner, toUsers(25), { concurrency, deploy })));
      expect(toArns(outcomes)).toHaveLength(25);
      expect(most).toBe(expected);
    },
  );

  it("takes at most one user more than it is working on", async () => {
    let taken = 0;
    function* users(): Generator<UserSpec> {
      for (;;) {
        taken += 1;
        yield toUser(taken);
      }
    }
    const { cloner } = newWorld();
    let fetched = 0;
    for await (const _ of cloneAll(cloner, users(), { concurrency: 3 })) {
      fetched += 1;
      // Whoever stores the outcome takes his time.
      await turns(20);
      expect(taken).toBeLessThanOrEqual(fetched + 3 + 1);
      if (fetched === 20) break;
    }
  });

  it("takes nothing and sends nothing before its outcomes are consumed", async () => {
    const { ecs, cloner } = newWorld();
    cloneAll(cloner, toUsers(3));
    await turns();
    expect(ecs.calls).toStrictEqual([]);
  });

  it("calls `deploy` with each clone, and rolls back the clone whose `deploy` fails", async () => {
    const { cloner, active } = newWorld();
    const error = new Error("no capacity");
    const deploy = async ({ userId }: Clone): Promise<void> => {
      if (userId === "user_1") throw error;
    };
    const outcomes = await collect(cloneAll(cloner, toUsers(3), { deploy }));
    const failed = outcomes.filter(({ status }) => status === "rejected");
    expect(failed).toMatchObject([{ userId: "user_1" }]);
    expect(failed[0]).toHaveProperty("reason", error);
    expect([...active()].sort()).toStrictEqual(toArns(outcomes).sort());
    expect(active()).toHaveLength(2);
  });

  it("throws what its input throws, after yielding the outcomes before it", async () => {
    const error = new Error("the table is gone");
    function* users(): Generator<UserSpec> {
      yield* toUsers(3);
      throw error;
    }
    const { cloner, active } = newWorld();
    const outcomes: CloneOutcome[] = [];
    expect(await rejectionOf(collect(cloneAll(cloner, users()), outcomes))).toBe(error);
    expect(toArns(outcomes)).toStrictEqual(active());
    expect(outcomes).toHaveLength(3);
  });

  it("reuses finished clones when it is run again with the stored ARNs", async () => {
    const { cloner, active } = newWorld();
    const stored = new Map<string | undefined, string>();
    for await (const outcome of cloneAll(cloner, toUsers(10), { concurrency: 1 })) {
      if (outcome.status === "fulfilled") stored.set(outcome.userId, outcome.value.arn);
      if (stored.size === 4) break;
    }
    const current = async ({ userId }: UserSpec): Promise<string | undefined> => stored.get(userId);
    const outcomes = await collect(cloneAll(cloner, toUsers(10), { concurrency: 1, current }));
    expect(outcomes.at(-1)?.progress).toMatchObject({ done: 10, failed: 0, reused: 4, remaining: 0 });
    expect(toArns(outcomes)).toHaveLength(10);
    expect(active()).toStrictEqual(expect.arrayContaining(toArns(outcomes)));
  });

  it("reuses finished clones when it is run again with the clones that ECS lists", async () => {
    const { cloner, active } = newWorld();
    for await (const { progress } of cloneAll(cloner, toUsers(10), { concurrency: 3 })) if (progress.done === 4) break;
    const listed = new Map((await collect(listClones(cloner))).map(({ userId, arn }) => [userId, arn]));
    const current = ({ userId }: UserSpec): string | undefined => listed.get(userId);
    const outcomes = await collect(cloneAll(cloner, toUsers(10), { current }));
    expect([...active()].sort()).toStrictEqual(toArns(outcomes).sort());
    expect(active()).toHaveLength(10);
    expect(outcomes.at(-1)?.progress.reused).toBe(listed.size);
  });

  it("fails only the user whose current clone cannot be looked up", async () => {
    const { cloner } = newWorld();
    const error = new Error("the database is down");
    const current = ({ userId }: UserSpec): undefined => {
      if (userId === "user_0") throw error;
    };
    const outcomes = await collect(cloneAll(cloner, toUsers(2), { current, concurrency: 1 }));
    expect(outcomes).toMatchObject([{ status: "rejected" }, { status: "fulfilled" }]);
    expect(outcomes[0]).toHaveProperty("reason", error);
  });

  it.each([
    ["a concurrency of 0", { concurrency: 0 }],
    ["a fractional concurrency", { concurrency: 1.5 }],
    ["a `current` that is not a function", { current: "arn" }],
    ["a `deploy` that is not a function", { deploy: {} }],
    ["an invalid signal", { signal: {} }],
    ["an unknown option", { concurency: 3 }],
  ])("rejects %s when it is called", (_, options) => {
    const { ecs, cloner } = newWorld();
    // @ts-expect-error the options are of a wrong type, most of them
    const call = () => cloneAll(cloner, toUsers(1), options);
    expect(call).toThrow(InvalidInputError);
    expect(call).toThrow("Invalid options of cloneAll: ");
    expect(ecs.calls).toStrictEqual([]);
  });

  it.each([[undefined], [null], ["users"], [{}], [3]])("rejects %j as users", (users) => {
    // @ts-expect-error they are no users
    expect(() => cloneAll(newWorld().cloner, users)).toThrow(
      new InvalidInputError(`Invalid users: expected an iterable or an async iterable, got ${toFound(users)}.`),
    );
  });
});

/** The clones whose caller's step is over. */
function tracked(stepMs: number): { deployed: string[]; deploy: CloneAllOptions["deploy"] } {
  const deployed: string[] = [];
  return {
    deployed,
    deploy: async ({ arn }, { signal }) => {
      await systemClock.sleep(stepMs, signal);
      deployed.push(arn);
    },
  };
}

describe("cloneAll, when aborted", () => {
  it.each(Array.from({ length: 20 }, (_, index) => index * 65 + 1))(
    "after %d ms, leaves nothing half done: what is ACTIVE was deployed and returned",
    async (milliseconds) => {
      const { cloner, active } = newTimedWorld();
      const controller = new AbortController();
      const reason = new Error("enough");
      setTimeout(() => controller.abort(reason), milliseconds);
      const { deployed, deploy } = tracked(150);
      const outcomes: CloneOutcome[] = [];
      const options = { concurrency: 3, deploy, signal: controller.signal };
      expect(await inFakeTime(rejectionOf(collect(cloneAll(cloner, toUsers(50), options), outcomes)))).toBe(reason);
      expect(active()).toStrictEqual(toArns(outcomes));
      expect(active()).toStrictEqual(deployed);
      for (const outcome of outcomes) if (outcome.status === "rejected") expect(outcome.reason).toBe(reason);
    },
  );
});

describe("cloneAll, when its loop is exited", () => {
  it.each([1, 2, 3, 7])("after %d outcomes, leaves nothing half done: what is ACTIVE was deployed", async (count) => {
    const { cloner, active } = newTimedWorld();
    const { deployed, deploy } = tracked(150);
    const seen: CloneOutcome[] = [];
    const loop = (async () => {
      for await (const outcome of cloneAll(cloner, toUsers(50), { concurrency: 3, deploy })) {
        if (seen.push(outcome) === count) break;
      }
    })();
    await inFakeTime(loop);
    const atTheEnd = active();
    expect([...atTheEnd].sort()).toStrictEqual([...deployed].sort());
    expect(atTheEnd).toStrictEqual(expect.arrayContaining(toArns(seen)));
    await inFakeTime(systemClock.sleep(60_000));
    expect(active()).toStrictEqual(atTheEnd);
  });
});
