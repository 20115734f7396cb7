import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { recloneAll } from "../../src/fleet/index.ts";
import { toUsers } from "../cast.ts";
import { turns } from "../fake-time.ts";
import { newWorld } from "../world.ts";

const shutDown = new Error("shutting down");

const warnings: Error[] = [];
// The SDK warns of old versions of Node.js as well.
const note = (warning: Error): void => {
  if (warning.name === "MaxListenersExceededWarning") warnings.push(warning);
};

beforeEach(() => {
  warnings.length = 0;
  process.on("warning", note);
});

afterEach(() => {
  process.off("warning", note);
});

/** What the signal has to carry, in every sense. */
const listenersOf = (signal: AbortSignal): number => getEventListeners(signal, "abort").length;

describe("calls that share one signal", () => {
  it("have one listener for a thousand of them, all reject with the signal's reason, and cause no warning", async () => {
    const { ecs, cloner } = newWorld();
    ecs.fail({ operation: "DescribeTaskDefinition", hang: "before", times: 1000 });
    const controller = new AbortController();
    const { signal } = controller;
    const calls = toUsers(500).flatMap((user) => [cloner.plan(user, { signal }), cloner.clone(user, { signal })]);
    const settled = Promise.allSettled(calls);
    await turns();
    expect(listenersOf(signal)).toBe(1);
    controller.abort(shutDown);
    const reasons = (await settled).map((outcome) => (outcome.status === "rejected" ? outcome.reason : "fulfilled"));
    expect(reasons).toStrictEqual(Array(1000).fill(shutDown));
    expect(listenersOf(signal)).toBe(0);
    expect(warnings).toStrictEqual([]);
  });

  it("leave no listener if they succeed", async () => {
    const { cloner } = newWorld();
    const { signal } = new AbortController();
    await Promise.all(toUsers(100).map((user) => cloner.plan(user, { signal })));
    await turns();
    expect(listenersOf(signal)).toBe(0);
    expect(warnings).toStrictEqual([]);
  });
});

describe("recloneAll", () => {
  it("causes no warning at its default concurrency", async () => {
    const { cloner, active } = newWorld();
    for (const user of toUsers(25)) await cloner.clone(user);
    let done = 0;
    for await (const { status } of recloneAll(cloner, active())) done += status === "fulfilled" ? 1 : 0;
    await turns();
    expect(done).toBe(25);
    expect(warnings).toStrictEqual([]);
  });
});
