import { describe, expect, it } from "vitest";
import { Slots } from "../../src/verify/slots.ts";

const { signal } = new AbortController();

/** A promise, and what fulfills it. */
function later() {
  let finish = (): void => {};
  const promise = new Promise<void>((resolve) => {
    finish = resolve;
  });
  return { promise, finish: () => finish() };
}

describe("Slots", () => {
  it("passes a slot on if whoever is called for it leaves at the same time", async () => {
    const slots = new Slots(1);
    const leaving = new AbortController();
    const task = later();
    const first = slots.use(signal, () => task.promise);
    await Promise.resolve();
    const second = slots.use(leaving.signal, async () => "second");
    const third = slots.use(signal, async () => "third");
    task.finish();
    // The slot is given in the next microtask, and taken in the one after this.
    queueMicrotask(() => leaving.abort(new Error("enough")));
    await first;
    await expect(second).rejects.toThrow("enough");
    await expect(third).resolves.toBe("third");
    await expect(slots.use(signal, async () => "free")).resolves.toBe("free");
  });

  it("is not waited for by whoever left", async () => {
    await expect(new Slots(0).use(AbortSignal.abort(new Error("enough")), async () => 1)).rejects.toThrow("enough");
    const leaving = new AbortController();
    const waiting = new Slots(0).use(leaving.signal, async () => 1);
    leaving.abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("enough");
  });
});
