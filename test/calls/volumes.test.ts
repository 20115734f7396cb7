import { describe, expect, it } from "vitest";
import { hasNoAccessPoint, provenanceLabel, TaskDefCloner, type TaskDefClonerOptions } from "../../src/index.ts";
import { FakeEcs } from "../../src/testing/index.ts";
import { named } from "../cast.ts";
import {
  efsVolume,
  fileSystemArn,
  s3FilesVolume,
  toAccessPointArn,
  toAccessPointId,
  toVolumeBase,
} from "../volume-bases.ts";

const userId = "user_2x9";
const id = toAccessPointId(1);
const otherId = toAccessPointId(2);
const arn = toAccessPointArn(1);
const otherArn = toAccessPointArn(2);

function prepare(base: object, options: Partial<TaskDefClonerOptions> = {}) {
  const ecs = new FakeEcs();
  ecs.register({ ...toVolumeBase(), ...base });
  const newCloner = (more: Partial<TaskDefClonerOptions> = {}) =>
    new TaskDefCloner({ client: ecs.client(), baseFamily: "web", container: "app", ...options, ...more });
  const latest = () => ecs.revisions("web-user").at(-1)?.registered;
  const record = (): unknown =>
    JSON.parse(named(latest()?.containerDefinitions, "app").dockerLabels?.[provenanceLabel] ?? "");
  return { ecs, newCloner, cloner: newCloner(), latest, record };
}

const invalid = (message: string) => ({ name: "InvalidInputError", message: expect.stringContaining(message) });

describe("users without a volume of their own", () => {
  const none = { volume: false } as const;

  it("are cloned, resized, recloned, inspected and reused", async () => {
    const { cloner, latest, record } = prepare(toVolumeBase(), none);
    expect((await cloner.plan({ userId })).changes.map(({ path }) => path)).toStrictEqual(["family"]);
    const clone = await cloner.clone({ userId });
    expect(record()).not.toHaveProperty("volume");
    expect(record()).toMatchObject({ userId, own: {} });
    expect(await cloner.inspect(clone.arn)).toMatchObject({ isUpToDate: true, user: { userId } });
    expect(await cloner.clone({ userId }, { current: clone.arn })).toMatchObject({ reused: true });
    expect(await cloner.clone({ userId, accessPoints: {} }, { current: clone.arn })).toMatchObject({ reused: true });
    expect(await cloner.reclone(clone.arn, { accessPointId: null, accessPoints: null })).toMatchObject({
      reused: true,
    });
    const resized = await cloner.resize(clone.arn, { cpu: 1024, memory: 2048 });
    expect(latest()).toMatchObject({ cpu: "1024", memory: "2048" });
    expect((await cloner.inspect(resized.arn)).user).toStrictEqual({ userId, size: { cpu: 1024, memory: 2048 } });
  });

  it("leave the base's volumes as they are, whatever access points they have", async () => {
    const shared = {
      ...efsVolume("home"),
      efsVolumeConfiguration: {
        fileSystemId: "fs-1",
        transitEncryption: "ENABLED" as const,
        authorizationConfig: { accessPointId: otherId },
      },
    };
    const base = toVolumeBase(shared, efsVolume("open", "fs-1"));
    const { cloner, latest } = prepare(base, none);
    expect(await cloner.clone({ userId })).toMatchObject({ warnings: [] });
    expect(latest()?.volumes).toMatchObject(base.volumes);
    expect(JSON.stringify(latest()?.volumes).match(/fsap-/g)).toHaveLength(1);
  });

  it("are distinguished from bases by `isBase`, if old clones are in the base family", async () => {
    const isBase: TaskDefClonerOptions["isBase"] = ({ tags }) => tags.length === 0;
    const { ecs, cloner } = prepare({}, { ...none, isBase });
    ecs.register({ ...toVolumeBase(), tags: [{ key: "user", value: "user_1" }] });
    expect(await cloner.clone({ userId })).toMatchObject({ baseArn: expect.stringMatching(/web:1$/) });
  });

  it.each<[object, string]>([
    [{ accessPointId: id }, "Leave accessPointId out"],
    [{ accessPoints: { home: id } }, "Leave accessPoints out"],
  ])("cannot have %j", async (own, message) => {
    const { ecs, cloner } = prepare(toVolumeBase(efsVolume("home")), none);
    const error = invalid("the option `volume: false` says that users have no volume of their own");
    await expect(cloner.plan({ userId, ...own })).rejects.toMatchObject(error);
    await expect(cloner.clone({ userId, ...own })).rejects.toMatchObject(invalid(message));
    expect(ecs.calls).toStrictEqual([]);
  });

  it.each<[string, object, object]>([
    ["accessPointId", { accessPointId: id }, { volume: "home" }],
    ["accessPoints", { accessPoints: { home: id, data: arn } }, { volume: ["home", "data"] }],
  ])("cannot be recloned from a clone that has %s, until a patch takes it away", async (part, own, names) => {
    const { newCloner, latest, cloner } = prepare(toVolumeBase(efsVolume("home"), s3FilesVolume("data")), none);
    const { arn: current } = await newCloner(names).clone({ userId, ...own });
    const error = invalid(`call \`reclone\` with { ${part}: null }`);
    await expect(cloner.reclone(current)).rejects.toMatchObject(error);
    await expect(cloner.resize(current, { cpu: 1024, memory: 2048 })).rejects.toMatchObject(error);
    await cloner.reclone(current, { [part]: null });
    expect(JSON.stringify(latest()?.volumes)).not.toContain("fsap-");
  });

  it("are the only ones that lack an access point", async () => {
    const { ecs, cloner, newCloner } = prepare(toVolumeBase(efsVolume("home")));
    const { arn: current } = await newCloner(none).clone({ userId });
    const error = invalid(
      "Invalid user: accessPointId is missing. If users have no volume of their own, set the option `volume: false`.",
    );
    await expect(cloner.reclone(current)).rejects.toMatchObject(error);
    ecs.clearCalls();
    await expect(cloner.clone({ userId })).rejects.toMatchObject(error);
    expect(ecs.calls).toStrictEqual([]);
    expect(await cloner.reclone(current, { accessPointId: id })).toMatchObject({ reused: false });
  });

  it("are spoken of where a base has no volume that takes an access point", async () => {
    const { cloner } = prepare({});
    await expect(cloner.plan({ userId, accessPointId: id })).rejects.toMatchObject({
      name: "UnfitBaseError",
      message: expect.stringContaining("If users have no volume of their own, set the option `volume: false`."),
    });
  });
});

