import { describe, expect, it } from "vitest";
import { familyPerUser } from "../../src/derivation/family-per-user.ts";
import { audit, listClones, prune } from "../../src/fleet/index.ts";
import { ManualClock } from "../../src/testing/index.ts";
import { baseFamily, baseInput, cloneFamily, toArn, toUser, toUsers } from "../cast.ts";
import { newWorld } from "../world.ts";
import { collect } from "./collect.ts";

const own = { cloneFamily: familyPerUser };
const familyOf = (number: number): string => familyPerUser(toUser(number).userId, baseFamily);

/** Users of whom the first has a clone in the family that all shared, and each has one in a family of their own. */
async function newMovedWorld() {
  const clock = new ManualClock();
  const world = newWorld({ clock }, own);
  await world.newCloner({ cloneFamily: undefined }).clone(toUser(0));
  await clock.advance(1000);
  for (const user of toUsers(3)) await world.cloner.clone(user);
  world.ecs.clearCalls();
  return world;
}

describe("the fleet of users who have a family each", () => {
  it("is listed, with those who are still in the shared family", async () => {
    const { cloner } = await newMovedWorld();
    const clones = await collect(listClones(cloner));
    expect(clones.map(({ family, userId }) => [family, userId])).toStrictEqual([
      [cloneFamily, "user_0"],
      [familyOf(0), "user_0"],
      [familyOf(1), "user_1"],
      [familyOf(2), "user_2"],
    ]);
  });

  it("is found page by page", async () => {
    const { cloner } = newWorld({}, own);
    for (const user of toUsers(101)) await cloner.clone(user);
    expect(await collect(listClones(cloner))).toHaveLength(101);
  });

  it("is pruned over both families of a user", async () => {
    const { cloner, active } = await newMovedWorld();
    const summary = await prune(cloner, { inUse: [], keep: 1, dryRun: false, perSecond: 1e9 }).complete();
    expect(summary).toMatchObject({ deregistered: 1, failed: 0 });
    expect(active(cloneFamily)).toStrictEqual([]);
    expect(active(familyOf(0))).toHaveLength(1);
  });

  it("is cleared of deregistered clones, also in families that have no other", async () => {
    const { cloner, ecs } = await newMovedWorld();
    await cloner.retire({ userId: "user_1" });
    const options = { inUse: [], keep: 1, dryRun: false, deleteInactive: true, perSecond: 1e9 };
    await prune(cloner, options).complete();
    expect(ecs.revisions(familyOf(1)).filter(({ status }) => status === "INACTIVE")).toStrictEqual([]);
  });

  it("does not take another base's clones for its own", async () => {
    const world = await newMovedWorld();
    const otherBase = `${baseFamily}-user`;
    world.ecs.register({ ...baseInput, family: otherBase });
    const other = await world.newCloner({ baseFamily: otherBase }).clone(toUser(7));
    expect(other.family).toBe(`${baseFamily}-user-user-user_7`);
    const clones = await collect(listClones(world.cloner));
    expect(clones.map(({ userId }) => userId)).not.toContain("user_7");
  });
});

/** A world in which families of users, and of something else, hold revisions without a record, next to what users no longer need. */
async function newWorldWithStrangers() {
  const clock = new ManualClock();
  const world = newWorld({ clock }, own);
  const { ecs, cloner } = world;
  for (const variation of ["1024", "2048"]) {
    ecs.register({ ...baseInput, cpu: variation, memory: "4096" });
    await cloner.clone(toUser(1));
    await clock.advance(1000);
  }
  const families = [cloneFamily, familyOf(1), familyOf(2), `${baseFamily}-user-service`];
  const strangers = families.map((family) => ecs.register({ ...baseInput, family }));
  await clock.advance(1000);
  return { ...world, strangers };
}

describe("strangers in families that are found by their names' beginning", () => {
  it.each([{ deleteInactive: false }, { deleteInactive: true }])(
    "are kept by prune, which says why (%j)",
    async ({ deleteInactive }) => {
      const { ecs, cloner, strangers } = await newWorldWithStrangers();
      const inactive = ecs.register({ ...baseInput, family: familyOf(2) });
      ecs.deregister(inactive);

      const options = { inUse: [], keep: 1, dryRun: false, deleteInactive, perSecond: 1e9 };
      const outcomes = await collect(prune(cloner, options));

      const reason =
        "is no clone of this cloner: it carries no record of its origin. For a clone from before this library, call `clone` with the whole user.";
      const ofStrangers = outcomes.filter(({ userId }) => userId === undefined);
      expect(ofStrangers.map(({ arn }) => arn).sort()).toStrictEqual([...strangers].sort());
      expect(new Set(ofStrangers.map((outcome) => outcome.reason))).toStrictEqual(new Set([reason]));
      expect(new Set(ofStrangers.map(({ action }) => action))).toStrictEqual(new Set(["keep"]));
      expect(outcomes.filter(({ action }) => action === "deregister").map(({ arn }) => arn)).toStrictEqual([
        toArn(familyOf(1), 1),
      ]);
      const status = new Map(ecs.revisions().map((revision) => [revision.arn, revision.status]));
      expect(strangers.map((arn) => status.get(arn))).toStrictEqual(strangers.map(() => "ACTIVE"));
      expect(status.get(inactive)).toBe("INACTIVE");
    },
  );

  it("show up in an audit of users' families, and of the one that all shared", async () => {
    const { cloner, strangers } = await newWorldWithStrangers();
    const [shared, ofUser] = strangers;
    const found = (await collect(audit(cloner))).filter(({ kind }) => kind !== "base");
    expect(found).toStrictEqual(
      [shared, ofUser].map((arn) => ({
        arn,
        kind: "unrecorded",
        reason: "carries no record: other code registered it into the clone family",
      })),
    );
  });
});

describe("audit of users who have a family each", () => {
  it("reports revisions in them that are not clones, and passes over families of something else", async () => {
    const { cloner, ecs } = await newMovedWorld();
    ecs.register({ ...baseInput, family: familyOf(1) });
    ecs.register({ ...baseInput, family: `${baseFamily}-user-service` });
    const found = await collect(audit(cloner));
    expect(found.map(({ arn, kind }) => [arn, kind])).toStrictEqual([
      [toArn(baseFamily, 1), "base"],
      [toArn(familyOf(1), 2), "unrecorded"],
    ]);
  });

  it("reports records that it cannot read, even where it can read no other", async () => {
    const { cloner, ecs } = newWorld({}, own);
    const [container, ...others] = baseInput.containerDefinitions ?? [];
    const dockerLabels = { "taskdef-cloner.clone": '{"version":99}' };
    const containerDefinitions = [{ ...container, dockerLabels }, ...others];
    ecs.register({ ...baseInput, containerDefinitions, family: familyOf(1) });
    expect(await collect(audit(cloner))).toMatchObject([
      { kind: "base" },
      { arn: toArn(familyOf(1), 1), kind: "unknown" },
    ]);
  });
});
