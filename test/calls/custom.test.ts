import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import type { CloneRules } from "../../src/derivation/clone-rules.ts";
import { provenanceLabel } from "../../src/record/record.ts";
import type { Json } from "../../src/user/parts/custom.ts";
import { cloneFamily, plainUser } from "../cast.ts";
import { newWorld, registeredAs, type World } from "../world.ts";
import { containerOf, withRecord } from "./registered.ts";

const custom = { port: 8080, volumes: [{ name: "b" }, { name: "a" }], greeting: "¡hola!" };
const user = { ...plainUser, custom };
const size = { cpu: 1024, memory: 2048 };

/** Gives the user's container a command that says what is the user's. */
const customize: CloneRules["customize"] = (input, { custom: given }) => ({
  ...input,
  containerDefinitions: input.containerDefinitions?.map((container) =>
    container.name === "openclaw" ? { ...container, command: ["serve", JSON.stringify(given ?? null)] } : container,
  ),
});

const commandOf = (world: World, arn: string) => containerOf(world, arn).command;
const recordOf = (world: World, arn: string) => String(containerOf(world, arn).dockerLabels?.[provenanceLabel]);

describe("custom", () => {
  it("reaches customize, stands in the record alone, and is read back", async () => {
    const world = newWorld({}, { customize });
    const { arn } = await world.cloner.clone(user);
    const text = '{"greeting":"¡hola!","port":8080,"volumes":[{"name":"b"},{"name":"a"}]}';
    expect(commandOf(world, arn)).toStrictEqual(["serve", text]);
    expect(JSON.parse(recordOf(world, arn))).toMatchObject({ own: { accessPointId: true, custom } });
    expect(recordOf(world, arn)).toContain(`"custom":${text.replaceAll("¡", "\\u00a1")}`);
    expect((await world.cloner.inspect(arn)).user).toStrictEqual(user);
  });

  it("survives a resize and a new base, so that what customize makes of it does too", async () => {
    const world = newWorld({}, { customize });
    const first = await world.cloner.clone(user);
    const next = await world.cloner.resize(first.arn, size);
    expect(commandOf(world, next.arn)).toStrictEqual(commandOf(world, first.arn));
    const patched = await world.cloner.reclone(next.arn, { custom: { port: 9090, greeting: null } });
    const text = '{"port":9090,"volumes":[{"name":"b"},{"name":"a"}]}';
    expect(commandOf(world, patched.arn)).toStrictEqual(["serve", text]);
    const removed = await world.cloner.reclone(patched.arn, { custom: null });
    expect(recordOf(world, removed.arn)).not.toContain("custom");
    expect(commandOf(world, removed.arn)).toStrictEqual(["serve", "null"]);
  });

  it.each<[string, Json & object]>([
    ["another value", { ...custom, port: 8081 }],
    ["one member more", { ...custom, other: false }],
    ["another order in a list, whatever it is called", { ...custom, volumes: custom.volumes.toReversed() }],
    ["a null in a list", { ...custom, volumes: [...custom.volumes, null] }],
    ["a text in place of a number", { ...custom, port: "8080" }],
  ])("makes a new revision by itself: %s", async (_, other) => {
    const { cloner } = newWorld();
    const { arn: current } = await cloner.clone(user);
    expect(await cloner.clone({ ...user, custom: other }, { current })).toMatchObject({ reused: false });
  });

  it("makes none by the order of its members", async () => {
    const { cloner } = newWorld();
    const { arn: current } = await cloner.clone(user);
    const { port, ...others } = custom;
    expect(await cloner.clone({ ...user, custom: { ...others, port } }, { current })).toMatchObject({ reused: true });
    expect(await cloner.reclone(current, { custom: { port: 8080 } })).toMatchObject({ reused: true });
    expect(await cloner.clone(plainUser, { current })).toMatchObject({ reused: false });
  });

  it("is vouched for by the record, however it was changed there", async () => {
    const world = newWorld();
    const { arn } = await world.cloner.clone(user);
    const record = JSON.parse(recordOf(world, arn));
    const withText = (text: string): string => world.ecs.register(withRecord(registeredAs(world, arn), text));
    const withCustom = (own: unknown): string =>
      withText(JSON.stringify({ ...record, own: { ...record.own, custom: own } }));
    await world.cloner.inspect(withCustom(custom));
    for (const other of [{ ...custom, port: 1 }, { ...custom, volumes: custom.volumes.toReversed() }, "", undefined]) {
      await expect(world.cloner.inspect(withCustom(other))).rejects.toThrow(/not the ones its record was written for/);
    }
    const deep = recordOf(world, arn).replace("8080", "[".repeat(20_000) + "]".repeat(20_000));
    for (const broken of [withCustom(null), withCustom({ a: null }), withText(deep)]) {
      await expect(world.cloner.inspect(broken)).rejects.toThrow(/its record cannot be read/);
    }
  });

  it("is not printed with an inspection, and is shown by a plan", async () => {
    const { cloner } = newWorld();
    const { arn } = await cloner.clone(user);
    const inspection = await cloner.inspect(arn);
    expect(inspect(inspection, { depth: null }) + JSON.stringify(inspection)).not.toContain("8080");
    const { changes, input } = await cloner.plan({
      ...plainUser,
      custom: { port: 8080, environment: { A: "hunter2" } },
    });
    expect(changes).toContainEqual({ path: "custom", kind: "added", after: { port: 8080, environment: { A: "•••" } } });
    expect(input).not.toHaveProperty("custom");
  });

  it("can't be changed while the call goes on", async () => {
    const world = newWorld();
    const own = { list: [1] };
    const cloning = world.cloner.clone({ ...plainUser, custom: own });
    own.list.push(2);
    const { arn } = await cloning;
    const { user } = await world.cloner.inspect(arn);
    expect(user.custom).toStrictEqual({ list: [1] });
    const patch = { custom: { list: [3] } };
    const recloning = world.cloner.reclone(arn, patch);
    patch.custom.list.push(4);
    expect((await world.cloner.inspect((await recloning).arn)).user.custom).toStrictEqual({ list: [3] });
    expect(world.active(cloneFamily)).toHaveLength(2);
  });
});
