import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { baseFamily, baseInput, cloneFamily, toArn, toUser } from "../../cast.ts";
import { fakeTime, inFakeTime, pass } from "../../fake-time.ts";
import { newTimedWorld, provision, rejectionOf, type World } from "../../world.ts";

const size = { cpu: 1024, memory: 2048 };

beforeEach(() => {
  vi.useFakeTimers(fakeTime);
});

afterEach(() => {
  vi.useRealTimers();
});

/** How many milliseconds a call takes, of which each request to ECS takes 100. */
async function timeOf(call: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await inFakeTime(call());
  return performance.now() - startedAt;
}

/** A world in which the first user has a clone. */
async function newProvisionedWorld(): Promise<World & { readonly arn: string }> {
  const world = newTimedWorld();
  const [arn = ""] = await inFakeTime(provision(world.cloner, 1));
  world.ecs.clearCalls();
  return { ...world, arn };
}

describe("a call that was given a clone", () => {
  it("asks for the clone and the base at the same time", async () => {
    const { cloner, arn } = await newProvisionedWorld();
    expect(await timeOf(() => cloner.clone(toUser(1), { current: arn }))).toBe(100);
    expect(await timeOf(() => cloner.reclone(arn))).toBe(100);
    expect(await timeOf(() => cloner.inspect(arn))).toBe(100);
    expect(await timeOf(() => cloner.planReclone(arn, { size }))).toBe(100);
    expect(await timeOf(() => cloner.resize(arn, size))).toBe(200);
    expect(await timeOf(() => cloner.clone(toUser(2)))).toBe(200);
  });

  it("describes each of them once if the clone is reused", async () => {
    const { ecs, cloner, arn } = await newProvisionedWorld();
    await inFakeTime(cloner.reclone(arn));
    expect(ecs.calls.map(({ input }) => input.taskDefinition)).toStrictEqual([arn, baseFamily]);
  });

  it("waits for no registration if the clone is reused", async () => {
    const { ecs, cloner, arn } = await newProvisionedWorld();
    ecs.fail({ operation: "RegisterTaskDefinition", delayMs: 5000 });
    const registering = cloner.clone(toUser(2));
    await pass(150);
    expect(await timeOf(() => cloner.reclone(arn))).toBe(100);
    await inFakeTime(registering);
  });

  it("fails for the clone's reason if there is no base either, and waits for none", async () => {
    const { ecs, newCloner } = newTimedWorld();
    ecs.deregister(`${baseFamily}:1`);
    const cloner = newCloner({ waitForBaseMs: 60_000 });
    const arn = toArn(cloneFamily, 7);
    let error: unknown;
    const failing = async (): Promise<void> => {
      error = await rejectionOf(cloner.reclone(arn));
    };
    expect(await timeOf(failing)).toBe(100);
    expect(error).toMatchObject({ name: "NotACloneError" });
    expect(vi.getTimerCount()).toBe(0);
  });

  it("fails for the base's reason if the clone is one", async () => {
    const { ecs, cloner, arn } = await newProvisionedWorld();
    ecs.deregister(`${baseFamily}:1`);
    expect(await inFakeTime(rejectionOf(cloner.reclone(arn)))).toMatchObject({ name: "UnfitBaseError" });
  });

  it("reads the clone again if it took long to find the base, and does not reuse it if it was deregistered meanwhile", async () => {
    const { ecs, cloner, arn, active } = await newProvisionedWorld();
    for (const isRetired of [false, true]) {
      ecs.fail({ operation: "DescribeTaskDefinition", skip: 1, delayMs: 5000 });
      const call = cloner.clone(toUser(1), { current: arn });
      await pass(3000);
      if (isRetired) ecs.deregister(arn);
      expect(await inFakeTime(call)).toMatchObject({ reused: !isRetired });
    }
    expect(active()).toStrictEqual([toArn(cloneFamily, 2)]);
  });

  it("does not reuse a clone that ECS no longer knows by then", async () => {
    const { ecs, cloner, arn } = await newProvisionedWorld();
    ecs.fail({ operation: "DescribeTaskDefinition", skip: 1, delayMs: 5000 });
    const message = "Unable to describe task definition.";
    ecs.fail({ operation: "DescribeTaskDefinition", error: "ClientException", message });
    expect(await inFakeTime(cloner.clone(toUser(1), { current: arn }))).toMatchObject({ revision: 2, reused: false });
  });
});

