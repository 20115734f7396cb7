import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { InvalidInputError } from "../../../src/errors.ts";
import { toPatched } from "../../../src/user/merge-patch.ts";
import { parseUser, parseUserPatch } from "../../../src/user/parse-user.ts";
import { plainUser } from "../../cast.ts";

const parsed = (custom: unknown): unknown => parseUser({ ...plainUser, custom }).custom;
const parsedPatch = (custom: unknown): unknown => parseUserPatch({ custom }).custom;

const isRefusedAs = (what: string, parse: (value: unknown) => unknown, value: unknown, complaint: string): void =>
  expect(() => parse(value)).toThrow(new InvalidInputError(`Invalid ${what}: ${complaint}`));

describe("custom", () => {
  it.each<[unknown]>([
    ["text"],
    [""],
    [0],
    [1.5],
    [false],
    [true],
    [[]],
    [{}],
    [[1, null, [null], { a: null }]],
    [{ "": { toJSON: 1, constructor: "y" } }],
    [{ lone: "\ud800", nul: "\0" }],
  ])("may be %j", (value) => {
    expect(parsed(value)).toStrictEqual(value);
    expect(parsedPatch(value)).toStrictEqual(value);
  });

  it("may be left out", () => {
    expect(parseUser({ ...plainUser, custom: undefined })).toStrictEqual({ ...plainUser, custom: undefined });
    expect(parseUser(plainUser)).toStrictEqual(plainUser);
  });

  it("is a copy, with its members sorted, so that what the caller does with theirs changes nothing", () => {
    const value = { b: { d: 1, c: [2] }, a: -0 };
    const copy = parsed(value);
    value.b.c.push(3);
    expect(JSON.stringify(copy)).toBe('{"a":0,"b":{"c":[2],"d":1}}');
    expect(Object.is(Object(copy).a, 0)).toBe(true);
  });

  it("may be an object of another realm, or without a prototype", () => {
    expect(parsed(runInNewContext("({ a: [{ b: 1 }] })"))).toStrictEqual({ a: [{ b: 1 }] });
    expect(parsed(Object.assign(Object.create(null), { a: 1 }))).toStrictEqual({ a: 1 });
  });

  const cycle: { self?: unknown } = {};
  cycle.self = [cycle];
  const deep: unknown = JSON.parse("[".repeat(101) + "]".repeat(101));
  const deeper = Array.from({ length: 50_000 }).reduce<unknown>((below) => [below], []);

  it.each<[string, unknown, string]>([
    ["a function", { a: { f: () => "hunter2" } }, "custom.a.f must be JSON, got a function."],
    ["a symbol", [Symbol("hunter2")], "custom.0 must be JSON, got a symbol."],
    ["a bigint", 7n, "custom must be JSON, got a bigint."],
    ["NaN", { a: Number.NaN }, "custom.a must be JSON, got NaN."],
    ["infinity", [Number.NEGATIVE_INFINITY], "custom.0 must be JSON, got -Infinity."],
    ["a date", { at: new Date(0) }, "custom.at must be JSON, got a Date; pass date.toISOString()."],
    [
      "a map",
      new Map([["hunter2", 1]]),
      "custom must be JSON, got an object of a class; pass only plain objects and lists.",
    ],
    ["a promise", { a: Promise.resolve(1) }, "custom.a is a promise; did you forget an await?"],
    ["a value that contains itself", cycle, "custom.self.0 must be JSON, which cannot contain itself."],
    [
      "a value of 101 levels",
      deep,
      `custom.${"0.".repeat(100).slice(0, -1)} is nested too deep; the most is 100 levels.`,
    ],
    ["a hole", Object.assign([1], { 2: 3 }), "custom.1 is undefined, which JSON does not have; leave it out."],
    ["undefined in a list", { a: [undefined] }, "custom.a.0 is undefined, which JSON does not have; leave it out."],
    ["an own __proto__", JSON.parse('{"a":{"__proto__":1}}'), "custom.a: `__proto__` cannot be a name here."],
  ])(
    "may not be or hold %s, neither in a user nor in a patch, and the message repeats no value",
    (_, value, complaint) => {
      isRefusedAs("user", parsed, value, complaint);
      isRefusedAs("changes", parsedPatch, value, complaint);
    },
  );

  it("may not be too deep for any stack", () => {
    expect(() => parsed(deeper)).toThrow(/is nested too deep; the most is 100 levels\.$/);
  });

  it("may have no member that is null or undefined, which a patch could not set", () => {
    isRefusedAs(
      "user",
      parsed,
      { a: { b: null } },
      "custom.a.b is null; leave it out. In a patch, null removes a member.",
    );
    isRefusedAs("user", parsed, { a: undefined }, "custom.a is undefined, which JSON does not have; leave it out.");
    isRefusedAs("user", parsed, null, "custom is null; leave it out. In a patch, null removes a member.");
  });

  const most = { text: "x".repeat(4096 - '{"text":""}'.length) };

  it("may have 4,096 bytes, and no more", () => {
    expect(parsed(most)).toStrictEqual(most);
    const message = "custom has 4,097 bytes as it is recorded: JSON with all but ASCII escaped. The most is 4,096.";
    isRefusedAs("user", parsed, { text: `${most.text}x` }, message);
  });

  it.each([
    ["é", 6],
    ["👩", 12],
    ["\n", 2],
    ['"', 2],
    ["\u0001", 6],
    ["\ud800", 6],
    ["\u007f", 6],
  ])("counts %j as the bytes that stand in the label", (character, bytes) => {
    const count = Math.floor((4096 - 2) / bytes);
    expect(parsed(character.repeat(count))).toBe(character.repeat(count));
    expect(() => parsed(character.repeat(count + 1))).toThrow(
      /^Invalid user: custom has 4,\d{3} bytes as it is recorded/,
    );
  });
});

describe("a patch of custom", () => {
  const before = { a: 1, b: { c: [1, 2], d: "x" } };
  const user = { ...plainUser, custom: before };
  it.each<[string, unknown, unknown]>([
    ["sets a member", { a: 2 }, { ...before, a: 2 }],
    ["removes a member with null", { a: null }, { b: before.b }],
    ["merges below", { b: { d: null, e: { f: null, g: 1 } } }, { a: 1, b: { c: [1, 2], e: { g: 1 } } }],
    ["replaces a list as a whole", { b: { c: [null, { a: null }] } }, { a: 1, b: { c: [null, { a: null }], d: "x" } }],
    ["replaces everything by what is no object", "text", "text"],
    ["changes nothing by undefined", { a: undefined, b: { c: undefined } }, before],
    ["empties it", { a: null, b: null }, {}],
  ])("%s", (_, patch, after) => {
    expect(parseUser(toPatched(user, parseUserPatch({ custom: patch }))).custom).toStrictEqual(after);
  });

  it("removes everything by null", () => {
    expect(parseUser(toPatched(user, parseUserPatch({ custom: null })))).toStrictEqual(plainUser);
  });

  it("replaces by an object what was none", () => {
    expect(
      parseUser(toPatched({ ...plainUser, custom: [1] }, parseUserPatch({ custom: { a: 1, b: null } }))),
    ).toStrictEqual({
      ...plainUser,
      custom: { a: 1 },
    });
  });
});
