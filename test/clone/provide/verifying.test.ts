import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ClonerEvent } from "../../../src/events.ts";
import type { TaskDefClonerOptions } from "../../../src/options.ts";
import type { Verifier } from "../../../src/verify/check.ts";
import { baseFamily, baseInput, cloneFamily, toArn, toUser } from "../../cast.ts";
import { fakeTime, inFakeTime, pass } from "../../fake-time.ts";
import { newTimedWorld, provision, rejectionOf, type World } from "../../world.ts";
import { type Script, scriptedVerifier } from "./scripted-verifier.ts";

beforeEach(() => {
  vi.useFakeTimers(fakeTime);
});

afterEach(() => {
  vi.useRealTimers();
});

/** A world in which every request takes 100 ms, and verifying 1000. */
function newVerifiedWorld(script?: Script, options: Partial<TaskDefClonerOptions> = {}) {
  const verifier = scriptedVerifier(script, 1000);
  return { ...newTimedWorld(100, { verify: verifier, ...options }), verifier };
}

/** Deploys the base with another image, and gives its ARN. */
function deploy({ ecs }: World, tag: string): string {
  const [openclaw, ...others] = baseInput.containerDefinitions ?? [];
  const image = `111122223333.dkr.ecr.us-east-1.amazonaws.com/openclaw:${tag}`;
  return ecs.register({ ...baseInput, containerDefinitions: [{ ...openclaw, image }, ...others] });
}

/** What was asked of ECS, in order. */
const steps = ({ ecs }: World) => ecs.calls.map(({ operation }) => operation.replace("TaskDefinition", ""));

const verified = (events: readonly ClonerEvent[]) =>
  events.flatMap((event) => (event.type === "verified" ? [event.userId] : []));

describe("a call that verifies", () => {
  it("reads the base once more after that, since it took long", async () => {
    const world = newVerifiedWorld();
    const startedAt = performance.now();
    await inFakeTime(world.cloner.clone(toUser(1)));
    expect(performance.now() - startedAt).toBe(1300);
    expect(steps(world)).toStrictEqual(["Describe", "Describe", "Register"]);
  });

  it("does so outside the family's turn: others of the family register meanwhile, and verify side by side", async () => {
    const { cloner, newCloner, active, ...world } = newVerifiedWorld();
    const startedAt = performance.now();
    const slow = [1, 2].map((number) => cloner.clone(toUser(number)));
    await inFakeTime(newCloner({ verify: undefined }).clone(toUser(3)));
    expect(performance.now() - startedAt).toBe(200);
    await inFakeTime(Promise.all(slow));
    // Both read once more while it is their turn to be next.
    expect(performance.now() - startedAt).toBe(1400);
    expect(active()).toHaveLength(3);
    expect(verified(world.events).sort()).toStrictEqual(["user_1", "user_2"]);
  });

  it("verifies what a base has brought that was deployed meanwhile, and nothing else", async () => {
    const world = newVerifiedWorld();
    const call = world.cloner.clone(toUser(1));
    await pass(500);
    const baseArn = deploy(world, "2");
    expect(await inFakeTime(call)).toMatchObject({ baseArn });
    expect(world.verifier.runs).toStrictEqual([["2026.9.3", "v0.43.3"], ["2"]]);
    expect(world.active()).toHaveLength(1);
  });

  it("does not verify again for a base that refers to the same", async () => {
    const world = newVerifiedWorld();
    const call = world.cloner.clone(toUser(1));
    await pass(500);
    const baseArn = world.ecs.register({ ...baseInput, ephemeralStorage: { sizeInGiB: 50 } });
    expect(await inFakeTime(call)).toMatchObject({ baseArn });
    expect(world.verifier.runs).toHaveLength(1);
  });

  it("registers nothing if what the newer base refers to is missing", async () => {
    const world = newVerifiedWorld((subject) => (subject.endsWith(":2") ? "failed" : "ok"));
    const call = rejectionOf(world.cloner.clone(toUser(1)));
    await pass(500);
    const baseArn = deploy(world, "2");
    expect(await inFakeTime(call)).toMatchObject({ name: "FailedVerificationError", baseArn });
    expect(world.active()).toStrictEqual([]);
  });

  it("says of the base that it registers alone what could not be decided", async () => {
    const world = newVerifiedWorld((subject) => (subject.endsWith(":2026.9.3") ? "unknown" : "ok"));
    const call = world.cloner.clone(toUser(1));
    await pass(500);
    deploy(world, "2");
    expect(await inFakeTime(call)).toMatchObject({ warnings: [] });
  });

  it("reuses the current clone after all if the base has changed back meanwhile", async () => {
    const world = newVerifiedWorld();
    const [current = ""] = await inFakeTime(provision(world.newCloner({ verify: undefined }), 1));
    deploy(world, "2");
    const call = world.cloner.reclone(current);
    await pass(500);
    world.ecs.register(baseInput);
    expect(await inFakeTime(call)).toMatchObject({ arn: current, reused: true });
  });
});

