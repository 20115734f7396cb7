import { describe, expect, it } from "vitest";
import { type Remembered, recall, remember } from "../../src/base/remembered.ts";

describe("remember", () => {
  it("keeps a frozen copy of the content", () => {
    const remembered: Remembered = new Map();
    const content = { family: "web", volumes: [{ name: "data" }] };
    remember(remembered, 2, "arn:1", content);
    remember(remembered, 2, "arn:2", "record");
    const recalled = recall(remembered, "arn:1");
    expect(recalled).toStrictEqual(content);
    expect(recalled).not.toBe(content);
    expect(typeof recalled === "object" && [recalled, recalled.volumes?.[0]].map(Object.isFrozen)).toStrictEqual([
      true,
      true,
    ]);
    expect(recall(remembered, "arn:2")).toBe("record");
    expect(recall(remembered, "arn:3")).toBeUndefined();
  });

  it("keeps no more than the limit, and forgets first what was not recalled for the longest time", () => {
    const remembered: Remembered = new Map();
    for (const number of [1, 2, 3]) remember(remembered, 3, `arn:${number}`, "record");
    recall(remembered, "arn:1");
    remember(remembered, 3, "arn:4", "record");
    expect([...remembered.keys()]).toStrictEqual(["arn:3", "arn:1", "arn:4"]);
    remember(remembered, 3, "arn:3", { family: "web" });
    expect([...remembered.keys()]).toStrictEqual(["arn:1", "arn:4", "arn:3"]);
    expect(recall(remembered, "arn:3")).toStrictEqual({ family: "web" });
  });
});

describe("recall", () => {
  it("gives dates of its own, since a date cannot be frozen", () => {
    const remembered: Remembered = new Map();
    remember(remembered, 1, "arn:1", { registeredAt: new Date(5) });
    const recalled = recall(remembered, "arn:1");
    if (typeof recalled === "object") recalled.registeredAt?.setTime(6);
    expect(recalled).toStrictEqual({ registeredAt: new Date(6) });
    expect(recall(remembered, "arn:1")).toStrictEqual({ registeredAt: new Date(5) });
  });
});
