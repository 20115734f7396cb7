import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createRecloneProcessor, LostJobError, type RecloneProcessorOptions } from "../../src/bullmq/index.ts";
import { type JobOutcome, type RecloneJob, toAttemptToken, toJobId } from "../../src/bullmq/job.ts";
import type { Clone } from "../../src/results.ts";
import { baseInput, cloneFamily, toArn, toUser } from "../cast.ts";
import { newWorld, type World } from "../world.ts";
import { type Death, Died, FakeJob, FakeQueue } from "./fake-queue.ts";

const move = "openclaw 1.5.0";
const user = toUser(1);
const old = toArn(cloneFamily, 1);
const first = toArn(cloneFamily, 2);
const second = toArn(cloneFamily, 3);

/** A user with a clone of the base before the newest one, and a job that moves the user. */
async function prepare(options: Partial<RecloneProcessorOptions> = {}) {
  const world = newWorld({}, { deadlineMs: 0 });
  await world.cloner.clone(user);
  deployBase(world);
  const queue = new FakeQueue();
  const deployed: Clone[] = [];
  const processor = createRecloneProcessor(world.cloner, {
    queue,
    deploy: (clone) => deployed.push(clone),
    ...options,
  });
  const job = new FakeJob<RecloneJob, JobOutcome>({ arn: old, move }, { attempts: 3 });
  world.ecs.clearCalls();
  return { world, queue, processor, job, deployed };
}

let deploys = 0;
function deployBase({ ecs }: World): void {
  deploys += 1;
  ecs.register({ ...baseInput, ephemeralStorage: { sizeInGiB: 50 + deploys } });
}

const poisoned = (): never => {
  throw new Error("poisoned");
};

const registers = (world: World): number => world.count("RegisterTaskDefinition");

describe("a reclone job", () => {
  it("moves the user to the newest base, at the cost of two writes to the store", async () => {
    const { world, processor, job, deployed } = await prepare();
    expect(await job.run(processor)).toStrictEqual([undefined]);
    expect(job.returnvalue).toStrictEqual({
      arn: first,
      userId: user.userId,
      reused: false,
      resumed: false,
      attempts: 1,
      warnings: [],
    });
    expect(deployed).toMatchObject([{ arn: first, reused: false, resumed: false }]);
    expect(job.writes).toBe(2);
    expect(job.data).toStrictEqual({ arn: old, move, registered: first });
    expect(world.active()).toStrictEqual([old, first]);
    expect(world.operations()).toStrictEqual([
      "DescribeTaskDefinition",
      "DescribeTaskDefinition",
      "RegisterTaskDefinition",
    ]);
    expect(JSON.stringify(world.registered())).toContain(toAttemptToken(toJobId("reclone", move, old)));
  });

  it("registers nothing for a clone that is up to date", async () => {
    const { world, processor, deployed } = await prepare();
    const { arn } = await world.cloner.reclone(old);
    const job = new FakeJob<RecloneJob, JobOutcome>({ arn, move });
    await job.run(processor);
    expect(job.returnvalue).toMatchObject({ arn, reused: true, resumed: false });
    expect(deployed).toMatchObject([{ arn, reused: true }]);
  });

  it("does without a step", async () => {
    const { processor, job } = await prepare({ deploy: undefined });
    await job.run(processor);
    expect(job.returnvalue).toMatchObject({ arn: first });
  });

  it("makes the changes that it holds, and those of the processor instead if there are any", async () => {
    const image = (tag: string) => `111122223333.dkr.ecr.us-east-1.amazonaws.com/openclaw:${tag}`;
    const { world, queue, processor } = await prepare();
    await new FakeJob<RecloneJob, JobOutcome>({ arn: old, move, changes: { image: image("a") } }).run(processor);
    expect(JSON.stringify(world.registered())).toContain(image("a"));
    const changing = createRecloneProcessor(world.cloner, {
      queue,
      changes: async ({ data }) => ({ image: image(`b-${data.move}`) }),
    });
    await new FakeJob<RecloneJob, JobOutcome>({ arn: old, move: "x", changes: { image: image("a") } }).run(changing);
    expect(JSON.stringify(world.registered())).toContain(image("b-x"));
  });
});

