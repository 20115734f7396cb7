import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { InvalidInputError } from "../../src/errors.ts";
import { type PruneOutcome, prune } from "../../src/fleet/index.ts";
import { systemClock } from "../../src/testing/index.ts";
import { baseFamily, baseInput, cloneFamily, toArn, toUser } from "../cast.ts";
import { fakeTime, inFakeTime } from "../fake-time.ts";
import { newTimedWorld, newWorld, provision, rejectionOf } from "../world.ts";
import { real, run, statuses, toActions } from "./pruning.ts";

beforeEach(() => {
  vi.useFakeTimers(fakeTime);
});

afterEach(() => {
  vi.useRealTimers();
});

describe("prune", () => {
  it("only reports by default", async () => {
    const world = newWorld();
    await provision(world.cloner, 1, 2, 1, 1, 1);
    world.ecs.clearCalls();
    const clone = (revision: number) => ({ arn: toArn(cloneFamily, revision), dryRun: true });
    expect(await run(world, { inUse: [] })).toStrictEqual([
      { ...clone(5), action: "keep", reason: "is among the newest 2 of its user", userId: "user_1" },
      { ...clone(4), action: "keep", reason: "is among the newest 2 of its user", userId: "user_1" },
      { ...clone(3), action: "deregister", reason: "its user has 2 newer", userId: "user_1" },
      { ...clone(2), action: "keep", reason: "is among the newest 2 of its user", userId: "user_2" },
      { ...clone(1), action: "deregister", reason: "its user has 3 newer", userId: "user_1" },
    ]);
    expect(world.active()).toHaveLength(5);
    expect(new Set(world.ecs.calls.map(({ operation }) => operation))).toStrictEqual(
      new Set(["ListTaskDefinitions", "DescribeTaskDefinition"]),
    );
  });

  it("deregisters all but the newest two of each user", async () => {
    const world = newWorld();
    await provision(world.cloner, 1, 2, 1, 2, 1, 2, 3);
    const outcomes = await inFakeTime(run(world, real));
    expect(toActions(outcomes)).toStrictEqual([
      ["keep", 7],
      ["keep", 6],
      ["keep", 5],
      ["keep", 4],
      ["keep", 3],
      ["deregister", 2],
      ["deregister", 1],
    ]);
    expect(outcomes.every(({ dryRun, error }) => !dryRun && error === undefined)).toBe(true);
    expect(world.active()).toStrictEqual([3, 4, 5, 6, 7].map((revision) => toArn(cloneFamily, revision)));
  });

  it.each([
    [1, [4]],
    [3, [2, 3, 4]],
    [9, [1, 2, 3, 4]],
  ])("keeps the newest %d if asked to", async (keep, left) => {
    const world = newWorld();
    await provision(world.cloner, 1, 1, 1, 1);
    await inFakeTime(run(world, { ...real, keep }));
    expect(world.active()).toStrictEqual(left.map((revision) => toArn(cloneFamily, revision)));
  });

  async function* asyncArns(): AsyncGenerator<string> {
    yield toArn(cloneFamily, 1);
  }
  it.each([
    ["a list", [toArn(cloneFamily, 1)]],
    ["a set", new Set([toArn(cloneFamily, 1), toArn("web", 3)])],
    ["an async iterable", asyncArns()],
  ])("keeps what is in use, given as %s", async (_, inUse) => {
    const world = newWorld();
    await provision(world.cloner, 1, 1, 1, 1);
    const outcomes = await inFakeTime(run(world, { ...real, inUse }));
    expect(outcomes.at(-1)).toStrictEqual({
      arn: toArn(cloneFamily, 1),
      action: "keep",
      reason: "is in use",
      userId: "user_1",
      dryRun: false,
    });
    expect(world.active()).toStrictEqual([1, 3, 4].map((revision) => toArn(cloneFamily, revision)));
  });

  it("leaves alone revisions without this library's record and copies of clones from elsewhere", async () => {
    const world = newWorld();
    const other = newWorld();
    const otherCloner = other.newCloner({ cloneFamily: "others" });
    await otherCloner.clone(toUser(1));
    const [copy] = other.ecs.revisions("others");
    for (let count = 0; count < 3; count += 1) {
      world.ecs.register({ ...baseInput, family: cloneFamily });
      world.ecs.register({ ...copy?.registered, family: cloneFamily });
    }
    const outcomes = await inFakeTime(run(world, { ...real, keep: 1, deleteInactive: true }));
    expect(outcomes).toHaveLength(6);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({
        action: "keep",
        reason: expect.stringMatching(/^is no clone of this cloner: it/),
      });
      expect(outcome).not.toHaveProperty("userId");
    }
    expect(world.active()).toHaveLength(6);
    expect(world.active(baseFamily)).toHaveLength(1);
  });

  it("requires `inUse`", async () => {
    const world = newWorld();
    // @ts-expect-error that is what is missing
    const error = await rejectionOf(run(world, { dryRun: true }));
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(String(error)).toContain("collectArnsInUse");
    expect(world.ecs.calls).toStrictEqual([]);
  });

  it.each([
    ["a string as `inUse`", { inUse: toArn(cloneFamily, 1) }],
    ["null as `inUse`", { inUse: null }],
    ["something other than ARNs in `inUse`", { inUse: [{ arn: toArn(cloneFamily, 1) }] }],
    ["keeping none", { inUse: [], keep: 0 }],
    ["a pace of 0", { inUse: [], perSecond: 0 }],
    ["an unknown option", { inUse: [], dryrun: false }],
    ["a `dryRun` that is not a boolean", { inUse: [], dryRun: "no" }],
    ["an empty list of families", { inUse: [], families: [] }],
    ["the base family", { inUse: [], families: [baseFamily] }],
    ["no options at all", undefined],
  ])("rejects %s", async (_, options) => {
    const world = newWorld();
    // @ts-expect-error most are of a wrong type
    const error = await rejectionOf(run(world, options));
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(String(error)).toMatch(/options of prune|`inUse`|`families`/);
    expect(world.ecs.calls).toStrictEqual([]);
  });

  it("requires `families` if they depend on the user, and covers those", async () => {
    const world = newWorld();
    const cloner = world.newCloner({ cloneFamily: (userId) => `of-${userId}` });
    await provision(cloner, 1, 1, 1, 2, 2, 2);
    const own = { ...world, cloner };
    expect(await rejectionOf(run(own, real))).toBeInstanceOf(InvalidInputError);
    const outcomes = await inFakeTime(run(own, { ...real, families: ["of-user_2"] }));
    expect(toActions(outcomes)).toStrictEqual([
      ["keep", 3],
      ["keep", 2],
      ["deregister", 1],
    ]);
    expect(world.active("of-user_1")).toHaveLength(3);
    expect(world.active("of-user_2")).toHaveLength(2);
  });

  it.each([
    [undefined, 2000],
    [0.5, 2000],
    [4, 250],
  ])("with %s per second, deregisters one every %d ms", async (perSecond, intervalMs) => {
    const world = newWorld({ clock: systemClock });
    await provision(world.cloner, 1, 1, 1, 1, 1, 1);
    const at: number[] = [];
    const startedAt = performance.now();
    const loop = async (): Promise<void> => {
      const options = { ...real, keep: 1, ...(perSecond === undefined ? {} : { perSecond }) };
      const { perSecond: _, ...others } = options;
      const chosen = perSecond === undefined ? others : options;
      for await (const { action } of prune(world.cloner, chosen)) {
        if (action === "deregister") at.push(performance.now() - startedAt);
      }
    };
    await inFakeTime(loop());
    expect(at).toStrictEqual([0, 1, 2, 3, 4].map((turn) => turn * intervalMs));
  });

  it("continues if one cannot be deregistered, and reports why", async () => {
    const world = newWorld();
    await provision(world.cloner, 1, 1, 1, 1, 1);
    world.ecs.fail({ operation: "DeregisterTaskDefinition", skip: 1, error: "ClientException", message: "no" });
    const outcomes = await inFakeTime(run(world, real));
    expect(outcomes.slice(2).map(({ error }) => error)).toMatchObject([
      undefined,
      { name: "ClientException", message: "no" },
      undefined,
    ] satisfies unknown[]);
    expect(statuses(world)).toStrictEqual([
      [1, "INACTIVE"],
      [2, "ACTIVE"],
      [3, "INACTIVE"],
      [4, "ACTIVE"],
      [5, "ACTIVE"],
    ]);
  });

  it("waits when throttled", async () => {
    const world = newWorld({ clock: systemClock, quotas: true });
    await inFakeTime(provision(world.cloner, ...Array.from({ length: 30 }, () => 1)));
    const outcomes = await inFakeTime(run(world, { ...real, perSecond: 1000 }));
    expect(outcomes.filter(({ error }) => error !== undefined)).toStrictEqual([]);
    expect(world.active()).toHaveLength(2);
  });

  it("stops when its loop is exited", async () => {
    const world = newWorld();
    await provision(world.cloner, 1, 1, 1, 1, 1);
    const loop = async (): Promise<void> => {
      for await (const { action } of prune(world.cloner, real)) if (action === "deregister") break;
    };
    await inFakeTime(loop());
    expect(world.active()).toHaveLength(4);
  });

  it("stops waiting when aborted, and throws the signal's reason", async () => {
    const world = newWorld({ clock: systemClock });
    await provision(world.cloner, 1, 1, 1, 1, 1, 1);
    const controller = new AbortController();
    const reason = new Error("enough");
    setTimeout(() => controller.abort(reason), 3000);
    const outcomes: PruneOutcome[] = [];
    const startedAt = performance.now();
    const options = { inUse: [], dryRun: false, signal: controller.signal };
    expect(await inFakeTime(rejectionOf(run(world, options, outcomes)))).toBe(reason);
    expect(performance.now() - startedAt).toBe(3000);
    expect(outcomes.filter(({ action }) => action === "deregister")).toHaveLength(2);
    expect(world.active()).toHaveLength(4);
  });

  it("throws the signal's reason if aborted while deregistering", async () => {
    const world = newTimedWorld();
    await inFakeTime(provision(world.cloner, 1, 1, 1));
    world.ecs.fail({ operation: "DeregisterTaskDefinition", hang: "before" });
    const controller = new AbortController();
    const reason = new Error("enough");
    setTimeout(() => controller.abort(reason), 1000);
    expect(await inFakeTime(rejectionOf(run(world, { ...real, signal: controller.signal })))).toBe(reason);
  });
});