describe("users with several volumes", () => {
  const base = toVolumeBase(efsVolume("home"), s3FilesVolume("data"));
  const several = { volume: ["home", "data"] };
  const own = { home: id, data: arn };
  const user = { userId, accessPoints: own };

  it("get an access point on each, which is planned, registered, read back and reused", async () => {
    const { cloner, latest, record } = prepare(base, several);
    const { changes } = await cloner.plan(user);
    expect(changes.map(({ path }) => path)).toStrictEqual([
      "family",
      "volumes[home].efsVolumeConfiguration.transitEncryption",
      "volumes[home].efsVolumeConfiguration.authorizationConfig",
      "volumes[data].s3filesVolumeConfiguration.accessPointArn",
    ]);
    const clone = await cloner.clone(user);
    expect(clone.warnings).toStrictEqual([]);
    expect(latest()?.volumes).toStrictEqual([
      {
        name: "home",
        efsVolumeConfiguration: {
          fileSystemId: "fs-0a1b2c3d4e5f60718",
          rootDirectory: "/",
          transitEncryption: "ENABLED",
          authorizationConfig: { accessPointId: id },
        },
      },
      { name: "data", s3filesVolumeConfiguration: { fileSystemArn, accessPointArn: arn } },
    ]);
    expect(record()).not.toHaveProperty("volume");
    expect(record()).toMatchObject({ own: { accessPoints: ["data", "home"] } });
    const inspection = await cloner.inspect(clone.arn);
    expect(inspection.isUpToDate).toBe(true);
    expect(inspection.user).toStrictEqual(user);
    expect(await cloner.clone(user, { current: clone.arn })).toMatchObject({ reused: true });
    expect(await cloner.reclone(clone.arn)).toMatchObject({ reused: true });
  });

  it("keep them all when resized, and change one by a patch", async () => {
    const { cloner } = prepare(base, several);
    const { arn: first } = await cloner.clone(user);
    const size = { cpu: 1024, memory: 2048 };
    const { arn: resized } = await cloner.resize(first, size);
    expect((await cloner.inspect(resized)).user).toStrictEqual({ ...user, size });
    const { arn: moved } = await cloner.reclone(resized, { accessPoints: { data: otherArn } });
    expect((await cloner.inspect(moved)).user).toStrictEqual({
      userId,
      accessPoints: { ...own, data: otherArn },
      size,
    });
  });

  it("are not reused, nor read back, from a copy with another access point on any of them", async () => {
    const { ecs, cloner, latest } = prepare(base, several);
    await cloner.clone(user);
    const [home, data] = latest()?.volumes ?? [];
    const foreign = { ...data, s3filesVolumeConfiguration: { fileSystemArn, accessPointArn: otherArn } };
    const { tags: _, ...registered } = latest() ?? {};
    const copy = ecs.register({ ...registered, volumes: [home, foreign] });
    await expect(cloner.inspect(copy)).rejects.toMatchObject({ name: "NotACloneError" });
    expect(await cloner.clone(user, { current: copy })).toMatchObject({ reused: false });
  });

  it("keep theirs whatever `customize` does", async () => {
    const { cloner } = prepare(base, {
      ...several,
      customize: (input) => ({
        ...input,
        volumes: [efsVolume("home"), ...(input.volumes ?? []).slice(1)],
      }),
    });
    await expect(cloner.plan(user)).rejects.toMatchObject(invalid("changed or removed one of the user's own parts"));
  });

  it.each<[string, object, string]>([
    ["nothing", {}, "accessPoints is missing: users have the volumes home, data, each with an access point of its own"],
    ["one of them", { accessPoints: { home: id } }, "accessPoints has no entry for data"],
    ["none of them", { accessPoints: {} }, "accessPoints has no entry for home, data"],
    ["a volume more", { accessPoints: { ...own, log: id } }, "name log, and the user's volumes are home, data"],
    ["the short form", { accessPointId: id }, "Give each its own in accessPoints: { home: …, data: … }"],
    ["both forms", { accessPointId: id, accessPoints: own }, "accessPoints is given along with accessPointId"],
    ["a wrong one", { accessPoints: { ...own, data: "fs-1" } }, "accessPoints.data: expected the id of an EFS"],
  ])("are refused with %s before anything is sent", async (_, given, message) => {
    const { ecs, cloner } = prepare(base, several);
    await expect(cloner.clone({ userId, ...given })).rejects.toMatchObject(invalid(message));
    expect(ecs.calls).toStrictEqual([]);
  });

  it("cannot give an access point back", async () => {
    const { ecs, cloner } = prepare(base, several);
    const { arn: current } = await cloner.clone(user);
    const missing = invalid("accessPoints has no entry for data");
    await expect(cloner.reclone(current, { accessPoints: { data: null } })).rejects.toMatchObject(missing);
    ecs.clearCalls();
    await expect(cloner.reclone(current, { accessPoints: null })).rejects.toMatchObject(
      invalid("accessPoints is null"),
    );
    expect(ecs.calls).toStrictEqual([]);
  });

  it("come from one volume, and go back to one, by a patch", async () => {
    const { cloner, newCloner } = prepare(base, several);
    const single = newCloner({ volume: "home", shared: ["data"] });
    const { arn: one } = await single.clone({ userId, accessPointId: id });
    await expect(cloner.reclone(one)).rejects.toMatchObject(invalid("Give each its own in accessPoints"));
    const { arn: two } = await cloner.reclone(one, { accessPoints: { data: arn } });
    expect((await cloner.inspect(two)).user).toStrictEqual(user);
    await expect(single.reclone(two)).rejects.toMatchObject(invalid("name data, and the user's volumes are home"));
    const { arn: back } = await single.reclone(two, { accessPoints: { data: null } });
    expect((await single.inspect(back)).user).toStrictEqual({ userId, accessPointId: id });
    expect(await single.reclone(two, { accessPointId: id })).toMatchObject({ reused: false });
    const all = { accessPointId: null, accessPoints: { home: otherId, data: arn } };
    const { arn: replaced } = await cloner.reclone(one, all);
    expect((await cloner.inspect(replaced)).user).toStrictEqual({ userId, accessPoints: all.accessPoints });
  });
});