describe("a reclone job whose worker dies", () => {
  it.each<[when: string, death: Death, resumed: boolean]>([
    ["before it marks the job", { beforeWrite: 1 }, false],
    ["before it registers", { afterWrite: 1 }, false],
    ["between the registration and its note", { beforeWrite: 2 }, true],
    ["before the step", { afterWrite: 2 }, true],
  ])("%s is done by the next one, with one clone in all", async (_, death, resumed) => {
    const { world, processor, job, deployed } = await prepare();
    expect(await job.attempt(processor, { death })).toBeInstanceOf(Died);
    expect(await job.attempt(processor)).toBeUndefined();
    expect(job.returnvalue).toMatchObject({ arn: first, reused: false, resumed, attempts: 1 });
    expect(deployed).toMatchObject([{ arn: first, reused: false, resumed }]);
    expect(world.active()).toStrictEqual([old, first]);
    expect(registers(world)).toBe(1);
  });

  it("after the step is done by the next one, whose step runs again with the same clone", async () => {
    const { world, processor, job, deployed } = await prepare();
    await job.attempt(processor);
    Object.assign(job, { state: "waiting" });
    await job.attempt(processor);
    expect(deployed.map(({ arn }) => arn)).toStrictEqual([first, first]);
    expect(job.returnvalue).toMatchObject({ arn: first, reused: false, resumed: true });
    expect(world.active()).toStrictEqual([old, first]);
  });

  it("looks for the clone only if its worker died before the note", async () => {
    const { world, processor, job } = await prepare();
    await job.attempt(processor, { death: { afterWrite: 2 } });
    await job.attempt(processor);
    expect(world.count("ListTaskDefinitions")).toBe(0);
  });

  it.each<[when: string, death: Death]>([
    ["before the note", { beforeWrite: 2 }],
    ["after the note", { afterWrite: 2 }],
  ])("%s, and whose base moves on, retires what it had registered after the step", async (_, death) => {
    const { world, processor, job } = await prepare();
    await job.attempt(processor, { death });
    deployBase(world);
    await job.attempt(processor);
    expect(job.returnvalue).toMatchObject({ arn: second, reused: false, resumed: false, warnings: [] });
    expect(world.active()).toStrictEqual([old, second]);
  });

  it("while the base moves on, and again before it retires what it replaced, leaves nothing behind", async () => {
    const { world, processor, job } = await prepare();
    await job.attempt(processor, { death: { afterWrite: 2 } });
    deployBase(world);
    expect(await job.attempt(processor, { death: { beforeProof: 1 } })).toBeInstanceOf(Died);
    expect(world.active()).toStrictEqual([old, first, second]);
    await job.attempt(processor);
    expect(job.returnvalue).toMatchObject({ arn: second, resumed: true });
    expect(world.active()).toStrictEqual([old, second]);
  });

  it("twice between a registration and its note, while the base moves on, leaves nothing behind", async () => {
    const { world, processor, job } = await prepare();
    await job.attempt(processor, { death: { beforeWrite: 2 } });
    deployBase(world);
    await job.attempt(processor, { death: { beforeWrite: 1 } });
    expect(world.active()).toStrictEqual([old, first, second]);
    await job.attempt(processor);
    expect(job.returnvalue).toMatchObject({ arn: second, resumed: true });
    expect(world.active()).toStrictEqual([old, second]);
  });
});

describe("a reclone job whose step fails", () => {
  it("keeps its clone for its next attempt, which registers nothing", async () => {
    let failures = 2;
    const seen: Clone[] = [];
    const { world, processor, job } = await prepare({
      deploy: (clone) => {
        seen.push(clone);
        if (failures-- > 0) throw new Error("not yet");
      },
    });
    const thrown = await job.run(processor);
    expect(thrown).toStrictEqual([new Error("not yet"), new Error("not yet"), undefined]);
    expect(seen.map(({ arn, reused, resumed }) => [arn, reused, resumed])).toStrictEqual([
      [first, false, false],
      [first, false, true],
      [first, false, true],
    ]);
    expect(job.returnvalue).toMatchObject({ arn: first, attempts: 3 });
    expect(registers(world)).toBe(1);
  });

  it("leaves the user on the old clone after the last attempt, at the cost of one registration and one deregistration", async () => {
    const { world, processor, job } = await prepare({ deploy: poisoned });
    await job.run(processor);
    expect(job).toMatchObject({ state: "failed", failedReason: "poisoned", attemptsMade: 3 });
    expect(world.active()).toStrictEqual([old]);
    expect(registers(world)).toBe(1);
    expect(world.count("DeregisterTaskDefinition")).toBe(1);
    expect(job.data).toStrictEqual({ arn: old, move });
    expect(job.extended).toStrictEqual([30_000]);
  });

  it("never retires the clone that the user had", async () => {
    const { world, processor } = await prepare({ deploy: poisoned });
    const { arn } = await world.cloner.reclone(old);
    const job = new FakeJob<RecloneJob, JobOutcome>({ arn, move });
    await job.run(processor);
    expect(job.state).toBe("failed");
    expect(world.active()).toStrictEqual([old, arn]);
  });

  it("can be run again after it has failed", async () => {
    let isPoisoned = true;
    const { world, processor, job } = await prepare({ deploy: () => isPoisoned && poisoned() });
    await job.run(processor);
    isPoisoned = false;
    await job.attempt(processor);
    expect(job.returnvalue).toMatchObject({ arn: second, resumed: false });
    expect(world.active()).toStrictEqual([old, second]);
  });

  it("retires all that it registered while the base moved on", async () => {
    const { world, processor, job } = await prepare({ deploy: poisoned });
    await job.attempt(processor);
    deployBase(world);
    await job.attempt(processor);
    expect(world.active()).toStrictEqual([old, first, second]);
    await job.attempt(processor);
    expect(world.active()).toStrictEqual([old]);
  });

  it("retires what a worker registered that died before the note", async () => {
    const { world, processor, job } = await prepare({ deploy: poisoned });
    await job.attempt(processor, { death: { beforeWrite: 2 } });
    deployBase(world);
    await job.run(processor);
    expect(world.active()).toStrictEqual([old]);
    expect(job.data).toStrictEqual({ arn: old, move });
  });

  it("keeps its notes if its clone cannot be retired, and says so in its log", async () => {
    const { world, processor, job } = await prepare({ deploy: poisoned });
    world.ecs.fail({ operation: "DeregisterTaskDefinition", error: "AccessDeniedException", times: 1 });
    await job.run(processor);
    expect(job).toMatchObject({ state: "failed", failedReason: "poisoned" });
    expect(job.logs).toMatchObject([expect.stringContaining("What the job registered is still ACTIVE")]);
    expect(world.active()).toStrictEqual([old, first]);
    expect(job.data).toMatchObject({ registered: first });
  });

  it("waits if ECS throttles the retirement, and is put back", async () => {
    const { world, queue, processor, job } = await prepare({ deploy: poisoned });
    world.ecs.fail({ operation: "DeregisterTaskDefinition", error: "ThrottlingException", times: 1 });
    const thrown = await job.run(processor);
    expect(thrown.map(String)).toStrictEqual([
      "Error: poisoned",
      "Error: poisoned",
      "RateLimitError: bullmq:rateLimitExceeded",
      "Error: poisoned",
    ]);
    expect(queue.pauses).toStrictEqual([1000]);
    expect(world.active()).toStrictEqual([old]);
  });

  it("warns if what it replaced cannot be retired", async () => {
    const { world, processor, job } = await prepare();
    await job.attempt(processor, { death: { afterWrite: 2 } });
    deployBase(world);
    world.ecs.fail({ operation: "DeregisterTaskDefinition", error: "AccessDeniedException", times: 1 });
    await job.attempt(processor);
    expect(job.state).toBe("completed");
    expect(job.returnvalue?.warnings).toMatchObject([
      expect.stringContaining(`${first}, which the job had registered before, is still ACTIVE: `),
    ]);
  });
});

