import { TagResourceCommand } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { hasNoAccessPoint, type IsBase } from "../../src/index.ts";
import { plainUser, smallBase, toArn } from "../cast.ts";
import { listing, newWebFamily } from "./web-family.ts";

describe("a cloner that has searched a family for its base", () => {
  it("describes two revisions in its second call, whatever stands above the base", async () => {
    const { ecs, newCloner, described, registerBase, registerOldClones } = newWebFamily();
    const base = registerBase();
    registerOldClones(300);
    let asked = 0;
    const isBase: IsBase = (candidate) => {
      asked += 1;
      return hasNoAccessPoint()(candidate);
    };
    const cloner = newCloner({ isBase, maxBaseRevisions: 301 });
    expect(await cloner.plan(plainUser)).toMatchObject({ baseArn: base });
    expect(described()).toHaveLength(301);
    expect(asked).toBe(301);
    ecs.clearCalls();
    expect(await cloner.plan(plainUser)).toMatchObject({ baseArn: base });
    expect(described()).toStrictEqual(["web", base]);
    expect(asked).toBe(602);
  });

  it("describes no more in a call after one more clone was registered and an old one deregistered", async () => {
    const { ecs, newCloner, described, registerBase, registerOldClones } = newWebFamily();
    const base = registerBase();
    const clones = registerOldClones(4);
    const cloner = newCloner({ isBase: hasNoAccessPoint(), maxBaseRevisions: 5 });
    await cloner.plan(plainUser);
    for (let number = 0; number < 5; number += 1) {
      ecs.deregister(String(clones.shift()));
      clones.push(...registerOldClones(1));
      ecs.clearCalls();
      expect(await cloner.plan(plainUser)).toMatchObject({ baseArn: base });
      expect(described()).toStrictEqual(["web", base]);
    }
  });

  it("asks `isBase` at every call, since its rule may change", async () => {
    const { newCloner, registerBase } = newWebFamily();
    const [one, two, three] = [registerBase(), registerBase(), registerBase()];
    let allowed: readonly (number | undefined)[] = [1];
    const cloner = newCloner({ isBase: ({ taskDefinition }) => allowed.includes(taskDefinition.revision) });
    expect(await cloner.plan(plainUser)).toMatchObject({ baseArn: one });
    allowed = [1, 2];
    expect(await cloner.plan(plainUser)).toMatchObject({ baseArn: two });
    allowed = [3];
    expect(await cloner.plan(plainUser)).toMatchObject({ baseArn: three });
    allowed = [1];
    expect(await cloner.plan(plainUser)).toMatchObject({ baseArn: one });
  });

  it("describes a remembered revision before it takes it, since it may have become INACTIVE", async () => {
    const { ecs, eventsOf, newCloner, registerBase } = newWebFamily();
    const arns = [registerBase(), registerBase(), registerBase()];
    let allowed: readonly (number | undefined)[] = [1];
    // It lists what was ACTIVE once.
    const client = listing(ecs.client(), () => [arns]);
    const isBase: IsBase = ({ taskDefinition }) => allowed.includes(taskDefinition.revision);
    const cloner = newCloner({ client, isBase });
    expect(await cloner.plan(plainUser)).toMatchObject({ baseArn: arns[0] });
    allowed = [1, 2];
    ecs.deregister("web:2");
    expect(await cloner.plan(plainUser)).toMatchObject({ baseArn: arns[0] });
    expect(eventsOf("base-revisions-skipped").at(-1)).toMatchObject({
      skipped: [{ arn: arns[2] }, { arn: arns[1], reason: "is INACTIVE" }],
    });
  });

  it("describes a revision anew if `isBase` comes to look at its tags, which may have changed", async () => {
    const { ecs, newCloner, described, registerBase } = newWebFamily();
    const [one, two, three] = [registerBase(), registerBase(), registerBase()];
    let isBase: IsBase = ({ taskDefinition }) => taskDefinition.revision === 1;
    const cloner = newCloner({ isBase: (candidate) => isBase(candidate) });
    expect(await cloner.plan(plainUser)).toMatchObject({ baseArn: one });
    await ecs.client().send(new TagResourceCommand({ resourceArn: two, tags: [{ key: "kind", value: "base" }] }));
    isBase = ({ tags }) => tags[0]?.value === "base";
    for (let call = 0; call < 2; call += 1) {
      ecs.clearCalls();
      expect(await cloner.plan(plainUser)).toMatchObject({ baseArn: two });
      expect(described()).toStrictEqual(["web", two]);
    }
    expect(three).toBe(toArn("web", 3));
  });

  it("is not misled by what `isBase` does to what it is given", async () => {
    const { ecs, newCloner } = newWebFamily();
    ecs.register({ ...smallBase, tags: [{ key: "stage", value: "dev" }] });
    const thrown: unknown[] = [];
    const isBase: IsBase = ({ taskDefinition, tags }) => {
      for (const spoil of [
        () => Object.assign(taskDefinition, { cpu: "1" }),
        () => taskDefinition.containerDefinitions?.splice(0),
        () => Object.assign(Object(taskDefinition.volumes?.[0]), { name: "other" }),
        () => Object.assign(tags, { length: 0 }),
      ]) {
        try {
          spoil();
        } catch (error) {
          thrown.push(error);
        }
      }
      return true;
    };
    await newCloner({ isBase }).clone(plainUser);
    await newCloner({ isBase: () => true, cloneFamily: "untouched" }).clone(plainUser);
    const [spoiled, untouched] = ["web-user", "untouched"].map((family) => ecs.revisions(family)[0]?.registered);
    expect(thrown).toHaveLength(4);
    expect(spoiled?.volumes).toStrictEqual(untouched?.volumes);
    expect(spoiled?.tags).toStrictEqual(untouched?.tags);
    expect(spoiled?.cpu).toBeUndefined();
  });
});
