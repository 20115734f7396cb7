import { describe, expect, it } from "vitest";
import { enqueueClones, enqueueReclones, outcomes, readProgress } from "../../src/bullmq/index.ts";
import { cloneFamily, toArn } from "../cast.ts";
import { FakeQueue } from "./fake-queue.ts";

const move = "1.5.0";
const from = (number: number): string => toArn(cloneFamily, number);
const to = (number: number): string => toArn(cloneFamily, 1000 + number);

/** 1,200 jobs of a run, of which 600 are done, half of them reused, and 101 have failed; and jobs of others. */
async function prepare() {
  const queue = new FakeQueue();
  await queue.addBulk([
    { name: "mail", data: { arn: "x", move } as never, opts: { jobId: "mail-1", attempts: 1, backoff: 1 } },
  ]);
  const arns = Array.from({ length: 1200 }, (_, index) => from(index + 1));
  await enqueueReclones(queue, arns, { move });
  await enqueueReclones(queue, arns.slice(0, 3), { move: "1.4.0" });
  for (const [index, job] of [...queue.jobs.values()].slice(0, 702).entries()) {
    const isDone = index <= 600;
    const returnvalue = {
      arn: to(index),
      userId: `user_${index}`,
      reused: index % 2 === 0,
      resumed: false,
      attempts: 2,
      warnings: [],
    };
    if (isDone) Object.assign(job, { state: "completed", attemptsMade: 1, returnvalue });
    else Object.assign(job, { state: "failed", attemptsMade: 3, failedReason: "poisoned" });
  }
  return queue;
}

async function all<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const list: Value[] = [];
  for await (const value of values) list.push(value);
  return list;
}

describe("readProgress", () => {
  it("counts the jobs of the run, and estimates from the queue's pace", async () => {
    const queue = await prepare();
    const { failures, ...progress } = await readProgress(queue, move);
    expect(progress).toStrictEqual({
      done: 600,
      failed: 101,
      reused: 300,
      remaining: 499,
      active: 0,
      perSecond: 1,
      estimatedMs: 499_000,
      paused: false,
    });
    expect(failures).toHaveLength(100);
    expect(failures[0]).toStrictEqual({
      status: "failed",
      kind: "reclone",
      from: from(601),
      attempts: 3,
      warnings: [],
      error: "poisoned",
    });
  });

  it("counts a job once that moves on while it is read", async () => {
    const queue = new FakeQueue();
    await enqueueReclones(queue, [from(1), from(2)], { move });
    const [one, two] = queue.jobs.values();
    queue.beforeRead = (state) => {
      if (state !== "prioritized") return;
      Object.assign(one ?? {}, { state: "completed", returnvalue: { arn: to(1) } });
      Object.assign(two ?? {}, { state: "active" });
    };
    expect(await readProgress(queue, move)).toMatchObject({ done: 1, remaining: 1, active: 1 });
  });

  it("counts a job that goes back to waiting while it is read", async () => {
    const queue = new FakeQueue();
    await enqueueReclones(queue, [from(1)], { move });
    const [job] = queue.jobs.values();
    Object.assign(job ?? {}, { state: "active" });
    queue.beforeRead = (state) => {
      if (state === "active") Object.assign(job ?? {}, { state: "waiting" });
    };
    expect(await readProgress(queue, move)).toMatchObject({ done: 0, remaining: 1, active: 0 });
  });

  it("counts nothing for another run", async () => {
    expect(await readProgress(await prepare(), "1.3.0")).toMatchObject({ done: 0, failed: 0, remaining: 0 });
  });

  it("estimates nothing without a pace, and says that the queue is paused", async () => {
    const queue = new FakeQueue();
    await queue.pause();
    expect(await readProgress(queue, move)).toStrictEqual({
      done: 0,
      failed: 0,
      reused: 0,
      remaining: 0,
      active: 0,
      paused: true,
      failures: [],
    });
  });
});

describe("outcomes", () => {
  it("yields what became of each job of the run", async () => {
    const queue = await prepare();
    const list = await all(outcomes(queue, move));
    expect(list).toHaveLength(701);
    expect(list[0]).toStrictEqual({
      status: "completed",
      kind: "reclone",
      from: from(1),
      arn: to(1),
      userId: "user_1",
      reused: false,
      resumed: false,
      attempts: 2,
      warnings: [],
    });
    expect(list.at(-1)).toMatchObject({ status: "failed", from: from(701) });
  });

  it("yields those of one status", async () => {
    const queue = await prepare();
    expect(await all(outcomes(queue, move, { status: "failed" }))).toHaveLength(101);
    expect(await all(outcomes(queue, move, { status: "completed" }))).toHaveLength(600);
    // @ts-expect-error: wrong on purpose
    expect(() => outcomes(queue, move, { status: "done" })).toThrow("options of outcomes");
  });

  it("names the user of a clone job that failed", async () => {
    const queue = new FakeQueue();
    await enqueueClones(queue, ["ana"], { move });
    for (const job of queue.jobs.values()) Object.assign(job, { state: "failed", failedReason: "no" });
    expect(await all(outcomes(queue, move))).toStrictEqual([
      { status: "failed", kind: "clone", userId: "ana", attempts: 0, warnings: [], error: "no" },
    ]);
  });
});
