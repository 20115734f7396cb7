import { describe, expect, it } from "vitest";
import { retireReplaced } from "../../src/clone/earlier-attempts.ts";
import { withHolds } from "../../src/clone/holds.ts";
import { requireCloneAt } from "../../src/clone/read-clone.ts";
import { baseFamily, toUser } from "../cast.ts";
import { newWorld } from "../world.ts";

describe("retireReplaced", () => {
  it("leaves a clone that another call holds, until that call is over", async () => {
    const { ecs, cloner, active } = newWorld();
    const { arn } = await cloner.clone(toUser(1));
    const connection = {
      client: ecs.client(),
      requestTimeoutMs: 1000,
      deadlineMs: 1000,
      signal: undefined,
      emit: () => {},
    };
    const clone = await requireCloneAt(connection, arn, baseFamily, "retire");
    await withHolds(async (hold) => {
      expect(hold(arn)).toBe(true);
      await retireReplaced(connection, [clone]);
    });
    expect(active()).toStrictEqual([arn]);
    await retireReplaced(connection, [clone]);
    expect(active()).toStrictEqual([]);
  });
});
