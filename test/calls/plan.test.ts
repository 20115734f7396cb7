import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { type ClonePlan, provenanceLabel, renderPlan } from "../../src/index.ts";
import { baseFamily, baseInput, cloneFamily, named, plainUser, typicalUser } from "../cast.ts";
import { newWorld } from "../world.ts";
import { openclaw } from "./registered.ts";

describe("plan", () => {
  const hidden = ["/home/node/.codex", "hunter2", "production", ".codex-default"];

  const expectHidden = (plan: ClonePlan): void => {
    for (const text of [JSON.stringify(plan), inspect(plan, { depth: null }), renderPlan(plan, { color: true })]) {
      for (const value of hidden) expect(text).not.toContain(value);
    }
  };

  it("lists what a clone would change and masks the values of environment variables", async () => {
    const { ecs, cloner } = newWorld();
    const plan = await cloner.plan(typicalUser);
    const { secrets, accessPointId, image } = typicalUser;
    const container = "containerDefinitions[openclaw]";
    const efs = "volumes[workspace].efsVolumeConfiguration";
    const byPath = (one: { path: string }, other: { path: string }): number => one.path.localeCompare(other.path);
    expect(plan.changes.toSorted(byPath)).toStrictEqual(
      [
        { path: "family", kind: "changed", before: baseFamily, after: cloneFamily },
        { path: "cpu", kind: "changed", before: "512", after: "1024" },
        { path: "memory", kind: "changed", before: "1024", after: "4096" },
        { path: `${container}.memoryReservation`, kind: "changed", before: 256, after: 3328 },
        { path: `${container}.image`, kind: "changed", before: openclaw.image, after: image },
        { path: `${container}.environment[CODEX_HOME]`, kind: "changed", before: "•••", after: "•••" },
        { path: `${container}.environment[GREETING]`, kind: "added", after: "•••" },
        { path: `${container}.secrets[ANTHROPIC_API_KEY]`, kind: "added", after: secrets.ANTHROPIC_API_KEY },
        {
          path: `${container}.secrets[OPENAI_API_KEY]`,
          kind: "changed",
          before: named(openclaw.secrets, "OPENAI_API_KEY").valueFrom,
          after: secrets.OPENAI_API_KEY,
        },
        { path: `${efs}.authorizationConfig.accessPointId`, kind: "added", after: accessPointId },
        { path: `${efs}.transitEncryption`, kind: "changed", before: "DISABLED", after: "ENABLED" },
        { path: "tags[team]", kind: "changed", before: "agents", after: "agents-eu" },
        { path: "tags[user]", kind: "added", after: "user_2x9" },
      ].toSorted(byPath),
    );
    expect(plan).toMatchObject({
      userId: "user_2x9",
      family: cloneFamily,
      baseArn: ecs.revisions(baseFamily)[0]?.arn,
      carried: [],
      warnings: [],
    });
  });

  it("lists no changes of tags if neither base nor clone has any", async () => {
    const { ecs, cloner } = newWorld();
    const { tags: _, ...untagged } = baseInput;
    ecs.register(untagged);
    const { changes } = await cloner.plan(plainUser);
    expect(changes.map(({ path }) => path).sort()).toStrictEqual([
      "family",
      "volumes[workspace].efsVolumeConfiguration.authorizationConfig.accessPointId",
      "volumes[workspace].efsVolumeConfiguration.transitEncryption",
    ]);
  });

  it("lists the tags that are not copied", async () => {
    const { newCloner } = newWorld();
    const { changes } = await newCloner({ copyTags: false }).plan(plainUser);
    expect(JSON.stringify(changes.filter(({ path }) => path.startsWith("tags")))).toMatch(
      /"removed".*stage.*dev|stage.*"removed".*dev/,
    );
  });

  it("contains the input that `clone` registers, except for the record, which differs per call", async () => {
    const { cloner, newCloner, registered } = newWorld();
    const { input } = await cloner.plan(typicalUser);
    await newCloner().clone(typicalUser);
    const withoutRecords = (value: object): unknown =>
      JSON.parse(JSON.stringify(value), (member, content) => (member === provenanceLabel ? undefined : content));
    expect(withoutRecords(input)).toStrictEqual(withoutRecords(registered()));
  });

  it("registers nothing", async () => {
    const { ecs, cloner, operations } = newWorld();
    await cloner.plan(typicalUser);
    expect(operations()).toStrictEqual(["DescribeTaskDefinition"]);
    expect(ecs.revisions(cloneFamily)).toStrictEqual([]);
  });

  it("does not reveal the values of environment variables, however it is printed", async () => {
    const { cloner } = newWorld();
    expectHidden(await cloner.plan(typicalUser));
  });

  it("does not reveal the values of environment variables of containers that were added, changed or removed as a whole", async () => {
    const { newCloner } = newWorld();
    const environment = [{ name: "SECRET", value: "hunter2" }];
    const added = newCloner({
      customize: (input) => ({
        ...input,
        containerDefinitions: [...(input.containerDefinitions ?? []), { name: "new", image: "new", environment }],
      }),
    });
    expectHidden(await added.plan(typicalUser));
    const removed = newCloner({
      customize: ({ containerDefinitions = [], ...input }) => ({
        ...input,
        containerDefinitions: containerDefinitions.filter(({ name }) => name === "openclaw"),
      }),
    });
    expectHidden(await removed.plan(typicalUser));
    const cleared = newCloner({
      customize: ({ containerDefinitions = [], ...input }) => ({
        ...input,
        containerDefinitions: containerDefinitions.map(({ environment: _, ...container }) => container),
      }),
    });
    expectHidden(await cleared.plan(plainUser));
  });
});
