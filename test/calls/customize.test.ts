import type { RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import type { TaskDefClonerOptions } from "../../src/index.ts";
import { baseInput, plainUser, toUser, typicalUser } from "../cast.ts";
import { newWorld } from "../world.ts";

describe("customize", () => {
  it("makes the last change and receives the user", async () => {
    const { newCloner, registered } = newWorld();
    const cloner = newCloner({
      customize: (input, { userId }) => ({ ...input, pidMode: "task", tags: [{ key: "for", value: userId }] }),
    });
    await cloner.clone(plainUser);
    expect(registered()).toMatchObject({ pidMode: "task", tags: [{ key: "for", value: "user_7k1" }] });
  });

  it("may mutate its input without affecting the base or the next clone", async () => {
    const { newCloner, registered } = newWorld();
    const cloner = newCloner({
      customize: (input) => {
        for (const container of input.containerDefinitions ?? []) {
          if (container.environment?.some(({ name }) => name === "COUNT")) throw new Error("not a copy");
          container.environment?.push({ name: "COUNT", value: "1" });
        }
        return input;
      },
    });
    await cloner.clone(plainUser);
    await cloner.clone(plainUser);
    const count = { name: "COUNT", value: "1" };
    for (const { environment } of registered().containerDefinitions ?? []) {
      expect(environment?.filter(({ name }) => name === "COUNT")).toStrictEqual([count]);
    }
  });

  it("may mutate the user without changing whose clone it is", async () => {
    const { newCloner } = newWorld();
    const cloner = newCloner({
      customize: (input, user) => {
        Object.assign(user, { userId: "user_2", accessPointId: "fsap-00000000" });
        Object.assign(user.environment ?? {}, { CODEX_HOME: "/another" });
        return input;
      },
    });
    const user = structuredClone(toUser(1));
    const clone = await cloner.clone(user);
    expect(clone.userId).toBe("user_1");
    expect(user).toStrictEqual(toUser(1));
    expect((await cloner.inspect(clone.arn)).user).toStrictEqual(toUser(1));
  });

  it("may mutate later what it returned without changing what is registered", async () => {
    const { ecs, newCloner, registered } = newWorld();
    const returned: RegisterTaskDefinitionCommandInput[] = [];
    const cloner = newCloner({
      customize: (input) => {
        returned.push(input);
        return input;
      },
      onEvent: ({ type }) => {
        if (type === "retried") for (const { volumes } of returned) volumes?.push({ name: "late" });
      },
    });
    ecs.fail({ operation: "RegisterTaskDefinition", error: "ThrottlingException" });
    const clone = await cloner.clone(toUser(1));
    expect(registered().volumes).toHaveLength(2);
    expect(await cloner.inspect(clone.arn)).toMatchObject({ isUpToDate: true });
  });

  it.each<[string, string, (input: RegisterTaskDefinitionCommandInput) => unknown]>([
    ["the family", "may not change the family", (input) => ({ ...input, family: "elsewhere" })],
    ["the access point", "one of the user's own parts", (input) => ({ ...input, volumes: [...baseInput.volumes] })],
    ["the user's size", "one of the user's own parts", (input) => ({ ...input, cpu: "2048" })],
    ["the user's tags", "one of the user's own parts", ({ tags: _, ...others }) => others],
    [
      "the user's variables",
      "one of the user's own parts",
      (input) => ({
        ...input,
        containerDefinitions: input.containerDefinitions?.map((container) => ({ ...container, environment: [] })),
      }),
    ],
    ["the input to something that is not data", "must return plain data", (input) => ({ ...input, now: () => {} })],
    ["the input to undefined", "must return the input to register", () => undefined],
  ])("may not change %s", async (_, message, customize) => {
    const { newCloner, operations } = newWorld();
    // The cast: a caller without types may return anything.
    const asCustomize = customize as NonNullable<TaskDefClonerOptions["customize"]>;
    await expect(newCloner({ customize: asCustomize }).clone(typicalUser)).rejects.toMatchObject({
      name: "InvalidInputError",
      message: expect.stringContaining(message),
    });
    expect(operations()).toStrictEqual(["DescribeTaskDefinition"]);
  });

  it.each<[string, string, (input: RegisterTaskDefinitionCommandInput) => unknown]>([
    ["a promise", "returned a promise", async (input) => input],
    ["a promise that is rejected", "returned a promise", async () => Promise.reject(new Error("no"))],
    [
      "a container that is undefined",
      "containerDefinitions.2 is a hole in a list (undefined)",
      toHole("containerDefinitions", undefined),
    ],
    [
      "a container that is null",
      "containerDefinitions.2 is a hole in a list (null)",
      toHole("containerDefinitions", null),
    ],
    [
      "a container that is false",
      "containerDefinitions.2 is a hole in a list (false)",
      toHole("containerDefinitions", false),
    ],
    ["a volume that is false", "volumes.2 is a hole in a list (false). Leave the entry out.", toHole("volumes", false)],
    ["a tag that is undefined", " is a hole in a list (undefined). Leave the entry out.", toHole("tags", undefined)],
    ["a hole deeper down", "containerDefinitions.0.command.0 is a hole", inEvery({ command: [undefined] })],
    ["containers that are null", "no family or no containers", (input) => ({ ...input, containerDefinitions: null })],
    ["a container that is a text", "containerDefinitions.2 must be ", toHole("containerDefinitions", "openclaw")],
    ["variables that are no list", "containerDefinitions.0.environment must be ", inEvery({ environment: {} })],
  ])("may not return %s", async (_, message, customize) => {
    const { newCloner, operations } = newWorld();
    // The cast: a caller without types may return anything.
    const asCustomize = customize as NonNullable<TaskDefClonerOptions["customize"]>;
    for (const user of [plainUser, typicalUser]) {
      await expect(newCloner({ customize: asCustomize }).plan(user)).rejects.toMatchObject({
        name: "InvalidInputError",
        message: expect.stringContaining(message),
      });
    }
    expect(new Set(operations())).toStrictEqual(new Set(["DescribeTaskDefinition"]));
  });

  it("may set members to null or undefined, at any depth, for what is to be absent", async () => {
    const { newCloner, registered } = newWorld();
    // The cast: the SDK's types have no null.
    const customize = ((input: RegisterTaskDefinitionCommandInput) =>
      inEvery({ stopTimeout: null, user: undefined })({ ...input, ephemeralStorage: null } as never)) as never;
    const { arn: current } = await newCloner({ customize }).clone(plainUser);
    const { ephemeralStorage, ...rest } = registered();
    expect(ephemeralStorage).toBeUndefined();
    expect(rest.containerDefinitions?.find(({ name }) => name === "openclaw")).not.toHaveProperty("stopTimeout");
    expect(JSON.stringify(registered())).not.toContain("null");
    expect(await newCloner({ customize }).clone(plainUser, { current })).toMatchObject({ reused: true });
  });
});

/** Makes a value the last entry of a list. */
function toHole(list: "containerDefinitions" | "volumes" | "tags", value: unknown) {
  return (input: RegisterTaskDefinitionCommandInput) => ({ ...input, [list]: [...(input[list] ?? []), value] });
}

/** Changes every container. */
function inEvery(members: object) {
  return (input: RegisterTaskDefinitionCommandInput) => ({
    ...input,
    containerDefinitions: input.containerDefinitions?.map((container) => ({ ...container, ...members })),
  });
}
