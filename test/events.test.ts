import { describe, expect, it } from "vitest";
import { type ClonerEvent, toEmitter } from "../src/events.ts";

const event: ClonerEvent = { type: "registered", arn: "arn", userId: "user_2x9" };

describe("toEmitter", () => {
  it("passes every event to the listener", () => {
    const heard: ClonerEvent[] = [];
    const emit = toEmitter((heardEvent) => heard.push(heardEvent));
    emit(event);
    emit({ ...event, type: "reused" });
    expect(heard).toStrictEqual([event, { type: "reused", arn: "arn", userId: "user_2x9" }]);
  });

  it("does nothing if there is no listener", () => {
    expect(toEmitter(undefined)(event)).toBeUndefined();
  });

  it("ignores what the listener throws", () => {
    const emit = toEmitter(() => {
      throw new Error("listener");
    });
    expect(emit(event)).toBeUndefined();
  });

  it("ignores what an async listener rejects with", async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on("unhandledRejection", note);
    const emit = toEmitter(() => Promise.reject(new Error("listener")));
    expect(emit(event)).toBeUndefined();
    await new Promise(setImmediate);
    process.off("unhandledRejection", note);
    expect(unhandled).toStrictEqual([]);
  });
});
