import { afterEach, describe, expect, it, vi } from "vitest";
import { inTurnForFamily, withRegistrationNews } from "../../src/clone/family-turn.ts";
import type { Ecs, EcsClient } from "../../src/ecs/connection.ts";
import { over } from "../ecs/answering.ts";
import { fakeTime, inFakeTime, turns } from "../fake-time.ts";

const hang = (): Promise<never> => new Promise(() => {});

/** Runs a task in the family's turn that needs nothing else. */
const runInTurn = async <Value>(ecs: Ecs, family: string, task: () => Promise<Value>): Promise<Value> =>
  await withRegistrationNews((news) =>
    inTurnForFamily(ecs, family, news.sent, { whenNext: async () => undefined, inTurn: task }),
  );

afterEach(() => {
  vi.useRealTimers();
});

describe("inTurnForFamily", () => {
  /** Runs two tasks, and says in which order they began and ended. */
  async function order(first: [EcsClient, string], second: [EcsClient, string]): Promise<string[]> {
    const steps: string[] = [];
    const run = ([client, family]: [EcsClient, string], name: string): Promise<void> =>
      runInTurn(over(client), family, async () => {
        steps.push(`${name} begins`);
        await turns(3);
        steps.push(`${name} ends`);
      });
    await Promise.all([run(first, "first"), run(second, "second")]);
    return steps;
  }

  const inTurnOrder = ["first begins", "first ends", "second begins", "second ends"];
  const inParallelOrder = ["first begins", "second begins", "first ends", "second ends"];
  const client = (region: string): EcsClient => ({ send: hang, config: { region: async () => region } });
  const withoutConfig: EcsClient = { send: hang };
  // The cast: a mock may have as little.
  const withEmptyConfig = { send: hang, config: {} } as unknown as EcsClient;
  const withoutRegion: EcsClient = {
    send: hang,
    config: { region: () => Promise.reject(new Error("Region is missing")) },
  };

  it("runs one task at a time for a family, even over several clients", async () => {
    expect(await order([client("eu-west-1"), "web-user"], [client("eu-west-1"), "web-user"])).toStrictEqual(
      inTurnOrder,
    );
  });

  it("runs tasks for two families side by side", async () => {
    expect(await order([client("eu-west-1"), "web-user"], [client("eu-west-1"), "api-user"])).toStrictEqual(
      inParallelOrder,
    );
  });

  it("runs tasks for families of one name in two regions side by side", async () => {
    expect(await order([client("eu-west-1"), "web-user"], [client("eu-west-2"), "web-user"])).toStrictEqual(
      inParallelOrder,
    );
  });

  it("runs one task at a time if clients have no region, or cannot say which", async () => {
    expect(await order([withoutConfig, "web-user"], [withoutRegion, "web-user"])).toStrictEqual(inTurnOrder);
    expect(await order([withoutConfig, "web-user"], [withEmptyConfig, "web-user"])).toStrictEqual(inTurnOrder);
  });

  it("lets go of a task whose signal aborts while it waits", async () => {
    const shutDown = new Error("shutting down");
    const controller = new AbortController();
    let isReleased = false;
    const first = runInTurn(over(withoutConfig), "web-user", async () => {
      while (!isReleased) await turns(1);
      return "first";
    });
    const second = runInTurn({ ...over(withoutConfig), signal: controller.signal }, "web-user", async () => "second");
    const third = runInTurn(over(withoutConfig), "web-user", async () => "third");
    await turns();
    controller.abort(shutDown);
    await expect(second).rejects.toBe(shutDown);
    isReleased = true;
    expect(await Promise.all([first, third])).toStrictEqual(["first", "third"]);
  });

  it("lets those who go ahead pass those who wait, in their own order", async () => {
    const steps: string[] = [];
    let isReleased = false;
    const run = (name: string, isAhead: boolean): Promise<void> =>
      withRegistrationNews((news) =>
        inTurnForFamily(over(withoutConfig), "web-user", news.sent, {
          isAhead,
          whenNext: async () => undefined,
          inTurn: async () => {
            while (!isReleased) await turns(1);
            steps.push(name);
          },
        }),
      );
    const first = run("first", false);
    await turns();
    const names = ["second", "third", "ahead", "also ahead"];
    const others = names.map((name) => run(name, name.endsWith("ahead")));
    await turns();
    isReleased = true;
    await Promise.all([first, ...others]);
    expect(steps).toStrictEqual(["first", "ahead", "also ahead", "second", "third"]);
  });

  it.each<[string, EcsClient]>([
    ["a plain string", { send: hang, config: { region: "eu-west-1" } }],
    ["what a function returns at once", { send: hang, config: { region: () => "eu-west-1" } }],
  ])("takes a region that is %s", async (_, other) => {
    expect(await order([other, "web-user"], [client("eu-west-1"), "web-user"])).toStrictEqual(inTurnOrder);
    expect(await order([other, "web-user"], [client("eu-west-2"), "web-user"])).toStrictEqual(inParallelOrder);
  });

  it("runs one task at a time if a client throws when it is asked for its region", async () => {
    const region = (): never => {
      throw new Error("Region is missing");
    };
    expect(await order([withoutConfig, "web-user"], [{ send: hang, config: { region } }, "web-user"])).toStrictEqual(
      inTurnOrder,
    );
  });

  describe("over a client whose region never comes", () => {
    const silent: EcsClient = { send: hang, config: { region: hang } };

    it("throws a RequestTimeoutError when the time of one request is up, without running the task", async () => {
      vi.useFakeTimers(fakeTime);
      const task = vi.fn(hang);
      const startedAt = performance.now();
      await expect(
        inFakeTime(runInTurn(over(silent, { requestTimeoutMs: 3000 }), "web-user", task)),
      ).rejects.toMatchObject({
        name: "RequestTimeoutError",
        operation: "config.region",
        message: "The client did not answer config.region within 3000 ms. Try again, or raise `requestTimeoutMs`.",
      });
      expect(performance.now() - startedAt).toBe(3000);
      expect(task).not.toHaveBeenCalled();
    });

    it("rejects with the signal's reason as soon as it aborts, leaving no timer", async () => {
      vi.useFakeTimers(fakeTime);
      const shutDown = new Error("shutting down");
      const controller = new AbortController();
      const ecs = over(silent, { signal: controller.signal });
      const rejection = expect(runInTurn(ecs, "web-user", hang)).rejects.toBe(shutDown);
      await turns();
      controller.abort(shutDown);
      await rejection;
      expect(vi.getTimerCount()).toBe(0);
    });
  });
});
