import { TagResourceCommand, UntagResourceCommand } from "@aws-sdk/client-ecs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { judgeContent } from "../../src/base/find-base.ts";
import {
  type BaseCandidate,
  type ClonerEvent,
  hasNoAccessPoint,
  hasTag,
  type IsBase,
  isNotRegisteredBy,
  lacksTag,
  provenanceLabel,
  TaskDefCloner,
  type TaskDefClonerOptions,
} from "../../src/index.ts";
import { FakeEcs, ManualClock, systemClock } from "../../src/testing/index.ts";
import { plainUser, smallBase, toArn, toOldClone } from "../cast.ts";
import { fakeTime, inFakeTime, turns } from "../fake-time.ts";

const backend = "arn:aws:sts::111122223333:assumed-role/backend/session";
const deployer = "arn:aws:sts::111122223333:assumed-role/deployer/session";
const shutDown = new Error("shutting down");

let ecs: FakeEcs;
let clock: ManualClock;
let events: ClonerEvent[];

beforeEach(() => {
  clock = new ManualClock();
  ecs = new FakeEcs({ clock });
  events = [];
});

afterEach(() => {
  vi.useRealTimers();
});

function newCloner(options: Partial<TaskDefClonerOptions> = {}): TaskDefCloner {
  return new TaskDefCloner({
    client: ecs.client(),
    baseFamily: "web",
    onEvent: (event) => events.push(event),
    ...options,
  });
}

const registerBase = (): string => ecs.register(smallBase, { registeredBy: deployer });

/** Registers users' clones from before this library into the base's own family. */
function registerOldClones(count: number): string[] {
  return Array.from({ length: count }, (_, index) => ecs.register(toOldClone(index), { registeredBy: backend }));
}

/** What was described, in order. */
const described = (): unknown[] =>
  ecs.calls.filter(({ operation }) => operation === "DescribeTaskDefinition").map(({ input }) => input.taskDefinition);

const eventsOf = (type: ClonerEvent["type"]): ClonerEvent[] => events.filter((event) => event.type === type);

