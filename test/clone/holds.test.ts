import { describe, expect, it } from "vitest";
import { undoUnlessHeld, withHolds } from "../../src/clone/holds.ts";
import { cloneFamily, toArn } from "../cast.ts";
import { newDeferred } from "../deferred.ts";
import { turns } from "../fake-time.ts";
import { rejectionOf } from "../world.ts";

const arn = toArn(cloneFamily, 1);
const other = toArn(cloneFamily, 2);

/** A call that holds the clone until it is told to end. */
function startCall(clone = arn) {
  const { promise, resolve: end } = newDeferred();
  const over = withHolds(async (hold) => {
    const isHeld = hold(clone);
    await promise;
    return isHeld;
  });
  return { end, over };
}

const undo = async (clone = arn): Promise<boolean> => await undoUnlessHeld(clone, async () => {});

describe("undoUnlessHeld", () => {
  it("undoes a clone that no call holds", async () => {
    expect(await undo()).toBe(true);
  });

  it("leaves a clone alone until the last call that holds it is over", async () => {
    const [one, two] = [startCall(), startCall()];
    expect(await undo()).toBe(false);
    one.end();
    expect(await one.over).toBe(true);
    expect(await undo()).toBe(false);
    two.end();
    await two.over;
    expect(await undo()).toBe(true);
  });

  it("undoes a clone other than the held one", async () => {
    const { end, over } = startCall();
    expect(await undo(other)).toBe(true);
    end();
    await over;
  });

  it("undoes a clone whose call failed", async () => {
    const error = new Error("no capacity");
    const failing = withHolds(async (hold) => {
      hold(arn);
      throw error;
    });
    expect(await rejectionOf(failing)).toBe(error);
    expect(await undo()).toBe(true);
  });

  it("lets no call hold the clone meanwhile, but afterwards, whether it was undone or not", async () => {
    const { promise, resolve } = newDeferred();
    const undoing = undoUnlessHeld(arn, () => promise);
    await turns();
    expect(await withHolds(async (hold) => [hold(arn), hold(other)])).toStrictEqual([false, true]);
    resolve();
    expect(await undoing).toBe(true);
    expect(await withHolds(async (hold) => hold(arn))).toBe(true);
    const error = new Error("not allowed");
    expect(await rejectionOf(undoUnlessHeld(arn, () => Promise.reject(error)))).toBe(error);
    expect(await withHolds(async (hold) => hold(arn))).toBe(true);
  });
});