describe("users with one volume", () => {
  it("are the same in both forms, and follow the volume when it is renamed", async () => {
    const { ecs, cloner, latest, record } = prepare(toVolumeBase(efsVolume("home")));
    const { arn: current } = await cloner.clone({ userId, accessPoints: { home: id } });
    expect(record()).toMatchObject({ volume: "home", own: { accessPointId: true } });
    expect((await cloner.inspect(current)).user).toStrictEqual({ userId, accessPointId: id });
    expect(await cloner.clone({ userId, accessPointId: id }, { current })).toMatchObject({ reused: true });
    ecs.register(toVolumeBase(efsVolume("files")));
    await cloner.reclone(current);
    expect(latest()?.volumes).toMatchObject([
      { name: "files", efsVolumeConfiguration: { authorizationConfig: { accessPointId: id } } },
    ]);
    expect(record()).toMatchObject({ volume: "files" });
    await expect(cloner.clone({ userId, accessPoints: { home: id } })).rejects.toMatchObject(
      invalid("name home, and the user's volumes in base web:2 are files"),
    );
  });

  it("may have it on S3 Files, by the ARN of an access point", async () => {
    const { cloner, latest } = prepare(toVolumeBase(s3FilesVolume("data", { rootDirectory: "/" })));
    const user = { userId, accessPointId: arn };
    const { arn: current } = await cloner.clone(user);
    expect(latest()?.volumes).toStrictEqual([s3FilesVolume("data", { rootDirectory: "/", accessPointArn: arn })]);
    expect((await cloner.inspect(current)).user).toStrictEqual(user);
    expect(await cloner.reclone(current)).toMatchObject({ reused: true });
    const { arn: patched } = await cloner.reclone(current, { accessPoints: { data: otherArn } });
    expect((await cloner.inspect(patched)).user).toStrictEqual({ userId, accessPointId: otherArn });
  });

  it("may name it next to a volume that all share, which is neither a candidate nor warned of", async () => {
    const { cloner, newCloner } = prepare(toVolumeBase(efsVolume("home"), efsVolume("shared")), { shared: ["shared"] });
    expect(await cloner.clone({ userId, accessPointId: id })).toMatchObject({ warnings: [] });
    const named = await newCloner({ shared: undefined, volume: "home" }).plan({ userId, accessPointId: id });
    expect(named.warnings).toStrictEqual([expect.stringContaining("name it in the option `shared`")]);
    await expect(newCloner({ shared: undefined }).plan({ userId, accessPointId: id })).rejects.toMatchObject({
      message: expect.stringContaining("has 2 EFS volumes: home, shared"),
    });
    const both = { name: "InvalidInputError", message: expect.stringContaining("both name shared") };
    expect(() => newCloner({ volume: ["home", "shared"] })).toThrow(expect.objectContaining(both));
  });
});