describe("the base", () => {
  it("is the latest ACTIVE revision of the family, looked up at every call", async () => {
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

  it("is missed at once, by default, where the family has no ACTIVE revision", async () => {
    ecs.deregister(registerBase());
    await expect(newCloner().plan(plainUser)).rejects.toMatchObject({
      name: "UnfitBaseError",
      message:
        "Base family web has no ACTIVE revision in this account and region. Is the name right, and has the base been deployed? While infrastructure code " +
        "replaces a revision there may be none for a moment: the option `waitForBaseMs` waits for it.",
    });
    expect(described()).toStrictEqual(["web"]);
  });

  it("is taken with an access point where no `isBase` is set, and what that may mean is said", async () => {
    const arn = ecs.register({ ...toOldClone(0xabc), tags: [{ key: "user", value: "somebody-else" }] });
    const advice =
      "Volume data of base web:1 has an access point already. If that revision is a user's clone from before this library, its secrets and image " +
      'are that user\'s: set the option `isBase`, for instance to hasNoAccessPoint("data").';
    expect(await newCloner().clone(plainUser)).toMatchObject({ baseArn: arn, warnings: [advice] });
    expect(await newCloner().plan(plainUser)).toMatchObject({ baseArn: arn, warnings: [advice] });
    const event = { type: "base-has-access-point", arn, volume: "data", advice };
    expect(eventsOf("base-has-access-point")).toStrictEqual([event, event]);
    // Nobody but the one whose clone it may be is to learn who that is, or of their access point.
    expect(JSON.stringify([events, advice])).not.toMatch(/abc|somebody-else/);
  });

  it("is taken with an access point where `isBase` says that it is one, without a word", async () => {
    const arn = ecs.register(toOldClone(1));
    expect(await newCloner({ isBase: () => true }).clone(plainUser)).toMatchObject({ baseArn: arn, warnings: [] });
    expect(eventsOf("base-has-access-point")).toStrictEqual([]);
  });

  it("is taken where another volume than the user's has an access point, without a word", async () => {
    ecs.register({
      ...smallBase,
      containerDefinitions: smallBase.containerDefinitions.map((container) => ({
        ...container,
        mountPoints: [...container.mountPoints, { sourceVolume: "shared", containerPath: "/shared" }],
      })),
      volumes: [...smallBase.volumes, ...toOldClone(1).volumes.map((volume) => ({ ...volume, name: "shared" }))],
    });
    expect(await newCloner({ volume: "data" }).plan(plainUser)).toMatchObject({ warnings: [] });
  });

  it("is never a revision that carries the record of a clone, also where `isBase` is not set", async () => {
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
    ["newer than this library", '{"version":2,"origin":"unknown"}'],
    ["broken", "{"],
  ])("is never a revision with a record that is %s", async (_, record) => {
    const base = registerBase();
    const [container] = smallBase.containerDefinitions;
    ecs.register({
      ...smallBase,
      containerDefinitions: [{ ...container, dockerLabels: { [provenanceLabel]: record } }],
    });
    expect(await newCloner().plan(plainUser)).toMatchObject({ baseArn: base });
  });

  it("is never a revision that another family answers with", async () => {
    registerBase();
    const taskDefinition = { ...smallBase, family: "api", taskDefinitionArn: toArn("api", 7), status: "ACTIVE" };
    ecs.fail({ operation: "DescribeTaskDefinition", body: { taskDefinition } });
    expect(await newCloner().plan(plainUser)).toMatchObject({ baseArn: toArn("web", 1) });
  });

  it("is never a revision that became INACTIVE between listing and describing it", async () => {
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

describe("a family that still holds clones", () => {
  it.each<[string, IsBase]>([
    ["hasNoAccessPoint", hasNoAccessPoint("data")],
    ["isNotRegisteredBy", isNotRegisteredBy("arn:aws:iam::111122223333:role/backend")],
  ])("gives its one base among 250 newer clones, told apart by %s", async (_, isBase) => {
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
        skipped: clones.toReversed().map((arn) => ({ arn, reason: "`isBase` says that it is no base" })),
        taken: base,
      },
    ]);
  });

  it("is walked no further than to the first base", async () => {
    registerBase();
    const base = registerBase();
    registerOldClones(2);
    expect(await newCloner({ isBase: hasNoAccessPoint() }).plan(plainUser)).toMatchObject({ baseArn: base });
    expect(described()).toStrictEqual(["web", toArn("web", 3), base]);
  });

  it("gives the base that is deployed during the walk", async () => {
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

  it("gives the base that it had, where only clones are registered during the walk", async () => {
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

  it("gives an error that names what was looked at, where the base is past the bound", async () => {
    registerBase();
    registerOldClones(101);
    const cloner = newCloner({ isBase: hasNoAccessPoint() });
    await expect(cloner.plan(plainUser)).rejects.toMatchObject({
      name: "UnfitBaseError",
      message:
        "Base family web has no base among the 100 ACTIVE revisions looked at, from web:102 down to web:3: 100 × `isBase` says that it is no base. There " +
        "are more: raise the option `maxBaseRevisions`, or clear the old clones out of the family (`audit` lists them).",
    });
    expect(described()).toHaveLength(100);
    expect(eventsOf("base-revisions-skipped")).toMatchObject([{ skipped: { length: 100 } }]);
    expect(eventsOf("base-revisions-skipped")[0]).not.toHaveProperty("taken");
  });

  it("gives the base that stands right behind the bound's last clone", async () => {
    const base = registerBase();
    registerOldClones(3);
    const isBase = hasNoAccessPoint();
    await expect(newCloner({ isBase, maxBaseRevisions: 3 }).plan(plainUser)).rejects.toMatchObject({
      name: "UnfitBaseError",
    });
    expect(await newCloner({ isBase, maxBaseRevisions: 4 }).plan(plainUser)).toMatchObject({ baseArn: base });
  });

  it("gives an error that names what was looked at, where there is no base at all", async () => {
    registerBase();
    await newCloner().clone(plainUser);
    const [clone] = ecs.revisions("web-user");
    ecs.deregister("web:1");
    ecs.register({ ...clone?.registered, family: "web" });
    registerOldClones(2);
    await expect(newCloner({ isBase: hasNoAccessPoint() }).plan(plainUser)).rejects.toMatchObject({
      name: "UnfitBaseError",
      message:
        "Base family web has no base among the 3 ACTIVE revisions looked at, from web:4 down to web:2: 2 × `isBase` says that it is no base, 1 × carries " +
        "the record of a clone. Deploy the base, or correct the option `isBase`.",
    });
  });

  it("gives an error that says so, where its last revision goes while it is looked at", async () => {
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

  it("gives an error where the listing holds what is no ARN of a revision", async () => {
    registerBase();
    registerOldClones(1);
    ecs.fail({ operation: "ListTaskDefinitions", body: { taskDefinitionArns: ["web"] } });
    await expect(newCloner({ isBase: hasNoAccessPoint() }).plan(plainUser)).rejects.toMatchObject({
      name: "UnfitBaseError",
    });
  });

  it("passes over a revision that is gone since it was listed", async () => {
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

  it("is walked without describing again what is known to be no base", async () => {
    const base = registerBase();
    registerOldClones(250);
    const cloner = newCloner({ isBase: hasNoAccessPoint(), maxBaseRevisions: 300 });
    await cloner.plan(plainUser);
    ecs.clearCalls();
    expect(await cloner.plan({ ...plainUser, userId: "user_2x9" })).toMatchObject({ baseArn: base });
    expect(described()).toStrictEqual(["web", base]);
  });

  it("is walked once for calls that come together", async () => {
    const base = registerBase();
    const clones = registerOldClones(10);
    const cloner = newCloner({ isBase: hasNoAccessPoint() });
    const plans = await Promise.all([cloner.plan(plainUser), cloner.plan(plainUser), cloner.plan(plainUser)]);
    expect(plans.map(({ baseArn }) => baseArn)).toStrictEqual([base, base, base]);
    expect(described().filter((reference) => clones.slice(0, -1).includes(String(reference)))).toHaveLength(9);
  });

  it("is judged anew at every call by a predicate that reads tags, since tags may change", async () => {
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

  it("is walked without describing a revision twice, also by a predicate that reads tags", async () => {
    const base = registerBase();
    const clones = [1, 2].map(() => ecs.register({ ...smallBase, tags: [{ key: "user", value: "user_1" }] }));
    expect(await newCloner({ isBase: lacksTag("user") }).plan(plainUser)).toMatchObject({ baseArn: base });
    expect(described()).toStrictEqual(["web", clones[0], base]);
  });

  it("shows a predicate the revision and its tags, as ECS has them", async () => {
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

  it("gives what a predicate throws to the caller", async () => {
    registerBase();
    const isBase: IsBase = () => {
      throw shutDown;
    };
    await expect(newCloner({ isBase }).plan(plainUser)).rejects.toBe(shutDown);
  });

  it("refuses a predicate that returns no boolean, such as an async one, which would make every clone a base", async () => {
    registerBase();
    // The cast: what a caller without types may pass.
    const isBase = (async () => false) as unknown as IsBase;
    await expect(newCloner({ isBase }).plan(plainUser)).rejects.toMatchObject({
      name: "InvalidInputError",
      message: "The option `isBase` must return true or false, and returned object.",
    });
  });

  it("is walked no further once the signal aborts", async () => {
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

  it("is not walked by a call whose signal aborts while another walks", async () => {
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

describe("a described revision", () => {
  it("is no base where ECS says that it is of another family", async () => {
    const taskDefinitionArn = registerBase();
    const body = { taskDefinition: { taskDefinitionArn, family: "api", status: "ACTIVE" } };
    ecs.fail({ operation: "DescribeTaskDefinition", body });
    await expect(newCloner().plan(plainUser)).rejects.toMatchObject({
      message: expect.stringContaining("from web:1 down to web:1: 1 × is of family api."),
    });
  });

  it("is judged by its record for good, and by its tags for the moment", () => {
    const taskDefinition = { containerDefinitions: [{ dockerLabels: { [provenanceLabel]: "{}" } }] };
    expect(judgeContent({ taskDefinition, tags: [] }, undefined)).toStrictEqual({
      reason: "carries the record of a clone",
      restsOnTags: false,
    });
    const isBase: IsBase = ({ tags }) => tags.length === 0;
    const reason = "`isBase` says that it is no base";
    expect(judgeContent({ taskDefinition: {}, tags: [] }, isBase)).toStrictEqual({ restsOnTags: true });
    expect(judgeContent({ taskDefinition: {}, tags: [{}] }, isBase)).toStrictEqual({ reason, restsOnTags: true });
    expect(judgeContent({ taskDefinition: {}, tags: [] }, undefined)).toStrictEqual({ restsOnTags: false });
  });
});

describe("waitForBaseMs", () => {
  beforeEach(() => {
    vi.useFakeTimers(fakeTime);
    ecs = new FakeEcs({ clock: systemClock });
  });

  it("waits for a base that infrastructure code is about to register", async () => {
    ecs.deregister(registerBase());
    setTimeout(registerBase, 4500);
    const startedAt = performance.now();
    const plan = await inFakeTime(newCloner({ waitForBaseMs: 10_000 }).plan(plainUser));
    expect(plan.baseArn).toBe(toArn("web", 2));
    expect(performance.now() - startedAt).toBe(5000);
  });

  it("waits for a base while the family holds clones only", async () => {
    registerOldClones(2);
    setTimeout(registerBase, 1500);
    const cloner = newCloner({ isBase: hasNoAccessPoint(), waitForBaseMs: 10_000 });
    expect(await inFakeTime(cloner.plan(plainUser))).toMatchObject({ baseArn: toArn("web", 3) });
  });

  it("waits no longer than it says", async () => {
    vi.advanceTimersByTime(10);
    const startedAt = performance.now();
    await expect(inFakeTime(newCloner({ waitForBaseMs: 2500 }).plan(plainUser))).rejects.toMatchObject({
      name: "UnfitBaseError",
      message: expect.stringContaining("Base family web has no ACTIVE revision"),
    });
    expect(performance.now() - startedAt).toBe(2500);
    expect(described()).toHaveLength(4);
  });

  it("waits no longer for many users who wait for their turn", async () => {
    const cloner = newCloner({ waitForBaseMs: 2500 });
    const startedAt = performance.now();
    const clones = [1, 2, 3, 4].map((number) => cloner.clone({ ...plainUser, userId: `user_${number}` }));
    const outcomes = await inFakeTime(Promise.allSettled(clones));
    expect(outcomes.map(({ status }) => status)).toStrictEqual(Array(4).fill("rejected"));
    expect(performance.now() - startedAt).toBe(2500);
  });

  it("waits no longer once the signal aborts", async () => {
    const controller = new AbortController();
    const cloner = newCloner({ waitForBaseMs: 60_000 });
    const rejection = expect(cloner.plan(plainUser, { signal: controller.signal })).rejects.toBe(shutDown);
    await turns();
    controller.abort(shutDown);
    await rejection;
  });
});