describe("two calls for one user", () => {
  it("reuse the user's clone side by side if it is no different", async () => {
    const { cloner, arn } = await newProvisionedWorld();
    const both = () => Promise.all([cloner.reclone(arn), cloner.clone(toUser(1), { current: arn })]);
    expect(await timeOf(both)).toBe(100);
  });

  it("register one after the other, and each is given what it registered", async () => {
    const { cloner, arn, active } = await newProvisionedWorld();
    const clones = await inFakeTime(Promise.all([cloner.resize(arn, size), cloner.resize(arn, size)]));
    expect(clones.map(({ reused }) => reused)).toStrictEqual([false, false]);
    expect(active()).toStrictEqual([arn, ...clones.map((clone) => clone.arn)]);
  });

  it("do not reuse a clone that one of them undoes while the other reads it", async () => {
    const { cloner, newCloner, active } = newTimedWorld();
    let fail = (): void => {};
    const failing = new Promise<never>((_, reject) => {
      fail = () => reject(new Error("no capacity"));
    });
    const first = rejectionOf(cloner.clone(toUser(1), { deploy: () => failing }));
    await pass(250);
    const arn = toArn(cloneFamily, 1);
    expect(active()).toStrictEqual([arn]);
    const second = newCloner().clone(toUser(1), { current: arn });
    await pass(50);
    fail();
    const clone = await inFakeTime(second);
    await inFakeTime(first);
    expect(clone).toMatchObject({ revision: 2, reused: false });
    expect(active()).toStrictEqual([clone.arn]);
  });
});

describe("a call that waits for its turn to register", () => {
  it("takes a base that was deployed between its reading and its turn", async () => {
    const { ecs, cloner } = newTimedWorld();
    ecs.fail({ operation: "RegisterTaskDefinition", delayMs: 1000 });
    const both = Promise.all([cloner.clone(toUser(1)), cloner.clone(toUser(2))]);
    // Both have read the base, and the first has sent its registration.
    await pass(150);
    const baseArn = ecs.register({ ...baseInput, cpu: "1024", memory: "2048" });
    const clones = await inFakeTime(both);
    expect(clones.map((clone) => clone.baseArn)).toStrictEqual([toArn(baseFamily, 1), baseArn]);
  });

  it("reads while the call before it registers, and no others read", async () => {
    const { ecs, cloner } = newTimedWorld();
    const clones = [1, 2, 3, 4].map((number) => cloner.clone(toUser(number)));
    expect(await timeOf(() => Promise.all(clones))).toBe(500);
    expect(ecs.calls.map(({ operation }) => operation.replace("TaskDefinition", ""))).toStrictEqual([
      "Describe",
      "Register",
      "Describe",
      "Register",
      "Describe",
      "Register",
      "Describe",
      "Register",
    ]);
  });

  it("reads again if the registration before it had to be sent again", async () => {
    const { ecs, cloner } = newTimedWorld();
    vi.spyOn(Math, "random").mockReturnValue(0.999);
    ecs.fail({ operation: "RegisterTaskDefinition", error: "ThrottlingException" });
    const both = Promise.all([cloner.clone(toUser(1)), cloner.clone(toUser(2))]);
    // The second has read; the first waits to send again.
    await pass(800);
    const baseArn = ecs.register({ ...baseInput, cpu: "1024", memory: "2048" });
    const clones = await inFakeTime(both);
    expect(clones.map((clone) => clone.baseArn)).toStrictEqual([toArn(baseFamily, 1), baseArn]);
    vi.restoreAllMocks();
  });

  it.each([false, true])(
    "reuses the current clone after all if the base has changed back: retired %s",
    async (isRetired) => {
      const { ecs, cloner, arn, active } = await newProvisionedWorld();
      ecs.fail({ operation: "RegisterTaskDefinition", delayMs: 1000 });
      ecs.register({ ...baseInput, cpu: "1024", memory: "2048" });
      const first = cloner.clone(toUser(2));
      const second = cloner.reclone(arn);
      await pass(150);
      ecs.register(baseInput);
      if (isRetired) ecs.deregister(arn);
      await inFakeTime(first);
      expect(await inFakeTime(second)).toMatchObject({ reused: !isRetired });
      expect(active()).toHaveLength(2);
    },
  );

  it("fails if the base is gone by then, and lets the next one go on", async () => {
    const { ecs, cloner } = newTimedWorld();
    ecs.fail({ operation: "RegisterTaskDefinition", delayMs: 1000 });
    const all = Promise.allSettled([1, 2, 3].map((number) => cloner.clone(toUser(number))));
    await pass(150);
    ecs.deregister(`${baseFamily}:1`);
    // The second has failed, so the third is the next, and reads.
    await pass(100);
    ecs.register(baseInput);
    expect((await inFakeTime(all)).map(({ status }) => status)).toStrictEqual(["fulfilled", "rejected", "fulfilled"]);
  });
});
