import { readdirSync, readFileSync } from "node:fs";
import type { TaskDefinition } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { TaskDefCloner, type UserSpec } from "../../src/index.ts";
import { readRecord } from "../../src/record/record.ts";
import { FakeEcs } from "../../src/testing/index.ts";
import { named } from "../cast.ts";

/** A clone as some version registered it, with the base and the user that it was made from. */
interface Registered {
  readonly base: Readonly<Record<string, unknown>>;
  readonly user: UserSpec;
  readonly clone: TaskDefinition;
}

const folder = new URL("records/", import.meta.url);

const registered = readdirSync(folder).map((name): [string, Registered] => [
  name,
  JSON.parse(readFileSync(new URL(name, folder), "utf8")),
]);

function prepare({ base, clone }: Registered) {
  const ecs = new FakeEcs();
  ecs.register(base);
  const arn = ecs.register({ ...clone });
  const cloner = new TaskDefCloner({ client: ecs.client(), baseFamily: "web", container: "app" });
  return { ecs, arn, cloner };
}

describe.each(registered)("a clone that was registered with the record %s", (_, made) => {
  it("reads back as its user's", async () => {
    const { arn, cloner } = prepare(made);
    const inspection = await cloner.inspect(arn);
    expect(inspection).toMatchObject({ userId: made.user.userId, isUpToDate: true });
    expect(inspection.user).toStrictEqual(made.user);
  });

  it("is reused", async () => {
    const { ecs, arn, cloner } = prepare(made);
    expect(await cloner.clone(made.user, { current: arn })).toMatchObject({ arn, reused: true });
    expect(await cloner.reclone(arn)).toMatchObject({ arn, reused: true });
    expect(ecs.revisions("web-user")).toHaveLength(1);
  });

  it("is resized, and keeps everything else that is its user's", async () => {
    const { ecs, arn, cloner } = prepare(made);
    const size = { cpu: 1024, memory: 4096 };
    const resized = await cloner.resize(arn, size);
    expect(resized).toMatchObject({ revision: 2, reused: false });
    expect((await cloner.inspect(resized.arn)).user).toStrictEqual({ ...made.user, size });
    const before = ecs.revisions("web-user")[0]?.registered;
    const after = ecs.revisions("web-user")[1]?.registered;
    const withoutLabel = (definition: typeof after) => ({
      ...named(definition?.containerDefinitions, "app"),
      dockerLabels: {},
    });
    expect(withoutLabel(after)).toStrictEqual(withoutLabel(before));
  });

  it("is retired", async () => {
    const { ecs, arn, cloner } = prepare(made);
    await cloner.retire(arn);
    expect(ecs.revisions("web-user")).toMatchObject([{ status: "INACTIVE" }]);
  });

  it("is never a base", () => {
    expect(readRecord(made.clone).kind).toBe("record");
  });
});
