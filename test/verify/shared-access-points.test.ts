import { describe, expect, it } from "vitest";
import { listClones } from "../../src/fleet/index.ts";
import { findSharedAccessPoints } from "../../src/verify/shared-access-points.ts";
import { toUser } from "../cast.ts";
import { newWorld } from "../world.ts";

const clone = (userId: string, revision: number, accessPoints: Readonly<Record<string, string>>) => ({
  arn: `arn:${revision}`,
  userId,
  accessPoints,
});

describe("findSharedAccessPoints", () => {
  it("finds the access points of several users, whatever volume they are on", () => {
    const clones = [
      clone("b", 1, { home: "fsap-2" }),
      clone("a", 2, { data: "fsap-2", home: "fsap-1" }),
      clone("c", 3, { home: "fsap-1" }),
      clone("d", 4, { home: "fsap-3" }),
    ];
    const shared = [
      { accessPoint: "fsap-1", userIds: ["a", "c"], arns: ["arn:2", "arn:3"] },
      { accessPoint: "fsap-2", userIds: ["a", "b"], arns: ["arn:1", "arn:2"] },
    ];
    expect(findSharedAccessPoints(clones)).toStrictEqual(shared);
    expect(findSharedAccessPoints(clones.toReversed())).toStrictEqual(shared);
  });

  it("takes the clones of a fleet as they are listed", async () => {
    const { cloner } = newWorld();
    const { arn } = await cloner.clone(toUser(1));
    const other = await cloner.clone({ ...toUser(2), accessPointId: toUser(1).accessPointId });
    await cloner.clone(toUser(3));
    expect(findSharedAccessPoints(await listClones(cloner).complete())).toStrictEqual([
      { accessPoint: toUser(1).accessPointId, userIds: ["user_1", "user_2"], arns: [arn, other.arn] },
    ]);
  });

  it("lets the clones of one user, and the volumes of one clone, share what they like", () => {
    const clones = [
      clone("a", 1, { home: "fsap-1", data: "fsap-1" }),
      clone("a", 2, { home: "fsap-1" }),
      clone("b", 3, {}),
    ];
    expect(findSharedAccessPoints(clones)).toStrictEqual([]);
  });
});
