import { describe, expect, it } from "vitest";
import type { Clone } from "../../src/options.ts";
import { cloneFamily, toArn, toUser } from "../cast.ts";
import { turns } from "../fake-time.ts";
import { newWorld, rejectionOf, type World } from "../world.ts";

describe("the deploy step", () => {
  const current = async (world: World): Promise<string> => (await world.cloner.clone(toUser(1))).arn;

  it("runs with the clone that is returned, and is waited for", async () => {
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

  it("runs for a clone that is reused too", async () => {
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
        "at once",
        () => {
          throw error;
        },
      ],
      ["later", () => Promise.reject(error)],
    ])("%s, has the new revision deregistered and throws that on", async (_when, deploy) => {
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

    it("leaves a clone that was reused as it is", async () => {
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

    it("throws that on when the revision cannot be deregistered either, and says so in an event", async () => {
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

  it("notes the clean-up's failure on the error", async () => {
    const { ecs, cloner } = newWorld();
    const error = new DeployError("no capacity");
    ecs.fail({ operation: "DeregisterTaskDefinition", error: "AccessDeniedException", message: "not allowed" });
    const caught = await rejectionOf(cloner.clone(toUser(1), { deploy: () => Promise.reject(error) }));
    expect(caught).toBe(error);
    expect(caught).toMatchObject({ undoError: { name: "AccessDeniedException", message: "not allowed" } });
  });

  it("notes it on an error of its own when the call was aborted, since others share the signal's reason", async () => {
    const { ecs, cloner } = newWorld();
    const controller = new AbortController();
    const reason = new Error("shutting down");
    ecs.fail({ operation: "DeregisterTaskDefinition", error: "AccessDeniedException" });
    const deploy = (): void => controller.abort(reason);
    const caught = await rejectionOf(cloner.clone(toUser(1), { deploy, signal: controller.signal }));
    expect(caught).toMatchObject({ message: "shutting down", undoError: { name: "AccessDeniedException" } });
    expect(caught).toBeInstanceOf(Error);
    expect(reason).not.toHaveProperty("undoError");
  });

  it("notes it on the step's own error, also when that aborted the call", async () => {
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

  it.each([["shutting down"], [null]])(
    "throws the signal's reason %j, which takes no note, as it is",
    async (reason) => {
      const { ecs, cloner } = newWorld();
      const controller = new AbortController();
      ecs.fail({ operation: "DeregisterTaskDefinition", error: "AccessDeniedException" });
      const deploy = (): void => controller.abort(reason);
      expect(await rejectionOf(cloner.clone(toUser(1), { deploy, signal: controller.signal }))).toBe(reason);
    },
  );

  it("has what reclone and resize registered deregistered as well, and not the present clone", async () => {
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

  it("is not waited for when the call is aborted, and the new revision is deregistered", async () => {
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

  it("is given up for a clone that is reused too when the call is aborted, and the clone stays", async () => {
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

  it("may fail later without anybody minding, once the call was aborted", async () => {
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
