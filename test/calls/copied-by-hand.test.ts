import { type RegisterTaskDefinitionCommandInput, UntagResourceCommand } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { NotACloneError } from "../../src/errors.ts";
import { listClones, prune } from "../../src/fleet/index.ts";
import { provenanceLabel } from "../../src/record/record.ts";
import { baseFamily, cloneFamily, toArn, toUser, typicalUser } from "../cast.ts";
import { collect } from "../fleet/collect.ts";
import { newWorld, registeredAs, rejectionOf, type World } from "../world.ts";
import { containerOf, withRecord } from "./registered.ts";

const size = { cpu: 1024, memory: 2048 };

/** Takes the user's tags off a revision. */
const untag = ({ ecs }: World, resourceArn: string) =>
  ecs.client().send(new UntagResourceCommand({ resourceArn, tagKeys: Object.keys(typicalUser.tags) }));

const labelOf = (world: World, arn: string): string => containerOf(world, arn).dockerLabels?.[provenanceLabel] ?? "";

/** User 1's clone, and a revision of the same family with user 2's values that somebody registered by hand with user 1's label. */
async function withCopy() {
  const world = newWorld();
  const own = await world.cloner.clone(toUser(1));
  const other = await world.cloner.clone(toUser(2));
  const copy = world.ecs.register(withRecord(registeredAs(world, other.arn), labelOf(world, own.arn)));
  world.ecs.clearCalls();
  return { world, own, copy };
}

/** The clone as somebody registers it again after a change to one of its containers. */
const changed = (world: World, arn: string, name: string, change: object): RegisterTaskDefinitionCommandInput => {
  const input = registeredAs(world, arn);
  const containerDefinitions = input.containerDefinitions?.map((container) =>
    container.name === name ? { ...container, ...change } : container,
  );
  return { ...input, containerDefinitions };
};

describe("a copy of a clone with another user's values", () => {
  it("is not reused by `clone`, which registers the user's own values", async () => {
    const { world, copy } = await withCopy();
    const clone = await world.cloner.clone(toUser(1), { current: copy });
    expect(clone).toMatchObject({ revision: 4, userId: "user_1", reused: false });
    expect(clone.warnings).toStrictEqual([
      `${copy}, given as the user's current clone, is not a clone made by this cloner, so it was not reused: its values are not the ones its record was ` +
        "written for, so it is probably a copy of a clone.",
    ]);
    expect((await world.cloner.inspect(clone.arn)).user).toStrictEqual(toUser(1));
  });

  it("is not the other user's clone either", async () => {
    const { world, copy } = await withCopy();
    const clone = await world.cloner.clone(toUser(2), { current: copy });
    expect(clone).toMatchObject({ revision: 4, userId: "user_2", reused: false });
  });

  it.each<[string, (world: World, arn: string) => Promise<unknown>]>([
    ["reclone", ({ cloner }, arn) => cloner.reclone(arn)],
    ["resize", ({ cloner }, arn) => cloner.resize(arn, size)],
    ["inspect", ({ cloner }, arn) => cloner.inspect(arn)],
    ["retire", ({ cloner }, arn) => cloner.retire(arn)],
  ])("is rejected by `%s`, which says what it probably is and changes nothing", async (_, call) => {
    const { world, copy } = await withCopy();
    const before = world.ecs.revisions();
    const error = await rejectionOf(call(world, copy));
    expect(error).toBeInstanceOf(NotACloneError);
    expect(error).toMatchObject({
      name: "NotACloneError",
      arn: copy,
      message:
        `${copy} is not a clone made by this cloner: its values are not the ones its record was written for, so it is probably a copy of a clone. ` +
        "Call `clone` with the whole user.",
    });
    expect(world.ecs.revisions()).toStrictEqual(before);
  });

  it("is left alone by `prune`, which says why, and is not listed", async () => {
    const { world, own, copy } = await withCopy();
    await world.cloner.clone({ ...toUser(1), size });
    const outcomes = await collect(prune(world.cloner, { inUse: [], keep: 1, dryRun: false, perSecond: 1e9 }));
    expect(outcomes.find(({ arn }) => arn === copy)).toStrictEqual({
      arn: copy,
      action: "keep",
      reason: expect.stringContaining("its values are not the ones its record was written for"),
      dryRun: false,
    });
    expect(outcomes.filter(({ action }) => action === "deregister")).toMatchObject([{ arn: own.arn }]);
    const listed = await collect(listClones(world.cloner));
    expect(listed.map(({ arn }) => arn)).not.toContain(copy);
  });
});

