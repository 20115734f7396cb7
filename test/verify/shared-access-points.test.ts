import { describe, expect, it } from "vitest";
import { findSharedAccessPoints } from "../../src/verify/shared-access-points.ts";

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

  it("lets the clones of one user, and the volumes of one clone, share what they like", () => {
    const clones = [
      clone("a", 1, { home: "fsap-1", data: "fsap-1" }),
      clone("a", 2, { home: "fsap-1" }),
      clone("b", 3, {}),
    ];
    expect(findSharedAccessPoints(clones)).toStrictEqual([]);
  });
});
