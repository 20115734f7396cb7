import { describe, expect, it } from "vitest";
import { renderPlan } from "../../src/plan/render-plan.ts";
import { provenanceLabel } from "../../src/record/record.ts";
import { baseInput, plainUser, typicalUser } from "../cast.ts";
import { newWorld, registeredAs } from "../world.ts";
import { containerOf, openclaw, withOpenclaw } from "./registered.ts";

const user = { ...plainUser, unset: ["LOG_LEVEL", "TELEMETRY_KEY"] };
const size = { cpu: 1024, memory: 2048 };

/** Sorted, since ECS returns variables in an order of its own. */
const namesOf = (named: readonly { name?: string | undefined }[] | undefined) => named?.map(({ name }) => name).sort();

describe("what a user leaves out", () => {
  it("is shown by a plan, without values", async () => {
    const { cloner } = newWorld();
    const plan = await cloner.plan(user);
    const path = "containerDefinitions[openclaw]";
    expect(plan.changes.filter(({ path: other }) => other.startsWith(path))).toStrictEqual([
      { path: `${path}.environment[LOG_LEVEL]`, kind: "removed", before: "•••" },
      { path: `${path}.secrets[TELEMETRY_KEY]`, kind: "removed", before: expect.stringMatching(/telemetry-key$/) },
    ]);
    expect(renderPlan(plan)).toContain(`- ${path}.environment[LOG_LEVEL]: removed`);
  });

  it("stands nowhere in the clone but by its name in the record, and survives a resize", async () => {
    const world = newWorld();
    const first = await world.cloner.clone(user);
    const { arn } = await world.cloner.resize(first.arn, size);
    const { environment, secrets, dockerLabels } = containerOf(world, arn);
    expect(namesOf(environment)).toStrictEqual(["CODEX_HOME", "NODE_ENV", "OPENCLAW_STATE_DIR", "PROXY_URL"]);
    expect(namesOf(secrets)).toStrictEqual(["GATEWAY_TOKEN", "OPENAI_API_KEY"]);
    expect(JSON.parse(dockerLabels?.[provenanceLabel] ?? "")).toMatchObject({
      own: { accessPointId: true, unset: ["LOG_LEVEL", "TELEMETRY_KEY"], size: true },
    });
    expect((await world.cloner.inspect(arn)).user).toStrictEqual({ ...user, size });
  });

  it("is left out of a newer base that has more of it", async () => {
    const world = newWorld();
    const { arn } = await world.cloner.clone({ ...user, unset: ["NEW"] });
    world.ecs.register(withOpenclaw({ environment: [{ name: "NEW", value: "1" }] }));
    const next = await world.cloner.reclone(arn);
    expect(containerOf(world, next.arn).environment).toStrictEqual([]);
  });

  it("is replaced as a whole by a patch, and given back by null", async () => {
    const world = newWorld();
    const first = await world.cloner.clone(user);
    const second = await world.cloner.reclone(first.arn, { unset: ["CODEX_HOME"] });
    expect(namesOf(containerOf(world, second.arn).environment)).toStrictEqual([
      ...["LOG_LEVEL", "NODE_ENV", "OPENCLAW_STATE_DIR", "PROXY_URL"],
    ]);
    expect((await world.cloner.inspect(second.arn)).user).toStrictEqual({ ...plainUser, unset: ["CODEX_HOME"] });
    const third = await world.cloner.reclone(second.arn, { unset: null });
    expect(namesOf(containerOf(world, third.arn).environment)).toStrictEqual(namesOf(openclaw.environment));
    expect((await world.cloner.inspect(third.arn)).user).toStrictEqual(plainUser);
  });

  it.each([{ secrets: { LOG_LEVEL: "/level" } }, { environment: { TELEMETRY_KEY: "hunter2" } }])(
    "may not be set by a patch: %j",
    async (changes) => {
      const { cloner, count } = newWorld();
      const { arn } = await cloner.clone(user);
      await expect(cloner.reclone(arn, changes)).rejects.toMatchObject({
        name: "InvalidInputError",
        message: expect.stringMatching(/^Invalid user: unset names (LOG_LEVEL|TELEMETRY_KEY), which the user's /),
      });
      expect(count("RegisterTaskDefinition")).toBe(1);
    },
  );

  it("may not be what a patch leaves out of the user's own, unless it takes that away too", async () => {
    const { cloner } = newWorld();
    const { arn } = await cloner.clone(typicalUser);
    const unset = ["GREETING"];
    await expect(cloner.reclone(arn, { unset })).rejects.toMatchObject({ name: "InvalidInputError" });
    const next = await cloner.reclone(arn, { unset, environment: { GREETING: null } });
    const { user } = await cloner.inspect(next.arn);
    expect(user).toMatchObject({ unset, environment: { CODEX_HOME: typicalUser.environment.CODEX_HOME } });
  });

  it("is never a reserved name, before ECS is asked for anything", async () => {
    const { newCloner, operations } = newWorld();
    const cloner = newCloner({ reserved: ["LOG_LEVEL"] });
    await expect(cloner.clone(user)).rejects.toMatchObject({
      name: "InvalidInputError",
      message: expect.stringContaining("The user's unset leaves out LOG_LEVEL, which the option `reserved` keeps"),
    });
    expect(operations()).toStrictEqual([]);
  });

  it("is the same in any order, and repeated", async () => {
    const { cloner } = newWorld();
    const { arn: current } = await cloner.clone(user);
    for (const unset of [user.unset.toReversed(), [...user.unset, "LOG_LEVEL"]]) {
      expect(await cloner.clone({ ...user, unset }, { current })).toMatchObject({ arn: current, reused: true });
    }
    for (const unset of [["LOG_LEVEL"], [...user.unset, "NOT_THERE"], []]) {
      expect(await cloner.clone({ ...user, unset }, { current })).toMatchObject({ reused: false });
    }
  });

  it("makes no difference where it is an empty list", async () => {
    const { cloner } = newWorld();
    const { arn: current } = await cloner.clone(plainUser);
    expect(await cloner.clone({ ...plainUser, unset: [] }, { current })).toMatchObject({ arn: current, reused: true });
    expect(await cloner.reclone(current, { unset: null })).toMatchObject({ arn: current, reused: true });
  });

  it.each([
    ["variable", { environment: [...(openclaw.environment ?? [])] }],
    ["secret", { secrets: [...(openclaw.secrets ?? [])] }],
  ])("is missed as a %s in a revision that somebody made by hand, which is then no clone", async (_, again) => {
    const world = newWorld();
    const { arn } = await world.cloner.clone(user);
    const input = registeredAs(world, arn);
    const containerDefinitions = input.containerDefinitions?.map((container) =>
      container.name === "openclaw" ? { ...container, ...again } : container,
    );
    const copy = world.ecs.register({ ...input, containerDefinitions });
    expect(await world.cloner.clone(user, { current: copy })).toMatchObject({ reused: false });
    await expect(world.cloner.reclone(copy)).rejects.toMatchObject({
      name: "NotACloneError",
      message: expect.stringContaining("or has a variable that its record says the user leaves out."),
    });
  });

  it("may not be brought back by `customize`", async () => {
    const { newCloner, count } = newWorld();
    const cloner = newCloner({ customize: (input) => ({ ...input, containerDefinitions: [openclaw] }) });
    await expect(cloner.clone(user)).rejects.toMatchObject({
      name: "InvalidInputError",
      message: expect.stringContaining("brought back what the user leaves out"),
    });
    expect(count("RegisterTaskDefinition")).toBe(0);
  });

  it("stays with the user when the base changes in everything else", async () => {
    const world = newWorld();
    const { arn: current } = await world.cloner.clone(user);
    world.ecs.register({ ...baseInput, pidMode: "task" });
    const next = await world.cloner.clone(user, { current });
    expect(next.reused).toBe(false);
    expect(namesOf(containerOf(world, next.arn).secrets)).toStrictEqual(["GATEWAY_TOKEN", "OPENAI_API_KEY"]);
  });
});
