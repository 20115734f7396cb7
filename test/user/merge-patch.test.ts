import { describe, expect, it } from "vitest";
import { toPatched } from "../../src/user/merge-patch.ts";
import { deepFreeze } from "../cast.ts";

describe("toPatched", () => {
  /** @see https://www.rfc-editor.org/rfc/rfc7396#appendix-A */
  it.each<[unknown, unknown, unknown]>([
    [{ a: "b" }, { a: "c" }, { a: "c" }],
    [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
    [{ a: "b" }, { a: null }, {}],
    [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
    [{ a: ["b"] }, { a: "c" }, { a: "c" }],
    [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
    [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
    [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
    [
      ["a", "b"],
      ["c", "d"],
      ["c", "d"],
    ],
    [{ a: "b" }, ["c"], ["c"]],
    [{ a: "foo" }, null, null],
    [{ a: "foo" }, "bar", "bar"],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: "b", c: null }, { a: "b" }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])("makes of %j with %j what RFC 7396 says: %j", (target, patch, result) => {
    expect(toPatched(deepFreeze(target), deepFreeze(patch))).toStrictEqual(result);
  });

  it("takes undefined for nothing said", () => {
    expect(toPatched({ a: 1, b: { c: 2 } }, { a: undefined, b: { c: undefined }, d: undefined })).toStrictEqual({
      a: 1,
      b: { c: 2 },
    });
  });

  it("shares what it does not change", () => {
    const target = deepFreeze({ a: { b: 1 }, c: { d: 2 } });
    expect(toPatched(target, { c: { d: 3 } })).toHaveProperty("a", target.a);
  });

  it.each(["__proto__", "constructor", "toString"])("takes %s for a name like any other", (name) => {
    const member = (value: unknown) => Object.fromEntries([[name, value]]);
    const entries = (target: unknown, patch: unknown) => Object.entries(Object(toPatched(target, patch)));
    expect(entries({ a: 1 }, member("x"))).toStrictEqual([
      ["a", 1],
      [name, "x"],
    ]);
    expect(entries({ a: 1 }, member({ b: "x" }))).toStrictEqual([
      ["a", 1],
      [name, { b: "x" }],
    ]);
    expect(entries(member("x"), member(null))).toStrictEqual([]);
    expect(entries(member("x"), { a: 1 })).toStrictEqual([
      [name, "x"],
      ["a", 1],
    ]);
  });
});
