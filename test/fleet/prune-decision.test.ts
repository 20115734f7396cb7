import { describe, expect, it } from "vitest";
import { type PruneCandidate, toPruneDecisions } from "../../src/fleet/prune-decision.ts";
import { deepFreeze, toArn } from "../cast.ts";

const toClone = (family: string, revision: number, registeredAt: number, userId = "ana"): PruneCandidate => ({
  arn: toArn(family, revision),
  revision,
  registeredAt,
  userId,
});

/** What is decided about each, as `action family:revision`. */
function decide(revisions: readonly PruneCandidate[], keep: number, inUse: readonly string[] = []): string[] {
  const decisions = toPruneDecisions(deepFreeze(revisions), new Set(inUse), keep);
  return decisions.map(([arn, { action }]) => `${action} ${arn.slice(arn.lastIndexOf("/") + 1)}`);
}

describe("toPruneDecisions", () => {
  it("goes by the time of registration first, whatever the order, the family and the revision", () => {
    const revisions = [toClone("a", 9, 1000), toClone("b", 1, 3000), toClone("a", 8, 2000)];
    expect(decide(revisions, 1)).toStrictEqual(["deregister a:9", "keep b:1", "deregister a:8"]);
  });

  it("goes by the revision among clones that were registered at the same time", () => {
    const revisions = [toClone("a", 9, 1000), toClone("a", 11, 1000), toClone("a", 10, 1000)];
    expect(decide(revisions, 1)).toStrictEqual(["deregister a:9", "keep a:11", "deregister a:10"]);
  });

  it("keeps what is in use in addition to the newest", () => {
    const revisions = [toClone("a", 1, 1000), toClone("a", 2, 2000), toClone("a", 3, 3000)];
    expect(decide(revisions, 1, [toArn("a", 1)])).toStrictEqual(["keep a:1", "deregister a:2", "keep a:3"]);
  });

  it("counts each user's clones separately", () => {
    const revisions = [toClone("a", 1, 1000, "ana"), toClone("a", 2, 2000, "ben"), toClone("a", 3, 3000, "ben")];
    expect(decide(revisions, 1)).toStrictEqual(["keep a:1", "deregister a:2", "keep a:3"]);
  });
});
