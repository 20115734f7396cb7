import { describe, expect, it } from "vitest";
import { InvalidInputError } from "../../../src/errors.ts";
import { refuseBadTags, withTags } from "../../../src/user/parts/tags.ts";
import { deepFreeze, typicalBase, typicalTags } from "../../cast.ts";
import { maximalBase, maximalTags } from "../../maximal-base.ts";

const many = (count: number, prefix = "tag") =>
  Array.from({ length: count }, (_, index) => ({ key: `${prefix}-${index}`, value: "x" }));

const toRecord = (tags: readonly { key: string; value: string }[]): Record<string, string> =>
  Object.fromEntries(tags.map(({ key, value }) => [key, value]));

describe("withTags", () => {
  it("brings the base's tags along, and shares everything else", () => {
    const input = withTags(maximalBase, maximalTags);
    expect(input).toStrictEqual({ ...maximalBase, tags: maximalTags });
    expect(input.containerDefinitions).toBe(maximalBase.containerDefinitions);
    expect(input.tags?.[0]).toBe(maximalTags[0]);
  });

  it("lays the user's tags over the base's by key, and appends the others", () => {
    expect(withTags(typicalBase, typicalTags, { team: "agents-eu", user: "user_2x9", note: "" }).tags).toStrictEqual([
      { key: "stage", value: "dev" },
      { key: "team", value: "agents-eu" },
      { key: "note", value: "" },
      { key: "user", value: "user_2x9" },
    ]);
  });

  it("distinguishes keys by case, as ECS does", () => {
    expect(withTags(typicalBase, [{ key: "team", value: "a" }], { Team: "b" }).tags).toStrictEqual([
      { key: "team", value: "a" },
      { key: "Team", value: "b" },
    ]);
  });

  it("leaves behind what AWS keeps for itself", () => {
    const tags = deepFreeze([
      { key: "aws:cloudformation:stack-name", value: "base" },
      { key: "AWS:Upper", value: "x" },
      { key: "ecs:taskDefinition:createdFrom", value: "ecs-console-v2" },
      { key: "awsome", value: "aws" },
    ]);
    expect(withTags(typicalBase, tags).tags).toStrictEqual(tags.slice(2));
  });

  it("keeps a tag without a key or a value as it is", () => {
    const tags = deepFreeze([{ value: "x" }, { key: "y" }]);
    expect(withTags(typicalBase, tags, { undefined: "z" }).tags).toStrictEqual([
      { value: "x" },
      { key: "y" },
      { key: "undefined", value: "z" },
    ]);
  });

  it.each([[[]], [[{ key: "aws:stack", value: "x" }]]])("is absent where %j leaves no tags", (tags) => {
    expect(withTags(typicalBase, tags)).toStrictEqual(typicalBase);
    expect(withTags(typicalBase, tags)).not.toHaveProperty("tags");
  });

  it.each(["constructor", "toString", "hasOwnProperty"])("takes %s for a key like any other", (key) => {
    const userTags = Object.fromEntries([[key, "mine"]]);
    expect(withTags(typicalBase, [], userTags).tags).toStrictEqual([{ key, value: "mine" }]);
    expect(withTags(typicalBase, [{ key, value: "base" }], userTags).tags).toStrictEqual([{ key, value: "mine" }]);
    expect(withTags(typicalBase, [{ key, value: "base" }], {}).tags).toStrictEqual([{ key, value: "base" }]);
  });

  it("refuses the key __proto__, as the class does, and keeps a base's tag of that key", () => {
    const base = [{ key: "__proto__", value: "base" }];
    expect(() => withTags(typicalBase, [], Object.fromEntries([["__proto__", "mine"]]))).toThrow(InvalidInputError);
    expect(withTags(typicalBase, base, { a: "b" }).tags).toStrictEqual([...base, { key: "a", value: "b" }]);
  });

  it("takes 50 tags in all, and refuses more", () => {
    const user = toRecord(many(2, "user"));
    expect(withTags(typicalBase, many(48), user).tags).toHaveLength(50);
    expect(() => withTags(typicalBase, many(49), user)).toThrow(
      new InvalidInputError("The clone would have 51 tags, 2 of them the user's own. ECS takes 50 at most."),
    );
  });

  it("counts neither replaced tags nor AWS's own", () => {
    const tags = [...many(50), { key: "aws:stack", value: "x" }];
    expect(withTags(typicalBase, tags, { "tag-0": "mine" }).tags).toHaveLength(50);
  });

  it("refuses a user's tag that ECS would refuse", () => {
    expect(() => withTags(typicalBase, [], { "aws:mine": "x" })).toThrow(InvalidInputError);
  });
});

describe("refuseBadTags", () => {
  it("takes no tags, and 50", () => {
    expect(refuseBadTags()).toBeUndefined();
    expect(refuseBadTags(toRecord(many(50)))).toBeUndefined();
  });

  it("refuses more than 50", () => {
    expect(() => refuseBadTags(toRecord(many(51)))).toThrow(
      new InvalidInputError("The user has 51 tags. ECS takes 50 at most."),
    );
  });

  it.each([{ "aws:owner": "x" }, { "AwS:owner": "x" }])("refuses the key in %j", (tags) => {
    expect(() => refuseBadTags(tags)).toThrow(
      new InvalidInputError(
        `The user's tag ${Object.keys(tags)[0]} begins with \`aws:\`, or its value does, which AWS keeps for itself.`,
      ),
    );
  });

  it("refuses a value that AWS keeps for itself", () => {
    expect(() => refuseBadTags({ owner: "AWS:me" })).toThrow(
      new InvalidInputError("The user's tag owner begins with `aws:`, or its value does, which AWS keeps for itself."),
    );
  });

  it("takes aws: anywhere but at the beginning", () => {
    expect(refuseBadTags({ "my-aws:owner": " aws:me" })).toBeUndefined();
  });

  it("takes a key of 128 and a value of 256 characters, counted as AWS does", () => {
    expect(refuseBadTags({ ["🔑".repeat(128)]: "💎".repeat(256) })).toBeUndefined();
  });

  it("refuses a longer key", () => {
    const key = "🔑".repeat(129);
    expect(() => refuseBadTags({ [key]: "" })).toThrow(
      new InvalidInputError(`The key of the user's tag ${key} has 129 characters. ECS takes 128 at most.`),
    );
  });

  it("refuses a longer value, without repeating it", () => {
    expect(() => refuseBadTags({ note: "v".repeat(257) })).toThrow(
      new InvalidInputError("The value of the user's tag note has 257 characters. ECS takes 256 at most."),
    );
  });
});
