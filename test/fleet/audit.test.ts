import { beforeEach, describe, expect, it } from "vitest";
import { type AuditedRevision, audit } from "../../src/fleet/index.ts";
import {
  hasNoAccessPoint,
  lacksTag,
  provenanceLabel,
  TaskDefCloner,
  type TaskDefClonerOptions,
} from "../../src/index.ts";
import { FakeEcs } from "../../src/testing/index.ts";
import { plainUser, smallBase, toArn, toOldClone } from "../cast.ts";

let ecs: FakeEcs;

beforeEach(() => {
  ecs = new FakeEcs();
});

const newCloner = (options: Partial<TaskDefClonerOptions> = {}): TaskDefCloner =>
  new TaskDefCloner({ client: ecs.client(), baseFamily: "web", ...options });

async function auditOf(options: Partial<TaskDefClonerOptions> = {}): Promise<AuditedRevision[]> {
  const revisions: AuditedRevision[] = [];
  for await (const revision of audit(newCloner(options))) revisions.push(revision);
  return revisions;
}

/** Registers a revision with this record into the base family. */
function registerWithRecord(record: string): string {
  return ecs.register({
    ...smallBase,
    containerDefinitions: smallBase.containerDefinitions.map((container) => ({
      ...container,
      dockerLabels: { [provenanceLabel]: record },
    })),
  });
}

/** A base family with one of everything: a base, a clone with a record and one from before there were any, and records that cannot be read. */
async function registerMixedFamily(): Promise<void> {
  ecs.register(smallBase);
  await newCloner().clone(plainUser);
  const [clone] = ecs.revisions("web-user");
  ecs.register({ ...clone?.registered, family: "web" });
  ecs.register(toOldClone(1));
  registerWithRecord('{"version":3}');
  registerWithRecord("{");
  ecs.deregister(ecs.register(smallBase));
}

const withRecords = [
  { arn: toArn("web", 5), kind: "unknown", reason: "carries a clone's record that is broken" },
  { arn: toArn("web", 4), kind: "unknown", reason: "carries a clone's record that is newer" },
];

const recorded = {
  arn: toArn("web", 2),
  kind: "clone",
  reason: "carries the record of a clone",
  userId: plainUser.userId,
};

describe("audit", () => {
  it("classifies each ACTIVE revision of the base family by `isBase`, newest first", async () => {
    await registerMixedFamily();
    expect(await auditOf({ isBase: hasNoAccessPoint("data") })).toStrictEqual([
      ...withRecords,
      { arn: toArn("web", 3), kind: "clone", reason: "`isBase` says that it is not a base" },
      recorded,
      { arn: toArn("web", 1), kind: "base", reason: "`isBase` says that it is one" },
    ]);
  });

  it("classifies a revision with an access point as unknown if `isBase` is not set", async () => {
    await registerMixedFamily();
    expect(await auditOf()).toStrictEqual([
      ...withRecords,
      {
        arn: toArn("web", 3),
        kind: "unknown",
        reason: "has an access point, as a clone would, and no `isBase` is set to tell",
      },
      recorded,
      { arn: toArn("web", 1), kind: "base", reason: "carries no record" },
    ]);
  });

  it("classifies a revision with an access point as a base if users have no volume of their own", async () => {
    await registerMixedFamily();
    expect(await auditOf({ volume: false })).toContainEqual({
      arn: toArn("web", 3),
      kind: "base",
      reason: "carries no record",
    });
  });

  it("classifies a revision without volumes as a base if `isBase` is not set", async () => {
    ecs.register({ family: "web", containerDefinitions: [{ name: "app", image: "nginx", memory: 512 }] });
    ecs.fail({
      operation: "DescribeTaskDefinition",
      body: {
        taskDefinition: {
          taskDefinitionArn: toArn("web", 1),
          family: "web",
          status: "ACTIVE",
          containerDefinitions: [],
        },
      },
    });
    const base = { arn: toArn("web", 1), kind: "base", reason: "carries no record" };
    expect(await auditOf()).toStrictEqual([base]);
    expect(await auditOf()).toStrictEqual([base]);
  });

  it("classifies a revision with an access point as a base if `isBase` says so", async () => {
    ecs.register(toOldClone(1));
    expect(await auditOf({ isBase: () => true })).toStrictEqual([
      { arn: toArn("web", 1), kind: "base", reason: "`isBase` says that it is one" },
    ]);
  });

  it("supports predicates that read tags", async () => {
    ecs.register(smallBase);
    ecs.register({ ...smallBase, tags: [{ key: "user", value: "user_2x9" }] });
    expect(await auditOf({ isBase: lacksTag("user") })).toMatchObject([{ kind: "clone" }, { kind: "base" }]);
  });

  it("changes nothing and describes each revision once", async () => {
    await registerMixedFamily();
    const before = ecs.revisions();
    ecs.clearCalls();
    await auditOf();
    expect(ecs.calls.map(({ operation, input }) => [operation, input.taskDefinition])).toStrictEqual([
      ["ListTaskDefinitions", undefined],
      ...[5, 4, 3, 2, 1].map((revision) => ["DescribeTaskDefinition", toArn("web", revision)]),
      ["ListTaskDefinitions", undefined],
      ["DescribeTaskDefinition", toArn("web-user", 1)],
    ]);
    expect(ecs.revisions()).toStrictEqual(before);
  });

  it("requests no more than is consumed", async () => {
    for (let revision = 1; revision <= 10; revision += 1) ecs.register(smallBase);
    for await (const { arn } of audit(newCloner())) {
      expect(arn).toBe(toArn("web", 10));
      break;
    }
    expect(ecs.calls).toHaveLength(2);
  });

  it("skips a revision that disappears after it was listed", async () => {
    ecs.register(smallBase);
    ecs.register(smallBase);
    ecs.fail({
      operation: "DescribeTaskDefinition",
      error: "ClientException",
      message: "Unable to describe task definition.",
    });
    expect(await auditOf()).toMatchObject([{ arn: toArn("web", 1) }]);
  });

  it("yields nothing for a family without ACTIVE revisions", async () => {
    ecs.deregister(ecs.register(smallBase));
    expect(await auditOf()).toStrictEqual([]);
  });

  it("throws the signal's reason once aborted", async () => {
    for (let revision = 1; revision <= 10; revision += 1) ecs.register(smallBase);
    const controller = new AbortController();
    const shutDown = new Error("shutting down");
    const seen: string[] = [];
    const auditing = (async () => {
      for await (const { arn } of audit(newCloner(), { signal: controller.signal })) {
        seen.push(arn);
        controller.abort(shutDown);
      }
    })();
    await expect(auditing).rejects.toBe(shutDown);
    expect(seen).toStrictEqual([toArn("web", 10)]);
  });
});
