import { describe, expect, it } from "vitest";
import { enqueueClones, enqueueReclones, setPace } from "../../src/bullmq/index.ts";
import { toAttemptToken, toJobId } from "../../src/bullmq/job.ts";
import { baseFamily, baseInput, cloneFamily, toArn, toSecretArn } from "../cast.ts";
import { newWorld, provision } from "../world.ts";
import { FakeQueue } from "./fake-queue.ts";

const move = toArn(baseFamily, 7);
const arns = (count: number): string[] => Array.from({ length: count }, (_, index) => toArn(cloneFamily, index + 1));
const dataIn = (queue: FakeQueue) => [...queue.jobs.values()].map(({ data }) => data);

describe("enqueueReclones", () => {
  it("adds a job per clone, in batches, with three attempts each", async () => {
    const queue = new FakeQueue();
    expect(await enqueueReclones(queue, arns(1001), { move })).toStrictEqual({ added: 1001, skipped: 0 });
    expect(queue.batches).toStrictEqual([500, 500, 1]);
    expect(queue.jobs.size).toBe(1001);
    expect(dataIn(queue)[0]).toStrictEqual({ arn: toArn(cloneFamily, 1), move });
    expect([...queue.jobs.values()][0]?.opts).toStrictEqual({ attempts: 3 });
  });

  it("adds only what is missing when it is called again, from whatever source", async () => {
    const queue = new FakeQueue();
    await enqueueReclones(queue, arns(2), { move });
    async function* stored() {
      yield* arns(3);
    }
    expect(await enqueueReclones(queue, stored(), { move, attempts: 5, backoff: 100 })).toMatchObject({ added: 3 });
    expect([...queue.jobs.values()].map(({ opts }) => opts.attempts)).toStrictEqual([3, 3, 5]);
    await enqueueReclones(queue, arns(1), { move: "another" });
    expect(queue.jobs.size).toBe(4);
  });

  it("sets the default pace unless the queue has one", async () => {
    const queue = new FakeQueue();
    await enqueueReclones(queue, arns(1), { move });
    expect(queue.limit).toStrictEqual({ max: 1, duration: 1000 });
    await setPace(queue, { perSecond: 0.5 });
    await enqueueReclones(queue, arns(1), { move });
    expect(queue.limit).toStrictEqual({ max: 1, duration: 2000 });
  });

  it("leaves out clones that are up to date, but not what isn't a clone", async () => {
    const { ecs, cloner } = newWorld();
    const [old = ""] = await provision(cloner, 1);
    ecs.register({ ...baseInput, ephemeralStorage: { sizeInGiB: 50 } });
    const [current = ""] = await provision(cloner, 2);
    const other = toArn(baseFamily, 1);
    const queue = new FakeQueue();
    const result = await enqueueReclones(queue, [old, current, other], { move, skipUpToDate: cloner });
    expect(result).toStrictEqual({ added: 2, skipped: 1 });
    expect(new Set(dataIn(queue))).toStrictEqual(new Set([old, other].map((arn) => ({ arn, move }))));
  });

  it("ends if ECS cannot be asked whether a clone is up to date", async () => {
    const { ecs, cloner } = newWorld();
    const [old = ""] = await provision(cloner, 1);
    ecs.fail({ operation: "DescribeTaskDefinition", error: "AccessDeniedException", times: 2 });
    const adding = enqueueReclones(new FakeQueue(), [old], { move, skipUpToDate: cloner });
    await expect(adding).rejects.toMatchObject({ name: "AccessDeniedException" });
  });

  it("stores changes without the values of environment variables", async () => {
    const queue = new FakeQueue();
    const changes = {
      size: { cpu: 512, memory: 1024 },
      secrets: { KEY: toSecretArn("key-AbCdEf") },
      environment: { GONE: null },
      containers: { sidecar: { image: null }, other: null },
    };
    await enqueueReclones(queue, arns(1), { move, changes });
    expect(dataIn(queue)).toStrictEqual([{ arn: toArn(cloneFamily, 1), move, changes }]);
  });

  it.each([
    ["of the user's container", { environment: { KEY: "hunter2" } }],
    ["of another container", { containers: { sidecar: { environment: { A: null, KEY: "hunter2" } } } }],
  ])("refuses values of environment variables %s, since jobs are stored", async (_, changes) => {
    const queue = new FakeQueue();
    const adding = enqueueReclones(queue, arns(1), { move, changes });
    await expect(adding).rejects.toThrow("`changes` holds values of environment variables");
    await expect(adding).rejects.not.toThrow("hunter2");
    expect(queue.batches).toStrictEqual([]);
  });

  it.each([
    ["no run", arns(1), {}],
    ["a run of no name", arns(1), { move: "" }],
    ["a run of half a character", arns(1), { move: "\ud800" }],
    ["an unknown option", arns(1), { move, attemps: 3 }],
    ["an unknown change", arns(1), { move, changes: { colour: "red" } }],
    ["a backoff of no kind", arns(1), { move, backoff: {} }],
    ["a text for a list", "arn", { move }],
    ["what is no ARN", ["web:1"], { move }],
    ["what is no cloner", arns(1), { move, skipUpToDate: {} }],
  ])("refuses %s", async (_, given, options) => {
    const queue = new FakeQueue();
    // @ts-expect-error: wrong on purpose
    await expect(enqueueReclones(queue, given, options)).rejects.toMatchObject({ name: "InvalidInputError" });
    expect(queue.jobs.size).toBe(0);
  });

  it("refuses changes together with skipping clones that are up to date", async () => {
    const { cloner } = newWorld();
    const adding = enqueueReclones(new FakeQueue(), [], { move, changes: { size: null }, skipUpToDate: cloner });
    await expect(adding).rejects.toThrow("Leave out `skipUpToDate`");
  });

  it("stops when it is aborted, and keeps what was added", async () => {
    const queue = new FakeQueue();
    const controller = new AbortController();
    function* many() {
      for (const [index, arn] of arns(1100).entries()) {
        if (index === 600) controller.abort();
        yield arn;
      }
    }
    const adding = enqueueReclones(queue, many(), { move, signal: controller.signal });
    await expect(adding).rejects.toMatchObject({ name: "AbortError" });
    expect(queue.jobs.size).toBe(500);
    await expect(enqueueReclones(queue, arns(1), { move, signal: controller.signal })).rejects.toBeDefined();
  });
});

