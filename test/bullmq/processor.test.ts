import { DelayedError, UnrecoverableError } from "bullmq";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createRecloneProcessor, type RecloneProcessorOptions } from "../../src/bullmq/index.ts";
import type { JobOutcome, RecloneJob } from "../../src/bullmq/job.ts";
import { InvalidInputError } from "../../src/errors.ts";
import { baseFamily, baseInput, cloneFamily, toArn } from "../cast.ts";
import { scriptedVerifier } from "../clone/provide/scripted-verifier.ts";
import { fakeTime, inFakeTime } from "../fake-time.ts";
import { newTimedWorld, newWorld, provision, type World } from "../world.ts";
import { FakeJob, FakeQueue } from "./fake-queue.ts";

const move = "m";
const old = toArn(cloneFamily, 1);
const first = toArn(cloneFamily, 2);
const putBack = "RateLimitError: bullmq:rateLimitExceeded";

async function prepare(options: Partial<RecloneProcessorOptions> = {}, world = newWorld({}, { deadlineMs: 0 })) {
  await provision(world.cloner, 1);
  const base = world.ecs.register({ ...baseInput, ephemeralStorage: { sizeInGiB: 50 } });
  const queue = new FakeQueue();
  const processor = createRecloneProcessor(world.cloner, { queue, ...options });
  const toJob = (arn = old, attempts = 3) => new FakeJob<RecloneJob, JobOutcome>({ arn, move }, { attempts });
  return { world, base, queue, processor, toJob, job: toJob() };
}

const throttle = (world: World, times: number): void =>
  world.ecs.fail({ operation: "RegisterTaskDefinition", error: "ThrottlingException", times });

const throwing = (error: unknown) => () => {
  throw error;
};

describe("a job that ECS throttles", () => {
  it("holds all workers of the queue back and is put back, without the mark, at no cost of an attempt", async () => {
    const { world, queue, processor, job } = await prepare({ pauseMs: 700 });
    throttle(world, 1);
    expect(String(await job.attempt(processor))).toBe(putBack);
    expect(queue.pauses).toStrictEqual([700]);
    expect(queue.limit).toStrictEqual({ max: 1, duration: 1000 });
    expect(job).toMatchObject({ attemptsMade: 0, data: { arn: old, move } });
    world.ecs.clearCalls();
    await job.attempt(processor);
    expect(job.returnvalue).toMatchObject({ arn: first, attempts: 1 });
    expect(world.count("ListTaskDefinitions")).toBe(0);
  });

  it("keeps the queue's own pace", async () => {
    const { world, queue, processor, job } = await prepare();
    queue.limit = { max: 1, duration: 100 };
    throttle(world, 1);
    await job.attempt(processor);
    expect(queue.limit).toStrictEqual({ max: 1, duration: 100 });
  });

  it("keeps the mark of an earlier attempt, whose clone is yet to be found", async () => {
    const { world, processor, job } = await prepare();
    await job.attempt(processor, { death: { beforeWrite: 2 } });
    world.ecs.fail({ operation: "ListTaskDefinitions", error: "ThrottlingException", times: 1 });
    expect(String(await job.attempt(processor))).toBe(putBack);
    expect(job.data).toMatchObject({ startedAt: expect.any(Number) });
    await job.attempt(processor);
    expect(job.returnvalue).toMatchObject({ arn: first, resumed: true });
  });
});