describe("a base with an access point on a volume of S3 Files", () => {
  const taken = toVolumeBase(s3FilesVolume("data", { accessPointArn: otherArn }), efsVolume("home"));

  it("may be a clone, and is refused unless the volume is no user's", async () => {
    const { newCloner } = prepare(taken);
    const refused = {
      name: "UnfitBaseError",
      message: expect.stringMatching(/^Volume data of base web:1 already has/),
    };
    const user = { userId, accessPoints: { home: id, data: arn } };
    await expect(newCloner({ volume: ["home", "data"] }).plan(user)).rejects.toMatchObject(refused);
    await expect(newCloner().plan({ userId, accessPointId: arn })).rejects.toMatchObject(refused);
    const single = { userId, accessPointId: id };
    expect(await newCloner({ volume: "home" }).plan(single)).toMatchObject({ warnings: [] });
    expect(await newCloner({ shared: ["data"] }).plan(single)).toMatchObject({ warnings: [] });
    expect(await newCloner({ volume: ["home", "data"], isBase: () => true }).plan(user)).toMatchObject({
      warnings: [],
    });
  });

  it("is walked past with `hasNoAccessPoint`", async () => {
    const { ecs, newCloner } = prepare(toVolumeBase(s3FilesVolume("data"), efsVolume("home")));
    ecs.register(taken);
    const plan = await newCloner({ volume: ["home", "data"], isBase: hasNoAccessPoint(["home", "data"]) }).plan({
      userId,
      accessPoints: { home: id, data: arn },
    });
    expect(plan.baseArn).toMatch(/web:1$/);
  });
});
