import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { cloneFamily, toArn, toUser } from "../cast.ts";
import { newDeferred } from "../deferred.ts";
import { fakeTime, inFakeTime, turns } from "../fake-time.ts";
import { newTimedWorld, newWorld, rejectionOf, type World } from "../world.ts";

const user = toUser(1);
const arn = toArn(cloneFamily, 1);
const noCapacity = new Error("no capacity");

const kept = {
  type: "kept",
  arn,
  userId: "user_1",
  reason: "another call in this process was given the clone meanwhile",
};

/** A call whose step waits until it is told to fail. */
function startFailing({ cloner }: World) {
  const [started, ending] = [newDeferred(), newDeferred()];
  const deploy = async (): Promise<never> => {
    started.resolve();
    await ending.promise;
    throw noCapacity;
  };
  return { error: rejectionOf(cloner.clone(user, { deploy })), started: started.promise, fail: ending.resolve };
}

/** A call, of another cloner, that is given the first call's clone, and whose step waits until it is told to end. */
async function startSharing({ newCloner }: World, failure?: Error) {
  const [started, ending] = [newDeferred(), newDeferred()];
  const deploy = async (): Promise<void> => {
    started.resolve();
    await ending.promise;
    if (failure) throw failure;
  };
  const call = newCloner().clone(user, { current: arn, deploy });
  await started.promise;
  return { outcome: call.catch((error: unknown) => error), end: ending.resolve };
}

describe("a clone that another call in the process was given", () => {
  it("is kept if the call that registered it fails, with an event that says so", async () => {
    const world = newWorld();
    const first = startFailing(world);
    await first.started;
    const second = await startSharing(world);
    first.fail();
    expect(await first.error).toBe(noCapacity);
    expect(world.active()).toStrictEqual([arn]);
    expect(world.events.at(-1)).toStrictEqual(kept);
    second.end();
    expect(await second.outcome).toMatchObject({ arn, reused: true });
    expect(world.active()).toStrictEqual([arn]);
    expect(world.count("DeregisterTaskDefinition")).toBe(0);
  });

  it("stays even if the other call fails as well, since that one registered nothing", async () => {
    const world = newWorld();
    const first = startFailing(world);
    await first.started;
    const failure = new Error("no capacity either");
    const second = await startSharing(world, failure);
    first.fail();
    await first.error;
    second.end();
    expect(await second.outcome).toBe(failure);
    expect(world.active()).toStrictEqual([arn]);
    expect(world.events.at(-1)).toStrictEqual(kept);
  });

  it("is undone as usual once the other call is over", async () => {
    const world = newWorld();
    const first = startFailing(world);
    await first.started;
    const second = await startSharing(world);
    second.end();
    await second.outcome;
    first.fail();
    await first.error;
    expect(world.active()).toStrictEqual([]);
    expect(world.events.at(-1)).toStrictEqual({ type: "retired", arn, userId: "user_1", reason: "undone" });
  });

  it("is undone as usual if the other call was not given it, since it wants another", async () => {
    const world = newWorld();
    const first = startFailing(world);
    await first.started;
    const ending = newDeferred();
    const size = { cpu: 1024, memory: 2048 };
    const second = world.cloner.clone({ ...user, size }, { current: arn, deploy: () => ending.promise });
    await turns(20);
    first.fail();
    await first.error;
    ending.resolve();
    expect(world.active()).toStrictEqual([(await second).arn]);
  });
});

describe("a clone that is being undone", () => {
  beforeEach(() => {
    vi.useFakeTimers(fakeTime);
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("is given to no other call", async () => {
    const world = newTimedWorld(0);
    world.ecs.fail({ operation: "DeregisterTaskDefinition", delayMs: 1000, effect: "after" });
    const first = startFailing(world);
    await inFakeTime(first.started);
    first.fail();
    await turns(20);
    const second = await inFakeTime(world.cloner.clone(user, { current: arn }));
    await inFakeTime(first.error);
    expect(second).toMatchObject({ arn: toArn(cloneFamily, 2), reused: false });
    expect(world.active()).toStrictEqual([second.arn]);
  });
});
