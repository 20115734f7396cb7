import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { lookUpTogether } from "../../src/base/shared-look-up.ts";
import type { Ecs } from "../../src/ecs/connection.ts";
import { hasNoAccessPoint, type TaskDefClonerOptions } from "../../src/index.ts";
import { baseFamily, baseInput, plainUser, toArn, toUser, toUsers } from "../cast.ts";
import { newDeferred } from "../deferred.ts";
import { over } from "../ecs/answering.ts";
import { fakeTime, inFakeTime, pass, turns } from "../fake-time.ts";
import { newTimedWorld, newWorld, rejectionOf } from "../world.ts";

const shutDown = new Error("shutting down");

/** Looks up the number of the look-up, each of which lasts until it is told to end. */
function newLookUps() {
  const running: { readonly ecs: Ecs; readonly end: () => void; readonly isShared: boolean }[] = [];
  const ecs = over({ send: () => Promise.reject(new Error("nothing is sent")) });
  const look = async (shared: Ecs, isShared: boolean): Promise<number> => {
    const { promise, resolve: end } = newDeferred();
    const number = running.push({ ecs: shared, end, isShared });
    await promise;
    return number;
  };
  const ask = async (options: Partial<Ecs> = {}, subject: readonly unknown[] = ["web"]): Promise<number> =>
    await lookUpTogether({ ...ecs, ...options }, subject, look);
  const end = async (number: number): Promise<void> => {
    running[number - 1]?.end();
    await turns(2);
  };
  return { running, ask, end };
}

