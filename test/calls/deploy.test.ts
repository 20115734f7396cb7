import { describe, expect, it } from "vitest";
import type { Clone } from "../../src/results.ts";
import { baseFamily, cloneFamily, toArn, toUser } from "../cast.ts";
import { turns } from "../fake-time.ts";
import { newWorld, rejectionOf, type World } from "../world.ts";

describe("deploy", () => {
  const current = async (world: World): Promise<string> => (await world.cloner.clone(toUser(1))).arn;

  it("receives the clone that is returned, and is awaited", async () => {
    const { cloner } = newWorld();
    const { signal } = new AbortController();
    const seen: unknown[] = [];
    const clone = await cloner.clone(toUser(1), {
      signal,
      deploy: async (...args) => {
        await turns();
        seen.push(...args);
      },
    });
    expect(seen).toStrictEqual([clone, { signal }]);
  });

  it("also runs for a reused clone", async () => {
    const world = newWorld();
    const arn = await current(world);
    const seen: Clone[] = [];
    const clone = await world.cloner.reclone(arn, {}, { deploy: (one) => seen.push(one) });
    expect(clone.reused).toBe(true);
    expect(seen).toStrictEqual([clone]);
  });

  class DeployError extends Error {}
  const thrown: Readonly<Record<string, unknown>> = {
    "an error": new DeployError("no capacity"),
    "a frozen error": Object.freeze(new DeployError("no capacity")),
    "a string": "no capacity",
    nothing: undefined,
    null: null,
    "an object": { reason: "no capacity" },
  };
  describe.each(Object.entries(thrown))("when it throws %s", (_, error) => {
    it.each([
      [
        "synchronously",
        () => {
          throw error;
        },
      ],
      ["asynchronously", () => Promise.reject(error)],
    ])("%s, deregisters the new revision and rethrows", async (_when, deploy) => {
      const { cloner, ecs, events } = newWorld();
      const caught = await cloner.clone(toUser(1), { deploy }).then(
        () => "no rejection",
        (reason: unknown) => reason,
      );
      expect(caught).toBe(error);
      expect(Object.hasOwn(Object(caught), "undoError")).toBe(false);
      const arn = toArn(cloneFamily, 1);
      expect(ecs.revisions(cloneFamily).map(({ arn, status }) => [arn, status])).toStrictEqual([[arn, "INACTIVE"]]);
      expect(events.slice(1)).toStrictEqual([
        { type: "registered", arn, userId: "user_1" },
        { type: "retired", arn, userId: "user_1", reason: "undone" },
      ]);
    });

    it("leaves a reused clone alone", async () => {
      const world = newWorld();
      const arn = await current(world);
      const caught = await world.cloner.clone(toUser(1), { current: arn, deploy: () => Promise.reject(error) }).then(
        () => "no rejection",
        (reason: unknown) => reason,
      );
      expect(caught).toBe(error);
      expect(world.active()).toStrictEqual([arn]);
      expect(world.count("DeregisterTaskDefinition")).toBe(0);
    });

    it("rethrows even if the revision cannot be deregistered, and emits an event about that", async () => {
      const { ecs, cloner, events, active } = newWorld();
      ecs.fail({ operation: "DeregisterTaskDefinition", error: "AccessDeniedException" });
      const caught = await cloner.clone(toUser(1), { deploy: () => Promise.reject(error) }).then(
        () => "no rejection",
        (reason: unknown) => reason,
      );
      expect(caught).toBe(error);
      const arn = toArn(cloneFamily, 1);
      expect(active()).toStrictEqual([arn]);
      expect(events.at(-1)).toStrictEqual({
        type: "undo-failed",
        arn,
        userId: "user_1",
        error: "AccessDeniedException",
      });
    });
  });

  it("records a failed rollback on the error", async () => {
    const { ecs, cloner } = newWorld();
    const error = new DeployError("no capacity");
    ecs.fail({ operation: "DeregisterTaskDefinition", error: "AccessDeniedException", message: "not allowed" });
    const caught = await rejectionOf(cloner.clone(toUser(1), { deploy: () => Promise.reject(error) }));
    expect(caught).toBe(error);
    expect(caught).toMatchObject({ undoError: { name: "AccessDeniedException", message: "not allowed" } });
  });

  it("cannot change the clone that is undone or returned", async () => {
    const { cloner, active, events } = newWorld();
    const vandalize = (clone: Clone): void => {
      Object.assign(clone, { arn: toArn(baseFamily, 1), userId: "user_2", reused: true });
      Object.assign(clone.warnings, ["a warning more"]);
    };
    const clone = await cloner.clone(toUser(1), { deploy: vandalize });
    const arn = toArn(cloneFamily, 1);
    expect(clone).toMatchObject({ arn, userId: "user_1", reused: false, warnings: [] });
    const deploy = (clone: Clone): Promise<never> => {
      vandalize(clone);
      return Promise.reject(new DeployError("no capacity"));
    };
    expect(await rejectionOf(cloner.clone(toUser(1), { deploy }))).toBeInstanceOf(DeployError);
    expect(active()).toStrictEqual([arn]);
    expect(active(baseFamily)).toHaveLength(1);
    const undone = toArn(cloneFamily, 2);
    expect(events.at(-1)).toStrictEqual({ type: "retired", arn: undone, userId: "user_1", reason: "undone" });
  });

  it("records a failed rollback on deploy's own error, even if deploy also aborted the call", async () => {
    const { ecs, cloner } = newWorld();
    const controller = new AbortController();
    const error = new DeployError("no capacity");
    ecs.fail({ operation: "DeregisterTaskDefinition", error: "AccessDeniedException" });
    const deploy = (): never => {
      controller.abort();
      throw error;
    };
    expect(await rejectionOf(cloner.clone(toUser(1), { deploy, signal: controller.signal }))).toBe(error);
    expect(error).toHaveProperty("undoError");
  });

  it("rolls back what reclone and resize registered, but not the current clone", async () => {
    const world = newWorld();
    const arn = await current(world);
    const error = new DeployError("no capacity");
    const deploy = (): Promise<never> => Promise.reject(error);
    const size = { cpu: 1024, memory: 2048 };
    expect(await rejectionOf(world.cloner.resize(arn, size, { deploy }))).toBe(error);
    expect(await rejectionOf(world.cloner.reclone(arn, { tags: { plan: "pro" } }, { deploy }))).toBe(error);
    expect(world.active()).toStrictEqual([arn]);
    expect(world.ecs.revisions(cloneFamily)).toHaveLength(3);
  });

  it("is not awaited once the call is aborted, and the new revision is deregistered", async () => {
    const { cloner, active, ecs } = newWorld();
    const controller = new AbortController();
    const reason = new DeployError("the request was cancelled");
    const deploy = (): Promise<never> => {
      queueMicrotask(() => controller.abort(reason));
      return new Promise(() => {});
    };
    expect(await rejectionOf(cloner.clone(toUser(1), { signal: controller.signal, deploy }))).toBe(reason);
    expect(ecs.revisions(cloneFamily)).toHaveLength(1);
    expect(active()).toStrictEqual([]);
  });

  it("is not awaited for a reused clone once the call is aborted, and the clone stays", async () => {
    const world = newWorld();
    const arn = await current(world);
    const controller = new AbortController();
    const reason = new DeployError("the request was cancelled");
    const deploy = (): Promise<never> => {
      queueMicrotask(() => controller.abort(reason));
      return new Promise(() => {});
    };
    const { signal } = controller;
    expect(await rejectionOf(world.cloner.reclone(arn, {}, { signal, deploy }))).toBe(reason);
    expect(world.active()).toStrictEqual([arn]);
  });

  it("may still fail after the call was aborted, without an unhandled rejection", async () => {
    const { cloner } = newWorld();
    const controller = new AbortController();
    const reason = new DeployError("the request was cancelled");
    let fail = (_: unknown): void => {};
    const deploy = (): Promise<never> => {
      queueMicrotask(() => controller.abort(reason));
      return new Promise((_, reject) => {
        fail = reject;
      });
    };
    expect(await rejectionOf(cloner.clone(toUser(1), { signal: controller.signal, deploy }))).toBe(reason);
    fail(new DeployError("too late"));
    await turns();
  });
});
