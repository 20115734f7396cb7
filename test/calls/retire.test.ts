import { describe, expect, it } from "vitest";
import { NotACloneError } from "../../src/errors.ts";
import { baseFamily, cloneFamily, toArn, toUser } from "../cast.ts";
import { newWorld, rejectionOf } from "../world.ts";

describe("retire", () => {
  it("deregisters the clone and no other", async () => {
    const { ecs, cloner, events, active } = newWorld();
    const { arn } = await cloner.clone(toUser(1));
    const { arn: kept } = await cloner.clone(toUser(2));
    events.length = 0;
    expect(await cloner.retire(arn)).toBeUndefined();
    expect(active()).toStrictEqual([kept]);
    expect(active(baseFamily)).toHaveLength(1);
    expect(ecs.revisions(cloneFamily)).toHaveLength(2);
    expect(events).toStrictEqual([{ type: "retired", arn, userId: "user_1", reason: "asked" }]);
  });

  it("does nothing if the clone is already INACTIVE", async () => {
    const { cloner, events, count } = newWorld();
    const { arn } = await cloner.clone(toUser(1));
    await cloner.retire(arn);
    events.length = 0;
    expect(await cloner.retire(arn)).toBeUndefined();
    expect(count("DeregisterTaskDefinition")).toBe(1);
    expect(events).toStrictEqual([]);
  });

  it("does nothing if the clone no longer exists", async () => {
    const { cloner, count } = newWorld();
    expect(await cloner.retire(toArn(cloneFamily, 5))).toBeUndefined();
    expect(count("DeregisterTaskDefinition")).toBe(0);
  });

  it("rejects a revision of the base family even if it no longer exists", async () => {
    const { cloner } = newWorld();
    expect(await rejectionOf(cloner.retire(toArn(baseFamily, 5)))).toStrictEqual(
      new NotACloneError(toArn(baseFamily, 5), "it is a revision of the base family, not a clone."),
    );
  });
});