describe("a record", () => {
  const values: Readonly<Record<string, (world: World, arn: string) => RegisterTaskDefinitionCommandInput>> = {
    "the access point": (world, arn) => {
      const input = registeredAs(world, arn);
      const volumes = input.volumes?.map((volume) => {
        const { efsVolumeConfiguration: efs } = volume;
        if (efs === undefined) return volume;
        return {
          ...volume,
          efsVolumeConfiguration: { ...efs, authorizationConfig: { accessPointId: "fsap-00000000" } },
        };
      });
      return { ...input, volumes };
    },
    "a secret": (world, arn) =>
      changed(world, arn, "openclaw", {
        secrets: containerOf(world, arn).secrets?.map((secret) => ({ ...secret, valueFrom: "/another" })),
      }),
    "a variable": (world, arn) =>
      changed(world, arn, "openclaw", {
        environment: containerOf(world, arn).environment?.map((variable) => ({ ...variable, value: "another" })),
      }),
    "the image": (world, arn) => changed(world, arn, "openclaw", { image: "another" }),
    "the size": (world, arn) => ({ ...registeredAs(world, arn), cpu: "2048" }),
    "the user id in the record": (world, arn) =>
      withRecord(registeredAs(world, arn), labelOf(world, arn).replace('"user_2x9"', '"user_7k1"')),
  };
  it.each(Object.entries(values))("vouches for %s", async (_, change) => {
    const world = newWorld();
    const { arn } = await world.cloner.clone(typicalUser);
    const copy = world.ecs.register(change(world, arn));
    expect(await rejectionOf(world.cloner.inspect(copy))).toBeInstanceOf(NotACloneError);
  });

  it("vouches for which container is the user's", async () => {
    const world = newWorld();
    const { arn } = await world.cloner.clone({ userId: "user_1", accessPointId: "fsap-00000000" });
    const label = labelOf(world, arn);
    const input = changed(world, arn, "openclaw", { dockerLabels: {} });
    const containerDefinitions = input.containerDefinitions?.map((container) =>
      container.name === "openclaw" ? container : { ...container, dockerLabels: { [provenanceLabel]: label } },
    );
    const copy = world.ecs.register({ ...input, containerDefinitions });
    expect(await rejectionOf(world.cloner.inspect(copy))).toBeInstanceOf(NotACloneError);
  });

  it("does not vouch for tags, which can be changed on a revision", async () => {
    const world = newWorld();
    const { cloner } = world;
    const { arn } = await cloner.clone(typicalUser);
    await untag(world, arn);
    const { tags: _, ...user } = typicalUser;
    expect((await cloner.inspect(arn)).user).toStrictEqual(user);
    const resized = await cloner.resize(arn, { cpu: 2048, memory: 4096 });
    expect((await cloner.inspect(resized.arn)).user).toStrictEqual({ ...user, size: { cpu: 2048, memory: 4096 } });
    await cloner.retire(arn);
    expect(world.active()).toStrictEqual([resized.arn]);
  });

  it("still lets `clone` reuse a clone whose tags were removed", async () => {
    const world = newWorld();
    const { arn: current } = await world.cloner.clone(typicalUser);
    await untag(world, current);
    expect(await world.cloner.clone(typicalUser, { current })).toMatchObject({ arn: current, reused: true });
  });
});

describe("reuse", () => {
  const changes: Readonly<Record<string, (world: World, arn: string) => RegisterTaskDefinitionCommandInput>> = {
    "the image of the user's container": (world, arn) => changed(world, arn, "openclaw", { image: "another" }),
    "the image of another container": (world, arn) => changed(world, arn, "otel-collector", { image: "another" }),
    "a further variable": (world, arn) =>
      changed(world, arn, "openclaw", {
        environment: [...(containerOf(world, arn).environment ?? []), { name: "MORE", value: "" }],
      }),
    "a further secret": (world, arn) =>
      changed(world, arn, "otel-collector", {
        secrets: [
          { name: "OPENAI_API_KEY", valueFrom: "/openai" },
          { name: "MORE", valueFrom: "/more" },
        ],
      }),
    "a secret less": (world, arn) => changed(world, arn, "otel-collector", { secrets: [] }),
    "a further container": (world, arn) => {
      const input = registeredAs(world, arn);
      const more = { name: "more", image: "nginx:1", essential: false };
      return { ...input, containerDefinitions: [...(input.containerDefinitions ?? []), more] };
    },
    "another volume's access point": (world, arn) => {
      const input = registeredAs(world, arn);
      const volumes = input.volumes?.map((volume) =>
        volume.name === "scratch"
          ? {
              name: "scratch",
              efsVolumeConfiguration: {
                fileSystemId: "fs-0a1b2c3d4e5f60718",
                transitEncryption: "ENABLED" as const,
                authorizationConfig: { accessPointId: "fsap-00000000" },
              },
            }
          : volume,
      );
      return { ...input, volumes };
    },
  };
  it.each(Object.entries(changes))("notices %s in a copy of the user's clone", async (_, change) => {
    const world = newWorld();
    const { arn } = await world.cloner.clone(toUser(1));
    const current = world.ecs.register(change(world, arn));
    expect(await world.cloner.inspect(current)).toMatchObject({ userId: "user_1", isUpToDate: false });
    expect(await world.cloner.clone(toUser(1), { current })).toMatchObject({ revision: 3, reused: false });
    expect(await world.cloner.reclone(current)).toMatchObject({ revision: 4, reused: false });
  });

  it("accepts a copy of the user's clone in which nothing was changed", async () => {
    const world = newWorld();
    const { arn } = await world.cloner.clone(typicalUser);
    const current = world.ecs.register(registeredAs(world, arn));
    expect(await world.cloner.clone(typicalUser, { current })).toMatchObject({ arn: current, reused: true });
  });

  it("compares with what `customize` made of the clone", async () => {
    const { newCloner } = newWorld();
    const cloner = newCloner({
      customize: (input) => ({
        ...input,
        containerDefinitions: input.containerDefinitions?.map((container) => ({
          ...container,
          image: `mirror/${container.image}`,
          environment: [...(container.environment ?? []), { name: "MORE", value: "" }],
        })),
      }),
    });
    const { arn: current } = await cloner.clone(toUser(1));
    expect(await cloner.clone(toUser(1), { current })).toMatchObject({ arn: current, reused: true });
    expect(await cloner.reclone(current)).toMatchObject({ arn: current, reused: true });
    expect(await cloner.inspect(current)).toMatchObject({
      isUpToDate: true,
      baseArn: toArn(baseFamily, 1),
      family: cloneFamily,
    });
  });
});
