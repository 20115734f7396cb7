import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { membersOf, parseJson, withoutNulls } from "../src/unknown-value.ts";
import { deepFreeze } from "./cast.ts";

describe("membersOf", () => {
  it("gives an object itself", () => {
    const value = { cpu: "256" };
    expect(membersOf(value)).toBe(value);
  });

  it.each([[undefined], [null], ["text"], [7], [true]])("gives no members for %j", (value) => {
    expect(membersOf(value)).toStrictEqual({});
  });
});

describe("parseJson", () => {
  it("gives the value of a JSON text", () => {
    expect(parseJson('{"a":[1,null,"b"]}')).toStrictEqual({ a: [1, null, "b"] });
  });

  it.each(["", "{", "undefined", "{'a':1}"])("gives nothing for %j, which is not JSON", (text) => {
    expect(parseJson(text)).toBeUndefined();
  });
});

describe("withoutNulls", () => {
  it.each([
    [{ a: [1, { b: "" }], c: { d: [] } }],
    [[1, [2, { a: false }]]],
    [{}],
    ["null"],
    [0],
    [null],
    [undefined],
    [{ a: undefined }],
  ])("returns %j itself", (value) => {
    expect(withoutNulls(value)).toBe(value);
  });

  it.each<[string, unknown, unknown]>([
    ["a member", { a: null, b: 1 }, { b: 1 }],
    ["a nested member", { a: { b: { c: null, d: "" } } }, { a: { b: { d: "" } } }],
    ["a list element", [1, null, 2], [1, 2]],
    ["an undefined list element", [1, undefined, 2], [1, 2]],
    ["an undefined member next to one that is null", { a: undefined, b: null, c: 0 }, { c: 0 }],
    ["an element of a nested list", { a: [[null], [0]] }, { a: [[], [0]] }],
    ["a member of a list element", [{ a: null }, { a: false }], [{}, { a: false }]],
  ])("drops %s", (_, value, expected) => {
    expect(withoutNulls(deepFreeze(value))).toStrictEqual(expected);
  });

  it("keeps members that are named like what every object has", () => {
    const text = '{"__proto__":{"a":1,"b":null},"constructor":{"__proto__":[null,2]},"toString":""}';
    const expected = '{"__proto__":{"a":1},"constructor":{"__proto__":[2]},"toString":""}';
    expect(JSON.stringify(withoutNulls(JSON.parse(text)))).toBe(expected);
    expect(JSON.stringify(withoutNulls(JSON.parse('{"__proto__":null,"a":1}')))).toBe('{"a":1}');
  });

  it("leaves no null in any JSON, and changes nothing if there is none", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const stripped = withoutNulls({ value });
        expect(hasNull(stripped)).toBe(false);
        if (!hasNull(value)) expect(stripped).toStrictEqual({ value });
      }),
    );
  });
});

function hasNull(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return value === null;
  return Object.values(value).some(hasNull);
}
