import { describe, expect, it } from "vitest";
import { toUser, typicalUser } from "../cast.ts";
import { turns } from "../fake-time.ts";
import { newWorld } from "../world.ts";

describe("events", () => {
  it("report the base and then the clone", async () => {
    const { cloner, events } = newWorld();
    const { arn, baseArn } = await cloner.clone(typicalUser);
    expect(events).toStrictEqual([
      { type: "base-described", arn: baseArn },
      { type: "registered", arn, userId: "user_2x9" },
    ]);
  });

  it("report only the base if nothing is registered", async () => {
    const { cloner, events } = newWorld();
    const { baseArn } = await cloner.plan(typicalUser);
    expect(events).toStrictEqual([{ type: "base-described", arn: baseArn }]);
  });

  it.each<[string, () => unknown]>([
    [
      "throws",
      () => {
        throw new Error("listener");
      },
    ],
    ["rejects", () => Promise.reject(new Error("listener"))],
  ])("do not break a clone if the listener %s", async (_, onEvent) => {
    const { newCloner } = newWorld();
    expect(await newCloner({ onEvent }).clone(typicalUser)).toMatchObject({ revision: 1 });
    await turns();
  });

  it("never contain the value of an environment variable", async () => {
    const { cloner, events } = newWorld();
    const { arn } = await cloner.clone(typicalUser);
    await cloner.reclone(arn);
    await cloner.retire(arn);
    expect(events).toHaveLength(5);
    expect(JSON.stringify(events)).not.toMatch(/hunter2|\.codex|production/);
  });

  it.each([
    [
      "throws",
      () => {
        throw new Error("the log is full");
      },
    ],
    ["rejects", () => Promise.reject(new Error("the log is full"))],
  ])("leave the new clone ACTIVE if the listener %s", async (_, onEvent) => {
    const { newCloner, active } = newWorld();
    const { arn } = await newCloner({ onEvent }).clone(toUser(1));
    expect(active()).toStrictEqual([arn]);
    await turns();
  });
});
