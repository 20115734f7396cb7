import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { InvalidInputError } from "../../src/errors.ts";
import { type PruneOptions, prune } from "../../src/fleet/index.ts";
import { cloneFamily, toArn } from "../cast.ts";
import { fakeTime, inFakeTime } from "../fake-time.ts";
import { newWorld, provision, rejectionOf, type World } from "../world.ts";
import { real, run } from "./pruning.ts";

beforeEach(() => {
  vi.useFakeTimers(fakeTime);
});

afterEach(() => {
  vi.useRealTimers();
});

const arn = toArn(cloneFamily, 1);

async function* lazily<Value>(values: readonly Value[]): AsyncGenerator<Value> {
  yield* values;
}

/** A user with three clones, of which the oldest is not needed. */
async function prepare(): Promise<World> {
  const world = newWorld();
  await provision(world.cloner, 1, 1, 1);
  world.ecs.clearCalls();
  return world;
}

describe("`inUse` of prune", () => {
  const wrong = [
    `${cloneFamily}:1`,
    "arn:aws:ecs:us-east-1:111122223333:service/users/user_1",
    "arn:aws:ecs:us-east-1:111122223333:task/users/0123456789abcdef0",
    ` ${arn}`,
    `${arn} `,
    "",
    arn.slice(0, -2),
    "unknown",
  ];

  it.each(wrong)("refuses %j, in a list or a set, when it is called", async (value) => {
    const { ecs, cloner } = await prepare();
    for (const inUse of [[arn, value], new Set([arn, value])]) {
      expect(() => prune(cloner, { ...real, inUse })).toThrow(InvalidInputError);
      expect(() => prune(cloner, { ...real, inUse })).toThrow(`${JSON.stringify(value)}. Nothing was deregistered`);
    }
    expect(ecs.calls).toStrictEqual([]);
  });

  it.each(wrong)("refuses %j from an iterable that can be read once, before it asks ECS anything", async (value) => {
    const { ecs, cloner } = await prepare();
    const values = [arn, value];
    for (const inUse of [lazily(values), values.values()]) {
      const error = await rejectionOf(prune(cloner, { ...real, inUse }).complete());
      expect(error).toBeInstanceOf(InvalidInputError);
      expect(String(error)).toContain(JSON.stringify(value));
    }
    expect(ecs.calls).toStrictEqual([]);
  });

  it.each([[undefined], [null], [1], [1n], [{ arn }], [[arn]], [() => arn]])(
    "refuses %s among the ARNs",
    async (value) => {
      const { cloner } = await prepare();
      // @ts-expect-error it is no text
      const error = await rejectionOf(prune(cloner, { ...real, inUse: lazily([value]) }).complete());
      expect(error).toBeInstanceOf(InvalidInputError);
    },
  );

  it("shows what it refuses without control characters, and in bounds", () => {
    const { cloner } = newWorld();
    const shown = ["\u001b[31mred", "\u0085\u009b", "\u2028\u202e"].concat(
      Array.from({ length: 10_000 }, () => "x".repeat(10_000)),
    );
    for (const inUse of [shown, [...shown].reverse(), ["\u0000".repeat(100_000)]]) {
      let message = "";
      try {
        prune(cloner, { inUse });
      } catch (error) {
        message = String(error);
      }
      expect(message).toMatch(/^InvalidInputError/);
      expect(message).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
      expect(message.length).toBeLessThan(3000);
    }
  });

  it("says how many others it refuses", () => {
    const { cloner } = newWorld();
    expect(() => prune(cloner, { inUse: ["a", "b", "c"] })).toThrow('"a", "b", "c". Nothing');
    expect(() => prune(cloner, { inUse: ["a", "b", "c", "d", "e"] })).toThrow('"a", "b", "c" and 2 more. Nothing');
  });

  it.each([
    ["region", arn.replace("us-east-1", "eu-west-1")],
    ["account", arn.replace("111122223333", "444455556666")],
    ["partition", arn.replace("arn:aws:", "arn:aws-cn:")],
  ])("refuses ARNs of another %s than the clones', before anything is deregistered", async (_, foreign) => {
    const world = await prepare();
    const error = await rejectionOf(inFakeTime(run(world, { ...real, inUse: [arn, foreign] })));
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(String(error)).toContain(JSON.stringify(foreign));
    expect(String(error)).not.toContain(JSON.stringify(arn));
    expect(String(error)).toContain("foreignArns");
    expect(world.operations()).toStrictEqual(["ListTaskDefinitions"]);
  });

  it("may hold ARNs of other accounts and regions if an option says so", async () => {
    const world = await prepare();
    await provision(world.cloner, 1);
    const foreign = toArn(cloneFamily, 2).replace("us-east-1", "eu-west-1");
    const options: PruneOptions = { ...real, inUse: [arn, foreign], foreignArns: "ignore" };
    await inFakeTime(run(world, options));
    expect(world.active()).toStrictEqual([1, 3, 4].map((revision) => toArn(cloneFamily, revision)));
  });

  it("is judged by the revisions of all families, ACTIVE or to be deleted", async () => {
    const world = newWorld();
    await provision(world.cloner, 1);
    world.ecs.deregister(arn);
    const inUse = [arn.replace("us-east-1", "eu-west-1")];
    const families = ["of-nobody", cloneFamily];
    const options = { ...real, inUse, families, deleteInactive: true };
    expect(await rejectionOf(inFakeTime(run(world, options)))).toBeInstanceOf(InvalidInputError);
    expect(world.ecs.revisions(cloneFamily)).toHaveLength(1);
  });

  it("is not judged by account and region in families without revisions, since there is nothing to do", async () => {
    const world = newWorld();
    expect(await run(world, { ...real, inUse: [arn] })).toStrictEqual([]);
  });
});