describe("enqueueClones", () => {
  it("adds a job per user", async () => {
    const queue = new FakeQueue();
    expect(await enqueueClones(queue, ["ana", "ben"], { move })).toStrictEqual({ added: 2, skipped: 0 });
    expect(dataIn(queue)).toStrictEqual([
      { userId: "ana", move },
      { userId: "ben", move },
    ]);
  });

  it("takes any id that a user may have", async () => {
    const queue = new FakeQueue();
    const ids = ['auth0|"1"', "a:b/c", "\ud800", "\ud801", "ü".repeat(1024)];
    await enqueueClones(queue, ids, { move });
    expect(queue.jobs.size).toBe(ids.length);
    for (const id of queue.jobs.keys()) expect(id).not.toContain(":");
  });

  it.each([
    ["an empty id", [""]],
    ["a text for a list", "ana"],
  ])("refuses %s", async (_, ids) => {
    await expect(enqueueClones(new FakeQueue(), ids, { move })).rejects.toMatchObject({ name: "InvalidInputError" });
  });
});

describe("setPace", () => {
  it.each([
    [undefined, 1000],
    [0.5, 2000],
    [3, 333],
    [1000, 1],
  ])("lets %s jobs start per second", async (perSecond, duration) => {
    const queue = new FakeQueue();
    await setPace(queue, { perSecond });
    expect(queue.limit).toStrictEqual({ max: 1, duration });
  });

  it.each([0, -1, Number.NaN, "1"])("refuses %s", async (perSecond) => {
    // @ts-expect-error: some are no numbers
    await expect(setPace(new FakeQueue(), { perSecond })).rejects.toMatchObject({ name: "InvalidInputError" });
  });
});

describe("the id of a job", () => {
  it("is readable, and another one for another kind, run or subject", () => {
    const ids = [
      toJobId("reclone", "a|b", "c"),
      toJobId("reclone", "a", "b|c"),
      toJobId("clone", "a", "b|c"),
      toJobId("prune", "a", "b|c"),
    ];
    expect(ids[0]).toBe("reclone|a%7Cb|c");
    expect(new Set(ids).size).toBe(4);
  });

  it("gives a token that may stand in a clone's record", () => {
    expect(toAttemptToken(toJobId("reclone", move, toArn(cloneFamily, 1)))).toMatch(/^[\w-]{43}$/);
  });
});