describe("a call whose base changes again and again while it verifies", () => {
  /** The call of the first user, with a base deployed in each of so many verifications. */
  async function withDeploys(world: ReturnType<typeof newVerifiedWorld>, count: number) {
    const call = world.cloner.clone(toUser(1));
    for (let number = 1; number <= count; number += 1) {
      await pass(500);
      while (world.verifier.runs.length < number) await pass(50);
      deploy(world, `deploy-${number}`);
    }
    return await inFakeTime(call);
  }

  it("gives its turn back twice", async () => {
    const world = newVerifiedWorld();
    expect(await withDeploys(world, 2)).toMatchObject({ baseArn: toArn(baseFamily, 3) });
    expect(world.verifier.runs).toStrictEqual([["2026.9.3", "v0.43.3"], ["deploy-1"], ["deploy-2"]]);
  });

  it("then verifies in its turn, and registers what it has verified", async () => {
    const world = newVerifiedWorld();
    // The fourth comes while the third is verified in the call's turn.
    expect(await withDeploys(world, 4)).toMatchObject({ baseArn: toArn(baseFamily, 4) });
    expect(world.verifier.runs.slice(1)).toStrictEqual([["deploy-1"], ["deploy-2"], ["deploy-3"]]);
    expect(steps(world)).toStrictEqual(["Describe", "Describe", "Describe", "Describe", "Register"]);
  });
});

describe("a call that gave its turn back", () => {
  it("goes before those who wait", async () => {
    const world = newVerifiedWorld();
    const { ecs, cloner, newCloner } = world;
    const unverified = newCloner({ verify: undefined });
    const order: string[] = [];
    const note = (number: number, call: Promise<unknown>) => call.then(() => order.push(`user_${number}`));
    const first = note(1, cloner.clone(toUser(1)));
    await pass(500);
    deploy(world, "2");
    // From 1200 on, the call verifies the second base. Others wait for a registration that is slow.
    await pass(1000);
    ecs.fail({ operation: "RegisterTaskDefinition", delayMs: 3000 });
    const others = [2, 3, 4].map((number) => note(number, unverified.clone(toUser(number))));
    await inFakeTime(Promise.all([first, ...others]));
    expect(order).toStrictEqual(["user_2", "user_1", "user_3", "user_4"]);
    expect(ecs.revisions(cloneFamily)).toHaveLength(4);
  });

  it("does not hold up those who wait meanwhile", async () => {
    const world = newVerifiedWorld();
    const first = world.cloner.clone(toUser(1));
    await pass(500);
    deploy(world, "2");
    await pass(800);
    const startedAt = performance.now();
    await inFakeTime(world.newCloner({ verify: undefined }).clone(toUser(2)));
    expect(performance.now() - startedAt).toBe(200);
    await inFakeTime(first);
  });
});

