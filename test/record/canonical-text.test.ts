import { describe, expect, it } from "vitest";
import { toCanonicalText } from "../../src/record/canonical-text.ts";
import { deepFreeze } from "../cast.ts";
import { maximalBase } from "../maximal-base.ts";

const distinct = (values: readonly unknown[]): number => new Set(values.map(toCanonicalText)).size;

describe("toCanonicalText", () => {
  it("is one text for every order of members", () => {
    const text = toCanonicalText({ a: 1, b: { c: "x", d: [] }, e: null });
    expect(toCanonicalText({ b: { d: [], c: "x" }, a: 1 })).toBe(text);
  });

  it.each(["containerDefinitions", "environment", "secrets", "volumes"])(
    "is one text for every order of %s",
    (member) => {
      const [a, b, c] = [{ name: "a", x: 1 }, { name: "b" }, { name: "c", x: 0 }];
      const text = toCanonicalText({ [member]: [a, b, c] });
      expect(toCanonicalText({ [member]: [c, b, a] })).toBe(text);
      expect(toCanonicalText({ [member]: [b, c, a] })).toBe(text);
      expect(toCanonicalText({ [member]: [a, b] })).not.toBe(text);
    },
  );

  it("preserves the order of a name that is repeated, since the last one counts", () => {
    const [a, b, c] = [{ name: "a", value: "1" }, { name: "b" }, { name: "a", value: "2" }];
    const text = toCanonicalText({ environment: [a, b, c] });
    expect(toCanonicalText({ environment: [b, a, c] })).toBe(text);
    expect(toCanonicalText({ environment: [c, b, a] })).not.toBe(text);
  });

  it("is one text for every order of tags, which have keys", () => {
    const [a, b, c] = [{ key: "a", value: "1" }, { key: "b", value: "0" }, { value: "2" }];
    expect(toCanonicalText({ tags: [a, b, c] })).toBe(toCanonicalText({ tags: [c, b, a] }));
  });

  it("preserves the order of every other list", () => {
    expect(toCanonicalText({ command: ["a", "b"] })).not.toBe(toCanonicalText({ command: ["b", "a"] }));
    expect(toCanonicalText({ mountPoints: [{ name: "a" }, { name: "b" }] })).not.toBe(
      toCanonicalText({ mountPoints: [{ name: "b" }, { name: "a" }] }),
    );
  });

  it("sorts at every depth", () => {
    const one = { containerDefinitions: [{ name: "a", environment: [{ name: "x" }, { name: "y" }], secrets: [] }] };
    const other = { containerDefinitions: [{ secrets: [], environment: [{ name: "y" }, { name: "x" }], name: "a" }] };
    expect(toCanonicalText(one)).toBe(toCanonicalText(other));
  });

  it("has the form that every record of a released version rests on", () => {
    const repeated = [
      { name: "B", value: "b" },
      { value: "1", name: "A" },
      { name: "A", value: "2" },
    ];
    expect(toCanonicalText({ environment: repeated, cpu: 0, tags: [], user: null })).toBe(
      "{3:cpu0;11:environment[{4:name1:A5:value1:1}{4:name1:A5:value1:2}{4:name1:B5:value1:b}]4:tags[]}",
    );
  });

  it("takes absent, undefined and null members for the same", () => {
    expect(toCanonicalText({ a: 1, b: undefined, c: null })).toBe(toCanonicalText({ a: 1 }));
  });

  it("distinguishes every empty value from every other and from an absent one", () => {
    const values = ["", 0, false, [], {}, "0", "false", "null", { "": "" }];
    expect(distinct([null, ...values, ...values.map((a) => ({ a })), ...values.map((a) => [a])])).toBe(28);
  });

  it("gives no two values one text, even if strings look like it", () => {
    const values = [
      ["a", "b"],
      ["a1:b"],
      ["a", "1:b"],
      [["a"], "b"],
      [["a", "b"]],
      { a: "b" },
      { a: { b: "" } },
      { a: "", b: "" },
      { "a1:b": "" },
      [12],
      [1, 2],
      ["{1:a1:b}"],
    ];
    expect(distinct(values)).toBe(values.length);
  });

  it("leaves what it is given as it is", () => {
    const text = toCanonicalText(maximalBase);
    expect(toCanonicalText(deepFreeze(structuredClone(maximalBase)))).toBe(text);
  });

  it("takes __proto__ for a name like any other", () => {
    const value: unknown = JSON.parse('{"__proto__": "x"}');
    expect(distinct([value, {}, JSON.parse('{"__proto__": "y"}')])).toBe(3);
  });
});
