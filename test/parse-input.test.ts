import { describe, expect, it } from "vitest";
import * as z from "zod";
import { InvalidInputError } from "../src/errors.ts";
import { functionOf, parseInput, toShown } from "../src/parse-input.ts";

const schema = z.strictObject({ name: z.string(), size: z.strictObject({ cpu: z.int() }).optional() });

describe("parseInput", () => {
  it("returns valid input unchanged", () => {
    expect(parseInput(schema, { name: "a", size: { cpu: 1 } }, "the test")).toStrictEqual({
      name: "a",
      size: { cpu: 1 },
    });
  });

  it("lists everything that is wrong and where, without repeating a value", () => {
    expect(() => parseInput(schema, { name: 7, size: { cpu: "hush" }, other: "hush" }, "the test")).toThrow(
      new InvalidInputError(
        "Invalid input for the test: name: Invalid input: expected string, received number; " +
          'size.cpu: Invalid input: expected number, received string; Unrecognized key: "other".',
      ),
    );
  });

  it("accepts functions and nothing else", () => {
    const run = (): void => {};
    expect(parseInput(functionOf(), run, "the test")).toBe(run);
    expect(() => parseInput(functionOf(), {}, "the test")).toThrow(
      new InvalidInputError("Invalid input for the test: expected a function."),
    );
  });
});

describe("toShown", () => {
  it.each([
    ["a b", '"a b"'],
    ["", '""'],
    [7, "7"],
    [undefined, "undefined"],
    [null, "null"],
    [{ secret: "hush" }, "an object"],
    [["hush"], "an object"],
  ])("shows %j as %s", (value, shown) => {
    expect(toShown(value)).toBe(shown);
  });
});
