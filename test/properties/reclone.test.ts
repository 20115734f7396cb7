import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Draft, toDraft } from "../../src/clone/draft.ts";
import type { DescribedRevision } from "../../src/ecs/revisions.ts";
import { withRecordedParts } from "../../src/plan/clone-plan.ts";
import { toPatchedUser } from "../../src/user/access-point-forms.ts";
import { readBackUser } from "../../src/user/own-parts.ts";
import { parseUser, parseUserPatch } from "../../src/user/parse-user.ts";
import type { UserPatch, UserSpec } from "../../src/user/user.ts";
import { base, orderOf, runs, toFitted, toText, user } from "./arbitraries.ts";
import { rulesOf } from "./volumes.ts";

/** A base, a user, and what the user shall have next, on the same volumes. */
const change: fc.Arbitrary<[DescribedRevision, UserSpec, UserSpec]> = fc
  .tuple(base, user, user)
  .map(([described, spec, other]) => {
    const [fit, before] = toFitted(described, spec);
    const { accessPointId, accessPoints } = spec;
    const { accessPointId: _, accessPoints: __, ...rest } = other;
    const [fitter, after] = toFitted(fit, {
      ...rest,
      userId: spec.userId,
      ...(accessPointId !== undefined && { accessPointId }),
      ...(accessPoints !== undefined && { accessPoints }),
    });
    return [fitter, before, after];
  });

const limits = fc.constantFrom("follow" as const, "keep" as const);

/** The parts of a user that a patch may take away or give. */
const toParts = ({ userId, accessPointId, accessPoints, ...parts }: UserSpec) => parts;

/** Everything that a reclone sends. */
const toSent = ({ content, record }: Draft): unknown =>
  toText({ content: withRecordedParts(content, record), own: record.own, digest: record.ownDigest });

describe("a patch of what is a user's own", () => {
  it("gives everything back to the base with null, and takes everything that another user has", () => {
    fc.assert(
      fc.property(change, limits, ([described, before, after], containerLimits) => {
        const rules = { ...rulesOf(before), containerLimits };
        const draftOf = (spec: UserSpec): Draft => toDraft(described, orderOf(spec), rules, "token");
        const patched = (draft: Draft, patch: UserPatch): Draft => {
          const { record, content, target } = draft;
          const read = readBackUser(content, record.userId, target, record.own);
          if (read === undefined) throw new Error("expected to read the user back");
          const changes = parseUserPatch(patch, rules);
          return draftOf(parseUser(toPatchedUser({ user: read, record }, changes, rules), rules));
        };
        const { accessPointId, accessPoints, userId } = before;
        const plain: UserSpec = {
          userId,
          ...(accessPointId !== undefined && { accessPointId }),
          ...(accessPoints !== undefined && { accessPoints }),
        };
        const nothing = Object.fromEntries(Object.keys(toParts(before)).map((part) => [part, null]));
        const restored = patched(draftOf(before), nothing);
        expect(toSent(restored)).toStrictEqual(toSent(draftOf(plain)));
        expect(toSent(patched(restored, toParts(after)))).toStrictEqual(toSent(draftOf(after)));
      }),
      runs,
    );
  });
});