describe("a job that finds the base unfit", () => {
  const breakBase = ({ world, base }: Awaited<ReturnType<typeof prepare>>): void => {
    world.ecs.register({
      ...baseInput,
      volumes: [],
      containerDefinitions: [{ name: "openclaw", image: "i", memory: 9 }],
    });
    world.ecs.deregister(base);
  };

  it("fails, and the third in a row pauses the queue and is put back", async () => {
    const prepared = await prepare();
    const { queue, processor, toJob } = prepared;
    breakBase(prepared);
    const jobs = [toJob(), toJob(), toJob()];
    for (const job of jobs.slice(0, 2)) {
      expect(String(await job.attempt(processor))).toMatch(/^UnrecoverableError: /);
      expect(job).toMatchObject({ state: "failed", data: { arn: old, move } });
    }
    expect(queue.isStopped).toBe(false);
    const [, , third] = jobs;
    expect(String(await third?.attempt(processor))).toBe(putBack);
    expect(queue.isStopped).toBe(true);
    expect(third).toMatchObject({ state: "waiting", attemptsMade: 0, data: { arn: old, move } });
    expect(third?.logs).toMatchObject([
      expect.stringContaining("The queue is paused, since jobs in a row failed like this: "),
    ]);
  });

  it("begins to count anew once the queue was paused, or a job succeeded", async () => {
    const prepared = await prepare({ stopAfterUnfit: 2 });
    const { world, queue, processor, toJob } = prepared;
    world.ecs.fail({ operation: "RegisterTaskDefinition", error: "AccessDeniedException", times: 1 });
    await toJob().attempt(processor);
    await toJob().attempt(processor);
    breakBase(prepared);
    await toJob().attempt(processor);
    expect(queue.isStopped).toBe(false);
    await toJob().attempt(processor);
    expect(queue.isStopped).toBe(true);
    queue.isStopped = false;
    const next = toJob();
    await next.attempt(processor);
    expect(next.state).toBe("failed");
  });

  it("is put back if the queue is paused by then", async () => {
    const prepared = await prepare();
    const { queue, processor, job } = prepared;
    breakBase(prepared);
    await queue.pause();
    expect(String(await job.attempt(processor))).toBe(putBack);
    expect(job).toMatchObject({ state: "waiting", attemptsMade: 0 });
  });

  it("counts what the cloner's verifier finds missing, which may be the base's", async () => {
    const verify = scriptedVerifier();
    const prepared = await prepare({ stopAfterUnfit: 2 }, newWorld({}, { deadlineMs: 0, verify }));
    const { world, queue, processor, toJob } = prepared;
    verify.script = () => "failed";
    const [failed, stopped] = [toJob(), toJob()];
    expect(await failed.attempt(processor)).toMatchObject({
      name: "UnrecoverableError",
      cause: { name: "FailedVerificationError" },
    });
    expect(failed).toMatchObject({ state: "failed", data: { arn: old, move } });
    expect(String(await stopped.attempt(processor))).toBe(putBack);
    expect(queue.isStopped).toBe(true);
    expect(world.active()).toStrictEqual([old]);
  });

  it("registers what the cloner's verifier could not decide, with a warning", async () => {
    const verify = scriptedVerifier(() => "unknown");
    const { processor, job } = await prepare({}, newWorld({}, { deadlineMs: 0, verify }));
    await job.attempt(processor);
    expect(job.returnvalue?.warnings[0]).toMatch(/^Not verified: image /);
  });

  it("counts what AWS refuses for everybody", async () => {
    const { world, queue, processor, job } = await prepare({ stopAfterUnfit: 1 });
    world.ecs.fail({ operation: "RegisterTaskDefinition", error: "AccessDeniedException", times: 1 });
    expect(String(await job.attempt(processor))).toBe(putBack);
    expect(queue.isStopped).toBe(true);
  });
});

describe("a job that can never succeed", () => {
  it("fails at its first attempt, with the library's message, and pauses nothing", async () => {
    const { world, queue, processor, toJob } = await prepare({ stopAfterUnfit: 1 });
    const arn = toArn(baseFamily, 1);
    const job = toJob(arn);
    const [thrown] = await job.run(processor);
    expect(thrown).toBeInstanceOf(UnrecoverableError);
    expect(thrown).toMatchObject({ cause: { name: "NotACloneError", arn } });
    expect(job).toMatchObject({ state: "failed", failedReason: expect.stringContaining(`${arn} is not a clone`) });
    expect(queue.isStopped).toBe(false);
    expect(world.active()).toStrictEqual([old]);
  });

  it("fails if it is of another kind", async () => {
    const { processor } = await prepare();
    // The cast: what stands in a store may be anything.
    const job = new FakeJob<RecloneJob, JobOutcome>({ userId: "u", move } as unknown as RecloneJob, { attempts: 3 });
    const [thrown] = await job.run(processor);
    expect(thrown).toMatchObject({
      name: "UnrecoverableError",
      message: "Invalid data of the reclone job: arn is missing.",
      cause: expect.any(InvalidInputError),
    });
    expect(job.attemptsMade).toBe(1);
  });

  it("looks for nothing to retire if its clone is not one of the cloner's", async () => {
    const { processor, toJob } = await prepare();
    const job = toJob(toArn(baseFamily, 1));
    await job.attempt(processor, { death: { afterWrite: 1 } });
    await job.attempt(processor);
    expect(job).toMatchObject({ state: "failed", logs: [] });
  });
});

