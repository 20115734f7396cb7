import { describe, expect, it, vi } from "vitest";
import { provenanceLabel, TaskDefCloner, type UserPatch, type UserSpec } from "../../src/index.ts";
import { FakeEcs } from "../../src/testing/index.ts";
import { smallBase, plainUser as user } from "../cast.ts";

vi.mock(import("../../src/user/user.ts"), async (importOriginal) => {
  const [{ parts }, { hostname }] = await Promise.all([importOriginal(), import("./hostname-part.ts")]);
  return { parts: { ...parts, hostname } };
});

const named = { ...user, hostname: "ana" } as UserSpec;
const toPatch = (change: string | null) => ({ hostname: change }) as UserPatch;

function prepare() {
  const ecs = new FakeEcs();
  ecs.register(smallBase);
  const cloner = new TaskDefCloner({ client: ecs.client(), baseFamily: "web" });
  const latest = () => ecs.revisions("web-user").at(-1)?.registered.containerDefinitions?.[0];
  return { ecs, cloner, latest };
}

describe("a part that is added to the table", () => {
  it("is shown by a plan and registered with the clone", async () => {
    const { cloner, latest } = prepare();
    const { changes } = await cloner.plan(named);
    expect(changes).toContainEqual({ path: "containerDefinitions[app].hostname", kind: "added", after: "ana" });
    await cloner.clone(named);
    expect(latest()).toHaveProperty("hostname", "ana");
  });

  it("is noted by the record, and read back", async () => {
    const { cloner, latest } = prepare();
    const { arn } = await cloner.clone(named);
    const record: unknown = JSON.parse(latest()?.dockerLabels?.[provenanceLabel] ?? "");
    expect(record).toMatchObject({ own: { accessPointId: true, hostname: true } });
    expect((await cloner.inspect(arn)).user).toStrictEqual(named);
  });

  it("survives a resize, is changed by a patch, and is given back to the base by null", async () => {
    const { cloner, latest } = prepare();
    const first = await cloner.clone(named);
    const resized = await cloner.resize(first.arn, { cpu: 512, memory: 1024 });
    expect(latest()).toHaveProperty("hostname", "ana");
    const patched = await cloner.reclone(resized.arn, toPatch("ben"));
    expect(latest()).toHaveProperty("hostname", "ben");
    await cloner.reclone(patched.arn, toPatch(null));
    expect(latest()).not.toHaveProperty("hostname");
  });

  it("is vouched for by the record", async () => {
    const { ecs, cloner, latest } = prepare();
    const { arn } = await cloner.clone(named);
    const [registered] = ecs.revisions("web-user");
    const containerDefinitions = [{ ...latest(), hostname: "ben" }];
    const copy = ecs.register({ ...registered?.registered, containerDefinitions });
    expect(await cloner.inspect(arn)).toMatchObject({ isUpToDate: true });
    await expect(cloner.inspect(copy)).rejects.toMatchObject({ name: "NotACloneError", arn: copy });
  });

  it("makes a difference when a clone is reused", async () => {
    const { cloner } = prepare();
    const { arn: current } = await cloner.clone(named);
    expect(await cloner.clone(named, { current })).toMatchObject({ reused: true });
    expect(await cloner.clone({ ...named, hostname: "ben" } as UserSpec, { current })).toMatchObject({ reused: false });
    expect(await cloner.clone(user, { current })).toMatchObject({ reused: false });
  });

  it("may warn, and is checked like any other", async () => {
    const { cloner } = prepare();
    const dotted = { ...user, hostname: "a.b" } as UserSpec;
    expect(await cloner.plan(dotted)).toMatchObject({ warnings: ["The hostname a.b has a dot."] });
    const wrong = { ...user, hostname: 7 } as unknown as UserSpec;
    await expect(cloner.plan(wrong)).rejects.toMatchObject({
      name: "InvalidInputError",
      message: expect.stringContaining("hostname must be"),
    });
  });

  it("leaves the clones of users without it as they are", async () => {
    const { cloner, latest } = prepare();
    await cloner.clone(user);
    const record: unknown = JSON.parse(latest()?.dockerLabels?.[provenanceLabel] ?? "");
    expect(record).toHaveProperty("own", { accessPointId: true });
  });
});
