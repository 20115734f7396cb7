import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { cloneFamily, deepFreeze, toArn, toUser } from "../cast.ts";
import { fakeTime, inFakeTime } from "../fake-time.ts";
import { newTimedWorld, newWorld, rejectionOf } from "../world.ts";

class ShutdownError extends Error {
  override readonly name = "ShutdownError";
}

const timeout = AbortSignal.timeout(0);
await new Promise((resolve) => timeout.addEventListener("abort", resolve));

/** Reasons for an abort, each with the name and the message of the error that it gives. */
const reasons: Readonly<Record<string, readonly [unknown, string, string]>> = {
  "none, so that it is the default": [undefined, "AbortError", "This operation was aborted"],
  "a time-out's": [timeout.reason, "TimeoutError", timeout.reason.message],
  "an error": [new ShutdownError("shutting down"), "ShutdownError", "shutting down"],
  "a frozen error": [Object.freeze(new ShutdownError("shutting down")), "ShutdownError", "shutting down"],
  "an object": [deepFreeze({ code: 7 }), "AbortError", "The call was aborted."],
  "an object like an error": [deepFreeze({ name: "Shutdown", message: "now" }), "Shutdown", "now"],
  "a string": ["shutting down", "AbortError", "shutting down"],
  null: [null, "AbortError", "The call was aborted."],
};

describe("a call that is aborted and cannot be undone", () => {
  it.each(Object.entries(reasons))(
    "throws an error that can be read if the reason is %s",
    async (_, [given, name, message]) => {
      const { ecs, cloner, active } = newWorld();
      const controller = new AbortController();
      ecs.fail({ operation: "DeregisterTaskDefinition", error: "AccessDeniedException", message: "not allowed" });
      const deploy = (): void => controller.abort(given);
      const caught = await rejectionOf(cloner.clone(toUser(1), { deploy, signal: controller.signal }));
      const { reason } = controller.signal;
      expect(caught).toBeInstanceOf(Error);
      expect(caught).toMatchObject({
        name,
        message,
        undoError: { name: "AccessDeniedException", message: "not allowed" },
      });
      expect(caught).toHaveProperty("cause", reason);
      expect(String(caught)).toBe(`${name}: ${message}`);
      expect(inspect(caught)).toContain("not allowed");
      expect(Object.keys(Object(reason))).not.toContain("undoError");
      expect(active()).toStrictEqual([toArn(cloneFamily, 1)]);
    },
  );
});

describe("a call that times out and cannot be undone", () => {
  beforeEach(() => {
    vi.useFakeTimers(fakeTime);
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("throws an error that can be read, and is called as a time-out is", async () => {
    const { ecs, cloner } = newTimedWorld();
    ecs.fail({ operation: "DeregisterTaskDefinition", error: "AccessDeniedException" });
    const controller = new AbortController();
    setTimeout(() => controller.abort(new DOMException("The operation timed out.", "TimeoutError")), 5000);
    const { signal } = controller;
    const caught = await inFakeTime(
      rejectionOf(cloner.clone(toUser(1), { deploy: () => new Promise(() => {}), signal })),
    );
    expect(String(caught)).toBe("TimeoutError: The operation timed out.");
    expect(inspect(caught)).toContain("AccessDeniedException");
    expect(caught).toMatchObject({ cause: signal.reason, undoError: { name: "AccessDeniedException" } });
    expect(Object.hasOwn(signal.reason, "undoError")).toBe(false);
  });

  it("throws one error of its own per call that the same signal ends", async () => {
    const { ecs, cloner } = newTimedWorld();
    ecs.fail({ operation: "DeregisterTaskDefinition", error: "AccessDeniedException", times: 2 });
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 5000);
    const { signal } = controller;
    const options = { deploy: () => new Promise(() => {}), signal };
    const calls = [cloner.clone(toUser(1), options), cloner.clone(toUser(2), options)];
    const [one, other] = await inFakeTime(Promise.all(calls.map(rejectionOf)));
    expect(one).not.toBe(other);
    expect([one, other]).toMatchObject([{ name: "AbortError" }, { name: "AbortError" }]);
  });
});
