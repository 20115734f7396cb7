import type { RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { InvalidInputError } from "../../src/errors.ts";
import type { Clone } from "../../src/results.ts";
import type { UserSpec } from "../../src/user/user.ts";
import { baseFamily, baseInput, cloneFamily, toArn, toSecretArn, toUser, typicalUser } from "../cast.ts";
import { newWorld, rejectionOf, type World } from "../world.ts";
import { openclaw, withOpenclaw } from "./registered.ts";

const [workspace, ...otherVolumes] = baseInput.volumes;

describe("clone with `current`", () => {
  it("returns the current clone and registers nothing if a new one would be identical", async () => {
    const { ecs, cloner, events, count } = newWorld();
    const first = await cloner.clone(typicalUser);
    ecs.clearCalls();
    events.length = 0;
    expect(await cloner.clone(typicalUser, { current: first.arn })).toStrictEqual({ ...first, reused: true });
    expect(count("RegisterTaskDefinition")).toBe(0);
    expect(ecs.revisions(cloneFamily)).toHaveLength(1);
    expect(events).toStrictEqual([
      { type: "base-described", arn: toArn(baseFamily, 1) },
      { type: "reused", arn: first.arn, userId: typicalUser.userId },
    ]);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])("is not fooled by the order of the lists that ECS returns: %d", async (seed) => {
    const { cloner } = newWorld({ seed });
    const { arn: current } = await cloner.clone(typicalUser);
    expect(await cloner.clone(typicalUser, { current })).toMatchObject({ arn: current, reused: true });
  });

  it("returns the current clone if a newer base only has things in another order", async () => {
    const { ecs, cloner } = newWorld();
    const first = await cloner.clone(typicalUser);
    ecs.register({
      ...withOpenclaw({
        environment: openclaw.environment?.toReversed(),
        secrets: openclaw.secrets?.toReversed(),
      }),
      volumes: baseInput.volumes.toReversed(),
      tags: baseInput.tags.toReversed(),
    });
    expect(await cloner.clone(typicalUser, { current: first.arn })).toStrictEqual({ ...first, reused: true });
  });

  const userChanges: Readonly<Record<string, Partial<UserSpec>>> = {
    "access point": { accessPointId: "fsap-00000000000000000" },
    "secret moved": { secrets: { ...typicalUser.secrets, OPENAI_API_KEY: toSecretArn("other") } },
    "secret added": { secrets: { ...typicalUser.secrets, MORE: toSecretArn("more") } },
    "secret removed": { secrets: { OPENAI_API_KEY: typicalUser.secrets.OPENAI_API_KEY } },
    "variable's value": { environment: { ...typicalUser.environment, GREETING: "" } },
    "variable added": { environment: { ...typicalUser.environment, MORE: "" } },
    "variable removed": { environment: { GREETING: typicalUser.environment.GREETING } },
    CPU: { size: { cpu: 2048, memory: 4096 } },
    memory: { size: { cpu: 1024, memory: 3072 } },
    image: { image: "public.ecr.aws/nginx/nginx:1" },
    "tag's value": { tags: { ...typicalUser.tags, user: "" } },
    "tag added": { tags: { ...typicalUser.tags, more: "" } },
    "tag removed": { tags: { user: typicalUser.tags.user } },
  };
  it.each(Object.entries(userChanges))("registers a new clone if the user changes: %s", async (_, change) => {
    const { cloner, active } = newWorld();
    const { arn: current } = await cloner.clone(typicalUser);
    const next = await cloner.clone({ ...typicalUser, ...change }, { current });
    expect(next).toMatchObject({ revision: 2, reused: false });
    expect(active()).toStrictEqual([current, next.arn]);
  });

  const baseChanges: Readonly<Record<string, RegisterTaskDefinitionCommandInput>> = {
    taskRoleArn: { ...baseInput, taskRoleArn: "arn:aws:iam::111122223333:role/other" },
    executionRoleArn: { ...baseInput, executionRoleArn: "arn:aws:iam::111122223333:role/other" },
    ephemeralStorage: { ...baseInput, ephemeralStorage: { sizeInGiB: 41 } },
    runtimePlatform: { ...baseInput, runtimePlatform: { cpuArchitecture: "X86_64", operatingSystemFamily: "LINUX" } },
    pidMode: { ...baseInput, pidMode: "task" },
    enableFaultInjection: { ...baseInput, enableFaultInjection: true },
    "tag's value": { ...baseInput, tags: [...baseInput.tags.slice(1), { key: "stage", value: "prod" }] },
    "tag added": { ...baseInput, tags: [...baseInput.tags, { key: "more", value: "" }] },
    "tag removed": { ...baseInput, tags: baseInput.tags.filter(({ key }) => key !== "note") },
    "volume's file system": {
      ...baseInput,
      volumes: [
        {
          ...workspace,
          efsVolumeConfiguration: { ...workspace?.efsVolumeConfiguration, fileSystemId: "fs-0fffffffffffffff0" },
        },
        ...otherVolumes,
      ],
    },
    command: withOpenclaw({ command: ["node"] }),
    "order of the command": withOpenclaw({ command: openclaw.command?.toReversed() }),
    "health check's interval": withOpenclaw({ healthCheck: { ...openclaw.healthCheck, interval: 16 } }),
    readonlyRootFilesystem: withOpenclaw({ readonlyRootFilesystem: false }),
    label: withOpenclaw({ dockerLabels: { ...openclaw.dockerLabels, more: "" } }),
    variable: withOpenclaw({ environment: [...(openclaw.environment ?? []), { name: "MORE", value: "" }] }),
    "sidecar removed": { ...withOpenclaw({ dependsOn: [] }), containerDefinitions: [{ ...openclaw, dependsOn: [] }] },
    "field unknown to the SDK": { ...withOpenclaw({ quantumTunnel: true }) },
  };
  it.each(Object.entries(baseChanges))("registers a new clone if the newest base differs: %s", async (_, input) => {
    const { ecs, cloner } = newWorld();
    const { arn: current } = await cloner.clone(typicalUser);
    const baseArn = ecs.register(input);
    expect(await cloner.clone(typicalUser, { current })).toMatchObject({ revision: 2, baseArn, reused: false });
  });

  it("registers a new clone if the user sets what the base already has, so that it stays theirs", async () => {
    const { ecs, cloner, newCloner } = newWorld();
    const { arn: current } = await cloner.clone(toUser(1));
    const size = { cpu: 512, memory: 1024 };
    const next = await cloner.clone({ ...toUser(1), size }, { current });
    expect(next.reused).toBe(false);
    ecs.register({ ...baseInput, cpu: "2048", memory: "4096" });
    expect((await newCloner().inspect(next.arn)).user.size).toStrictEqual(size);
  });

  it("registers a new clone if the current one is INACTIVE", async () => {
    const { ecs, cloner, active, count } = newWorld();
    const { arn: current } = await cloner.clone(toUser(1));
    ecs.deregister(current);
    ecs.clearCalls();
    const next = await cloner.clone(toUser(1), { current });
    expect(next.reused).toBe(false);
    expect(active()).toStrictEqual([next.arn]);
    // The clone and the base.
    expect(count("DescribeTaskDefinition")).toBe(2);
  });

  it.each<[string, string, (world: World) => string]>([
    ["never was", "there is no such revision in this account and region.", () => toArn(cloneFamily, 7)],
    ["is the base", "it is a revision of the base family, not a clone.", () => toArn(baseFamily, 1)],
    [
      "was not made by this library",
      "it carries no record of its origin.",
      ({ ecs }) => ecs.register({ ...baseInput, family: cloneFamily }),
    ],
  ])("warns if the current clone %s, and registers a new one", async (_, reason, toCurrent) => {
    const world = newWorld();
    const current = toCurrent(world);
    const warning = `${current}, given as the user's current clone, is not a clone made by this cloner, so it was not reused: ${reason}`;
    let deployed: Clone | undefined;
    const deploy = (clone: Clone) => {
      deployed = clone;
    };
    const clone = await world.cloner.clone(toUser(1), { current, deploy });
    expect(clone).toMatchObject({ reused: false, warnings: [warning] });
    expect(deployed).toStrictEqual(clone);
  });

  it("does not warn of a current clone that was deregistered", async () => {
    const { ecs, cloner } = newWorld();
    const { arn: current } = await cloner.clone(toUser(1));
    ecs.deregister(current);
    expect(await cloner.clone(toUser(1), { current })).toMatchObject({ reused: false, warnings: [] });
  });

  it("registers a new clone if the current one no longer exists", async () => {
    const { cloner } = newWorld();
    expect(await cloner.clone(toUser(1), { current: toArn(cloneFamily, 7) })).toMatchObject({
      revision: 1,
      reused: false,
    });
  });

  it("registers a new clone if the current one was not made by this library", async () => {
    const { ecs, cloner } = newWorld();
    const current = ecs.register({ ...baseInput, family: cloneFamily });
    expect(await cloner.clone(toUser(1), { current })).toMatchObject({ revision: 2, reused: false });
  });

  it("rejects another user's clone and registers nothing", async () => {
    const { cloner, active } = newWorld();
    const { arn: current } = await cloner.clone(toUser(1));
    const error = await rejectionOf(cloner.clone(toUser(2), { current }));
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(error).toMatchObject({
      name: "InvalidInputError",
      message: `The current clone ${current}, given for user "user_2", is another user's. Give the user's own, or none.`,
    });
    expect(active()).toStrictEqual([current]);
  });

  it.each(["", cloneFamily, `${cloneFamily}:1`, "arn:aws:ecs:us-east-1:111122223333:service/default/web"])(
    "rejects anything but a revision's ARN: %s",
    async (current) => {
      const { ecs, cloner } = newWorld();
      expect(await rejectionOf(cloner.clone(toUser(1), { current }))).toBeInstanceOf(InvalidInputError);
      expect(ecs.calls).toStrictEqual([]);
    },
  );
});
