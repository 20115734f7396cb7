import { describe, expect, it } from "vitest";
import { type IsBase, provenanceLabel } from "../../src/index.ts";
import { plainUser, smallBase, toArn, toOldClone } from "../cast.ts";
import { newWebFamily } from "./web-family.ts";

const withSharedVolume = {
  ...smallBase,
  containerDefinitions: smallBase.containerDefinitions.map((container) => ({
    ...container,
    mountPoints: [...container.mountPoints, { sourceVolume: "shared", containerPath: "/shared" }],
  })),
  volumes: [...smallBase.volumes, ...toOldClone(1).volumes.map((volume) => ({ ...volume, name: "shared" }))],
};

describe("the base", () => {
  it("is the latest ACTIVE revision of the family, looked up at every call", async () => {
    const { ecs, eventsOf, newCloner, described, registerBase } = newWebFamily();
    const cloner = newCloner();
    registerBase();
    expect(await cloner.plan(plainUser)).toMatchObject({ baseArn: toArn("web", 1) });
    registerBase();
    expect(await cloner.plan(plainUser)).toMatchObject({ baseArn: toArn("web", 2) });
    ecs.deregister("web:2");
    expect(await cloner.plan(plainUser)).toMatchObject({ baseArn: toArn("web", 1) });
    expect(described()).toStrictEqual(["web", "web", "web"]);
    expect(eventsOf("base-described")).toStrictEqual([
      { type: "base-described", arn: toArn("web", 1) },
      { type: "base-described", arn: toArn("web", 2) },
      { type: "base-described", arn: toArn("web", 1) },
    ]);
  });

  it("is reported missing immediately, by default, if the family has no ACTIVE revision", async () => {
    const { ecs, newCloner, described, registerBase } = newWebFamily();
    ecs.deregister(registerBase());
    await expect(newCloner().plan(plainUser)).rejects.toMatchObject({
      name: "UnfitBaseError",
      message:
        "Base family web has no ACTIVE revision in this account and region. Check the name, account and region, and whether the base has been deployed. While infrastructure code " +
        "replaces a revision there may be none for a moment: the option `waitForBaseMs` waits for it.",
    });
    expect(described()).toStrictEqual(["web"]);
  });

  it("is refused if its user volume has an access point and `isBase` is not set, since it may be a user's clone", async () => {
    const { ecs, events, newCloner, described, registerBase } = newWebFamily();
    registerBase();
    ecs.register({ ...toOldClone(0xabc), tags: [{ key: "user", value: "somebody-else" }] });
    const error = {
      name: "UnfitBaseError",
      message:
        "Volume data of base web:2 already has an access point. If that revision is a user's clone from before this library, its secrets and image are " +
        'that user\'s, so it is not cloned. Set the option `isBase` to tell bases from clones, for example hasNoAccessPoint("data"); if the base is ' +
        "meant to have an access point there, set `isBase: () => true`.",
    };
    const cloner = newCloner({ waitForBaseMs: 60_000 });
    await expect(cloner.clone(plainUser)).rejects.toMatchObject(error);
    await expect(cloner.plan(plainUser)).rejects.toMatchObject(error);
    await expect(newCloner({ volume: "data" }).plan(plainUser)).rejects.toMatchObject(error);
    expect(described()).toStrictEqual(["web", "web", "web"]);
    expect(events).toStrictEqual([]);
    expect(ecs.revisions("web-user")).toStrictEqual([]);
  });

  it("is refused in the same way if it is met below clones, never walked past", async () => {
    const { ecs, newCloner, registerBase } = newWebFamily();
    registerBase();
    const cloner = newCloner();
    await cloner.clone(plainUser);
    const [clone] = ecs.revisions("web-user");
    ecs.register(toOldClone(1));
    ecs.register({ ...clone?.registered, family: "web" });
    await expect(cloner.plan(plainUser)).rejects.toMatchObject({
      name: "UnfitBaseError",
      message: expect.stringContaining("Volume data of base web:2 already has an access point."),
    });
  });

  it("is refused if one of several volumes has an access point and none is named as the user's", async () => {
    const { ecs, newCloner } = newWebFamily();
    ecs.register(withSharedVolume);
    await expect(newCloner().plan(plainUser)).rejects.toMatchObject({
      name: "UnfitBaseError",
      message: expect.stringContaining("name it in the option `volume`"),
    });
  });

  it("may have an access point if `isBase` says it is a base, without a warning", async () => {
    const { ecs, events, newCloner } = newWebFamily();
    const arn = ecs.register(toOldClone(1));
    expect(await newCloner({ isBase: () => true }).plan(plainUser)).toMatchObject({ baseArn: arn, warnings: [] });
    expect(events).toStrictEqual([{ type: "base-described", arn }]);
  });

  it("may have an access point on a volume that is not the user's, without a warning", async () => {
    const { ecs, newCloner } = newWebFamily();
    ecs.register(withSharedVolume);
    expect(await newCloner({ volume: "data" }).plan(plainUser)).toMatchObject({ warnings: [] });
  });

  it("is never a revision that carries a clone's record, even if `isBase` is not set", async () => {
    const { ecs, eventsOf, newCloner, registerBase } = newWebFamily();
    const base = registerBase();
    await newCloner().clone(plainUser);
    const [clone] = ecs.revisions("web-user");
    ecs.register({ ...clone?.registered, family: "web" });
    expect(await newCloner().plan(plainUser)).toMatchObject({ baseArn: base });
    expect(await newCloner({ isBase: () => true }).plan(plainUser)).toMatchObject({ baseArn: base });
    expect(eventsOf("base-revisions-skipped")[0]).toStrictEqual({
      type: "base-revisions-skipped",
      family: "web",
      skipped: [{ arn: toArn("web", 2), reason: "carries the record of a clone" }],
      taken: base,
    });
  });

  it.each([
    ["written by a newer version", '{"version":3,"origin":"unknown"}'],
    ["broken", "{"],
  ])("is never a revision with a record that is %s", async (_, record) => {
    const { ecs, newCloner, registerBase } = newWebFamily();
    const base = registerBase();
    const [container] = smallBase.containerDefinitions;
    ecs.register({
      ...smallBase,
      containerDefinitions: [{ ...container, dockerLabels: { [provenanceLabel]: record } }],
    });
    expect(await newCloner().plan(plainUser)).toMatchObject({ baseArn: base });
  });

  it("is never a revision of another family, even if ECS returns one", async () => {
    const { ecs, newCloner, registerBase } = newWebFamily();
    registerBase();
    const taskDefinition = { ...smallBase, family: "api", taskDefinitionArn: toArn("api", 7), status: "ACTIVE" };
    ecs.fail({ operation: "DescribeTaskDefinition", body: { taskDefinition } });
    expect(await newCloner().plan(plainUser)).toMatchObject({ baseArn: toArn("web", 1) });
  });

  it("is never a revision that became INACTIVE after it was listed", async () => {
    const { ecs, eventsOf, newCloner, described, registerBase } = newWebFamily();
    const [one, two, three, four] = [registerBase(), registerBase(), registerBase(), registerBase()];
    const isBase: IsBase = ({ taskDefinition: { revision } }) => {
      // The listing was read by then.
      if (revision === 3) ecs.deregister(two);
      return revision === 1;
    };
    expect(await newCloner({ isBase }).plan(plainUser)).toMatchObject({ baseArn: one });
    expect(described()).toStrictEqual(["web", three, two, one]);
    expect(eventsOf("base-revisions-skipped")).toMatchObject([
      { skipped: [{ arn: four }, { arn: three }, { arn: two, reason: "is INACTIVE" }], taken: one },
    ]);
  });
});

