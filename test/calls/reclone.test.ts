import { describe, expect, it } from "vitest";
import { InvalidInputError } from "../../src/errors.ts";
import type { UserPatch, UserSpec } from "../../src/user/user.ts";
import { baseFamily, cloneFamily, toArn, toSecretArn, toUser, typicalUser } from "../cast.ts";
import { newWorld, registeredAs, rejectionOf } from "../world.ts";
import { containerOf, openclaw, withOpenclaw, withRecord } from "./registered.ts";

describe("reclone", () => {
  it("returns the same clone on an unchanged base", async () => {
    const { cloner, active } = newWorld();
    const first = await cloner.clone(typicalUser);
    expect(await cloner.reclone(first.arn)).toStrictEqual({ ...first, reused: true });
    expect(active()).toStrictEqual([first.arn]);
  });

  it("moves the user to the newest base with all user-specific parts", async () => {
    const world = newWorld();
    const first = await world.cloner.clone(typicalUser);
    const baseArn = world.ecs.register({ ...withOpenclaw({ command: ["node", "new.js"] }), pidMode: "task" as const });
    const next = await world.cloner.reclone(first.arn);
    expect(next).toStrictEqual({ ...first, arn: toArn(cloneFamily, 2), revision: 2, baseArn });
    expect(containerOf(world, next.arn).command).toStrictEqual(["node", "new.js"]);
    expect((await world.cloner.inspect(next.arn)).user).toStrictEqual(typicalUser);
  });

  const patches: Readonly<Record<string, readonly [UserPatch, UserSpec]>> = {
    "a secret is set": [
      { secrets: { OPENAI_API_KEY: toSecretArn("new") } },
      { ...typicalUser, secrets: { ...typicalUser.secrets, OPENAI_API_KEY: toSecretArn("new") } },
    ],
    "a secret is removed": [
      { secrets: { ANTHROPIC_API_KEY: null } },
      { ...typicalUser, secrets: { OPENAI_API_KEY: typicalUser.secrets.OPENAI_API_KEY } },
    ],
    "a variable is set to the empty string": [
      { environment: { GREETING: "" } },
      { ...typicalUser, environment: { ...typicalUser.environment, GREETING: "" } },
    ],
    "all variables are removed": [
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
    "half of the size is changed": [{ size: { memory: 8192 } }, { ...typicalUser, size: { cpu: 1024, memory: 8192 } }],
    "the size, the image and the tags are reset": [
      { size: null, image: null, tags: null },
      {
        userId: typicalUser.userId,
        accessPointId: typicalUser.accessPointId,
        secrets: typicalUser.secrets,
        environment: typicalUser.environment,
      },
    ],
    "the access point is changed": [
      { accessPointId: "fsap-00000000000000001" },
      { ...typicalUser, accessPointId: "fsap-00000000000000001" },
    ],
    "one tag is removed and another is set": [
      { tags: { team: null, plan: "pro" } },
      { ...typicalUser, tags: { user: "user_2x9", plan: "pro" } },
    ],
    "undefined changes nothing": [{ image: undefined, secrets: undefined }, typicalUser],
  };
  it.each(Object.entries(patches))("applies a merge patch: %s", async (_, [patch, expected]) => {
    const { cloner } = newWorld();
    const { arn } = await cloner.clone(typicalUser);
    const next = await cloner.reclone(arn, patch);
    expect((await cloner.inspect(next.arn)).user).toStrictEqual(expected);
    expect(next.reused).toBe(expected === typicalUser);
  });

  it("leaves no trace of removed parts in the clone", async () => {
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
    ["a change of the user ID", { userId: "user_2" }],
    ["a reserved variable name", { environment: { AWS_REGION: "eu-west-1" } }],
    ["a reserved secret name", { secrets: { GATEWAY_TOKEN: toSecretArn("other") } }],
    ["the removal of the access point", { accessPointId: null }],
    ["a secret in plain text", { secrets: { OPENAI_API_KEY: "sk-hunter2" } }],
  ])("rejects %s before anything is sent", async (_, changes) => {
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

  it("rejects changes that use one name for both a secret and a variable", async () => {
    const { cloner, active } = newWorld();
    const { arn } = await cloner.clone(toUser(1));
    const error = await rejectionOf(cloner.reclone(arn, { environment: { OPENAI_API_KEY: "hunter2" } }));
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(String(error)).not.toContain("hunter2");
    expect(active()).toStrictEqual([arn]);
  });

  it("reads the user from an INACTIVE clone and registers a new one", async () => {
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
      resumed: false,
      warnings: [],
    });
    expect((await cloner.inspect(next.arn)).user).toStrictEqual({ ...typicalUser, size });
  });

  it("takes everything else from the newest base, which corrects whatever drifted in the old clone", async () => {
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

  it("returns the same clone if it already has that size", async () => {
    const { cloner } = newWorld();
    const first = await cloner.clone(typicalUser);
    expect(await cloner.resize(first.arn, typicalUser.size)).toStrictEqual({ ...first, reused: true });
  });

  it.each([{ cpu: 1024 }, { memory: 2048 }, { cpu: "1024", memory: "2048" }, { cpu: 0, memory: 0 }, undefined])(
    "rejects an invalid size before anything is sent: %j",
    async (size) => {
      const { ecs, cloner } = newWorld();
      // @ts-expect-error no size is of the right type
      expect(await rejectionOf(cloner.resize(toArn(cloneFamily, 1), size))).toBeInstanceOf(InvalidInputError);
      expect(ecs.calls).toStrictEqual([]);
    },
  );
});

describe("a user's value that equals the base's", () => {
  it("stays when the base's value changes", async () => {
    const { ecs, cloner } = newWorld();
    const chosen = {
      ...toUser(1),
      size: { cpu: 512, memory: 1024 },
      image: openclaw.image,
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

  it("follows the base if the user never set it", async () => {
    const world = newWorld();
    const { arn } = await world.cloner.clone(toUser(1));
    world.ecs.register({ ...withOpenclaw({ image: "next:1" }), cpu: "2048", memory: "4096" });
    const next = await world.cloner.reclone(arn);
    expect(registeredAs(world, next.arn)).toMatchObject({ cpu: "2048", memory: "4096" });
    expect(containerOf(world, next.arn).image).toBe("next:1");
  });
});