describe("lookUpTogether", () => {
  it("gives calls that begin together one look-up, and those that begin later the next one", async () => {
    const { running, ask, end } = newLookUps();
    const early = [ask(), ask(), ask()];
    await turns(1);
    const late = [ask(), ask()];
    await turns(1);
    late.push(ask());
    expect(running).toHaveLength(1);
    await end(1);
    await end(2);
    expect(await Promise.all([...early, ...late])).toStrictEqual([1, 1, 1, 2, 2, 2]);
    expect(running.map(({ isShared }) => isShared)).toStrictEqual([true, true]);
  });

  it("lets calls that begin once a look-up is over share the next one with those that waited", async () => {
    const { running, ask, end } = newLookUps();
    const first = ask();
    await turns(1);
    const waiting = ask();
    const following = first.then(() => ask());
    await end(1);
    await end(2);
    expect(await Promise.all([first, waiting, following])).toStrictEqual([1, 2, 2]);
    expect(running).toHaveLength(2);
  });

  it("does not wait longer than a second for a look-up that is under way, and leaves no timer", async () => {
    vi.useFakeTimers(fakeTime);
    const { running, ask, end } = newLookUps();
    const hanging = ask();
    await turns(1);
    const waiting = [ask(), ask()];
    await pass(999);
    expect(running).toHaveLength(1);
    await pass(1);
    expect(running).toHaveLength(2);
    const controller = new AbortController();
    const aborted = rejectionOf(ask({ signal: controller.signal }));
    expect(vi.getTimerCount()).toBe(1);
    controller.abort(shutDown);
    await aborted;
    expect(vi.getTimerCount()).toBe(0);
    const last = ask();
    await end(2);
    expect(await Promise.all(waiting)).toStrictEqual([2, 2]);
    expect(running).toHaveLength(2);
    await end(1);
    await end(3);
    expect(await Promise.all([hanging, last])).toStrictEqual([1, 3]);
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  it("keeps nothing: the same question is looked up again", async () => {
    const { running, ask, end } = newLookUps();
    for (const number of [1, 2, 3]) {
      const call = ask();
      await turns(1);
      await end(number);
      expect(await call).toBe(number);
    }
    expect(running.map(({ isShared }) => isShared)).toStrictEqual([false, false, false]);
  });

  it("looks up by itself what differs in the client, its settings or the subject", async () => {
    const { running, ask } = newLookUps();
    const isBase = () => () => true;
    const [one, other] = [isBase(), isBase()];
    ask();
    ask({ client: { send: () => Promise.reject(shutDown) } });
    ask({ deadlineMs: 1 });
    ask({ requestTimeoutMs: 1 });
    ask({}, ["api"]);
    ask({}, ["web", one]);
    ask({}, ["web", other]);
    ask({}, ["web", one]);
    await turns(2);
    expect(running).toHaveLength(7);
  });

  it("lets a call that is aborted go, and gives the others what they wait for", async () => {
    const { running, ask, end } = newLookUps();
    const controller = new AbortController();
    const aborted = rejectionOf(ask({ signal: controller.signal }));
    const other = ask();
    await turns(1);
    controller.abort(shutDown);
    expect(await aborted).toBe(shutDown);
    expect(running[0]?.ecs.signal?.aborted).toBe(false);
    await end(1);
    expect(await other).toBe(1);
  });

  it("aborts a look-up that no call waits for anymore", async () => {
    const { running, ask } = newLookUps();
    const controllers = [new AbortController(), new AbortController()];
    const calls = controllers.map(({ signal }) => rejectionOf(ask({ signal })));
    await turns(1);
    controllers[0]?.abort(shutDown);
    await turns(1);
    expect(running[0]?.ecs.signal?.aborted).toBe(false);
    controllers[1]?.abort(shutDown);
    await Promise.all(calls);
    expect(running[0]?.ecs.signal?.aborted).toBe(true);
  });

  it("does not begin a look-up that no call waits for anymore, and begins one for the next call", async () => {
    const { running, ask, end } = newLookUps();
    const controller = new AbortController();
    const aborted = rejectionOf(ask({ signal: controller.signal }));
    controller.abort(shutDown);
    expect(await aborted).toBe(shutDown);
    const next = ask();
    await turns(2);
    expect(running).toHaveLength(1);
    await end(1);
    expect(await next).toBe(1);
    expect(await rejectionOf(ask({ signal: AbortSignal.abort(shutDown) }))).toBe(shutDown);
    expect(running).toHaveLength(1);
  });

  it("reports what happens in a look-up once to each cloner", async () => {
    const { running, ask } = newLookUps();
    const [one, other] = [vi.fn(), vi.fn()];
    for (const emit of [one, one, other]) ask({ emit });
    await turns(1);
    running[0]?.ecs.emit({ type: "base-described", arn: "arn" });
    expect(one).toHaveBeenCalledTimes(1);
    expect(other).toHaveBeenCalledTimes(1);
  });

  it("throws the look-up's error to each call", async () => {
    const ecs = over({ send: () => Promise.reject(shutDown) });
    const fail = () => Promise.reject(shutDown);
    const calls = [1, 2].map(() => rejectionOf(lookUpTogether(ecs, [], fail)));
    expect(await Promise.all(calls)).toStrictEqual([shutDown, shutDown]);
  });
});

describe("calls that need the same base", () => {
  beforeEach(() => {
    vi.useFakeTimers(fakeTime);
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("ask for it once if they begin together, whichever cloners they come from", async () => {
    const world = newWorld();
    const client = world.ecs.client();
    const cloners = [1, 2].map(() => world.newCloner({ client }));
    await Promise.all(cloners.flatMap((cloner) => toUsers(20).map((user) => cloner.plan(user))));
    expect(world.count("DescribeTaskDefinition")).toBe(1);
    expect(world.events).toStrictEqual(Array(40).fill({ type: "base-described", arn: toArn(baseFamily, 1) }));
  });

  const differences: Readonly<Record<string, Partial<TaskDefClonerOptions>>> = {
    isBase: { isBase: hasNoAccessPoint() },
    volume: { volume: "workspace" },
    maxBaseRevisions: { maxBaseRevisions: 7 },
    deadlineMs: { deadlineMs: 7000 },
    requestTimeoutMs: { requestTimeoutMs: 7000 },
  };
  it.each(Object.entries(differences))("ask for it each if they search in another way: %s", async (_, options) => {
    const world = newWorld();
    const client = world.ecs.client();
    const cloners = [world.newCloner({ client }), world.newCloner({ client, ...options })];
    await Promise.all(cloners.map((cloner) => cloner.plan(plainUser)));
    expect(world.count("DescribeTaskDefinition")).toBe(2);
  });

  it("never get a base that was described before they began", async () => {
    const { ecs, cloner } = newTimedWorld(100);
    const plans: { readonly newest: string; readonly plan: ReturnType<typeof cloner.plan> }[] = [];
    for (let step = 0; step < 60; step += 1) {
      const newest = step % 3 === 0 ? ecs.register(baseInput) : toArn(baseFamily, 2 + Math.floor(step / 3));
      plans.push({ newest, plan: cloner.plan(toUser(step)) });
      await pass(7 + ((step * 31) % 50));
    }
    for (const { newest, plan } of plans) {
      const { baseArn } = await inFakeTime(plan);
      expect(Number(baseArn.split(":").at(-1))).toBeGreaterThanOrEqual(Number(newest.split(":").at(-1)));
    }
    expect(ecs.calls.length).toBeLessThan(60);
  });

  it("get plans that share nothing", async () => {
    const { cloner } = newWorld();
    const [one, other] = await Promise.all([cloner.plan(toUser(1)), cloner.plan(toUser(1))]);
    const container = one.input.containerDefinitions?.[0];
    Object.assign(container ?? {}, { image: "changed" });
    one.input.volumes?.splice(0);
    expect(other.input.containerDefinitions?.[0]?.image).not.toBe("changed");
    expect(other.input.volumes).not.toHaveLength(0);
  });

  it("register what the client's own middleware may change", async () => {
    const { ecs, newCloner, active } = newWorld();
    const client = ecs.client();
    client.middlewareStack.add(
      <Args extends { input: object }, Result>(next: (args: Args) => Promise<Result>) =>
        (args: Args): Promise<Result> => {
          if ("volumes" in args.input && Array.isArray(args.input.volumes))
            for (const volume of args.input.volumes) Object.assign(volume, { configuredAtLaunch: false });
          return next(args);
        },
      { step: "initialize", name: "spoil" },
    );
    const cloner = newCloner({ client });
    await Promise.all(toUsers(3).map((user) => cloner.clone(user)));
    expect(active()).toHaveLength(3);
  });

  it("wait for it together while the family has none, each as long as it may", async () => {
    const { ecs, cloner, newCloner } = newTimedWorld(0);
    ecs.deregister(`${baseFamily}:1`);
    const startedAt = performance.now();
    const patient = newCloner({ waitForBaseMs: 10_000 }).plan(toUser(1));
    expect(await inFakeTime(rejectionOf(cloner.plan(toUser(2))))).toMatchObject({ name: "UnfitBaseError" });
    expect(performance.now()).toBe(startedAt);
    setTimeout(() => ecs.register(baseInput), 1500);
    expect(await inFakeTime(patient)).toMatchObject({ baseArn: toArn(baseFamily, 2) });
  });

  it("emit an event for a throttled request once per cloner", async () => {
    const { ecs, cloner, events } = newTimedWorld(0);
    ecs.fail({ operation: "DescribeTaskDefinition", error: "ThrottlingException" });
    await inFakeTime(Promise.all(toUsers(5).map((user) => cloner.plan(user))));
    expect(events.filter(({ type }) => type === "retried")).toHaveLength(1);
  });
});
