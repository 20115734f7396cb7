import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { systemClock } from "../../src/testing/index.ts";
import { baseInput, cloneFamily, toArn } from "../cast.ts";
import { fakeTime, inFakeTime } from "../fake-time.ts";
import { newWorld, provision, rejectionOf, type World } from "../world.ts";
import { real, run, statuses, toActions } from "./pruning.ts";

beforeEach(() => {
  vi.useFakeTimers(fakeTime);
});

afterEach(() => {
  vi.useRealTimers();
});

describe("prune with `deleteInactive`", () => {
  const retireAll = (world: World): void => {
    for (const arn of world.active()) world.ecs.deregister(arn);
  };
  const deletes = ({ ecs }: World): number[] =>
    ecs.calls.flatMap(({ operation, input }) =>
      operation === "DeleteTaskDefinitions" && Array.isArray(input.taskDefinitions)
        ? [input.taskDefinitions.length]
        : [],
    );

  it("deletes ten per call, including clones that were already INACTIVE", async () => {
    const world = newWorld();
    await provision(world.cloner, ...Array(23).keys());
    retireAll(world);
    await provision(world.cloner, 1);
    const outcomes = await inFakeTime(run(world, { ...real, deleteInactive: true }));
    expect(deletes(world)).toStrictEqual([10, 10, 3]);
    expect(statuses(world)).toStrictEqual([[24, "ACTIVE"]]);
    expect(outcomes).toHaveLength(24);
    expect(outcomes[1]).toStrictEqual({
      arn: toArn(cloneFamily, 23),
      action: "delete",
      reason: "is INACTIVE",
      userId: "user_22",
      dryRun: false,
    });
  });

  it("deletes what it has just deregistered", async () => {
    const world = newWorld();
    await provision(world.cloner, 1, 1, 1);
    const outcomes = await inFakeTime(run(world, { ...real, deleteInactive: true }));
    expect(toActions(outcomes)).toStrictEqual([
      ["keep", 3],
      ["keep", 2],
      ["deregister", 1],
      ["delete", 1],
    ]);
    expect(statuses(world)).toStrictEqual([
      [2, "ACTIVE"],
      [3, "ACTIVE"],
    ]);
  });

  it("only reports in a dry run", async () => {
    const world = newWorld();
    await provision(world.cloner, 1, 2);
    retireAll(world);
    const outcomes = await run(world, { inUse: [], deleteInactive: true });
    expect(toActions(outcomes)).toStrictEqual([
      ["delete", 2],
      ["delete", 1],
    ]);
    expect(deletes(world)).toStrictEqual([]);
  });

  it("leaves INACTIVE clones alone by default", async () => {
    const world = newWorld();
    await provision(world.cloner, 1);
    retireAll(world);
    expect(await inFakeTime(run(world, real))).toStrictEqual([]);
    expect(statuses(world)).toStrictEqual([[1, "INACTIVE"]]);
  });

  it("keeps what is in use and what is not a clone", async () => {
    const world = newWorld();
    await provision(world.cloner, 1, 2);
    world.ecs.register({ ...baseInput, family: cloneFamily });
    retireAll(world);
    const inUse = [toArn(cloneFamily, 1)];
    await inFakeTime(run(world, { ...real, inUse, deleteInactive: true }));
    expect(statuses(world)).toStrictEqual([
      [1, "INACTIVE"],
      [3, "INACTIVE"],
    ]);
  });

  it("reports which revisions of a call could not be deleted, and why", async () => {
    const world = newWorld();
    await provision(world.cloner, 1, 2, 3, 4);
    retireAll(world);
    world.ecs.fail({
      operation: "DeleteTaskDefinitions",
      body: {
        taskDefinitions: [],
        failures: [
          { arn: toArn(cloneFamily, 2), reason: "DENIED", detail: "by policy" },
          { arn: toArn(cloneFamily, 3), reason: "BUSY" },
        ],
      },
      takesEffect: false,
    });
    const outcomes = await inFakeTime(run(world, { ...real, deleteInactive: true }));
    expect(outcomes.map(({ error }) => error)).toStrictEqual([
      undefined,
      "BUSY: no detail",
      "DENIED: by policy",
      undefined,
    ]);
  });

  it("continues with the next ten if a call fails, and reports why for each revision", async () => {
    const world = newWorld();
    await provision(world.cloner, ...Array(12).keys());
    retireAll(world);
    world.ecs.fail({ operation: "DeleteTaskDefinitions", error: "AccessDeniedException" });
    const outcomes = await inFakeTime(run(world, { ...real, deleteInactive: true }));
    expect(outcomes.filter(({ error }) => error !== undefined)).toHaveLength(10);
    expect(outcomes[0]).toMatchObject({ error: { name: "AccessDeniedException" } });
    expect(statuses(world)).toHaveLength(10);
  });

  it("throws the signal's reason if aborted while deleting", async () => {
    const world = newWorld({ clock: systemClock });
    await provision(world.cloner, 1);
    retireAll(world);
    world.ecs.fail({ operation: "DeleteTaskDefinitions", hang: "before" });
    const controller = new AbortController();
    const reason = new Error("enough");
    setTimeout(() => controller.abort(reason), 1000);
    const options = { ...real, deleteInactive: true, signal: controller.signal };
    expect(await inFakeTime(rejectionOf(run(world, options)))).toBe(reason);
  });

  it("waits when throttled", async () => {
    const world = newWorld({ clock: systemClock });
    await provision(world.cloner, 1);
    retireAll(world);
    world.ecs.fail({ operation: "DeleteTaskDefinitions", error: "ThrottlingException", times: 7 });
    const outcomes = await inFakeTime(run(world, { ...real, deleteInactive: true }));
    expect(outcomes).toMatchObject([{ action: "delete" }]);
    expect(outcomes[0]).not.toHaveProperty("error");
    expect(statuses(world)).toStrictEqual([]);
    expect(world.events).toContainEqual(
      expect.objectContaining({ type: "retried", operation: "DeleteTaskDefinitions", subject: "1 INACTIVE clones" }),
    );
  });

  it("treats a response without a list of failures as a success", async () => {
    const world = newWorld();
    await provision(world.cloner, 1);
    retireAll(world);
    world.ecs.fail({ operation: "DeleteTaskDefinitions", body: {} });
    const [outcome] = await inFakeTime(run(world, { ...real, deleteInactive: true }));
    expect(outcome).toMatchObject({ action: "delete" });
    expect(outcome).not.toHaveProperty("error");
  });
});
