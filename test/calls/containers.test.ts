import { describe, expect, it } from "vitest";
import type { UserPatch } from "../../src/index.ts";
import { renderPlan } from "../../src/plan/render-plan.ts";
import { toCanonicalText } from "../../src/record/canonical-text.ts";
import { provenanceLabel } from "../../src/record/record.ts";
import { baseInput, deepFreeze, named, plainUser, toSecretArn, typicalUser } from "../cast.ts";
import { newWorld, registeredAs, type World } from "../world.ts";
import { containerOf, openclaw, withOpenclaw } from "./registered.ts";

const collector = named(baseInput.containerDefinitions, "otel-collector");
const secret = toSecretArn("user-keys/user_7k1-AbCdEf");
const own = deepFreeze({
  secrets: { OPENAI_API_KEY: secret, EXPORTER_KEY: "/exporter" },
  environment: { MODE: "hunter2" },
  unset: ["AWS_REGION"],
  image: "otel:user",
});
const user = deepFreeze({ ...plainUser, containers: { "otel-collector": own } });
const size = { cpu: 1024, memory: 2048 };

const collectorOf = (world: World, arn: string) =>
  named(registeredAs(world, arn).containerDefinitions, "otel-collector");

/** The base without its second container. */
const lone = { ...baseInput, containerDefinitions: [{ ...openclaw, dependsOn: [] }] };

