import { readdirSync, readFileSync } from "node:fs";
import type { TaskDefinition } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { provenanceLabel, TaskDefCloner, type TaskDefClonerOptions, type UserSpec } from "../../src/index.ts";
import { readRecord } from "../../src/record/record.ts";
import { FakeEcs } from "../../src/testing/index.ts";
import { named } from "../cast.ts";

/** A clone as some version registered it, with the base and the user that it was made from. */
interface Registered {
  readonly base: Readonly<Record<string, unknown>>;
  readonly user: UserSpec;
  readonly clone: TaskDefinition;
  /** What the cloner was told besides the user's container. */
  readonly options?: Pick<TaskDefClonerOptions, "volume">;
  /** What a size of 1024 CPU units and 4096 MiB changes of the user's container. */
  readonly resized?: object;
}

const folder = new URL("records/", import.meta.url);

const registered = readdirSync(folder).map((name): [string, Registered] => [
  name,
  JSON.parse(readFileSync(new URL(name, folder), "utf8")),
]);

function prepare({ base, clone, options }: Registered) {
  const ecs = new FakeEcs();
  ecs.register(base);
  const arn = ecs.register({ ...clone });
  const cloner = new TaskDefCloner({ client: ecs.client(), baseFamily: "web", container: "app", ...options });
  return { ecs, arn, cloner };
}

/** ECS described the clones with these lists in an order of its own. */
const byName = (one: { name?: string | undefined }, other: { name?: string | undefined }): number =>
  String(one.name) < String(other.name) ? -1 : 1;

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
    const toComparable = (definition: typeof after) => {
      const { environment, secrets, dockerLabels, ...app } = named(definition?.containerDefinitions, "app");
      return {
        ...app,
        environment: environment?.toSorted(byName),
        secrets: secrets?.toSorted(byName),
        dockerLabels: { ...dockerLabels, [provenanceLabel]: "" },
      };
    };
    expect(toComparable(after)).toStrictEqual({ ...toComparable(before), ...made.resized });
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

describe("the records of every version", () => {
  const recordOf = ({ clone }: Registered) =>
    JSON.parse(named(clone.containerDefinitions, "app").dockerLabels?.[provenanceLabel] ?? "");

  it.each([
    [1, ["environment", "image", "secrets", "size", "tags", "volume"]],
    [
      2,
      [
        "accessPointId",
        "accessPoints",
        "containers",
        "custom",
        "environment",
        "ephemeralStorage",
        "image",
        "secrets",
        "size",
        "tags",
        "taskRoleArn",
        "unset",
      ],
    ],
  ])("are there with every note of version %d, and every place of a size", (version, notes) => {
    const records = registered.map(([, made]) => recordOf(made)).filter((record) => record.version === version);
    const noted = new Set(records.flatMap(({ own }) => Object.keys(own)));
    expect([...noted].sort()).toStrictEqual(notes);
    const places = new Set(records.map(({ own }) => own.size).filter((size) => typeof size === "string"));
    expect([...places].sort()).toStrictEqual(version === 1 ? [] : ["memory", "memoryReservation"]);
    expect(records.some(({ attempt }) => attempt !== undefined)).toBe(version > 1);
  });
});
