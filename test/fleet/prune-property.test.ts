import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { prune } from "../../src/fleet/index.ts";
import { baseFamily, baseInput, toUser } from "../cast.ts";
import { newWorld, type World } from "../world.ts";
import { toShuffling } from "./listings.ts";

const families = ["a", "b", "c"];

/** A revision to register: a clone of this cloner, or one of the things that are not. */
const stepArbitrary = fc.record({
  family: fc.constantFrom(...families),
  user: fc.integer({ min: 1, max: 3 }),
  registeredAt: fc.integer({ min: 0, max: 6 }),
  kind: fc.constantFrom("clone", "clone", "clone", "clone", "unrecorded", "copy", "of another base"),
  isInUse: fc.boolean(),
});

const caseArbitrary = fc.record({
  steps: fc.array(stepArbitrary, { maxLength: 24 }),
  named: fc.array(fc.constantFrom(...families), { minLength: 1, maxLength: 4 }),
  keep: fc.integer({ min: 1, max: 3 }),
  order: fc.array(fc.nat(), { minLength: 24, maxLength: 24 }),
});

type Step = (typeof stepArbitrary extends fc.Arbitrary<infer Value> ? Value : never) & { readonly arn: string };

const toRevision = (arn: string): number => Number(arn.split(":").at(-1));

async function register(world: World, step: Omit<Step, "arn">): Promise<string> {
  const { family, user, kind } = step;
  if (kind === "unrecorded") return world.ecs.register({ ...baseInput, family });
  const options = kind === "of another base" ? { baseFamily: "other" } : {};
  const cloneFamily = kind === "copy" ? "elsewhere" : family;
  const { arn } = await world.newCloner({ ...options, cloneFamily }).clone(toUser(user));
  return kind === "copy" ? world.ecs.register({ ...world.registered("elsewhere"), family }) : arn;
}

/** Whether it is one of its user's newest whatever order those of the same time and revision are put in. */
function isAmongNewest(step: Step, clones: readonly Step[], keep: number): boolean {
  const atLeastAsNew = clones.filter((other) => other !== step && other.user === step.user && !isNewer(step, other));
  return atLeastAsNew.length < keep;
}

function isNewer(step: Step, other: Step): boolean {
  if (step.registeredAt !== other.registeredAt) return step.registeredAt > other.registeredAt;
  return toRevision(step.arn) > toRevision(other.arn);
}

describe("prune, whatever the families hold and in whatever order ECS lists it", () => {
  it("never deregisters what is in use, a user's newest clones, or what is not a clone of this cloner", async () => {
    const property = fc.asyncProperty(caseArbitrary, async ({ steps, named, keep, order }) => {
      let now = 0;
      const world = newWorld({ clock: { now: () => now, sleep: async () => {} } });
      world.ecs.register({ ...baseInput, family: "other" });
      const registered: Step[] = [];
      for (const step of steps) {
        now = 1_800_000_000_000 + step.registeredAt * 1000;
        registered.push({ ...step, arn: await register(world, step) });
      }
      const shuffle = (arns: readonly unknown[]): unknown[] =>
        arns
          .map((arn, index) => ({ arn, rank: order[index] ?? 0 }))
          .sort((one, other) => one.rank - other.rank)
          .map(({ arn }) => arn);
      const client = toShuffling(world.ecs.client(), shuffle);
      const inUse = registered.flatMap(({ isInUse, arn }) => (isInUse ? [arn] : []));
      const cloner = world.newCloner({ client, cloneFamily: () => "a" });
      await prune(cloner, { inUse, keep, families: named, dryRun: false, perSecond: 1e6 }).complete();

      const clones = registered.filter(({ kind, family }) => kind === "clone" && named.includes(family));
      const gone = new Set(world.ecs.revisions().flatMap(({ arn, status }) => (status === "ACTIVE" ? [] : [arn])));
      for (const step of registered) {
        const { arn } = step;
        const isNeeded = inUse.includes(arn) || !clones.includes(step) || isAmongNewest(step, clones, keep);
        if (isNeeded) expect(gone).not.toContain(arn);
        const newer = clones.filter((other) => other.user === step.user && isNewer(other, step));
        if (clones.includes(step) && !inUse.includes(arn) && newer.length >= keep) expect(gone).toContain(arn);
      }
      expect(world.active(baseFamily)).toHaveLength(1);
    });
    await fc.assert(property, { numRuns: 60 });
  });
});
