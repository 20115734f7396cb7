import { describe, expect, it } from "vitest";
import { baseFamily, baseInput, cloneFamily, toArn, toUser, typicalUser } from "../cast.ts";
import { newWorld } from "../world.ts";
import { withOpenclaw } from "./registered.ts";

describe("inspect", () => {
  it("returns the clone's user and base, and the user-specific parts", async () => {
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
      warnings: [],
      user: typicalUser,
    });
    expect(count("RegisterTaskDefinition")).toBe(1);
  });

  it("leaves the user-specific parts out when printed, spread or serialized", async () => {
    const { cloner } = newWorld();
    const { arn } = await cloner.clone(typicalUser);
    const inspection = await cloner.inspect(arn);
    expect(Object.keys(inspection)).not.toContain("user");
    expect(JSON.stringify(inspection)).not.toContain("hunter2");
  });

  it("reports that the clone is out of date if the newest base differs", async () => {
    const { ecs, cloner } = newWorld();
    const { arn } = await cloner.clone(toUser(1));
    const newestBaseArn = ecs.register(withOpenclaw({ command: ["node"] }));
    expect(await cloner.inspect(arn)).toMatchObject({
      baseArn: toArn(baseFamily, 1),
      newestBaseArn,
      isUpToDate: false,
    });
  });

  it("reports that the clone is up to date if a newer base has the same content", async () => {
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
