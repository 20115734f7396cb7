import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from "vitest";
import { InvalidInputError } from "../../src/errors.ts";
import { audit, cloneAll, listClones, prune, recloneAll } from "../../src/fleet/index.ts";
import { baseInput, cloneFamily, toArn, toUser, toUsers } from "../cast.ts";
import { fakeTime, inFakeTime } from "../fake-time.ts";
import { newWorld, provision, rejectionOf } from "../world.ts";
import { collect } from "./collect.ts";
import { real } from "./pruning.ts";

beforeEach(() => {
  vi.useFakeTimers(fakeTime);
});

afterEach(() => {
  vi.useRealTimers();
});

const { cloner: idle } = newWorld();
const newRuns = () => ({
  cloneAll: cloneAll(idle, []),
  recloneAll: recloneAll(idle, []),
  prune: prune(idle, { inUse: [] }),
  audit: audit(idle),
  listClones: listClones(idle),
});

describe("what a fleet function returns", () => {
  it("cannot be awaited in TypeScript, since that would do nothing", async () => {
    const mistakes = async (): Promise<void> => {
      const runs = newRuns();
      // @ts-expect-error TS1320
      await runs.cloneAll;
      // @ts-expect-error TS1320
      await runs.recloneAll;
      // @ts-expect-error TS1320
      await runs.prune;
      // @ts-expect-error TS1320
      await runs.audit;
      // @ts-expect-error TS1320
      await runs.listClones;
    };
    expect(mistakes).toBeTypeOf("function");
    for await (const { arn } of newRuns().prune) expectTypeOf(arn).toEqualTypeOf<string>();
  });

  it.each(Object.entries(newRuns()))("has no `then` at run time: %s", (_, run) => {
    expect("then" in run).toBe(false);
  });

  it("is spent after one loop, as a generator is", async () => {
    const { cloner } = newWorld();
    const run = cloneAll(cloner, toUsers(2));
    expect(await collect(run)).toHaveLength(2);
    expect(await collect(run)).toStrictEqual([]);
  });

  it("continues in a second loop only if the first did not end it", async () => {
    const { cloner } = newWorld();
    const run = cloneAll(cloner, toUsers(3), { concurrency: 1 });
    expect(await run.next()).toMatchObject({ value: { userId: "user_0" } });
    expect(await collect(run)).toMatchObject([{ userId: "user_1" }, { userId: "user_2" }]);
  });
});

describe("options of a fleet function", () => {
  it("are checked when it is called, before anything is awaited", () => {
    const { ecs, cloner } = newWorld();
    const calls = [
      // @ts-expect-error there is no such option
      () => cloneAll(cloner, [], { concurency: 1 }),
      () => recloneAll(cloner, [], { concurrency: 0 }),
      // @ts-expect-error a size has two numbers
      () => recloneAll(cloner, [], { changes: { size: 512 } }),
      // @ts-expect-error `inUse` is missing
      () => prune(cloner, {}),
      () => prune(cloner, { inUse: ["web-user:1"] }),
      () => prune(cloner, { inUse: [], families: ["a b"] }),
      // @ts-expect-error there is no such option
      () => audit(cloner, { family: "web" }),
      () => audit(cloner, { families: ["a b"] }),
      () => listClones(cloner, { families: [] }),
    ];
    for (const call of calls) expect(call).toThrow(InvalidInputError);
    expect(ecs.calls).toStrictEqual([]);
  });

  it("refuse changes to reserved names once, not for each user", async () => {
    const { newCloner } = newWorld();
    const cloner = newCloner({ reserved: ["GATEWAY_TOKEN"] });
    const changes = { environment: { GATEWAY_TOKEN: "hunter2" } };
    expect(() => recloneAll(cloner, [], { changes })).toThrow(InvalidInputError);
  });
});

