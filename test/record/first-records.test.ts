import { readFileSync } from "node:fs";
import {
  DescribeTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  type TaskDefinition,
} from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import {
  deriveClone,
  provenanceLabel,
  TaskDefCloner,
  type TaskDefClonerOptions,
  type UserSpec,
} from "../../src/index.ts";
import { toCanonicalText } from "../../src/record/canonical-text.ts";
import { toDigest } from "../../src/record/record.ts";
import { FakeEcs } from "../../src/testing/index.ts";
import { named, typicalUser } from "../cast.ts";

interface Registered {
  readonly base: RegisterTaskDefinitionCommandInput;
  readonly user: UserSpec;
  readonly clone: TaskDefinition;
}

const { base, user, clone }: Registered = JSON.parse(
  readFileSync(new URL("records/v1-everything.json", import.meta.url), "utf8"),
);

/** The clone that 0.1.0 registered, and its base. */
function prepare() {
  const ecs = new FakeEcs();
  ecs.register(base);
  const arn = ecs.register({ ...clone });
  const newCloner = (options: Partial<TaskDefClonerOptions> = {}) =>
    new TaskDefCloner({ client: ecs.client(), baseFamily: "web", container: "app", ...options });
  return { ecs, arn, newCloner, cloner: newCloner() };
}

const withApp = (input: TaskDefinition, change: object) => ({
  ...input,
  containerDefinitions: input.containerDefinitions?.map((container) =>
    container.name === "app" ? { ...container, ...change } : container,
  ),
});

const { volumes = [] } = clone;
/** The clone as somebody registered it by hand for another user. */
const copy = {
  ...clone,
  volumes: volumes.map((volume) => ({
    ...volume,
    efsVolumeConfiguration: {
      ...volume.efsVolumeConfiguration,
      authorizationConfig: { accessPointId: "fsap-0fedcba9876543210" },
    },
  })),
};

const warning = expect.stringMatching(
  /^The record of clone arn:\S+:task-definition\/web-user:1 was written by version 0\.1\.0.* user "user_2x9".* call `clone` with the whole user\.$/,
);

describe("a clone of 0.1.0, whose record does not vouch for its values", () => {
  it("is trusted by inspect and reclone while the newest base gives the same again", async () => {
    const { arn, cloner } = prepare();
    expect(await cloner.inspect(arn)).toMatchObject({ isUpToDate: true, warnings: [] });
    expect(await cloner.resize(arn, { cpu: 1024, memory: 4096 })).toMatchObject({ reused: false, warnings: [] });
  });

  it("is accepted with a warning once the base has moved on, and its successor without one", async () => {
    const { ecs, arn, cloner } = prepare();
    ecs.register(withApp(base, { command: ["run"] }));
    const inspection = await cloner.inspect(arn);
    expect(inspection).toMatchObject({ isUpToDate: false, warnings: [warning] });
    expect(inspection.user).toStrictEqual(user);
    const next = await cloner.reclone(arn);
    expect(next).toMatchObject({ revision: 2, warnings: [warning] });
    expect(await cloner.inspect(next.arn)).toMatchObject({ isUpToDate: true, warnings: [] });
    expect(await cloner.reclone(next.arn)).toMatchObject({ reused: true, warnings: [] });
  });

  it("is trusted where the container's limits did not follow its size then, and would now", async () => {
    const ecs = new FakeEcs();
    // Without the member that the SDK, which describes it here, does not know.
    ecs.register(withApp(base, { cpu: 100, memory: 512, gpuSharing: undefined }));
    const describing = new DescribeTaskDefinitionCommand({ taskDefinition: "web", include: ["TAGS"] });
    const { taskDefinition = {}, tags = [] } = await ecs.client().send(describing);
    const rules = { container: "app", containerLimits: "keep" as const };
    const { input } = deriveClone({ taskDefinition, tags }, user, rules);
    const labels = named(clone.containerDefinitions, "app").dockerLabels;
    const record = JSON.parse(labels?.[provenanceLabel] ?? "");
    const label = JSON.stringify({ ...record, digest: toDigest(toCanonicalText(input)) });
    const arn = ecs.register(withApp(input, { dockerLabels: { [provenanceLabel]: label } }));
    const cloner = new TaskDefCloner({ client: ecs.client(), baseFamily: "web", container: "app" });
    expect(await cloner.inspect(arn)).toMatchObject({ isUpToDate: false, warnings: [] });
    const next = await cloner.reclone(arn);
    expect(next).toMatchObject({ revision: 2, reused: false, warnings: [] });
  });

  it("is accepted with a warning if an option changed", async () => {
    const { arn, newCloner } = prepare();
    const cloner = newCloner({ customize: (input) => ({ ...input, pidMode: "task" }) });
    expect(await cloner.inspect(arn)).toMatchObject({ isUpToDate: false, warnings: [warning] });
  });

  it("is accepted with a warning if the newest base no longer takes what the user had", async () => {
    const { ecs, arn, cloner } = prepare();
    const { secrets = [] } = named(base.containerDefinitions, "app");
    ecs.register(withApp(base, { environment: [], secrets: [...secrets, { name: "HOME", valueFrom: "/home" }] }));
    expect(await cloner.reclone(arn, { environment: null })).toMatchObject({ revision: 2, warnings: [warning] });
  });

  it("is accepted with a warning if it may be a copy that was made by hand", async () => {
    const { ecs, cloner } = prepare();
    const current = ecs.register(copy);
    const warned = { warnings: [expect.stringContaining("web-user:2 was written by version 0.1.0")] };
    expect(await cloner.inspect(current)).toMatchObject({ isUpToDate: false, ...warned });
    expect(await cloner.reclone(current)).toMatchObject({ reused: false, ...warned });
  });

  it("is not reused by `clone` if its values are not the user's", async () => {
    const { ecs, cloner } = prepare();
    const current = ecs.register(copy);
    const next = await cloner.clone(user, { current });
    expect(next).toMatchObject({ revision: 3, reused: false, warnings: [] });
    expect((await cloner.inspect(next.arn)).user).toStrictEqual(user);
  });

  it("is retired all the same", async () => {
    const { ecs, cloner } = prepare();
    await cloner.retire(ecs.register(copy));
    expect(ecs.revisions("web-user")).toMatchObject([{ status: "ACTIVE" }, { status: "INACTIVE" }]);
  });

  it("gives no warning to the user of another clone", async () => {
    const { cloner } = prepare();
    expect(await cloner.clone(typicalUser)).toMatchObject({ warnings: [] });
  });
});
