import type { RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { InvalidInputError, NotACloneError } from "../../src/errors.ts";
import { provenanceLabel } from "../../src/record/record.ts";
import type { Clone } from "../../src/results.ts";
import type { UserPatch, UserSpec } from "../../src/user/user.ts";
import { turns } from "../fake-time.ts";
import { named, typicalUser } from "../fixtures.ts";
import {
  baseFamily,
  baseInput,
  cloneFamily,
  newWorld,
  rejectionOf,
  toArn,
  toSecretArn,
  toUser,
  type World,
} from "../world.ts";

const [openclaw, ...sidecars] = baseInput.containerDefinitions ?? [];
const [workspace, ...otherVolumes] = baseInput.volumes;

/** The base with something else in its user's container. */
const withOpenclaw = (changes: object): RegisterTaskDefinitionCommandInput => ({
  ...baseInput,
  containerDefinitions: [{ ...openclaw, ...changes }, ...sidecars],
});

/** The input that registered a revision. */
function registeredAs({ ecs }: World, arn: string): RegisterTaskDefinitionCommandInput {
  const revision = ecs.revisions().find((one) => one.arn === arn);
  if (revision === undefined) throw new Error(`there is no ${arn}`);
  return revision.registered;
}

const containerOf = (world: World, arn: string) => named(registeredAs(world, arn).containerDefinitions, "openclaw");

/** The input with another record of its origin on the user's container. */
const withRecord = (input: RegisterTaskDefinitionCommandInput, record: string): RegisterTaskDefinitionCommandInput => ({
  ...input,
  containerDefinitions: (input.containerDefinitions ?? []).map((container) =>
    container.name === "openclaw"
      ? { ...container, dockerLabels: { ...container.dockerLabels, [provenanceLabel]: record } }
      : container,
  ),
});

const recordOf = (world: World, arn: string): object =>
  JSON.parse(containerOf(world, arn).dockerLabels?.[provenanceLabel] ?? "");

describe("clone with a current clone", () => {
  it("returns the current one, and registers nothing, when a new one would be no different", async () => {
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

  it.each([1, 2, 3, 4, 5, 6, 7, 8])("is not fooled by the order in which ECS returns things: %d", async (seed) => {
    const { cloner } = newWorld({ seed });
    const { arn: current } = await cloner.clone(typicalUser);
    expect(await cloner.clone(typicalUser, { current })).toMatchObject({ arn: current, reused: true });
  });

  it("returns the current one when a newer base has the same in another order", async () => {
    const { ecs, cloner } = newWorld();
    const first = await cloner.clone(typicalUser);
    ecs.register({
      ...withOpenclaw({
        environment: openclaw?.environment?.toReversed(),
        secrets: openclaw?.secrets?.toReversed(),
      }),
      volumes: baseInput.volumes.toReversed(),
      tags: baseInput.tags.toReversed(),
    });
    expect(await cloner.clone(typicalUser, { current: first.arn })).toStrictEqual({ ...first, reused: true });
  });

  const userChanges: Readonly<Record<string, Partial<UserSpec>>> = {
    "access point": { accessPointId: "fsap-00000000000000000" },
    "secret's place": { secrets: { ...typicalUser.secrets, OPENAI_API_KEY: toSecretArn("other") } },
    "secret more": { secrets: { ...typicalUser.secrets, MORE: toSecretArn("more") } },
    "secret less": { secrets: { OPENAI_API_KEY: typicalUser.secrets.OPENAI_API_KEY } },
    "variable's value": { environment: { ...typicalUser.environment, GREETING: "" } },
    "variable more": { environment: { ...typicalUser.environment, MORE: "" } },
    "variable less": { environment: { GREETING: typicalUser.environment.GREETING } },
    CPU: { size: { cpu: 2048, memory: 4096 } },
    memory: { size: { cpu: 1024, memory: 3072 } },
    image: { image: "public.ecr.aws/nginx/nginx:1" },
    "tag's value": { tags: { ...typicalUser.tags, user: "" } },
    "tag more": { tags: { ...typicalUser.tags, more: "" } },
    "tag less": { tags: { user: typicalUser.tags.user } },
  };
  it.each(Object.entries(userChanges))("makes a new one when the user has another %s", async (_, change) => {
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
    "tag more": { ...baseInput, tags: [...baseInput.tags, { key: "more", value: "" }] },
    "tag less": { ...baseInput, tags: baseInput.tags.filter(({ key }) => key !== "note") },
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
    "order of the command": withOpenclaw({ command: openclaw?.command?.toReversed() }),
    "health check's interval": withOpenclaw({ healthCheck: { ...openclaw?.healthCheck, interval: 16 } }),
    readonlyRootFilesystem: withOpenclaw({ readonlyRootFilesystem: false }),
    label: withOpenclaw({ dockerLabels: { ...openclaw?.dockerLabels, more: "" } }),
    variable: withOpenclaw({ environment: [...(openclaw?.environment ?? []), { name: "MORE", value: "" }] }),
    "sidecar less": { ...withOpenclaw({ dependsOn: [] }), containerDefinitions: [{ ...openclaw, dependsOn: [] }] },
    "member that the SDK does not know": { ...withOpenclaw({ quantumTunnel: true }) },
  };
  it.each(Object.entries(baseChanges))("makes a new one when the newest base has another %s", async (_, input) => {
    const { ecs, cloner } = newWorld();
    const { arn: current } = await cloner.clone(typicalUser);
    const baseArn = ecs.register(input);
    expect(await cloner.clone(typicalUser, { current })).toMatchObject({ revision: 2, baseArn, reused: false });
  });

  it("makes a new one when the user now chooses what the base has anyway, so that it stays theirs", async () => {
    const { ecs, cloner, newCloner } = newWorld();
    const { arn: current } = await cloner.clone(toUser(1));
    const size = { cpu: 512, memory: 1024 };
    const next = await cloner.clone({ ...toUser(1), size }, { current });
    expect(next.reused).toBe(false);
    ecs.register({ ...baseInput, cpu: "2048", memory: "4096" });
    expect((await newCloner().inspect(next.arn)).user.size).toStrictEqual(size);
  });

  it("makes a new one when the current one is INACTIVE", async () => {
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

  it("makes a new one when the current one is deregistered while the call waits for its turn", async () => {
    const world = newWorld();
    const { arn: current } = await world.cloner.clone(toUser(1));
    const first = world.cloner.clone(toUser(2), { deploy: () => world.ecs.deregister(current) });
    const second = world.cloner.clone(toUser(1), { current });
    expect(await Promise.all([first, second])).toMatchObject([{ revision: 2 }, { revision: 3, reused: false }]);
  });

  it("makes a new one when the current one is deleted while the call waits for its turn", async () => {
    const { ecs, cloner } = newWorld();
    const { arn } = await cloner.clone(typicalUser);
    const message = "Unable to describe task definition.";
    // The clone, the base, and the clone again.
    ecs.fail({ operation: "DescribeTaskDefinition", skip: 2, error: "ClientException", message });
    expect(await cloner.clone(typicalUser, { current: arn })).toMatchObject({ revision: 2, reused: false });
  });

  it("makes a new one when the current one is gone", async () => {
    const { cloner } = newWorld();
    expect(await cloner.clone(toUser(1), { current: toArn(cloneFamily, 7) })).toMatchObject({
      revision: 1,
      reused: false,
    });
  });

  it("makes a new one when the current one is none of ours", async () => {
    const { ecs, cloner } = newWorld();
    const current = ecs.register({ ...baseInput, family: cloneFamily });
    expect(await cloner.clone(toUser(1), { current })).toMatchObject({ revision: 2, reused: false });
  });

  it("refuses another user's, and registers nothing", async () => {
    const { cloner, active } = newWorld();
    const { arn: current } = await cloner.clone(toUser(1));
    const error = await rejectionOf(cloner.clone(toUser(2), { current }));
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(error).toMatchObject({
      name: "InvalidInputError",
      message: `The present clone ${current}, given for user "user_2", is another user's. Give the user's own, or none.`,
    });
    expect(active()).toStrictEqual([current]);
  });

  it.each(["", cloneFamily, `${cloneFamily}:1`, "arn:aws:ecs:us-east-1:111122223333:service/default/web"])(
    "refuses what is no ARN of a revision: %s",
    async (current) => {
      const { ecs, cloner } = newWorld();
      expect(await rejectionOf(cloner.clone(toUser(1), { current }))).toBeInstanceOf(InvalidInputError);
      expect(ecs.calls).toStrictEqual([]);
    },
  );
});

describe("reclone", () => {
  it("returns the same clone on an unchanged base", async () => {
    const { cloner, active } = newWorld();
    const first = await cloner.clone(typicalUser);
    expect(await cloner.reclone(first.arn)).toStrictEqual({ ...first, reused: true });
    expect(active()).toStrictEqual([first.arn]);
  });

  it("moves the user to the newest base, with all that is their own", async () => {
    const world = newWorld();
    const first = await world.cloner.clone(typicalUser);
    const baseArn = world.ecs.register({ ...withOpenclaw({ command: ["node", "new.js"] }), taskRoleArn: "" });
    const next = await world.cloner.reclone(first.arn);
    expect(next).toStrictEqual({ ...first, arn: toArn(cloneFamily, 2), revision: 2, baseArn });
    expect(containerOf(world, next.arn).command).toStrictEqual(["node", "new.js"]);
    expect((await world.cloner.inspect(next.arn)).user).toStrictEqual(typicalUser);
  });

  const patches: Readonly<Record<string, readonly [UserPatch, UserSpec]>> = {
    "a secret that is set": [
      { secrets: { OPENAI_API_KEY: toSecretArn("new") } },
      { ...typicalUser, secrets: { ...typicalUser.secrets, OPENAI_API_KEY: toSecretArn("new") } },
    ],
    "a secret that is removed": [
      { secrets: { ANTHROPIC_API_KEY: null } },
      { ...typicalUser, secrets: { OPENAI_API_KEY: typicalUser.secrets.OPENAI_API_KEY } },
    ],
    "a variable that is set to nothing": [
      { environment: { GREETING: "" } },
      { ...typicalUser, environment: { ...typicalUser.environment, GREETING: "" } },
    ],
    "variables that are all removed": [
      { environment: null },
      {
        userId: typicalUser.userId,
        accessPointId: typicalUser.accessPointId,
        secrets: typicalUser.secrets,
        size: typicalUser.size,
        image: typicalUser.image,
        tags: typicalUser.tags,
      },
    ],
    "one half of the size": [{ size: { memory: 8192 } }, { ...typicalUser, size: { cpu: 1024, memory: 8192 } }],
    "a size that goes back to the base": [
      { size: null, image: null, tags: null },
      {
        userId: typicalUser.userId,
        accessPointId: typicalUser.accessPointId,
        secrets: typicalUser.secrets,
        environment: typicalUser.environment,
      },
    ],
    "an access point": [
      { accessPointId: "fsap-00000000000000001" },
      { ...typicalUser, accessPointId: "fsap-00000000000000001" },
    ],
    "a tag that is removed and one that is set": [
      { tags: { team: null, plan: "pro" } },
      { ...typicalUser, tags: { user: "user_2x9", plan: "pro" } },
    ],
    "what is not said at all": [{ image: undefined, secrets: undefined }, typicalUser],
  };
  it.each(Object.entries(patches))("applies a merge patch: %s", async (_, [patch, expected]) => {
    const { cloner } = newWorld();
    const { arn } = await cloner.clone(typicalUser);
    const next = await cloner.reclone(arn, patch);
    expect((await cloner.inspect(next.arn)).user).toStrictEqual(expected);
    expect(next.reused).toBe(expected === typicalUser);
  });

  it("leaves nothing in the clone of what was removed", async () => {
    const world = newWorld();
    const { arn } = await world.cloner.clone(typicalUser);
    const next = await world.cloner.reclone(arn, {
      secrets: null,
      environment: null,
      tags: null,
      image: null,
      size: null,
    });
    const { arn: plain } = await world.cloner.clone({
      userId: typicalUser.userId,
      accessPointId: typicalUser.accessPointId,
    });
    const record = '{"the same":"record"}';
    expect(withRecord(registeredAs(world, next.arn), record)).toStrictEqual(
      withRecord(registeredAs(world, plain), record),
    );
  });

  it.each([
    ["the user's id", { userId: "user_2" }],
    ["a name that is reserved", { environment: { AWS_REGION: "eu-west-1" } }],
    ["a name of a secret that is reserved", { secrets: { GATEWAY_TOKEN: toSecretArn("other") } }],
    ["the removal of the access point", { accessPointId: null }],
    ["a secret in plain text", { secrets: { OPENAI_API_KEY: "sk-hunter2" } }],
  ])("refuses %s before anything is sent", async (_, changes) => {
    const { ecs, newCloner } = newWorld();
    const cloner = newCloner({ reserved: [/^AWS_/, "GATEWAY_TOKEN"] });
    const { arn } = await cloner.clone(toUser(1));
    ecs.clearCalls();
    // @ts-expect-error some of the changes are of a wrong type
    const error = await rejectionOf(cloner.reclone(arn, changes));
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(String(error)).not.toContain("hunter2");
    expect(ecs.calls).toStrictEqual([]);
  });

  it("refuses changes that give a name to a secret and a variable", async () => {
    const { cloner, active } = newWorld();
    const { arn } = await cloner.clone(toUser(1));
    const error = await rejectionOf(cloner.reclone(arn, { environment: { OPENAI_API_KEY: "hunter2" } }));
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(String(error)).not.toContain("hunter2");
    expect(active()).toStrictEqual([arn]);
  });

  it("takes what a clone that is INACTIVE says, and registers a new one", async () => {
    const { ecs, cloner, active } = newWorld();
    const { arn } = await cloner.clone(typicalUser);
    ecs.deregister(arn);
    const next = await cloner.reclone(arn);
    expect(next.reused).toBe(false);
    expect(active()).toStrictEqual([next.arn]);
  });
});

describe("resize", () => {
  it("changes the size, and keeps the user's secrets, variables, image, tags and access point", async () => {
    const { cloner } = newWorld();
    const { arn } = await cloner.clone(typicalUser);
    const size = { cpu: 2048, memory: 8192 };
    const next = await cloner.resize(arn, size);
    expect(next).toStrictEqual({
      arn: toArn(cloneFamily, 2),
      family: cloneFamily,
      revision: 2,
      baseArn: toArn(baseFamily, 1),
      userId: typicalUser.userId,
      reused: false,
      warnings: [],
    });
    expect((await cloner.inspect(next.arn)).user).toStrictEqual({ ...typicalUser, size });
  });

  it("takes everything else from the newest base, and so heals what drifted in the old clone", async () => {
    const world = newWorld();
    const { cloner, ecs } = world;
    const size = { cpu: 1024, memory: 2048 };
    const { arn } = await cloner.clone(toUser(1));
    const edited = registeredAs(world, arn);
    const drifted = ecs.register({
      ...edited,
      taskRoleArn: "arn:aws:iam::111122223333:role/somebody-elses",
      containerDefinitions: (edited.containerDefinitions ?? []).map((container) => ({
        ...container,
        image: "debug:latest",
        environment: [...(container.environment ?? []), { name: "DEBUG", value: "1" }],
      })),
    });
    const healed = await cloner.resize(drifted, size);
    const { arn: fresh } = await cloner.clone({ ...toUser(1), size });
    expect(withRecord(registeredAs(world, healed.arn), "")).toStrictEqual(withRecord(registeredAs(world, fresh), ""));
  });

  it("returns the same clone when it has the size already", async () => {
    const { cloner } = newWorld();
    const first = await cloner.clone(typicalUser);
    expect(await cloner.resize(first.arn, typicalUser.size)).toStrictEqual({ ...first, reused: true });
  });

  it.each([{ cpu: 1024 }, { memory: 2048 }, { cpu: "1024", memory: "2048" }, { cpu: 0, memory: 0 }, undefined])(
    "refuses what is no size before anything is sent: %j",
    async (size) => {
      const { ecs, cloner } = newWorld();
      // @ts-expect-error no size is of the right type
      expect(await rejectionOf(cloner.resize(toArn(cloneFamily, 1), size))).toBeInstanceOf(InvalidInputError);
      expect(ecs.calls).toStrictEqual([]);
    },
  );
});

describe("a choice that equals the base's", () => {
  it("stays the user's when the base's own moves", async () => {
    const { ecs, cloner } = newWorld();
    const chosen = {
      ...toUser(1),
      size: { cpu: 512, memory: 1024 },
      image: openclaw?.image,
      environment: { LOG_LEVEL: "info" },
      secrets: { TELEMETRY_KEY: "arn:aws:ssm:us-east-1:111122223333:parameter/isol8/dev/telemetry-key" },
      tags: { stage: "dev" },
    };
    const { arn } = await cloner.clone(chosen);
    ecs.register({
      ...withOpenclaw({
        image: "111122223333.dkr.ecr.us-east-1.amazonaws.com/openclaw:next",
        environment: [{ name: "LOG_LEVEL", value: "debug" }],
        secrets: [],
      }),
      cpu: "2048",
      memory: "4096",
      tags: [{ key: "stage", value: "prod" }],
    });
    const next = await cloner.reclone(arn);
    expect((await cloner.inspect(next.arn)).user).toStrictEqual(chosen);
  });

  it("follows the base where the user never made it", async () => {
    const world = newWorld();
    const { arn } = await world.cloner.clone(toUser(1));
    world.ecs.register({ ...withOpenclaw({ image: "next:1" }), cpu: "2048", memory: "4096" });
    const next = await world.cloner.reclone(arn);
    expect(registeredAs(world, next.arn)).toMatchObject({ cpu: "2048", memory: "4096" });
    expect(containerOf(world, next.arn).image).toBe("next:1");
  });
});

describe("inspect", () => {
  it("tells whose clone it is, of which base, and what is the user's own", async () => {
    const { cloner, count } = newWorld();
    const { arn } = await cloner.clone(typicalUser);
    const inspection = await cloner.inspect(arn);
    expect({ ...inspection, user: inspection.user }).toStrictEqual({
      arn,
      family: cloneFamily,
      revision: 1,
      status: "ACTIVE",
      userId: typicalUser.userId,
      baseArn: toArn(baseFamily, 1),
      newestBaseArn: toArn(baseFamily, 1),
      isUpToDate: true,
      user: typicalUser,
    });
    expect(count("RegisterTaskDefinition")).toBe(1);
  });

  it("leaves the user's own out when it is printed, spread or serialised", async () => {
    const { cloner } = newWorld();
    const { arn } = await cloner.clone(typicalUser);
    const inspection = await cloner.inspect(arn);
    expect(Object.keys(inspection)).not.toContain("user");
    expect(JSON.stringify(inspection)).not.toContain("hunter2");
  });

  it("says that the newest base would give something else", async () => {
    const { ecs, cloner } = newWorld();
    const { arn } = await cloner.clone(toUser(1));
    const newestBaseArn = ecs.register(withOpenclaw({ command: ["node"] }));
    expect(await cloner.inspect(arn)).toMatchObject({
      baseArn: toArn(baseFamily, 1),
      newestBaseArn,
      isUpToDate: false,
    });
  });

  it("says that a newer base with the same content would give the same", async () => {
    const { ecs, cloner } = newWorld();
    const { arn } = await cloner.clone(toUser(1));
    const newestBaseArn = ecs.register(baseInput);
    expect(await cloner.inspect(arn)).toMatchObject({ newestBaseArn, isUpToDate: true });
  });

  it("reads a clone that is INACTIVE", async () => {
    const { ecs, cloner } = newWorld();
    const { arn } = await cloner.clone(toUser(1));
    ecs.deregister(arn);
    expect(await cloner.inspect(arn)).toMatchObject({ status: "INACTIVE", userId: "user_1" });
  });
});

/** ARNs that are no clones of ours, each with a part of the reason. */
const others: Readonly<Record<string, readonly [(world: World, clone: Clone) => string, string]>> = {
  "the base": [() => toArn(baseFamily, 1), "carries no record"],
  "a revision of another family": [({ ecs }) => ecs.register({ ...baseInput, family: "web" }), "carries no record"],
  "a clone from before the library": [
    ({ ecs }) => ecs.register({ ...baseInput, family: cloneFamily }),
    "call `clone` with the whole user",
  ],
  "a copy of a clone in another family": [
    (world, { arn }) => world.ecs.register({ ...registeredAs(world, arn), family: "copies" }),
    "it is a copy of a clone",
  ],
  "a copy of a clone in the base family": [
    (world, { arn }) => world.ecs.register({ ...registeredAs(world, arn), family: baseFamily }),
    "a revision of the base family",
  ],
  "a clone with a newer version's record": [
    (world, { arn }) => {
      const record = JSON.stringify({ ...recordOf(world, arn), version: 2, more: true });
      return world.ecs.register(withRecord(registeredAs(world, arn), record));
    },
    "Update the library",
  ],
  "a clone with a record that is no JSON": [
    (world, { arn }) => world.ecs.register(withRecord(registeredAs(world, arn), "{")),
    "cannot be read",
  ],
  "a clone with a record that lacks something": [
    (world, { arn }) => {
      const record = JSON.stringify({ ...recordOf(world, arn), userId: undefined });
      return world.ecs.register(withRecord(registeredAs(world, arn), record));
    },
    "cannot be read",
  ],
  "a clone of another base family": [
    (world, { arn }) => {
      const record = JSON.stringify({ ...recordOf(world, arn), base: toArn("other-base", 1) });
      return world.ecs.register(withRecord(registeredAs(world, arn), record));
    },
    "not from this account's",
  ],
  "a clone of what is no ARN": [
    (world, { arn }) => {
      const record = JSON.stringify({ ...recordOf(world, arn), base: "the base" });
      return world.ecs.register(withRecord(registeredAs(world, arn), record));
    },
    "it was cloned from the base, not from this account's",
  ],
  "a clone of a base in another account": [
    (world, { arn }) => {
      const base = toArn(baseFamily, 1).replace("111122223333", "444455556666");
      return world.ecs.register(
        withRecord(registeredAs(world, arn), JSON.stringify({ ...recordOf(world, arn), base })),
      );
    },
    "not from this account's",
  ],
  "a clone without what its record calls the user's": [
    (world, { arn }) => {
      const own = { volume: "workspace", secrets: ["X"], environment: [], tags: [], size: false, image: false };
      return world.ecs.register(withRecord(registeredAs(world, arn), JSON.stringify({ ...recordOf(world, arn), own })));
    },
    "lacks something",
  ],
};

const calls: Readonly<Record<string, (world: World, arn: string) => Promise<unknown>>> = {
  retire: ({ cloner }, arn) => cloner.retire(arn),
  reclone: ({ cloner }, arn) => cloner.reclone(arn),
  resize: ({ cloner }, arn) => cloner.resize(arn, { cpu: 1024, memory: 2048 }),
  inspect: ({ cloner }, arn) => cloner.inspect(arn),
};

describe.each(Object.entries(calls))("%s", (_name, call) => {
  it.each(Object.entries(others))("refuses %s, and changes nothing", async (_, [make, reason]) => {
    const world = newWorld();
    const clone = await world.cloner.clone(toUser(1));
    const arn = make(world, clone);
    const before = world.ecs.revisions();
    world.ecs.clearCalls();
    const error = await rejectionOf(call(world, arn));
    expect(error).toBeInstanceOf(NotACloneError);
    expect(error).toMatchObject({ name: "NotACloneError", arn, message: expect.stringContaining(reason) });
    expect(world.ecs.revisions()).toStrictEqual(before);
    expect(new Set(world.ecs.calls.map(({ operation }) => operation))).toStrictEqual(
      new Set(["DescribeTaskDefinition"]),
    );
  });

  it.each([
    ["", '""'],
    ["web", '"web"'],
    [`${cloneFamily}:1`, `"${cloneFamily}:1"`],
    [undefined, "undefined"],
    [{ arn: toArn(cloneFamily, 1) }, "an object"],
  ])("refuses %j, which is no ARN of a revision, without a call", async (arn, shown) => {
    const world = newWorld();
    // The cast: a caller without types may pass anything.
    expect(await rejectionOf(call(world, arn as string))).toStrictEqual(
      new InvalidInputError(
        `${shown} is not the ARN of a revision: arn:<partition>:ecs:<region>:<account>:task-definition/<family>:<revision>.`,
      ),
    );
    expect(world.ecs.calls).toStrictEqual([]);
  });
});

describe.each(["reclone", "resize", "inspect"])("%s", (name) => {
  it("refuses a clone that is gone", async () => {
    const world = newWorld();
    const arn = toArn(cloneFamily, 5);
    expect(await rejectionOf(calls[name]?.(world, arn) ?? Promise.resolve())).toMatchObject({
      name: "NotACloneError",
      arn,
      message: expect.stringContaining("no such revision"),
    });
  });
});

describe("retire", () => {
  it("deregisters the clone, and no other", async () => {
    const { ecs, cloner, events, active } = newWorld();
    const { arn } = await cloner.clone(toUser(1));
    const { arn: kept } = await cloner.clone(toUser(2));
    events.length = 0;
    expect(await cloner.retire(arn)).toBeUndefined();
    expect(active()).toStrictEqual([kept]);
    expect(active(baseFamily)).toHaveLength(1);
    expect(ecs.revisions(cloneFamily)).toHaveLength(2);
    expect(events).toStrictEqual([{ type: "retired", arn, userId: "user_1", reason: "asked" }]);
  });

  it("leaves a clone that is INACTIVE already as it is", async () => {
    const { cloner, events, count } = newWorld();
    const { arn } = await cloner.clone(toUser(1));
    await cloner.retire(arn);
    events.length = 0;
    expect(await cloner.retire(arn)).toBeUndefined();
    expect(count("DeregisterTaskDefinition")).toBe(1);
    expect(events).toStrictEqual([]);
  });

  it("is content with a clone that is gone", async () => {
    const { cloner, count } = newWorld();
    expect(await cloner.retire(toArn(cloneFamily, 5))).toBeUndefined();
    expect(count("DeregisterTaskDefinition")).toBe(0);
  });

  it("refuses a revision of the base family even when it is gone", async () => {
    const { cloner } = newWorld();
    expect(await rejectionOf(cloner.retire(toArn(baseFamily, 5)))).toStrictEqual(
      new NotACloneError(toArn(baseFamily, 5), "it is of the base family."),
    );
  });
});

describe("the deploy step", () => {
  const current = async (world: World): Promise<string> => (await world.cloner.clone(toUser(1))).arn;

  it("runs with the clone that is returned, and is waited for", async () => {
    const { cloner } = newWorld();
    const { signal } = new AbortController();
    const seen: unknown[] = [];
    const clone = await cloner.clone(toUser(1), {
      signal,
      deploy: async (...args) => {
        await turns();
        seen.push(...args);
      },
    });
    expect(seen).toStrictEqual([clone, { signal }]);
  });

  it("runs for a clone that is reused too", async () => {
    const world = newWorld();
    const arn = await current(world);
    const seen: Clone[] = [];
    const clone = await world.cloner.reclone(arn, {}, { deploy: (one) => seen.push(one) });
    expect(clone.reused).toBe(true);
    expect(seen).toStrictEqual([clone]);
  });

  class DeployError extends Error {}
  const thrown: Readonly<Record<string, unknown>> = {
    "an error": new DeployError("no capacity"),
    "a frozen error": Object.freeze(new DeployError("no capacity")),
    "a string": "no capacity",
    nothing: undefined,
    null: null,
    "an object": { reason: "no capacity" },
  };
  describe.each(Object.entries(thrown))("when it throws %s", (_, error) => {
    it.each([
      [
        "at once",
        () => {
          throw error;
        },
      ],
      ["later", () => Promise.reject(error)],
    ])("%s, has the new revision deregistered and throws that on", async (_when, deploy) => {
      const { cloner, ecs, events } = newWorld();
      const caught = await cloner.clone(toUser(1), { deploy }).then(
        () => "no rejection",
        (reason: unknown) => reason,
      );
      expect(caught).toBe(error);
      expect(Object.hasOwn(Object(caught), "undoError")).toBe(false);
      const arn = toArn(cloneFamily, 1);
      expect(ecs.revisions(cloneFamily).map(({ arn, status }) => [arn, status])).toStrictEqual([[arn, "INACTIVE"]]);
      expect(events.slice(1)).toStrictEqual([
        { type: "registered", arn, userId: "user_1" },
        { type: "retired", arn, userId: "user_1", reason: "undone" },
      ]);
    });

    it("leaves a clone that was reused as it is", async () => {
      const world = newWorld();
      const arn = await current(world);
      const caught = await world.cloner.clone(toUser(1), { current: arn, deploy: () => Promise.reject(error) }).then(
        () => "no rejection",
        (reason: unknown) => reason,
      );
      expect(caught).toBe(error);
      expect(world.active()).toStrictEqual([arn]);
      expect(world.count("DeregisterTaskDefinition")).toBe(0);
    });

    it("throws that on when the revision cannot be deregistered either, and says so in an event", async () => {
      const { ecs, cloner, events, active } = newWorld();
      ecs.fail({ operation: "DeregisterTaskDefinition", error: "AccessDeniedException" });
      const caught = await cloner.clone(toUser(1), { deploy: () => Promise.reject(error) }).then(
        () => "no rejection",
        (reason: unknown) => reason,
      );
      expect(caught).toBe(error);
      const arn = toArn(cloneFamily, 1);
      expect(active()).toStrictEqual([arn]);
      expect(events.at(-1)).toStrictEqual({
        type: "undo-failed",
        arn,
        userId: "user_1",
        error: "AccessDeniedException",
      });
    });
  });

  it("notes the clean-up's failure on the error", async () => {
    const { ecs, cloner } = newWorld();
    const error = new DeployError("no capacity");
    ecs.fail({ operation: "DeregisterTaskDefinition", error: "AccessDeniedException", message: "not allowed" });
    const caught = await rejectionOf(cloner.clone(toUser(1), { deploy: () => Promise.reject(error) }));
    expect(caught).toBe(error);
    expect(caught).toMatchObject({ undoError: { name: "AccessDeniedException", message: "not allowed" } });
  });

  it("notes it on an error of its own when the call was aborted, since others share the signal's reason", async () => {
    const { ecs, cloner } = newWorld();
    const controller = new AbortController();
    const reason = new Error("shutting down");
    ecs.fail({ operation: "DeregisterTaskDefinition", error: "AccessDeniedException" });
    const deploy = (): void => controller.abort(reason);
    const caught = await rejectionOf(cloner.clone(toUser(1), { deploy, signal: controller.signal }));
    expect(caught).toMatchObject({ message: "shutting down", undoError: { name: "AccessDeniedException" } });
    expect(caught).toBeInstanceOf(Error);
    expect(reason).not.toHaveProperty("undoError");
  });

  it("notes it on the step's own error, also when that aborted the call", async () => {
    const { ecs, cloner } = newWorld();
    const controller = new AbortController();
    const error = new DeployError("no capacity");
    ecs.fail({ operation: "DeregisterTaskDefinition", error: "AccessDeniedException" });
    const deploy = (): never => {
      controller.abort();
      throw error;
    };
    expect(await rejectionOf(cloner.clone(toUser(1), { deploy, signal: controller.signal }))).toBe(error);
    expect(error).toHaveProperty("undoError");
  });

  it.each([["shutting down"], [null]])(
    "throws the signal's reason %j, which takes no note, as it is",
    async (reason) => {
      const { ecs, cloner } = newWorld();
      const controller = new AbortController();
      ecs.fail({ operation: "DeregisterTaskDefinition", error: "AccessDeniedException" });
      const deploy = (): void => controller.abort(reason);
      expect(await rejectionOf(cloner.clone(toUser(1), { deploy, signal: controller.signal }))).toBe(reason);
    },
  );

  it("has what reclone and resize registered deregistered as well, and not the present clone", async () => {
    const world = newWorld();
    const arn = await current(world);
    const error = new DeployError("no capacity");
    const deploy = (): Promise<never> => Promise.reject(error);
    const size = { cpu: 1024, memory: 2048 };
    expect(await rejectionOf(world.cloner.resize(arn, size, { deploy }))).toBe(error);
    expect(await rejectionOf(world.cloner.reclone(arn, { tags: { plan: "pro" } }, { deploy }))).toBe(error);
    expect(world.active()).toStrictEqual([arn]);
    expect(world.ecs.revisions(cloneFamily)).toHaveLength(3);
  });

  it("is not waited for when the call is aborted, and the new revision is deregistered", async () => {
    const { cloner, active, ecs } = newWorld();
    const controller = new AbortController();
    const reason = new DeployError("the request was cancelled");
    const deploy = (): Promise<never> => {
      queueMicrotask(() => controller.abort(reason));
      return new Promise(() => {});
    };
    expect(await rejectionOf(cloner.clone(toUser(1), { signal: controller.signal, deploy }))).toBe(reason);
    expect(ecs.revisions(cloneFamily)).toHaveLength(1);
    expect(active()).toStrictEqual([]);
  });

  it("is given up for a clone that is reused too when the call is aborted, and the clone stays", async () => {
    const world = newWorld();
    const arn = await current(world);
    const controller = new AbortController();
    const reason = new DeployError("the request was cancelled");
    const deploy = (): Promise<never> => {
      queueMicrotask(() => controller.abort(reason));
      return new Promise(() => {});
    };
    const { signal } = controller;
    expect(await rejectionOf(world.cloner.reclone(arn, {}, { signal, deploy }))).toBe(reason);
    expect(world.active()).toStrictEqual([arn]);
  });

  it("may fail later without anybody minding, once the call was aborted", async () => {
    const { cloner } = newWorld();
    const controller = new AbortController();
    const reason = new DeployError("the request was cancelled");
    let fail = (_: unknown): void => {};
    const deploy = (): Promise<never> => {
      queueMicrotask(() => controller.abort(reason));
      return new Promise((_, reject) => {
        fail = reject;
      });
    };
    expect(await rejectionOf(cloner.clone(toUser(1), { signal: controller.signal, deploy }))).toBe(reason);
    fail(new DeployError("too late"));
    await turns();
  });
});

describe("events", () => {
  it.each([
    [
      "throws",
      () => {
        throw new Error("the log is full");
      },
    ],
    ["rejects", () => Promise.reject(new Error("the log is full"))],
  ])("go to a listener that cannot break a call when it %s", async (_, onEvent) => {
    const { newCloner, active } = newWorld();
    const { arn } = await newCloner({ onEvent }).clone(toUser(1));
    expect(active()).toStrictEqual([arn]);
    await turns();
  });
});
