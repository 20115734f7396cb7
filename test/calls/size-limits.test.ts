import type { RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { InvalidInputError } from "../../src/errors.ts";
import { toCanonicalText } from "../../src/record/canonical-text.ts";
import { provenanceLabel } from "../../src/record/record.ts";
import { baseInput, cloneFamily, toUser } from "../cast.ts";
import { newWorld, registeredAs, rejectionOf, type World } from "../world.ts";
import { containerOf, withOpenclaw, withRecord } from "./registered.ts";

const limits = { cpu: 448, memory: 1000, memoryReservation: 512 };

/** A base whose task has a size, and whose user's container has limits. */
const limited = withOpenclaw(limits);

function onEc2(input: RegisterTaskDefinitionCommandInput): RegisterTaskDefinitionCommandInput {
  const { cpu, memory, ephemeralStorage, ...others } = input;
  return { ...others, requiresCompatibilities: ["EC2"] };
}

/** A base whose task has no size, so that the user's container has. */
const sizeless = onEc2(withOpenclaw({ cpu: 256, memory: 1024, memoryReservation: undefined }));
const reserving = onEc2(withOpenclaw({ cpu: 256, memoryReservation: 1024 }));

const base = { cpu: 512, memory: 1024 };
const large = { cpu: 2048, memory: 4096 };

function inWorld(...bases: readonly RegisterTaskDefinitionCommandInput[]): World {
  const world = newWorld();
  for (const input of bases) world.ecs.register(input);
  return world;
}

/** What the record of a clone notes of its user's size. */
function noteOf(world: World, arn: string): unknown {
  const { own } = JSON.parse(containerOf(world, arn).dockerLabels?.[provenanceLabel] ?? "{}");
  return own.size;
}

/** What was registered, without the record, and in an order of its own. */
const contentOf = (world: World, arn: string) => toCanonicalText(withRecord(registeredAs(world, arn), ""));

describe("a resize on a base whose user's container has limits", () => {
  it("moves the limits with the task's size, and the plan shows it", async () => {
    const world = inWorld(limited);
    const { changes } = await world.cloner.plan({ ...toUser(1), size: large });
    const container = "containerDefinitions[openclaw]";
    expect(changes).toStrictEqual(
      expect.arrayContaining([
        { path: "cpu", kind: "changed", before: "512", after: "2048" },
        { path: "memory", kind: "changed", before: "1024", after: "4096" },
        { path: `${container}.cpu`, kind: "changed", before: 448, after: 1984 },
        { path: `${container}.memory`, kind: "changed", before: 1000, after: 4072 },
        { path: `${container}.memoryReservation`, kind: "changed", before: 512, after: 3584 },
      ]),
    );
    const { arn } = await world.cloner.clone(toUser(1));
    const next = await world.cloner.resize(arn, large);
    expect(next.warnings).toStrictEqual([]);
    expect(containerOf(world, next.arn)).toMatchObject({ cpu: 1984, memory: 4072, memoryReservation: 3584 });
    expect(noteOf(world, next.arn)).toBe(true);
  });

  it("there and back gives what a fresh clone of that size is", async () => {
    const world = inWorld(limited);
    const { arn } = await world.cloner.clone(toUser(1));
    const grown = await world.cloner.resize(arn, large);
    const back = await world.cloner.resize(grown.arn, base);
    const fresh = await world.cloner.clone({ ...toUser(1), size: base });
    expect(containerOf(world, back.arn)).toMatchObject(limits);
    expect(contentOf(world, back.arn)).toBe(contentOf(world, fresh.arn));
    const again = await world.cloner.resize(back.arn, large);
    expect(contentOf(world, again.arn)).toBe(contentOf(world, grown.arn));
  });

  it("reuses the clone if it already has that size", async () => {
    const { cloner, ecs } = inWorld(limited);
    const { arn } = await cloner.clone({ ...toUser(1), size: large });
    expect(await cloner.resize(arn, large)).toMatchObject({ arn, reused: true });
    expect(await cloner.inspect(arn)).toMatchObject({ isUpToDate: true, warnings: [] });
    expect(ecs.revisions(cloneFamily)).toHaveLength(1);
  });

  it("starts from the limits of the newest base", async () => {
    const world = inWorld(limited);
    const { arn } = await world.cloner.clone({ ...toUser(1), size: large });
    world.ecs.register({ ...withOpenclaw({ cpu: 0, memory: 2048 }), cpu: "1024", memory: "2048" });
    const next = await world.cloner.reclone(arn);
    expect(containerOf(world, next.arn)).toMatchObject({ cpu: 0, memory: 4096 });
  });

  it("that leaves the container nothing is refused, and registers nothing", async () => {
    // The collector asks for 64 CPU units.
    const { cloner, ecs } = inWorld(onEc2(limited), { ...onEc2(limited), cpu: "512", memory: "1024" });
    const { arn } = await cloner.clone(toUser(1));
    const error = await rejectionOf(cloner.resize(arn, { cpu: 64, memory: 1024 }));
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(error).toMatchObject({
      message: expect.stringMatching(/container openclaw .*\(otel-collector\) ask for 64/),
    });
    expect(ecs.revisions(cloneFamily)).toHaveLength(1);
  });

  it('leaves them with `containerLimits: "keep"`, and warns', async () => {
    const world = inWorld(limited);
    const cloner = world.newCloner({ containerLimits: "keep" });
    const { arn, warnings } = await cloner.clone({ ...toUser(1), size: large });
    expect(containerOf(world, arn)).toMatchObject(limits);
    expect(warnings).toHaveLength(2);
  });
});

describe.each([
  ["memory", sizeless],
  ["memoryReservation", reserving],
] as const)("a size that stands in the container's %s", (member, newest) => {
  it("is changed by a resize, noted, read back and reused", async () => {
    const world = inWorld(newest);
    const { arn } = await world.cloner.clone({ ...toUser(1), size: base });
    expect(containerOf(world, arn)).toMatchObject({ cpu: 512, [member]: 1024 });
    expect(registeredAs(world, arn)).not.toHaveProperty("cpu");
    expect(registeredAs(world, arn)).not.toHaveProperty("memory");
    expect(noteOf(world, arn)).toBe(member);
    expect((await world.cloner.inspect(arn)).user.size).toStrictEqual(base);
    expect(await world.cloner.clone({ ...toUser(1), size: base }, { current: arn })).toMatchObject({ reused: true });
    const next = await world.cloner.resize(arn, large);
    expect(containerOf(world, next.arn)).toMatchObject({ cpu: 2048, [member]: 4096 });
    expect(await world.cloner.inspect(next.arn)).toMatchObject({ isUpToDate: true, warnings: [] });
    const half = await world.cloner.reclone(next.arn, { size: { cpu: 1024 } });
    expect((await world.cloner.inspect(half.arn)).user.size).toStrictEqual({ cpu: 1024, memory: 4096 });
    const given = await world.cloner.reclone(half.arn, { size: null });
    expect(containerOf(world, given.arn)).toMatchObject({ cpu: 256, [member]: 1024 });
    expect(noteOf(world, given.arn)).toBeUndefined();
  });

  it("moves to the task when the base's task gets a size, and back", async () => {
    const world = inWorld(newest);
    const first = await world.cloner.clone({ ...toUser(1), size: large });
    world.ecs.register(baseInput);
    const onTask = await world.cloner.reclone(first.arn);
    expect(registeredAs(world, onTask.arn)).toMatchObject({ cpu: "2048", memory: "4096" });
    expect(noteOf(world, onTask.arn)).toBe(true);
    expect((await world.cloner.inspect(onTask.arn)).user.size).toStrictEqual(large);
    world.ecs.register(newest);
    const back = await world.cloner.reclone(onTask.arn);
    expect(contentOf(world, back.arn)).toBe(contentOf(world, first.arn));
    expect((await world.cloner.inspect(back.arn)).user.size).toStrictEqual(large);
  });

  it("moves to another member with the base", async () => {
    const world = inWorld(newest);
    const { arn } = await world.cloner.clone({ ...toUser(1), size: large });
    world.ecs.register(member === "memory" ? reserving : sizeless);
    const next = await world.cloner.reclone(arn);
    expect(noteOf(world, next.arn)).toBe(member === "memory" ? "memoryReservation" : "memory");
    expect((await world.cloner.inspect(next.arn)).user.size).toStrictEqual(large);
  });

  it("may be the default, which is not the user's own", async () => {
    const world = inWorld(newest);
    const { arn } = await world.newCloner({ size: large }).clone(toUser(1));
    expect(containerOf(world, arn)).toMatchObject({ cpu: 2048, [member]: 4096 });
    expect((await world.cloner.inspect(arn)).user).not.toHaveProperty("size");
  });

  it("is not taken for the user's own in a copy with another one", async () => {
    const world = inWorld(newest);
    const { arn } = await world.cloner.clone({ ...toUser(1), size: large });
    const { containerDefinitions = [], ...others } = registeredAs(world, arn);
    const copy = world.ecs.register({
      ...others,
      containerDefinitions: containerDefinitions.map((one) => ({ ...one, [member]: 8192, memory: 8192 })),
    });
    expect(await rejectionOf(world.cloner.reclone(copy))).toMatchObject({ name: "NotACloneError" });
  });

  it("is given to Windows on EC2, whose task's size is ignored", async () => {
    const windows: RegisterTaskDefinitionCommandInput = {
      ...newest,
      runtimePlatform: { operatingSystemFamily: "WINDOWS_SERVER_2022_CORE" },
      cpu: "1024",
      memory: "2048",
    };
    const world = inWorld(windows);
    const { arn } = await world.cloner.clone({ ...toUser(1), size: large });
    expect(containerOf(world, arn)).toMatchObject({ cpu: 2048, [member]: 4096 });
    expect(registeredAs(world, arn)).toMatchObject({ cpu: "2112", memory: "4096" });
    expect(noteOf(world, arn)).toBe(member);
    const next = await world.cloner.resize(arn, base);
    expect(containerOf(world, next.arn)).toMatchObject({ cpu: 512, [member]: 1024 });
    expect(registeredAs(world, next.arn)).toMatchObject({ cpu: "1024", memory: "2048" });
    expect(await world.cloner.inspect(next.arn)).toMatchObject({ isUpToDate: true, warnings: [] });
  });
});

describe("a clone from before sizes reached the container", () => {
  it("whose size stands on the task of a base without one is read from there, and moves", async () => {
    const world = inWorld(sizeless);
    const { arn } = await world.cloner.clone({ ...toUser(1), size: large });
    const record = JSON.parse(containerOf(world, arn).dockerLabels?.[provenanceLabel] ?? "{}");
    const text = JSON.stringify({ ...record, own: { ...record.own, size: true } });
    const unsized = registeredAs(world, (await world.cloner.clone(toUser(1))).arn);
    const older = world.ecs.register({ ...withRecord(unsized, text), cpu: "2048", memory: "4096" });
    expect(await world.cloner.inspect(older)).toMatchObject({ isUpToDate: false, user: { size: large } });
    const next = await world.cloner.reclone(older);
    expect(next.reused).toBe(false);
    expect(contentOf(world, next.arn)).toBe(contentOf(world, arn));
    expect(noteOf(world, next.arn)).toBe("memory");
  });
});
