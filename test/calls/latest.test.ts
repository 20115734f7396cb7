import { describe, expect, it } from "vitest";
import { familyPerUser } from "../../src/derivation/family-per-user.ts";
import { InvalidInputError, NotACloneError } from "../../src/errors.ts";
import { baseFamily, baseInput, toArn, toUser } from "../cast.ts";
import { newWorld, rejectionOf } from "../world.ts";

const newOwnWorld = () => newWorld({}, { cloneFamily: familyPerUser });
const user = toUser(1);
const { userId } = user;
const family = familyPerUser(userId, baseFamily);
const size = { cpu: 1024, memory: 4096 };

describe('clone with `current: "latest"`', () => {
  it("can be repeated without an ARN", async () => {
    const { cloner, active } = newOwnWorld();
    const first = await cloner.clone(user, { current: "latest" });
    expect(first).toMatchObject({ arn: toArn(family, 1), reused: false });
    expect(await cloner.clone(user, { current: "latest" })).toStrictEqual({ ...first, reused: true });
    expect(active(family)).toStrictEqual([first.arn]);
  });

  it("asks for the base and the latest clone only, side by side", async () => {
    const { ecs, cloner, operations } = newOwnWorld();
    await cloner.clone(user);
    ecs.clearCalls();
    await cloner.clone(user, { current: "latest" });
    expect(operations()).toStrictEqual(["DescribeTaskDefinition", "DescribeTaskDefinition"]);
  });

  it("takes an undeployed clone for the latest", async () => {
    const { cloner, active } = newOwnWorld();
    const attempt = { token: "job-1" };
    const deploy = () => Promise.reject(new Error("the process died"));
    await rejectionOf(cloner.clone(user, { current: "latest", attempt, deploy }));
    expect(await cloner.clone(user, { current: "latest", attempt })).toMatchObject({ revision: 1, reused: true });
    expect(active(family)).toHaveLength(1);
  });

  it("passes over revisions that are not clones", async () => {
    const { ecs, cloner } = newOwnWorld();
    const { arn } = await cloner.clone(user);
    ecs.register({ ...baseInput, family });
    expect(await cloner.clone(user, { current: "latest" })).toMatchObject({ arn, reused: true });
  });

  it("registers another if the family holds nothing that is a clone", async () => {
    const { ecs, cloner } = newOwnWorld();
    ecs.register({ ...baseInput, family });
    expect(await cloner.clone(user, { current: "latest" })).toMatchObject({ revision: 2, reused: false });
  });

  it("refuses another user's clone in the family", async () => {
    const world = newWorld({}, { cloneFamily: () => "everybody" });
    await world.cloner.clone(toUser(2));
    expect(await rejectionOf(world.cloner.clone(user, { current: "latest" }))).toStrictEqual(
      new InvalidInputError(
        `Family everybody is to be user "user_1"'s own, and its clone ${toArn("everybody", 1)} is another user's. Have the option \`cloneFamily\` give every ` +
          "user a family, as `familyPerUser` does.",
      ),
    );
  });

  it("refuses a family that users share, before anything is asked of ECS", async () => {
    const world = newWorld();
    expect(await rejectionOf(world.cloner.clone(user, { current: "latest" }))).toStrictEqual(
      new InvalidInputError(
        "clone, `current: \"latest\"`: all users share the family isol8-dev-openclaw-user, so its latest clone may be anybody's. Pass the ARN of the user's " +
          "clone, or give every user a family: `cloneFamily: familyPerUser`.",
      ),
    );
    expect(world.operations()).toStrictEqual([]);
  });

  it("registers one clone for two calls at once", async () => {
    const { cloner, active } = newOwnWorld();
    await cloner.clone(user);
    const changed = { ...user, size };
    const clones = await Promise.all([1, 2].map(() => cloner.clone(changed, { current: "latest" })));
    expect(clones.map(({ arn, reused }) => [arn, reused])).toStrictEqual([
      [toArn(family, 2), false],
      [toArn(family, 2), true],
    ]);
    expect(active(family)).toHaveLength(2);
  });
});

describe("a user in place of an ARN", () => {
  it("stands for the user's latest clone in reclone, resize and inspect", async () => {
    const { cloner } = newOwnWorld();
    await cloner.clone(user);
    await cloner.clone(toUser(2));
    expect(await cloner.resize({ userId }, size)).toMatchObject({ arn: toArn(family, 2), userId });
    expect(await cloner.inspect({ userId })).toMatchObject({ arn: toArn(family, 2), isUpToDate: true });
    expect(await cloner.reclone({ userId })).toMatchObject({ arn: toArn(family, 2), reused: true });
    expect(await cloner.resize({ userId }, size)).toMatchObject({ arn: toArn(family, 2), reused: true });
  });

  it("stands for all of the user's ACTIVE clones in retire", async () => {
    const { cloner, active, events } = newOwnWorld();
    await cloner.clone(user);
    await cloner.resize({ userId }, size);
    const other = await cloner.clone(toUser(2));
    await cloner.retire({ userId });
    expect(active(family)).toStrictEqual([]);
    expect(active(other.family)).toHaveLength(1);
    expect(events.filter(({ type }) => type === "retired")).toHaveLength(2);
    await cloner.retire({ userId });
  });

  it("retires nothing if another user's clone is in the family", async () => {
    const { cloner, active } = newWorld({}, { cloneFamily: () => "everybody" });
    await cloner.clone(toUser(2));
    await cloner.clone(user);
    expect(await rejectionOf(cloner.retire({ userId }))).toBeInstanceOf(InvalidInputError);
    expect(active("everybody")).toHaveLength(2);
  });

  it.each(["reclone", "inspect"] as const)("has no clone to %s", async (call) => {
    const { cloner } = newOwnWorld();
    expect(await rejectionOf(cloner[call]({ userId }))).toStrictEqual(
      new NotACloneError(family, 'the family holds no ACTIVE clone of user "user_1".'),
    );
  });

  it.each([
    ["reclone", {}],
    ["resize", size],
    ["inspect", {}],
    ["retire", {}],
  ] as const)("is refused by %s if users share a family", async (call, argument) => {
    const { cloner, operations } = newWorld();
    // The cast: each call gets an argument of its own kind.
    const run = cloner[call].bind(cloner) as (ref: { userId: string }, argument: unknown) => Promise<unknown>;
    expect(await rejectionOf(run({ userId }, argument))).toMatchObject({
      name: "InvalidInputError",
      message: expect.stringMatching(new RegExp(`^${call}: all users share the family isol8-dev-openclaw-user`)),
    });
    expect(operations()).toStrictEqual([]);
  });

  it.each([{ userId: "" }, { userId: 7 }, { userId, more: true }])("is refused as %j", async (wrong) => {
    const { cloner } = newOwnWorld();
    // @ts-expect-error: some are no users
    expect(await rejectionOf(cloner.inspect(wrong))).toBeInstanceOf(InvalidInputError);
  });
});
