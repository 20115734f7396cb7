import { describe, expect, it } from "vitest";
import { inTurnForFamily } from "../../src/clone/family-turn.ts";
import type { EcsClient } from "../../src/ecs/connection.ts";
import { over } from "../ecs/answering.ts";
import { turns } from "../fake-time.ts";

const hang = (): Promise<never> => new Promise(() => {});

describe("inTurnForFamily", () => {
  /** Runs two tasks, and says in which order they began and ended. */
  async function order(first: [EcsClient, string], second: [EcsClient, string]): Promise<string[]> {
    const steps: string[] = [];
    const run = ([client, family]: [EcsClient, string], name: string): Promise<void> =>
      inTurnForFamily(over(client), family, async () => {
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
    const first = inTurnForFamily(over(withoutConfig), "web-user", async () => {
      while (!isReleased) await turns(1);
      return "first";
    });
    const second = inTurnForFamily(
      { ...over(withoutConfig), signal: controller.signal },
      "web-user",
      async () => "second",
    );
    const third = inTurnForFamily(over(withoutConfig), "web-user", async () => "third");
    await turns();
    controller.abort(shutDown);
    await expect(second).rejects.toBe(shutDown);
    isReleased = true;
    expect(await Promise.all([first, third])).toStrictEqual(["first", "third"]);
  });
});
