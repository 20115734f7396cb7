import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { InvalidInputError } from "../../src/errors.ts";
import { listClones, prune } from "../../src/fleet/index.ts";
import type { TaskDefCloner } from "../../src/task-def-cloner.ts";
import { ManualClock } from "../../src/testing/index.ts";
import { cloneFamily, toArn, toUser } from "../cast.ts";
import { fakeTime, inFakeTime, turns } from "../fake-time.ts";
import { newWorld, provision, rejectionOf, type World } from "../world.ts";
import { collect } from "./collect.ts";
import { toShuffling } from "./listings.ts";
import { real, run, toActions } from "./pruning.ts";

beforeEach(() => {
  vi.useFakeTimers(fakeTime);
});

afterEach(() => {
  vi.useRealTimers();
});

interface Families extends World {
  /** Registers a clone of user_1 into a family, a second after the one before. */
  readonly cloneInto: (family: string) => Promise<void>;
  /** A cloner over these families, to prune them. */
  readonly over: TaskDefCloner;
}

function newFamilies(): Families {
  const clock = new ManualClock();
  const world = newWorld({ clock });
  return {
    ...world,
    over: world.newCloner({ cloneFamily: () => "a" }),
    cloneInto: async (family) => {
      await clock.advance(1000);
      await world.newCloner({ cloneFamily: family }).clone(toUser(1));
    },
  };
}

