import { describe, expect, it } from "vitest";
import { baseFamily, baseInput, cloneFamily, toArn, toUser, typicalUser } from "../cast.ts";
import { newWorld } from "../world.ts";
import { withOpenclaw } from "./registered.ts";

describe("inspect", () => {
  it("tells whose clone it is, of which base, and what is the user's own", async () => {
    const { cloner, count } = newWorld();
    const { arn } = await cloner.clone(typicalUser);
    const inspection = await cloner.inspect(arn);
    expect({ ...inspection, user: inspection.user }).toStrictEqual({
      arn,
      family: cloneFamily,
      revision: 1,
      status: "ACTIVE",
      userId: typicalUser.userId,
      baseArn: toArn(baseFamily, 1),
      newestBaseArn: toArn(baseFamily, 1),
      isUpToDate: true,
      user: typicalUser,
    });
    expect(count("RegisterTaskDefinition")).toBe(1);
  });

  it("leaves the user's own out when it is printed, spread or serialised", async () => {
    const { cloner } = newWorld();
    const { arn } = await cloner.clone(typicalUser);
    const inspection = await cloner.inspect(arn);
    expect(Object.keys(inspection)).not.toContain("user");
    expect(JSON.stringify(inspection)).not.toContain("hunter2");
  });

  it("says that the newest base would give something else", async () => {
    const { ecs, cloner } = newWorld();
    const { arn } = await cloner.clone(toUser(1));
    const newestBaseArn = ecs.register(withOpenclaw({ command: ["node"] }));
    expect(await cloner.inspect(arn)).toMatchObject({
      baseArn: toArn(baseFamily, 1),
      newestBaseArn,
      isUpToDate: false,
    });
  });

  it("says that a newer base with the same content would give the same", async () => {
    const { ecs, cloner } = newWorld();
    const { arn } = await cloner.clone(toUser(1));
    const newestBaseArn = ecs.register(baseInput);
    expect(await cloner.inspect(arn)).toMatchObject({ newestBaseArn, isUpToDate: true });
  });

  it("reads a clone that is INACTIVE", async () => {
    const { ecs, cloner } = newWorld();
    const { arn } = await cloner.clone(toUser(1));
    ecs.deregister(arn);
    expect(await cloner.inspect(arn)).toMatchObject({ status: "INACTIVE", userId: "user_1" });
  });
});
