import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toDraft } from "../../src/clone/draft.ts";
import { toPatched } from "../../src/user/merge-patch.ts";
import type { UserSpec } from "../../src/user/user.ts";
import { orderOf, pair, runs, user } from "./arbitraries.ts";
import { rulesOf } from "./volumes.ts";

describe("a merge patch", () => {
  /** What `after` changes of `before`, as a JSON Merge Patch. */
  const toPatch = (before: unknown, after: unknown): unknown => {
    if (!isRecord(before) || !isRecord(after)) return after;
    const members = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    const entries = members.map((member) => {
      if (!Object.hasOwn(after, member)) return [member, null] as const;
      return [member, toPatch(Object.hasOwn(before, member) ? before[member] : undefined, after[member])] as const;
    });
    return Object.fromEntries(entries);
  };
  const isRecord = (value: unknown): value is Record<string, unknown> =>
    typeof value === "object" && value !== null && !Array.isArray(value);

  const two = fc.tuple(pair, user).map(([[described, before], other]) => {
    const after = { ...other, userId: before.userId };
    return { described, before, after };
  });

  it("turns one user into another", () => {
    fc.assert(
      fc.property(two, ({ before, after }) => {
        expect(isDeepStrictEqual(toPatched(before, toPatch(before, after)), after)).toBe(true);
      }),
      runs,
    );
  });

  it("and its inverse give the same digest", () => {
    fc.assert(
      fc.property(two, ({ described, before, after }) => {
        const there = toPatched(before, toPatch(before, after));
        const back = toPatched(there, toPatch(there, before));
        // The cast: the inverse of a patch to a user is that user.
        const { record } = toDraft(described, orderOf(back as UserSpec), rulesOf(before), "token");
        expect(record.digest).toBe(toDraft(described, orderOf(before), rulesOf(before), "token").record.digest);
      }),
      runs,
    );
  });
});