describe("what a user owns of another container", () => {
  it("is shown by a plan, without values", async () => {
    const { cloner } = newWorld();
    const plan = await cloner.plan(user);
    const path = "containerDefinitions[otel-collector]";
    expect(plan.changes.filter(({ path: other }) => other.startsWith("containerDefinitions"))).toStrictEqual(
      expect.arrayContaining([
        { path: `${path}.image`, kind: "changed", before: collector.image, after: "otel:user" },
        { path: `${path}.environment[AWS_REGION]`, kind: "removed", before: "•••" },
        { path: `${path}.environment[MODE]`, kind: "added", after: "•••" },
        {
          path: `${path}.secrets[OPENAI_API_KEY]`,
          kind: "changed",
          before: collector.secrets?.[0]?.valueFrom,
          after: secret,
        },
        { path: `${path}.secrets[EXPORTER_KEY]`, kind: "added", after: "/exporter" },
      ]),
    );
    expect(JSON.stringify(plan) + renderPlan(plan)).not.toContain("hunter2");
  });

  it("is registered, noted by name, given back by `inspect`, and survives a resize", async () => {
    const world = newWorld();
    const first = await world.cloner.clone(user);
    const { arn } = await world.cloner.resize(first.arn, size);
    expect(toCanonicalText(collectorOf(world, arn))).toBe(
      toCanonicalText({
        ...collector,
        image: "otel:user",
        environment: [{ name: "MODE", value: "hunter2" }],
        secrets: [
          { name: "OPENAI_API_KEY", valueFrom: secret },
          { name: "EXPORTER_KEY", valueFrom: "/exporter" },
        ],
      }),
    );
    const { dockerLabels, ...rest } = containerOf(world, arn);
    // The reservation follows the size, and nothing else of the container differs.
    const expected = { ...openclaw, memoryReservation: 256 + size.memory - 1024, dockerLabels: undefined };
    expect(toCanonicalText(rest)).toBe(toCanonicalText(expected));
    const label = dockerLabels?.[provenanceLabel] ?? "";
    expect(JSON.parse(label).own).toStrictEqual({
      accessPointId: true,
      containers: {
        "otel-collector": {
          unset: ["AWS_REGION"],
          secrets: ["EXPORTER_KEY", "OPENAI_API_KEY"],
          environment: ["MODE"],
          image: true,
        },
      },
      size: true,
    });
    expect(label).not.toMatch(/hunter2|exporter"|otel:user/);
    expect((await world.cloner.inspect(arn)).user).toStrictEqual({ ...user, size });
  });

  it("stands next to the user's own parts of the user's container", async () => {
    const world = newWorld();
    const { arn } = await world.cloner.clone({ ...typicalUser, containers: user.containers });
    const inspection = await world.cloner.inspect(arn);
    expect(inspection).toMatchObject({ isUpToDate: true, warnings: [] });
    expect(inspection.user).toStrictEqual({ ...typicalUser, containers: user.containers });
  });

  it("is laid on the newest base", async () => {
    const world = newWorld();
    const { arn } = await world.cloner.clone(user);
    world.ecs.register({
      ...baseInput,
      containerDefinitions: [openclaw, { ...collector, image: "otel:2", command: ["--new"] }],
    });
    const next = await world.cloner.reclone(arn);
    expect(collectorOf(world, next.arn)).toMatchObject({ image: "otel:user", command: ["--new"] });
  });

  it.each<[UserPatch["containers"], object | undefined]>([
    [{ "otel-collector": { secrets: { EXPORTER_KEY: null } } }, { ...own, secrets: { OPENAI_API_KEY: secret } }],
    [{ "otel-collector": { environment: null, image: null } }, { secrets: own.secrets, unset: own.unset }],
    [{ "otel-collector": { unset: ["MORE"] } }, { ...own, unset: ["MORE"] }],
    [{ "otel-collector": null }, undefined],
    [null, undefined],
  ])("is changed by the merge patch %j", async (containers, expected) => {
    const world = newWorld();
    const first = await world.cloner.clone(user);
    const { arn } = await world.cloner.reclone(first.arn, { containers });
    const { user: read } = await world.cloner.inspect(arn);
    expect(read).toStrictEqual(expected ? { ...plainUser, containers: { "otel-collector": expected } } : plainUser);
    if (expected === undefined) expect(collectorOf(world, arn)).toStrictEqual(collector);
  });

  it("is none of it once a patch has taken everything away, and the clone is reused as one without", async () => {
    const { cloner } = newWorld();
    const nothing = { secrets: { A: null }, environment: {}, unset: [], image: null };
    const { arn: current } = await cloner.clone(plainUser);
    expect(await cloner.reclone(current, { containers: { "otel-collector": nothing } })).toMatchObject({
      arn: current,
      reused: true,
    });
    const containers = { "otel-collector": {}, lost: { secrets: {} } };
    expect(await cloner.clone({ ...plainUser, containers }, { current })).toMatchObject({ reused: true });
  });

  it("is reused if nothing changes, whatever the order", async () => {
    const { cloner } = newWorld();
    const { arn: current } = await cloner.clone(user);
    expect(await cloner.clone(user, { current })).toMatchObject({ reused: true });
    const secrets = { EXPORTER_KEY: "/exporter", OPENAI_API_KEY: secret };
    const other = { ...user, containers: { "otel-collector": { ...own, secrets } } };
    expect(await cloner.clone(other, { current })).toMatchObject({ arn: current, reused: true });
  });

  it.each([
    { secrets: { ...own.secrets, EXPORTER_KEY: "/other" } },
    { environment: { MODE: "" } },
    { unset: ["AWS_REGION", "MORE"] },
    { image: "otel:other" },
    { image: undefined },
  ])("is registered anew if it changes: %j", async (change) => {
    const { cloner } = newWorld();
    const { arn: current } = await cloner.clone(user);
    const containers = { "otel-collector": { ...own, ...change } };
    expect(await cloner.clone({ ...user, containers }, { current })).toMatchObject({ reused: false });
  });

  it("makes no clone of a copy with other values", async () => {
    const world = newWorld();
    const { arn } = await world.cloner.clone(user);
    const input = registeredAs(world, arn);
    const toCopy = (change: object) =>
      world.ecs.register({
        ...input,
        containerDefinitions: input.containerDefinitions?.map((container) =>
          container.name === "otel-collector" ? { ...container, ...change } : container,
        ),
      });
    const first = named(collectorOf(world, arn).secrets, "OPENAI_API_KEY");
    for (const copy of [
      toCopy({ secrets: [first, { name: "EXPORTER_KEY", valueFrom: "/another-users" }] }),
      toCopy({ environment: collector.environment }),
      toCopy({ environment: [{ name: "MODE", value: "hunter2" }, ...(collector.environment ?? [])] }),
    ]) {
      expect(await world.cloner.clone(user, { current: copy })).toMatchObject({ reused: false });
      await expect(world.cloner.inspect(copy)).rejects.toMatchObject({ name: "NotACloneError", arn: copy });
    }
  });

  it("is an error for a container that the base has lost, until a patch drops it", async () => {
    const world = newWorld();
    const { arn } = await world.cloner.clone(user);
    world.ecs.register(lone);
    await expect(world.cloner.resize(arn, size)).rejects.toMatchObject({
      name: "UnfitBaseError",
      message:
        `Base ${baseInput.family}:2 has no container otel-collector, which the user's containers name. It has openclaw. Name one of them, ` +
        'or give up what the user has there: reclone with {"containers":{"otel-collector":null}}.',
    });
    const next = await world.cloner.reclone(arn, { containers: { "otel-collector": null } });
    expect((await world.cloner.inspect(next.arn)).user).toStrictEqual(plainUser);
  });

  it("is an error for the user's own container", async () => {
    const { cloner, count } = newWorld();
    const containers = { openclaw: { image: "web:1" } };
    await expect(cloner.clone({ ...plainUser, containers })).rejects.toMatchObject({
      name: "InvalidInputError",
      message: expect.stringContaining("The user's containers name openclaw, which is the user's own container"),
    });
    expect(count("RegisterTaskDefinition")).toBe(0);
  });

  it.each(["clone", "reclone"])("is never a reserved name, says `%s` before it asks for the base", async (call) => {
    const { ecs, cloner, newCloner, operations } = newWorld();
    const { arn } = await cloner.clone(plainUser);
    const strict = newCloner({ reserved: [/^EXPORTER_/] });
    ecs.clearCalls();
    const calling = call === "clone" ? strict.clone(user) : strict.reclone(arn, { containers: user.containers });
    await expect(calling).rejects.toMatchObject({
      name: "InvalidInputError",
      message: expect.stringContaining("The user's secrets for container otel-collector set EXPORTER_KEY,"),
    });
    expect(operations()).toStrictEqual([]);
  });

  it.each<[string, object]>([
    ["its secrets", { secrets: collector.secrets }],
    ["its variables", { environment: [] }],
    ["what it leaves out", { environment: [...(collector.environment ?? []), { name: "MODE", value: "hunter2" }] }],
    ["its image", { image: "otel:customized" }],
    ["its name", { name: "collector" }],
  ])("may not lose %s by `customize`", async (_, change) => {
    const { newCloner } = newWorld();
    const cloner = newCloner({
      customize: (input) => ({
        ...input,
        containerDefinitions: input.containerDefinitions?.map((container) =>
          container.name === "otel-collector" ? { ...container, ...change } : container,
        ),
      }),
    });
    await expect(cloner.clone(user)).rejects.toMatchObject({
      name: "InvalidInputError",
      message: expect.stringContaining("one of the user's own parts"),
    });
  });

  it("may be added to a clone from before, which reads as having none", async () => {
    const world = newWorld();
    const { arn } = await world.cloner.clone(typicalUser);
    expect((await world.cloner.inspect(arn)).user).not.toHaveProperty("containers");
    const next = await world.cloner.reclone(arn, { containers: user.containers });
    expect((await world.cloner.inspect(next.arn)).user).toStrictEqual({ ...typicalUser, containers: user.containers });
  });

  it("is no reason against a base that repeats what the user leaves out", async () => {
    const world = newWorld();
    const environment = [
      { name: "TWICE", value: "1" },
      { name: "TWICE", value: "2" },
    ];
    world.ecs.register({
      ...withOpenclaw({}),
      containerDefinitions: [openclaw, { ...collector, environment }],
    });
    const containers = { "otel-collector": { unset: ["TWICE"] } };
    const { arn } = await world.cloner.clone({ ...plainUser, containers });
    expect(collectorOf(world, arn).environment).toStrictEqual([]);
  });
});
