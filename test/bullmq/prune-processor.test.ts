import { describe, expect, it } from "vitest";
import { createPruneProcessor, enqueuePrune } from "../../src/bullmq/index.ts";
import type { PruneJob, PruneJobOutcome } from "../../src/bullmq/job.ts";
import { baseFamily, baseInput, toArn } from "../cast.ts";
import { newWorld, provision, type World } from "../world.ts";
import { FakeJob, FakeQueue } from "./fake-queue.ts";

const move = "nightly";

/** A user with three clones. */
async function prepare() {
  const world = newWorld({}, { deadlineMs: 0 });
  const arns: string[] = [];
  for (const sizeInGiB of [50, 51, 52]) {
    world.ecs.register({ ...baseInput, ephemeralStorage: { sizeInGiB } });
    arns.push(...(await provision(world.cloner, 1)));
  }
  return { world, arns, queue: new FakeQueue() };
}

const jobFor = (arn = "") => new FakeJob<PruneJob, PruneJobOutcome>({ arn, move }, { attempts: 3 });

const throttle = ({ ecs }: World): void =>
  ecs.fail({ operation: "DeregisterTaskDefinition", error: "ThrottlingException", times: 1 });

describe("enqueuePrune", () => {
  it("adds a job for each clone that is not needed, and deregisters none", async () => {
    const { world, arns, queue } = await prepare();
    const result = await enqueuePrune(queue, world.cloner, { move, inUse: [], keep: 1 });
    expect(result).toStrictEqual({ added: 2, skipped: 1 });
    expect([...queue.jobs.values()].map(({ data }) => data)).toStrictEqual([
      { arn: arns[1], move },
      { arn: arns[0], move },
    ]);
    expect(world.active()).toHaveLength(3);
    expect(queue.limit).toStrictEqual({ max: 1, duration: 1000 });
  });

  it("keeps what is in use", async () => {
    const { world, arns, queue } = await prepare();
    const result = await enqueuePrune(queue, world.cloner, { move, inUse: arns, keep: 1 });
    expect(result).toStrictEqual({ added: 0, skipped: 3 });
  });

  it.each([
    ["no run", { inUse: [] }],
    ["nothing about what is in use", { move }],
    ["a real run", { move, inUse: [], dryRun: false }],
  ])("refuses %s", async (_, options) => {
    const { world, queue } = await prepare();
    // @ts-expect-error: wrong on purpose
    await expect(enqueuePrune(queue, world.cloner, options)).rejects.toMatchObject({ name: "InvalidInputError" });
    expect(queue.jobs.size).toBe(0);
  });
});

describe("a prune job", () => {
  it("deregisters its clone", async () => {
    const { world, arns, queue } = await prepare();
    const job = jobFor(arns[0]);
    await job.run(createPruneProcessor(world.cloner, { queue }));
    expect(job.returnvalue).toStrictEqual({ arn: arns[0], retired: true });
    expect(world.active()).toStrictEqual(arns.slice(1));
  });

  it("keeps a clone that was put into use meanwhile", async () => {
    const { world, arns, queue } = await prepare();
    const job = jobFor(arns[0]);
    await job.run(createPruneProcessor(world.cloner, { queue, isInUse: async (arn) => arn === arns[0] }));
    expect(job.returnvalue).toStrictEqual({ arn: arns[0], retired: false });
    expect(world.active()).toStrictEqual(arns);
  });

  it("waits while ECS throttles", async () => {
    const { world, arns, queue } = await prepare();
    throttle(world);
    const job = jobFor(arns[0]);
    const thrown = await job.run(createPruneProcessor(world.cloner, { queue, isInUse: () => false }));
    expect(thrown.map(String)).toStrictEqual(["RateLimitError: bullmq:rateLimitExceeded", "undefined"]);
    expect(queue.pauses).toStrictEqual([1000]);
  });

  it("fails for anything but a clone", async () => {
    const { world, queue } = await prepare();
    const job = jobFor(toArn(baseFamily, 1));
    expect(await job.run(createPruneProcessor(world.cloner, { queue }))).toMatchObject([
      { name: "UnrecoverableError" },
    ]);
  });

  it("is tried again if it is unknown whether its clone is in use", async () => {
    const { world, arns, queue } = await prepare();
    const isInUse = () => Promise.reject(new Error("down"));
    const job = jobFor(arns[0]);
    const thrown = await job.run(createPruneProcessor(world.cloner, { queue, isInUse }));
    expect(thrown.map(String)).toStrictEqual(["Error: down", "Error: down", "Error: down"]);
    expect(world.active()).toStrictEqual(arns);
  });
});