describe("two calls of one family", () => {
  it("each verify what a base has brought that was deployed meanwhile, and each register it", async () => {
    const world = newVerifiedWorld();
    const both = Promise.all([1, 2].map((number) => world.cloner.clone(toUser(number))));
    await pass(500);
    const baseArn = deploy(world, "2");
    const clones = await inFakeTime(both);
    expect(clones.map((clone) => clone.baseArn)).toStrictEqual([baseArn, baseArn]);
    const images = ["2026.9.3", "v0.43.3"];
    expect(world.verifier.runs).toStrictEqual([images, images, ["2"], ["2"]]);
  });

  it("do not wait for each other if the base that one of them waits with has to be verified", async () => {
    const world = newVerifiedWorld();
    world.ecs.fail({ operation: "RegisterTaskDefinition", delayMs: 500 });
    const both = Promise.all([1, 2].map((number) => world.cloner.clone(toUser(number))));
    // The first has read the base once more, and registers; the second reads.
    await pass(1250);
    const baseArn = deploy(world, "2");
    const third = world.newCloner({ verify: undefined }).clone(toUser(3));
    expect(await inFakeTime(third)).toMatchObject({ baseArn, revision: 2 });
    const clones = await inFakeTime(both);
    expect(clones.map(({ revision }) => revision)).toStrictEqual([1, 3]);
    expect(clones.map((clone) => clone.baseArn)).toStrictEqual([toArn(baseFamily, 1), baseArn]);
  });

  it("fail and succeed each for themselves", async () => {
    const failing: Verifier = scriptedVerifier(() => "failed", 1000);
    const world = newVerifiedWorld();
    const one = rejectionOf(world.newCloner({ verify: failing }).clone(toUser(1)));
    const other = world.cloner.clone(toUser(2));
    expect(await inFakeTime(one)).toMatchObject({ name: "FailedVerificationError", userId: "user_1" });
    expect(await inFakeTime(other)).toMatchObject({ userId: "user_2", revision: 1 });
  });
});

describe("an abort while a call verifies", () => {
  const reason = new Error("no longer wanted");

  it.each([
    ["outside its turn", 0],
    ["after it gave its turn back", 1],
    ["in its turn", 3],
  ])("%s ends it at once, registers nothing, and lets others go on", async (_, deploys) => {
    const world = newVerifiedWorld();
    const controller = new AbortController();
    const aborted = rejectionOf(world.cloner.clone(toUser(1), { signal: controller.signal }));
    for (let number = 1; number <= deploys; number += 1) {
      while (world.verifier.runs.length < number) await pass(50);
      deploy(world, `deploy-${number}`);
    }
    while (world.verifier.runs.length <= deploys) await pass(50);
    controller.abort(reason);
    expect(await aborted).toBe(reason);
    expect(world.active()).toStrictEqual([]);
    await inFakeTime(world.newCloner({ verify: undefined }).clone(toUser(2)));
    expect(world.active()).toHaveLength(1);
  });

  it("aborts the verifier", async () => {
    const signals: (AbortSignal | undefined)[] = [];
    const run: Verifier["run"] = (_, { signal } = {}) => {
      signals.push(signal);
      return new Promise(() => {});
    };
    const { cloner } = newVerifiedWorld(undefined, { verify: { ...scriptedVerifier(), run } });
    const controller = new AbortController();
    const aborted = rejectionOf(cloner.clone(toUser(1), { signal: controller.signal }));
    await pass(150);
    controller.abort(reason);
    expect(await aborted).toBe(reason);
    expect(signals.map((signal) => signal?.reason)).toStrictEqual([reason]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("a verifier that hangs", () => {
  const hanging: Verifier = { ...scriptedVerifier(), run: () => new Promise(() => {}) };
  const limits = { deadlineMs: 2000, requestTimeoutMs: 500 };

  it("is waited for as long as for ECS while it is busy, and leaves everything unknown", async () => {
    const { cloner } = newVerifiedWorld(undefined, { verify: hanging, ...limits });
    const startedAt = performance.now();
    const { warnings } = await inFakeTime(cloner.clone(toUser(1)));
    expect(performance.now() - startedAt).toBe(2300);
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toContain("The verifier gave no answer within 2000 ms.");
    expect(vi.getTimerCount()).toBe(0);
  });

  it("has the time of a request at least", async () => {
    const { cloner } = newVerifiedWorld(undefined, { verify: hanging, deadlineMs: 0, requestTimeoutMs: 500 });
    const startedAt = performance.now();
    await inFakeTime(cloner.clone(toUser(1)));
    expect(performance.now() - startedAt).toBe(800);
  });

  it('registers nothing with `unverified: "refuse"`', async () => {
    const { cloner, active } = newVerifiedWorld(undefined, { verify: hanging, unverified: "refuse", ...limits });
    expect(await inFakeTime(rejectionOf(cloner.clone(toUser(1))))).toMatchObject({ name: "FailedVerificationError" });
    expect(active()).toStrictEqual([]);
  });
});