describe("a job whose registration gets no answer", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it("is tried again, and takes over what was registered after all", async () => {
    vi.useFakeTimers(fakeTime);
    const world = newTimedWorld(0, { deadlineMs: 0 });
    const { processor, job } = await prepare({}, world);
    world.ecs.fail({ operation: "RegisterTaskDefinition", reset: "after", times: 1 });
    world.ecs.fail({ operation: "ListTaskDefinitions", error: "AccessDeniedException", times: 1 });
    expect(await inFakeTime(job.attempt(processor))).toMatchObject({ name: "OutcomeUnknownError" });
    expect(job).toMatchObject({ state: "waiting", attemptsMade: 1, data: { startedAt: expect.any(Number) } });
    await inFakeTime(job.attempt(processor));
    expect(job.returnvalue).toMatchObject({ arn: first, resumed: true, attempts: 2 });
    expect(world.active()).toStrictEqual([old, first]);
  });
});

describe("a job whose worker cancels it", () => {
  it("registers nothing, and is tried again", async () => {
    const { world, processor, job } = await prepare();
    const error = await job.attempt(processor, { signal: AbortSignal.abort(new Error("the worker stops")) });
    expect(String(error)).toBe("Error: the worker stops");
    expect(job).toMatchObject({ state: "waiting", attemptsMade: 1 });
    expect(world.active()).toStrictEqual([old]);
  });
});

describe("a job whose step throws", () => {
  it.each<[what: string, thrown: unknown, expected: string]>([
    ["an error", new Error("no"), "Error: no"],
    ["what is no error", "no \u0007", "Error: no \\u0007"],
    [
      "an error of the library",
      new InvalidInputError("another call was wrong"),
      "InvalidInputError: another call was wrong",
    ],
    [
      "what AWS throttles",
      Object.assign(new Error("slow down"), { name: "ThrottlingException" }),
      "ThrottlingException: slow down",
    ],
  ])("%s is tried again, and holds no other job back", async (_, thrown, expected) => {
    const { queue, processor, job } = await prepare({ deploy: throwing(thrown) });
    expect(String(await job.attempt(processor))).toBe(expected);
    expect(job).toMatchObject({ state: "waiting", data: { registered: first } });
    expect(queue.pauses).toStrictEqual([]);
  });

  it("BullMQ's UnrecoverableError fails at once, and leaves no clone behind", async () => {
    const error = new UnrecoverableError("the user is gone");
    const { world, processor, job } = await prepare({ deploy: throwing(error) });
    expect(await job.attempt(processor)).toBe(error);
    expect(job).toMatchObject({ state: "failed", failedReason: "the user is gone" });
    expect(world.active()).toStrictEqual([old]);
  });

  it("an error with which BullMQ goes on later keeps its clone until then", async () => {
    const { world, processor, job } = await prepare({ deploy: throwing(new DelayedError()) });
    Object.assign(job, { attemptsMade: 2 });
    expect(await job.attempt(processor)).toBeInstanceOf(DelayedError);
    expect(job).toMatchObject({ state: "waiting", data: { registered: first } });
    expect(world.active()).toStrictEqual([old, first]);
  });

  it("is tried once if the job says nothing of attempts", async () => {
    const { processor } = await prepare({ deploy: throwing(new Error("no")) });
    const job = new FakeJob<RecloneJob, JobOutcome>({ arn: old, move });
    await job.run(processor);
    expect(job).toMatchObject({ state: "failed", attemptsMade: 1 });
  });

  it("is given the job, and the worker's signal", async () => {
    const { signal } = new AbortController();
    const seen: unknown[] = [];
    const { processor, job } = await prepare({ deploy: (_, options) => seen.push(options) });
    await job.attempt(processor, { signal });
    expect(seen).toStrictEqual([
      { job: expect.objectContaining({ data: { arn: old, move, registered: first } }), signal },
    ]);
  });
});

describe("the options of a processor", () => {
  it.each([
    ["a misspelt name", { stopAfter: 3 }, /unknown option "stopAfter"/],
    ["no queue", { queue: undefined }, /expected the Queue of bullmq/],
    ["a queue that is none", { queue: {} }, /expected the Queue of bullmq/],
    ["null for a queue", { queue: null }, /queue/],
    ["a step that is no function", { deploy: 7 }, /deploy must be a function/],
    ["no pause", { pauseMs: 0 }, /pauseMs must be above 0/],
  ])("may not have %s", async (_, options, message) => {
    const { cloner } = newWorld();
    // @ts-expect-error: wrong on purpose
    expect(() => createRecloneProcessor(cloner, { queue: new FakeQueue(), ...options })).toThrow(message);
  });

  it("take a cloner next to them", () => {
    // @ts-expect-error: wrong on purpose
    expect(() => createRecloneProcessor({}, { queue: new FakeQueue() })).toThrow(InvalidInputError);
  });
});
