import { expect, it } from "vitest";
import { toFrozen } from "../src/frozen.ts";

it("copies plain data, and freezes the copy at every depth", () => {
  const value = { text: "a", none: undefined, list: [{ number: 1 }, null], at: new Date(5), ["__proto__"]: { b: 1 } };
  const copy = toFrozen(value);
  expect(copy).toStrictEqual(value);
  expect(
    [copy, copy.list, copy.list[0], Object.getOwnPropertyDescriptor(copy, "__proto__")?.value].map(Object.isFrozen),
  ).toStrictEqual([true, true, true, true]);
  expect(Object.isFrozen(value)).toBe(false);
});

it("gives a date of its own, since a date cannot be frozen", () => {
  const at = new Date(5);
  toFrozen({ at }).at.setTime(6);
  expect(at).toStrictEqual(new Date(5));
});
