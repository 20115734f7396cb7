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

  it("escapes in its texts what cannot be printed, and leaves ids as they are", () => {
    const heard: ClonerEvent[] = [];
    const emit = toEmitter((heardEvent) => heard.push(heardEvent));
    const hostile = "a\u001b[2J\u202e";
    const shown = "a\\u001b[2J\\u202e";
    const skipped = [{ arn: "arn", reason: hostile }];
    emit({ type: "base-revisions-skipped", family: "web", skipped, taken: "arn" });
    emit({ type: "unknown-members-unchecked", arn: "arn", reason: hostile });
    emit({ type: "retried", operation: "ListTasks", subject: hostile, attempt: 1, delayMs: 1, error: hostile });
    emit({ type: "undo-failed", arn: "arn", userId: hostile, error: hostile });
    const counts = { ok: 0, failed: 1, unknown: 1, skipped: 0 };
    const finding = { kind: "image", subject: "web:1", where: [], status: "failed" } as const;
    const findings = [
      { ...finding, detail: hostile, advice: hostile },
      { ...finding, detail: hostile },
    ];
    const verified = { type: "verified", userId: hostile, family: "web", baseArn: "arn", ...counts } as const;
    emit({ ...verified, findings });
    expect(heard).toStrictEqual([
      { type: "base-revisions-skipped", family: "web", skipped: [{ arn: "arn", reason: shown }], taken: "arn" },
      { type: "unknown-members-unchecked", arn: "arn", reason: shown },
      { type: "retried", operation: "ListTasks", subject: shown, attempt: 1, delayMs: 1, error: shown },
      { type: "undo-failed", arn: "arn", userId: hostile, error: shown },
      {
        ...verified,
        findings: [
          { ...finding, detail: shown, advice: shown },
          { ...finding, detail: shown },
        ],
      },
    ]);
  });

  it("gives the listener copies, frozen at every depth", () => {
    const skipped = [{ arn: "arn", reason: "is INACTIVE" }];
    const given: ClonerEvent = { type: "base-revisions-skipped", family: "web", skipped };
    const heard: ClonerEvent[] = [];
    const emit = toEmitter((heardEvent) => {
      heard.push(heardEvent);
      Object.assign(heardEvent, { family: "other" });
    });
    emit(given);
    expect(given).toStrictEqual({ type: "base-revisions-skipped", family: "web", skipped });
    expect(heard).toStrictEqual([given]);
    const [frozen] = heard;
    const list = frozen?.type === "base-revisions-skipped" ? frozen.skipped : [];
    expect([frozen, list, list[0]].map(Object.isFrozen)).toStrictEqual([true, true, true]);
    expect(Object.isFrozen(skipped)).toBe(false);
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