describe("a reclone job whose lock is lost", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["Date"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const freeze = (milliseconds: number): void => {
    vi.setSystemTime(Date.now() + milliseconds);
  };

  it("does not run the step, nor touch the job, when its worker wakes after the registration", async () => {
    const { world, processor, job, deployed } = await prepare({ lockDuration: 5000 });
    const { cloner } = world;
    const frozen = createRecloneProcessor(
      world.newCloner({
        customize: (input) => {
          freeze(60_000);
          job.isLost = true;
          return input;
        },
      }),
      { queue: new FakeQueue(), deploy: poisoned, lockDuration: 5000 },
    );
    expect(await job.attempt(frozen)).toStrictEqual(new LostJobError("job"));
    expect(job.data).toMatchObject({ startedAt: expect.any(Number) });
    expect(job.data.registered).toBeUndefined();
    expect(deployed).toStrictEqual([]);
    job.isLost = false;
    await job.attempt(processor);
    expect(job.returnvalue).toMatchObject({ arn: first, resumed: true });
    expect(await cloner.inspect(first)).toMatchObject({ isUpToDate: true });
  });

  it("does not even mark the job if it was taken long ago", async () => {
    const { processor, job } = await prepare();
    job.isLost = true;
    expect(await job.attempt(processor, { processedOn: Date.now() - 16_000 })).toBeInstanceOf(LostJobError);
    expect(job.writes).toBe(0);
    expect(job.attemptsMade).toBe(0);
  });

  it("goes on if the lock is still its own", async () => {
    const { processor, job } = await prepare({ lockDuration: 5000 });
    await job.attempt(processor, { processedOn: Date.now() - 4000 });
    expect(job.returnvalue).toMatchObject({ arn: first });
    expect(job.extended).toStrictEqual([5000, 5000]);
  });

  it("retires nothing after its last failure", async () => {
    const { world, processor, job } = await prepare({
      deploy: () => {
        job.isLost = true;
        return poisoned();
      },
    });
    Object.assign(job, { attemptsMade: 2 });
    expect(await job.attempt(processor)).toBeInstanceOf(LostJobError);
    expect(world.active()).toStrictEqual([old, first]);
    expect(job.data).toMatchObject({ registered: first });
  });

  it("is lost as well without a token", async () => {
    const { world, queue } = await prepare();
    const processor = createRecloneProcessor(world.cloner, { queue, deploy: poisoned });
    const job = new FakeJob<RecloneJob, JobOutcome>({ arn: old, move });
    const tokenless: typeof processor = (given, _, signal) => processor(given, undefined, signal);
    expect(await job.attempt(tokenless)).toBeInstanceOf(LostJobError);
  });
});
