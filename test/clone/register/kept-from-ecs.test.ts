import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { toUser } from "../../cast.ts";
import { fakeTime, inFakeTime } from "../../fake-time.ts";
import { newTimedWorld, rejectionOf } from "../../world.ts";
import { wrappings } from "./wrapping.ts";

const operation = "RegisterTaskDefinition";

beforeEach(() => {
  vi.useFakeTimers(fakeTime);
});

afterEach(() => {
  vi.useRealTimers();
});

describe("a registration whose client keeps it from ECS", () => {
  it("times out, and was never sent", async () => {
    const world = newTimedWorld();
    const client = world.ecs.client();
    client.middlewareStack.add(
      (next, { commandName }) =>
        (args) =>
          commandName === "RegisterTaskDefinitionCommand" ? new Promise(() => {}) : next(args),
      { step: "finalizeRequest", name: "hanging" },
    );
    const cloning = world.newCloner({ client, requestTimeoutMs: 1000 }).clone(toUser(1));
    const error = await inFakeTime(rejectionOf(cloning));
    expect(error).toMatchObject({ name: "RequestTimeoutError", operation });
    expect(world.count(operation)).toBe(0);
  });

  it("fails with ECS's refusal though the client's middleware asks twice at once", async () => {
    const world = newTimedWorld();
    world.ecs.fail({ operation, error: "AccessDeniedException", message: "not you" });
    const title = "middleware (deserialize, low) that asks twice at once";
    const wrap = wrappings.find(([name]) => name === title)?.[1] ?? ((client) => client);
    const cloning = world.newCloner({ client: wrap(world.ecs.client()) }).clone(toUser(1));
    const error = await inFakeTime(rejectionOf(cloning));
    expect(error).toMatchObject({ name: "AccessDeniedException", message: "not you" });
    expect(world.count(operation)).toBe(1);
  });
});