describe("prune", () => {
  it("keeps each user's newest over all families, by the time at which they were registered", async () => {
    const { cloneInto, over, active } = newFamilies();
    for (const family of ["b", "b", "a", "a", "a", "b"]) await cloneInto(family);
    const options = { ...real, keep: 2, families: ["a", "b"] };
    const outcomes = await inFakeTime(collect(prune(over, options)));
    expect(outcomes.map(({ arn, action }) => [arn, action])).toStrictEqual([
      [toArn("a", 3), "keep"],
      [toArn("a", 2), "deregister"],
      [toArn("a", 1), "deregister"],
      [toArn("b", 3), "keep"],
      [toArn("b", 2), "deregister"],
      [toArn("b", 1), "deregister"],
    ]);
    expect([...active("a"), ...active("b")]).toStrictEqual([toArn("a", 3), toArn("b", 3)]);
  });

  it("goes by the revision if two clones were registered at the same time", async () => {
    const world = newWorld({ clock: { now: () => 1_800_000_000_000, sleep: async () => {} } });
    await provision(world.cloner, 1, 1, 1);
    await inFakeTime(run(world, { ...real, keep: 1 }));
    expect(world.active()).toStrictEqual([toArn(cloneFamily, 3)]);
  });

  it("counts a family that is named twice once", async () => {
    const { cloneInto, over, active } = newFamilies();
    for (const family of ["a", "a"]) await cloneInto(family);
    const outcomes = await inFakeTime(collect(prune(over, { ...real, keep: 2, families: ["a", "a"] })));
    expect(outcomes).toHaveLength(2);
    expect(active("a")).toHaveLength(2);
    expect(await collect(listClones(over, { families: ["a", "a"] }))).toHaveLength(2);
  });

  it.each([
    ["turned round", (arns: readonly unknown[]) => [...arns].reverse()],
    ["sorted as text", (arns: readonly unknown[]) => [...arns].sort()],
  ])("does not trust the order of a listing, here %s", async (_, shuffle) => {
    const world = newWorld();
    await provision(world.cloner, ...Array.from({ length: 12 }, () => 1));
    const cloner = world.newCloner({ client: toShuffling(world.ecs.client(), shuffle) });
    const listed = (await collect(listClones(cloner))).map(({ revision }) => revision);
    expect(listed).toStrictEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    const outcomes = await inFakeTime(run({ ...world, cloner }, real));
    expect(toActions(outcomes).slice(0, 3)).toStrictEqual([
      ["keep", 12],
      ["keep", 11],
      ["deregister", 10],
    ]);
    expect(world.active()).toStrictEqual([11, 12].map((revision) => toArn(cloneFamily, revision)));
  });

  it("keeps the newest of an ECS that lists oldest first whatever it is asked for", async () => {
    const world = newWorld({ ignoreSort: true });
    await provision(world.cloner, 1, 1, 1, 1);
    expect((await collect(listClones(world.cloner))).map(({ revision }) => revision)).toStrictEqual([4, 3, 2, 1]);
    await inFakeTime(run(world, real));
    expect(world.active()).toStrictEqual([3, 4].map((revision) => toArn(cloneFamily, revision)));
  });

  it("leaves alone the families that begin alike, of an ECS that lists by prefix", async () => {
    const world = newWorld({ listByPrefix: true });
    const cloneFamilies = [cloneFamily, `${cloneFamily}-eu`];
    for (const family of cloneFamilies) await provision(world.newCloner({ cloneFamily: family }), 1, 1, 1);
    expect(await collect(listClones(world.cloner))).toHaveLength(3);
    const outcomes = await inFakeTime(run(world, { ...real, keep: 1 }));
    expect(outcomes).toHaveLength(3);
    expect(cloneFamilies.map((family) => world.active(family).length)).toStrictEqual([1, 3]);
  });

  it("does not count a clone that was deregistered after it was listed", async () => {
    const world = newWorld();
    await provision(world.cloner, 1, 1);
    const client = toShuffling(world.ecs.client(), (arns) => {
      world.ecs.deregister(toArn(cloneFamily, 2));
      return [...arns];
    });
    await inFakeTime(run({ ...world, cloner: world.newCloner({ client }) }, { ...real, keep: 1 }));
    expect(world.active()).toStrictEqual([toArn(cloneFamily, 1)]);
  });

  it("keeps a clone if ECS doesn't say when it was registered", async () => {
    const world = newWorld();
    await provision(world.cloner, 1, 1, 1);
    const [oldest] = world.ecs.revisions(cloneFamily);
    const { family, revision, status, registered } = oldest ?? {};
    const taskDefinition = { ...registered, taskDefinitionArn: oldest?.arn, family, revision, status };
    world.ecs.fail({ operation: "DescribeTaskDefinition", skip: 2, body: { taskDefinition } });
    const outcomes = await inFakeTime(run(world, { ...real, keep: 1 }));
    expect(outcomes.at(-1)).toMatchObject({ action: "keep", reason: "ECS doesn't say when it was registered" });
    expect(toActions(outcomes)).toStrictEqual([
      ["keep", 3],
      ["deregister", 2],
      ["keep", 1],
    ]);
  });

  it("emits `retired` for each clone that it deregistered", async () => {
    const world = newWorld();
    await provision(world.cloner, 1, 1, 1, 1);
    world.events.length = 0;
    await run(world, { inUse: [] });
    world.ecs.fail({ operation: "DeregisterTaskDefinition", error: "ClientException", message: "no" });
    await inFakeTime(run(world, real));
    expect(world.events).toStrictEqual([
      { type: "retired", arn: toArn(cloneFamily, 1), userId: "user_1", reason: "pruned" },
    ]);
  });
});

describe("`perSecond` of prune", () => {
  it.each([Number.POSITIVE_INFINITY, Number.NaN, -1, 0, Number.MIN_VALUE, 1e-7])("refuses %s", (perSecond) => {
    expect(() => prune(newWorld().cloner, { ...real, perSecond })).toThrow(InvalidInputError);
    expect(() => prune(newWorld().cloner, { ...real, perSecond })).toThrow("perSecond");
  });

  it("may be as little as one in 24 days", async () => {
    const world = newWorld();
    await provision(world.cloner, 1, 1, 1);
    const controller = new AbortController();
    const reason = new Error("enough");
    const running = rejectionOf(
      run(world, { ...real, keep: 1, perSecond: 1 / (24 * 86_400), signal: controller.signal }),
    );
    await turns(200);
    await vi.advanceTimersByTimeAsync(23 * 86_400_000);
    expect(world.active()).toHaveLength(2);
    controller.abort(reason);
    expect(await running).toBe(reason);
  });
});
