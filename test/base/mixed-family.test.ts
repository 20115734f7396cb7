import { TagResourceCommand, UntagResourceCommand } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import {
  type BaseCandidate,
  hasNoAccessPoint,
  hasTag,
  type IsBase,
  isNotRegisteredBy,
  lacksTag,
} from "../../src/index.ts";
import { ManualClock } from "../../src/testing/index.ts";
import { plainUser, smallBase, toArn } from "../cast.ts";
import { turns } from "../fake-time.ts";
import { deployer, newWebFamily } from "./web-family.ts";

const shutDown = new Error("shutting down");

describe("a base family that still contains clones", () => {
  it.each<[string, IsBase]>([
    ["hasNoAccessPoint", hasNoAccessPoint("data")],
    ["isNotRegisteredBy", isNotRegisteredBy("arn:aws:iam::111122223333:role/backend")],
  ])("yields its only base behind 250 newer clones, distinguished by %s", async (_, isBase) => {
    const { ecs, eventsOf, newCloner, described, registerBase, registerOldClones } = newWebFamily();
    const base = registerBase();
    const clones = registerOldClones(250);
    const cloner = newCloner({ isBase, maxBaseRevisions: 300 });
    const clone = await cloner.clone(plainUser);
    expect(clone).toMatchObject({ baseArn: base, warnings: [] });
    const [registered] = ecs.revisions("web-user");
    expect(registered?.registered.volumes).toMatchObject([
      { efsVolumeConfiguration: { authorizationConfig: { accessPointId: plainUser.accessPointId } } },
    ]);
    // The latest by the family's name, every other revision once.
    expect(described()).toStrictEqual(["web", ...clones.toReversed().slice(1), base]);
    expect(eventsOf("base-revisions-skipped")).toStrictEqual([
      {
        type: "base-revisions-skipped",
        family: "web",
        skipped: clones.toReversed().map((arn) => ({ arn, reason: "`isBase` says that it is not a base" })),
        taken: base,
      },
    ]);
  });

  it("is searched only as far as the first base", async () => {
    const { newCloner, described, registerBase, registerOldClones } = newWebFamily();
    registerBase();
    const base = registerBase();
    registerOldClones(2);
    expect(await newCloner({ isBase: hasNoAccessPoint() }).plan(plainUser)).toMatchObject({ baseArn: base });
    expect(described()).toStrictEqual(["web", toArn("web", 3), base]);
  });

  it("yields the newest base, whatever the order of the listing and whatever family else is in it", async () => {
    const { ecs, newCloner, registerBase, registerOldClones } = newWebFamily({ ignoreSort: true, listByPrefix: true });
    for (let count = 0; count < 5; count += 1) ecs.register({ ...smallBase, family: "web-canary" });
    registerBase();
    const base = registerBase();
    registerOldClones(2);
    expect(await newCloner({ isBase: hasNoAccessPoint() }).plan(plainUser)).toMatchObject({ baseArn: base });
  });

  it("yields a base that is deployed during the search", async () => {
    const { newCloner, registerBase, registerOldClones } = newWebFamily();
    registerBase();
    registerOldClones(5);
    let judged = 0;
    const isBase: IsBase = (candidate) => {
      judged += 1;
      if (judged === 3) registerBase();
      return hasNoAccessPoint()(candidate);
    };
    expect(await newCloner({ isBase }).plan(plainUser)).toMatchObject({ baseArn: toArn("web", 7) });
  });

  it("yields the existing base if only clones are registered during the search", async () => {
    const { eventsOf, newCloner, registerBase, registerOldClones } = newWebFamily();
    const base = registerBase();
    registerOldClones(3);
    let judged = 0;
    const isBase: IsBase = (candidate) => {
      judged += 1;
      if (judged === 2) registerOldClones(2);
      return hasNoAccessPoint()(candidate);
    };
    expect(await newCloner({ isBase }).plan(plainUser)).toMatchObject({ baseArn: base });
    expect(eventsOf("base-revisions-skipped")).toMatchObject([{ skipped: { length: 5 }, taken: base }]);
  });

  it("causes an error that lists what was checked if the base is beyond the limit", async () => {
    const { eventsOf, newCloner, described, registerBase, registerOldClones } = newWebFamily();
    registerBase();
    registerOldClones(101);
    const cloner = newCloner({ isBase: hasNoAccessPoint() });
    await expect(cloner.plan(plainUser)).rejects.toMatchObject({
      name: "UnfitBaseError",
      message:
        "Base family web has no base among the 100 ACTIVE revisions that were checked, from web:102 down to web:3: 100 × `isBase` says that it is not a base. There " +
        "are more: raise the option `maxBaseRevisions`, or clear the old clones out of the family (`audit` lists them).",
    });
    expect(described()).toHaveLength(100);
    expect(eventsOf("base-revisions-skipped")).toMatchObject([{ skipped: { length: 100 } }]);
    expect(eventsOf("base-revisions-skipped")[0]).not.toHaveProperty("taken");
  });

  it("yields a base just past the limit once the limit is raised by one", async () => {
    const { newCloner, registerBase, registerOldClones } = newWebFamily();
    const base = registerBase();
    registerOldClones(3);
    const isBase = hasNoAccessPoint();
    await expect(newCloner({ isBase, maxBaseRevisions: 3 }).plan(plainUser)).rejects.toMatchObject({
      name: "UnfitBaseError",
    });
    expect(await newCloner({ isBase, maxBaseRevisions: 4 }).plan(plainUser)).toMatchObject({ baseArn: base });
  });

  it("causes an error that lists what was checked if there is no base at all", async () => {
    const { ecs, newCloner, registerBase, registerOldClones } = newWebFamily();
    registerBase();
    await newCloner().clone(plainUser);
    const [clone] = ecs.revisions("web-user");
    ecs.deregister("web:1");
    ecs.register({ ...clone?.registered, family: "web" });
    registerOldClones(2);
    await expect(newCloner({ isBase: hasNoAccessPoint() }).plan(plainUser)).rejects.toMatchObject({
      name: "UnfitBaseError",
      message:
        "Base family web has no base among the 3 ACTIVE revisions that were checked, from web:4 down to web:2: 2 × `isBase` says that it is not a base, 1 × carries " +
        "the record of a clone. Deploy the base, or correct the option `isBase`.",
    });
  });

  it("causes an error that says it is empty if its last revision disappears during the search", async () => {
    const { ecs, newCloner, registerOldClones } = newWebFamily();
    registerOldClones(1);
    const isBase: IsBase = () => {
      ecs.deregister("web:1");
      return false;
    };
    await expect(newCloner({ isBase }).plan(plainUser)).rejects.toMatchObject({
      name: "UnfitBaseError",
      message: expect.stringContaining("Base family web has no ACTIVE revision"),
    });
  });

  it("causes an error if the listing contains something other than revision ARNs", async () => {
    const { ecs, newCloner, registerBase, registerOldClones } = newWebFamily();
    registerBase();
    registerOldClones(1);
    ecs.fail({ operation: "ListTaskDefinitions", body: { taskDefinitionArns: ["web"] } });
    await expect(newCloner({ isBase: hasNoAccessPoint() }).plan(plainUser)).rejects.toMatchObject({
      name: "UnfitBaseError",
    });
  });

  it("may lose a revision after listing it, which is skipped", async () => {
    const { ecs, eventsOf, newCloner, registerBase, registerOldClones } = newWebFamily();
    const base = registerBase();
    const clones = registerOldClones(2);
    ecs.fail({
      operation: "DescribeTaskDefinition",
      skip: 1,
      error: "ClientException",
      message: "Unable to describe task definition.",
    });
    expect(await newCloner({ isBase: hasNoAccessPoint() }).plan(plainUser)).toMatchObject({ baseArn: base });
    expect(eventsOf("base-revisions-skipped")).toMatchObject([
      { skipped: [{ arn: clones[1] }, { arn: clones[0], reason: "gone since it was listed" }] },
    ]);
  });

  it("is searched without describing known non-bases again", async () => {
    const { ecs, newCloner, described, registerBase, registerOldClones } = newWebFamily();
    const base = registerBase();
    registerOldClones(250);
    const cloner = newCloner({ isBase: hasNoAccessPoint(), maxBaseRevisions: 300 });
    await cloner.plan(plainUser);
    ecs.clearCalls();
    expect(await cloner.plan({ ...plainUser, userId: "user_2x9" })).toMatchObject({ baseArn: base });
    expect(described()).toStrictEqual(["web", base]);
  });

  it("is searched once for concurrent calls", async () => {
    const { newCloner, described, registerBase, registerOldClones } = newWebFamily();
    const base = registerBase();
    const clones = registerOldClones(10);
    const cloner = newCloner({ isBase: hasNoAccessPoint() });
    const plans = await Promise.all([cloner.plan(plainUser), cloner.plan(plainUser), cloner.plan(plainUser)]);
    expect(plans.map(({ baseArn }) => baseArn)).toStrictEqual([base, base, base]);
    expect(described().filter((reference) => clones.slice(0, -1).includes(String(reference)))).toHaveLength(9);
  });

  it("is judged again on every call by a predicate that reads tags, because tags can change", async () => {
    const { ecs, newCloner, registerBase } = newWebFamily();
    const base = registerBase();
    const retagged = registerBase();
    ecs.register({ ...smallBase, tags: [{ key: "user", value: "user_1" }] });
    const client = ecs.client();
    await client.send(new TagResourceCommand({ resourceArn: retagged, tags: [{ key: "user", value: "user_0" }] }));
    const cloner = newCloner({ isBase: lacksTag("user") });
    expect(await cloner.plan(plainUser)).toMatchObject({ baseArn: base });
    await client.send(new UntagResourceCommand({ resourceArn: retagged, tagKeys: ["user"] }));
    expect(await cloner.plan(plainUser)).toMatchObject({ baseArn: retagged });
  });

  it("is searched without describing a revision twice, even by a predicate that reads tags", async () => {
    const { ecs, newCloner, described, registerBase } = newWebFamily();
    const base = registerBase();
    const clones = [1, 2].map(() => ecs.register({ ...smallBase, tags: [{ key: "user", value: "user_1" }] }));
    expect(await newCloner({ isBase: lacksTag("user") }).plan(plainUser)).toMatchObject({ baseArn: base });
    expect(described()).toStrictEqual(["web", clones[0], base]);
  });

  it("passes each revision and its tags to the predicate as ECS returns them", async () => {
    const { ecs, newCloner } = newWebFamily();
    const seen: BaseCandidate[] = [];
    const arn = ecs.register({ ...smallBase, tags: [{ key: "stage", value: "dev" }] }, { registeredBy: deployer });
    const isBase: IsBase = ({ taskDefinition, tags }) => {
      seen.push({ taskDefinition, tags });
      return hasTag("stage", "dev")({ taskDefinition, tags });
    };
    await newCloner({ isBase }).plan(plainUser);
    expect(seen).toMatchObject([
      {
        taskDefinition: { taskDefinitionArn: arn, registeredBy: deployer },
        tags: [{ key: "stage", value: "dev" }],
      },
    ]);
  });

  it("passes on whatever a predicate throws", async () => {
    const { newCloner, registerBase } = newWebFamily();
    registerBase();
    const isBase: IsBase = () => {
      throw shutDown;
    };
    await expect(newCloner({ isBase }).plan(plainUser)).rejects.toBe(shutDown);
  });

  it("rejects a predicate that does not return a boolean, such as an async one, which would turn every clone into a base", async () => {
    const { newCloner, registerBase } = newWebFamily();
    registerBase();
    // The cast: what a caller without types may pass.
    const isBase = (async () => false) as unknown as IsBase;
    await expect(newCloner({ isBase }).plan(plainUser)).rejects.toMatchObject({
      name: "InvalidInputError",
      message: "The option `isBase` must return true or false, and returned object.",
    });
  });

  it("is not searched further once the signal aborts", async () => {
    const { ecs, newCloner, described, registerBase, registerOldClones } = newWebFamily();
    registerBase();
    registerOldClones(50);
    const controller = new AbortController();
    let judged = 0;
    const isBase: IsBase = () => {
      judged += 1;
      if (judged === 5) controller.abort(shutDown);
      return false;
    };
    const cloner = newCloner({ isBase });
    await expect(cloner.clone(plainUser, { signal: controller.signal })).rejects.toBe(shutDown);
    expect(described()).toHaveLength(5);
    expect(ecs.revisions("web-user")).toStrictEqual([]);
    // Nor does it stand in the way of the next.
    await expect(cloner.plan(plainUser)).rejects.toMatchObject({ name: "UnfitBaseError" });
  });

  it("lets a call abort while another call is searching", async () => {
    const clock = new ManualClock();
    const { ecs, newCloner, registerBase, registerOldClones } = newWebFamily({ clock });
    registerBase();
    registerOldClones(3);
    ecs.fail({ operation: "ListTaskDefinitions", delayMs: 1000 });
    const cloner = newCloner({ isBase: hasNoAccessPoint() });
    const controller = new AbortController();
    const first = cloner.plan(plainUser);
    const rejection = expect(cloner.plan(plainUser, { signal: controller.signal })).rejects.toBe(shutDown);
    await turns();
    controller.abort(shutDown);
    await rejection;
    await clock.advance(1000);
    expect(await first).toMatchObject({ baseArn: toArn("web", 1) });
  });
});
