import { inspect } from "node:util";
import { TagResourceCommand } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import type { CloneRules } from "../../src/derivation/clone-rules.ts";
import { renderPlan } from "../../src/plan/render-plan.ts";
import { TaskDefCloner } from "../../src/task-def-cloner.ts";
import { FakeEcs } from "../../src/testing/index.ts";
import { baseInput, plainUser, smallBase, toArn, typicalUser } from "../cast.ts";
import { newWorld } from "../world.ts";
import { withOpenclaw } from "./registered.ts";

const role = "arn:aws:iam::111122223333:role/tenants/user_2x9";

describe("planReclone", () => {
  it("returns what would change of the current clone, in addition to what would differ from the base, and changes nothing", async () => {
    const { cloner, ecs, operations } = newWorld();
    const { arn, baseArn } = await cloner.clone(typicalUser);
    ecs.clearCalls();
    const plan = await cloner.planReclone(arn, {
      size: { memory: 8192 },
      environment: { GREETING: "hunter3", EXTRA: "hunter4" },
      secrets: { ANTHROPIC_API_KEY: null },
      taskRoleArn: role,
      custom: { port: 8080 },
    });
    expect(plan).toMatchObject({ userId: "user_2x9", baseArn, currentArn: arn, reused: false });
    expect([...plan.changesFromCurrent].sort(({ path: one }, { path: other }) => (one < other ? -1 : 1))).toStrictEqual(
      [
        { path: "containerDefinitions[openclaw].environment[EXTRA]", kind: "added", after: "•••" },
        { path: "containerDefinitions[openclaw].environment[GREETING]", kind: "changed", before: "•••", after: "•••" },
        {
          path: "containerDefinitions[openclaw].memoryReservation",
          kind: "changed",
          before: 3328,
          after: 7424,
        },
        {
          path: "containerDefinitions[openclaw].secrets[ANTHROPIC_API_KEY]",
          kind: "removed",
          before: typicalUser.secrets.ANTHROPIC_API_KEY,
        },
        { path: "custom", kind: "added", after: { port: 8080 } },
        { path: "memory", kind: "changed", before: "4096", after: "8192" },
        { path: "taskRoleArn", kind: "changed", before: baseInput.taskRoleArn, after: role },
      ],
    );
    expect(plan.changes).toContainEqual({ path: "memory", kind: "changed", before: "1024", after: "8192" });
    expect(plan.input.memory).toBe("8192");
    expect(inspect(plan, { depth: null }) + JSON.stringify(plan) + renderPlan(plan)).not.toMatch(/hunter\d/);
    expect(new Set(operations())).toStrictEqual(new Set(["DescribeTaskDefinition"]));
  });

  it("returns what a new base changes", async () => {
    const { cloner, ecs } = newWorld();
    const { arn } = await cloner.clone(plainUser);
    const baseArn = ecs.register(withOpenclaw({ image: "openclaw:2" }));
    const plan = await cloner.planReclone(arn);
    expect(plan).toMatchObject({ baseArn, reused: false, warnings: [] });
    const path = "containerDefinitions[openclaw].image";
    expect(plan.changesFromCurrent).toMatchObject([{ path, kind: "changed", after: "openclaw:2" }]);
  });

  it("says that the clone would be reused, as reclone does", async () => {
    const { cloner } = newWorld();
    const first = await cloner.clone(typicalUser);
    const plan = await cloner.planReclone(first.arn, { image: typicalUser.image });
    expect(plan).toMatchObject({ currentArn: first.arn, changesFromCurrent: [], reused: true });
    expect(plan.changes).not.toStrictEqual([]);
    expect(await cloner.reclone(first.arn, { image: typicalUser.image })).toStrictEqual({ ...first, reused: true });
  });

  it("says that a clone that is deregistered would be registered again, without changes", async () => {
    const { cloner } = newWorld();
    const { arn } = await cloner.clone(typicalUser);
    await cloner.retire(arn);
    expect(await cloner.planReclone(arn)).toMatchObject({ changesFromCurrent: [], reused: false });
  });

  it("shows tags that were set on the clone since, and are not the user's", async () => {
    const { cloner, ecs } = newWorld();
    const { arn } = await cloner.clone({ ...plainUser, custom: 1 });
    await ecs.client().send(new TagResourceCommand({ resourceArn: arn, tags: [{ key: "by", value: "hand" }] }));
    const plan = await cloner.planReclone(arn, { custom: 2 });
    expect(plan.changesFromCurrent).toStrictEqual([
      { path: "tags[by]", kind: "removed", before: "hand" },
      { path: "custom", kind: "changed", before: 1, after: 2 },
    ]);
  });

  it.each(["awsvpc", "bridge"] as const)(
    "tells nothing of what ECS filled in by itself, under %s",
    async (networkMode) => {
      const ecs = new FakeEcs();
      ecs.register({ ...smallBase, networkMode });
      const customize: CloneRules["customize"] = (input) => ({
        ...input,
        containerDefinitions: [
          ...(input.containerDefinitions ?? []),
          {
            name: "proxy",
            image: "proxy:1",
            memory: 128,
            portMappings: [{ containerPort: 80 }],
            mountPoints: [{ sourceVolume: "more", containerPath: "/more" }],
            healthCheck: { command: ["CMD", "true"] },
          },
        ],
        volumes: [
          ...(input.volumes ?? []),
          { name: "more", efsVolumeConfiguration: { fileSystemId: "fs-1a2b3c4d", authorizationConfig: {} } },
        ],
      });
      const cloner = new TaskDefCloner({
        client: ecs.client(),
        baseFamily: "web",
        container: "app",
        volume: "data",
        customize,
      });
      const { arn } = await cloner.clone(plainUser);
      const { changesFromCurrent } = await cloner.planReclone(arn, { image: "nginx:2" });
      expect(changesFromCurrent).toMatchObject([{ path: "containerDefinitions[app].image", after: "nginx:2" }]);
    },
  );

  it("refuses what reclone refuses", async () => {
    const { cloner, operations } = newWorld({}, { reserved: ["NODE_ENV"] });
    const error = { name: "InvalidInputError" };
    const arn = toArn("isol8-dev-openclaw-user", 1);
    await expect(cloner.planReclone("web:1")).rejects.toMatchObject(error);
    await expect(cloner.planReclone(arn, { userId: "other" } as never)).rejects.toMatchObject(error);
    await expect(cloner.planReclone(arn, { environment: { NODE_ENV: "x" } })).rejects.toMatchObject(error);
    await expect(cloner.planReclone(arn, {}, { deploy: () => {} } as never)).rejects.toMatchObject(error);
    expect(operations()).toStrictEqual([]);
    await expect(cloner.planReclone(arn)).rejects.toMatchObject({ name: "NotACloneError", arn });
  });

  it("ends with its signal", async () => {
    const { cloner } = newWorld();
    const { arn } = await cloner.clone(plainUser);
    const reason = new Error("enough");
    await expect(cloner.planReclone(arn, {}, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