describe("complete", () => {
  it("of cloneAll, runs to the end and counts the outcomes", async () => {
    const { ecs, cloner, active } = newWorld();
    const [current] = await provision(cloner, 0);
    ecs.fail({ operation: "RegisterTaskDefinition", error: "ClientException", message: "Role is not valid" });
    const options = {
      concurrency: 1,
      current: ({ userId }: { userId: string }) => (userId === "user_0" ? current : undefined),
    };
    const summary = await cloneAll(cloner, toUsers(4), options).complete();
    expect(summary).toMatchObject({
      done: 3,
      failed: 1,
      reused: 1,
      failures: [{ userId: "user_1", index: 1, reason: { message: "Role is not valid" } }],
    });
    expect(active()).toHaveLength(3);
  });

  it("keeps no more than the first 100 failures", async () => {
    const { cloner } = newWorld();
    const arns = Array.from({ length: 150 }, (_, index) => `web-user:${index}`);
    const { done, failed, failures } = await recloneAll(cloner, arns, { concurrency: 1 }).complete();
    expect([done, failed]).toStrictEqual([0, 150]);
    expect(failures.map(({ arn }) => arn)).toStrictEqual(arns.slice(0, 100));
    expectTypeOf(failures[0]?.status).toEqualTypeOf<"rejected" | undefined>();
  });

  it("counts what a loop has fetched already, and nothing twice", async () => {
    const { cloner } = newWorld();
    const run = cloneAll(cloner, toUsers(3), { concurrency: 1 });
    await run.next();
    expect(await run.complete()).toMatchObject({ done: 3, failed: 0, reused: 0, failures: [] });
    expect(await run.complete()).toMatchObject({ done: 3 });
  });

  it("gives what was done so far once a loop has ended the run", async () => {
    const { cloner } = newWorld();
    const run = cloneAll(cloner, toUsers(3), { concurrency: 1 });
    for await (const _ of run) break;
    expect(await run.complete()).toMatchObject({ done: 1, failed: 0 });
  });

  it("throws what the run throws", async () => {
    const reason = new Error("enough");
    const run = cloneAll(newWorld().cloner, toUsers(3), { signal: AbortSignal.abort(reason) });
    expect(await rejectionOf(run.complete())).toBe(reason);
    expect(await run.complete()).toMatchObject({ done: 0, failed: 0 });
  });

  it("of prune, counts what was kept, deregistered, deleted and failed", async () => {
    const world = newWorld();
    await provision(world.cloner, 1, 1, 1, 1, 1, 2);
    world.ecs.deregister(toArn(cloneFamily, 1));
    world.ecs.fail({ operation: "DeregisterTaskDefinition", error: "ClientException", message: "no" });
    const summary = await inFakeTime(prune(world.cloner, { ...real, deleteInactive: true }).complete());
    expect(summary).toMatchObject({
      dryRun: false,
      kept: 3,
      deregistered: 1,
      deleted: 2,
      failed: 1,
      failures: [{ arn: toArn(cloneFamily, 3), error: { message: "no" } }],
    });
  });

  it("of a dry run of prune, counts what would be done", async () => {
    const world = newWorld();
    await provision(world.cloner, 1, 1, 1, 2);
    const counts = { kept: 3, deregistered: 1, deleted: 1, failed: 0, failures: [] };
    const options = { inUse: [], deleteInactive: true };
    expect(await prune(world.cloner, options).complete()).toStrictEqual({ dryRun: true, ...counts });
    const inEarnest = inFakeTime(prune(world.cloner, { ...options, dryRun: false }).complete());
    expect(await inEarnest).toStrictEqual({ dryRun: false, ...counts });
  });

  it("of audit, counts the revisions of each kind", async () => {
    const { ecs, cloner } = newWorld();
    await cloner.clone(toUser(1));
    const [clone] = ecs.revisions(cloneFamily);
    ecs.register({ ...clone?.registered, family: baseInput.family });
    ecs.register({ ...baseInput, family: cloneFamily });
    expect(await audit(cloner).complete()).toStrictEqual({ base: 1, clone: 1, unknown: 0, unrecorded: 1 });
  });

  it("of listClones, lists the clones that no loop has fetched", async () => {
    const { cloner } = newWorld();
    const arns = await provision(cloner, 1, 2, 3);
    const run = listClones(cloner);
    expect(await run.next()).toMatchObject({ value: { arn: arns[2] } });
    expect((await run.complete()).map(({ arn }) => arn)).toStrictEqual([arns[1], arns[0]]);
    expect(await run.complete()).toStrictEqual([]);
  });
});