describe("a described revision", () => {
  it("is not a base if ECS says it belongs to another family", async () => {
    const { ecs, newCloner, registerBase } = newWebFamily();
    const taskDefinitionArn = registerBase();
    const body = { taskDefinition: { taskDefinitionArn, family: "api", status: "ACTIVE" } };
    ecs.fail({ operation: "DescribeTaskDefinition", body });
    await expect(newCloner().plan(plainUser)).rejects.toMatchObject({
      message: expect.stringContaining("from web:1 down to web:1: 1 × is of family api."),
    });
  });
});

describe("a base with fields that the SDK does not know", () => {
  it("is reported if they are at the top level, and refused only on request", async () => {
    const { ecs, eventsOf, newCloner } = newWebFamily();
    const arn = ecs.register({ ...smallBase, securityPolicy: {} });
    expect(await newCloner().plan(plainUser)).toMatchObject({ baseArn: arn });
    await expect(newCloner({ unknownMembers: "refuse" }).plan(plainUser)).rejects.toMatchObject({
      name: "UnfitBaseError",
    });
    const event = { type: "unknown-members", arn, carried: [], left: ["securityPolicy"] };
    expect(eventsOf("unknown-members")).toStrictEqual([event, event]);
    expect(eventsOf("unknown-members-unchecked")).toStrictEqual([]);
  });

  it("is reported as unchecked if the client runs no middleware, and refused only on request", async () => {
    const { ecs, eventsOf, newCloner, registerBase } = newWebFamily();
    const arn = registerBase();
    const real = ecs.client();
    // The casts: a wrapper that makes the command anew, of whatever kind it is.
    const remake = (command: Command): never => Reflect.construct(command.constructor, [command.input]) as never;
    const client = { send: (command: Command) => real.send(remake(command)) };
    expect(await newCloner({ client }).plan(plainUser)).toMatchObject({ baseArn: arn });
    await expect(newCloner({ client, unknownMembers: "refuse" }).plan(plainUser)).rejects.toMatchObject({
      name: "UnfitBaseError",
    });
    expect(eventsOf("unknown-members-unchecked")).toMatchObject([
      { arn, reason: expect.stringContaining("mock or a wrapper") },
      { arn },
    ]);
    expect(eventsOf("unknown-members")).toStrictEqual([]);
  });

  it("is neither reported nor refused if there are none", async () => {
    const { events, newCloner, registerBase } = newWebFamily();
    const arn = registerBase();
    await newCloner({ unknownMembers: "refuse" }).plan(plainUser);
    expect(events).toStrictEqual([{ type: "base-described", arn }]);
  });
});

interface Command {
  readonly constructor: new (input: object) => object;
  readonly input: object;
}
