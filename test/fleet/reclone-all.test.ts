import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { InvalidInputError } from "../../src/errors.ts";
import { type RecloneOutcome, recloneAll } from "../../src/fleet/index.ts";
import { toFound } from "../../src/parse-input.ts";
import type { Clone } from "../../src/results.ts";
import { baseFamily, baseInput, cloneFamily, toArn, toUser } from "../cast.ts";
import { fakeTime, inFakeTime } from "../fake-time.ts";
import { newTimedWorld, newWorld, provision, rejectionOf } from "../world.ts";
import { collect, toArns } from "./collect.ts";

beforeEach(() => {
  vi.useFakeTimers(fakeTime);
});

afterEach(() => {
  vi.useRealTimers();
});

describe("recloneAll", () => {
  it("moves each user to the newest base with their user-specific parts", async () => {
    const world = newWorld();
    const arns = await provision(world.cloner, 0, 1, 2);
    const baseArn = world.ecs.register({ ...baseInput, cpu: "1024", memory: "2048" });
    const outcomes = await collect(recloneAll(world.cloner, arns, { concurrency: 1 }));
    expect(outcomes).toMatchObject(
      arns.map((arn, index) => ({
        arn,
        index,
        status: "fulfilled",
        value: { userId: `user_${index}`, baseArn, reused: false },
        progress: { done: index + 1, failed: 0, reused: 0, remaining: 2 - index },
      })),
    );
    for (const [index, arn] of toArns(outcomes).entries()) {
      expect((await world.cloner.inspect(arn)).user).toStrictEqual(toUser(index));
    }
  });

  it("applies the same changes to every user", async () => {
    const world = newWorld();
    const arns = await provision(world.cloner, 0, 1);
    const changes = { environment: { CODEX_HOME: null }, tags: { wave: "2" } };
    const outcomes = await collect(recloneAll(world.cloner, arns, { changes, concurrency: 1 }));
    for (const [index, arn] of toArns(outcomes).entries()) {
      const { userId, accessPointId, secrets } = toUser(index);
      expect((await world.cloner.inspect(arn)).user).toStrictEqual({
        userId,
        accessPointId,
        secrets,
        tags: { wave: "2" },
      });
    }
  });

  it("calls `deploy` with each clone", async () => {
    const { cloner, newCloner } = newWorld();
    const { arn } = await cloner.clone(toUser(1));
    const deployed: string[] = [];
    const deploy = (clone: Clone): unknown => deployed.push(clone.arn);
    await collect(recloneAll(newCloner({ size: { cpu: 1024, memory: 4096 } }), [arn], { deploy }));
    expect(deployed).toStrictEqual([toArn(cloneFamily, 2)]);
  });

  it("reuses every clone of an unchanged base, so that it can be run again after a crash", async () => {
    const world = newWorld();
    const arns = await provision(world.cloner, ...Array(6).keys());
    world.ecs.register({ ...baseInput, cpu: "1024", memory: "2048" });
    const stored = [...arns];
    for await (const outcome of recloneAll(world.cloner, arns, { concurrency: 1 })) {
      if (outcome.status === "fulfilled") stored[outcome.index] = outcome.value.arn;
      if (outcome.index === 3) break;
    }
    const again = await collect(recloneAll(world.cloner, stored, { concurrency: 1 }));
    expect(again.at(-1)?.progress).toMatchObject({ done: 6, failed: 0, reused: 4 });
    const third = await collect(recloneAll(world.cloner, toArns(again)));
    expect(third.at(-1)?.progress).toMatchObject({ done: 6, failed: 0, reused: 6 });
  });

  it("reports what is wrong with an ARN in its outcome, and continues with the others", async () => {
    const world = newWorld();
    const [arn = ""] = await provision(world.cloner, 0);
    const base = toArn(baseFamily, 1);
    const gone = toArn(cloneFamily, 9);
    // @ts-expect-error a number is no ARN
    const outcomes = await collect(recloneAll(world.cloner, [base, "web", gone, 5, arn], { concurrency: 1 }));
    expect(outcomes.map((outcome) => (outcome.status === "rejected" ? outcome.reason : outcome.value))).toMatchObject([
      { name: "NotACloneError" },
      { name: "InvalidInputError" },
      { name: "NotACloneError" },
      { name: "InvalidInputError" },
      { arn, reused: true },
    ]);
    expect(outcomes.map((outcome) => outcome.arn)).toStrictEqual([base, "web", gone, 5, arn]);
  });

  it.each(Array.from({ length: 8 }, (_, index) => index * 90 + 20))(
    "when aborted after %d ms, leaves ACTIVE what was there and what it returned",
    async (milliseconds) => {
      const world = newTimedWorld();
      const arns = await inFakeTime(provision(world.cloner, ...Array(6).keys()));
      world.ecs.register({ ...baseInput, cpu: "1024", memory: "2048" });
      const controller = new AbortController();
      const reason = new Error("enough");
      setTimeout(() => controller.abort(reason), milliseconds);
      const outcomes: RecloneOutcome[] = [];
      const options = { concurrency: 2, signal: controller.signal };
      expect(await inFakeTime(rejectionOf(collect(recloneAll(world.cloner, arns, options), outcomes)))).toBe(reason);
      expect(world.active()).toStrictEqual([...arns, ...toArns(outcomes)]);
    },
  );

  it.each([
    ["invalid changes", { changes: { size: { cpu: "1024" } } }],
    ["a `current`", { current: () => undefined }],
    ["a concurrency of 0", { concurrency: 0 }],
  ])("rejects %s when it is called", (_, options) => {
    const { ecs, cloner } = newWorld();
    // @ts-expect-error the options are of a wrong type
    const call = () => recloneAll(cloner, [], options);
    expect(call).toThrow(InvalidInputError);
    expect(call).toThrow(/options of recloneAll|Invalid changes/);
    expect(ecs.calls).toStrictEqual([]);
  });

  it.each([[undefined], ["arn:aws:ecs"], [{}]])("rejects %j as ARNs", (arns) => {
    // @ts-expect-error they are no ARNs
    expect(() => recloneAll(newWorld().cloner, arns)).toThrow(
      new InvalidInputError(`Invalid arns: expected an iterable or an async iterable, got ${toFound(arns)}.`),
    );
  });
});
