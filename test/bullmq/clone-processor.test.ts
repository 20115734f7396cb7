import { describe, expect, it } from "vitest";
import { type CloneProcessorOptions, createCloneProcessor } from "../../src/bullmq/index.ts";
import type { CloneJob, JobOutcome } from "../../src/bullmq/job.ts";
import type { Clone } from "../../src/results.ts";
import { baseInput, cloneFamily, toArn, toUser } from "../cast.ts";
import { newWorld, provision } from "../world.ts";
import { FakeJob, FakeQueue } from "./fake-queue.ts";

const move = "m";
const user = toUser(1);
const { userId } = user;
const first = toArn(cloneFamily, 1);
const second = toArn(cloneFamily, 2);

function prepare(options: Partial<CloneProcessorOptions> = {}) {
  const world = newWorld({}, { deadlineMs: 0 });
  const queue = new FakeQueue();
  const deployed: Clone[] = [];
  const processor = createCloneProcessor(world.cloner, {
    queue,
    findUser: (id) => (id === userId ? user : undefined),
    deploy: (clone) => deployed.push(clone),
    ...options,
  });
  const job = new FakeJob<CloneJob, JobOutcome>({ userId, move }, { attempts: 3 });
  return { world, queue, processor, job, deployed };
}

const poisoned = (): never => {
  throw new Error("poisoned");
};

describe("a clone job", () => {
  it("gives the user a clone, and holds nothing of the user but the id", async () => {
    const { world, processor, job, deployed } = prepare();
    await job.run(processor);
    expect(job.returnvalue).toMatchObject({ arn: first, userId, reused: false, resumed: false });
    expect(job.data).toStrictEqual({ userId, move, registered: first });
    expect(deployed).toMatchObject([{ arn: first }]);
    expect(world.active()).toStrictEqual([first]);
  });

  it("does without a step", async () => {
    const { processor, job } = prepare({ deploy: undefined });
    await job.run(processor);
    expect(job.state).toBe("completed");
  });

  it("takes over what a worker registered that died", async () => {
    const { world, processor, job } = prepare();
    await job.attempt(processor, { death: { beforeWrite: 2 } });
    await job.attempt(processor);
    expect(job.returnvalue).toMatchObject({ arn: first, resumed: true });
    expect(world.active()).toStrictEqual([first]);
  });

  it("goes on from what is noted", async () => {
    const { world, processor, job } = prepare();
    await job.attempt(processor, { death: { afterWrite: 2 } });
    await job.attempt(processor);
    expect(job.returnvalue).toMatchObject({ arn: first, reused: false, resumed: true });
    expect(world.count("RegisterTaskDefinition")).toBe(1);
  });

  it("returns the user's current clone if nothing would change", async () => {
    const { world, processor, job } = prepare({ current: async () => first });
    await provision(world.cloner, 1);
    await job.run(processor);
    expect(job.returnvalue).toMatchObject({ arn: first, reused: true, resumed: false });
  });

  it("leaves the user on the current clone after the last attempt", async () => {
    const { world, processor, job } = prepare({ current: () => first, deploy: poisoned });
    await provision(world.cloner, 1);
    world.ecs.register({ ...baseInput, ephemeralStorage: { sizeInGiB: 50 } });
    await job.run(processor);
    expect(job).toMatchObject({ state: "failed", failedReason: "poisoned" });
    expect(world.active()).toStrictEqual([first]);
  });

  it("retires nothing of a user without a current clone but what it registered", async () => {
    const { world, processor, job } = prepare({ deploy: poisoned });
    await provision(world.cloner, 1);
    await job.attempt(processor, { death: { beforeWrite: 2 } });
    await job.run(processor);
    expect(world.active()).toStrictEqual([first]);
    expect(world.ecs.revisions(cloneFamily).map(({ arn }) => arn)).toStrictEqual([first, second]);
  });

  it("keeps what it registered if the user's current clone cannot be found out", async () => {
    let isDown = false;
    const { world, processor, job } = prepare({ current: () => (isDown ? poisoned() : undefined), deploy: poisoned });
    await job.attempt(processor);
    isDown = true;
    await job.run(processor);
    expect(job).toMatchObject({ state: "failed", data: { registered: first } });
    expect(world.active()).toStrictEqual([first]);
  });

  it("is tried again if the user cannot be found just now", async () => {
    let isDown = true;
    const { processor, job } = prepare({ findUser: async () => (isDown ? poisoned() : user) });
    expect(String(await job.attempt(processor))).toBe("Error: poisoned");
    expect(job.writes).toBe(0);
    isDown = false;
    await job.attempt(processor);
    expect(job.returnvalue).toMatchObject({ arn: first, attempts: 2 });
  });

  it.each<[string, CloneProcessorOptions["findUser"], string]>([
    ["a user who is gone", () => undefined, 'There is no user "user_1": `findUser` returned none.'],
    ["another user", () => toUser(2), '`findUser` was asked for "user_1", and returned another user.'],
  ])("fails for %s", async (_, findUser, message) => {
    const { world, processor, job } = prepare({ findUser });
    expect(await job.run(processor)).toMatchObject([{ name: "UnrecoverableError", message }]);
    expect(world.active()).toStrictEqual([]);
  });

  it("requires a function that finds a user", () => {
    // @ts-expect-error: wrong on purpose
    expect(() => prepare({ findUser: undefined })).toThrow("findUser must be a function");
  });
});
