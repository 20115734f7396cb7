import { describe, expect, it } from "vitest";
import * as z from "zod";
import { InvalidInputError } from "../src/errors.ts";
import { functionOf, parseInput, recordOf, toFound, toShown } from "../src/parse-input.ts";

const schema = z.strictObject({ name: z.string(), size: z.strictObject({ cpu: z.int() }).optional() });

const messageOf = (parse: () => unknown): string => {
  try {
    parse();
  } catch (error) {
    if (error instanceof InvalidInputError) return error.message;
  }
  throw new Error("expected an InvalidInputError");
};

/** What is said of a member `x` with this schema and value. */
const complaintOf = (member: z.ZodType, x: unknown): string =>
  messageOf(() => parseInput(z.strictObject({ x: member }), { x }, "test"));

describe("parseInput", () => {
  it("returns valid input unchanged", () => {
    expect(parseInput(schema, { name: "a", size: { cpu: 1 } }, "test")).toStrictEqual({
      name: "a",
      size: { cpu: 1 },
    });
  });

  it("lists everything that is wrong and where, without repeating a value", () => {
    expect(() => parseInput(schema, { name: 7, size: { cpu: "hush" }, other: "hush" }, "test")).toThrow(
      new InvalidInputError(
        'Invalid test: name must be a string, got a number. size.cpu must be a number, got a string. unknown field "other". Allowed: name, size.',
      ),
    );
  });

  it("accepts functions and nothing else", () => {
    const run = (): void => {};
    expect(parseInput(functionOf(), run, "test")).toBe(run);
    expect(() => parseInput(functionOf(), {}, "test")).toThrow(
      new InvalidInputError("Invalid test: expected a function, got an object."),
    );
  });

  it.each<[string, z.ZodType, unknown, string]>([
    ["another type", z.string(), true, "x must be a string, got a boolean."],
    ["a fraction", z.int(), 0.5, "x must be a whole number."],
    ["no number", z.int(), Number.NaN, "x must be a number, got NaN."],
    ["an infinite number", z.number(), Number.NEGATIVE_INFINITY, "x must be a number, got -Infinity."],
    ["too small a number", z.int().positive(), 0, "x must be above 0."],
    ["a negative number", z.int().nonnegative(), -1, "x must be at least 0."],
    ["too large a number", z.int().max(9), 10, "x must be at most 9."],
    ["an empty text", z.string().min(1), "", "x must not be empty."],
    ["too short a text", z.string().min(3), "a", "x must have at least 3 characters."],
    ["too long a text", z.string().max(3), "abcd", "x must have at most 3 characters."],
    ["an empty list", z.array(z.string()).min(1), [], "x must not be empty."],
    ["too short a list", z.array(z.string()).min(2), ["a"], "x must have at least 2 elements."],
    ["too long a list", z.array(z.string()).max(1), ["a", "b"], "x must have at most 1 elements."],
    ["no list", z.array(z.string()), "a", "x must be an array, got a string."],
    ["no flag", z.boolean(), "no", "x must be true or false, got a string."],
    ["none of the choices", z.enum(["a", "b"]), "c", 'x must be "a" or "b".'],
    ["no function", functionOf(), "run", "x must be a function, got a string."],
    ["no instance", z.instanceof(AbortSignal), {}, "x must be an AbortSignal, got an object."],
    ["an array for an object", z.strictObject({ a: z.int() }), [], "x must be an object { a }, got an array."],
    ["an array for a record", recordOf(z.string()), [], "x must be an object, got an array."],
    ["a bad pattern", z.string().regex(/^a$/), "hush", "x is not valid."],
    ["a bad name", z.record(z.string().max(1), z.string()), { ab: "hush" }, "x.ab is not a valid name."],
    ["an empty name", recordOf(z.string()), { "": "a" }, 'x."" is not a valid name.'],
    ["a message of its own", z.string().min(3, "too short"), "ab", "x: too short."],
    ["a message of its own that goes on", z.string().min(3, "must be longer"), "ab", "x must be longer."],
    ["a message of its own that ends", z.string().min(3, "too short!"), "ab", "x: too short!"],
    ["an unknown nested member", z.strictObject({ a: z.int() }), { a: 1, b: 2 }, 'x: unknown field "b". Allowed: a.'],
  ])("says what to do about %s", (_, member, value, complaint) => {
    expect(complaintOf(member, value)).toBe(`Invalid test: ${complaint}`);
  });

  it("distinguishes a missing member from an undefined one", () => {
    expect(messageOf(() => parseInput(schema, {}, "test"))).toBe("Invalid test: name is missing.");
    expect(messageOf(() => parseInput(schema, { name: undefined }, "test"))).toBe(
      "Invalid test: name must be a string, got undefined.",
    );
  });

  it("says of null that it may be left out, if it may", () => {
    const advice = { absent: "if there is none" };
    const say = (value: unknown): string => messageOf(() => parseInput(schema, value, "test", advice));
    expect(say({ name: "a", size: null })).toBe(
      "Invalid test: size is null; leave it out (or use undefined) if there is none.",
    );
    expect(say({ name: null })).toBe("Invalid test: name must be a string, got null.");
    expect(say({ name: "a", size: { cpu: null } })).toBe("Invalid test: size.cpu must be a number, got null.");
    expect(say(null)).toBe("Invalid test: expected an object { name, size }, got null.");
    expect(messageOf(() => parseInput(schema, { name: "a", size: null }, "test"))).toBe(
      "Invalid test: size is null; leave it out (or use undefined).",
    );
  });

  it("adds what to do about unknown members at the top, and calls those of options by their name", () => {
    const advice = { unknown: "Pass less." };
    expect(messageOf(() => parseInput(schema, { name: "a", b: 1, c: 2 }, "test", advice))).toBe(
      'Invalid test: unknown fields "b", "c". Allowed: name, size. Pass less.',
    );
    expect(messageOf(() => parseInput(schema, { name: "a", size: { cpu: 1, b: 2 } }, "test", advice))).toBe(
      'Invalid test: size: unknown field "b". Allowed: cpu.',
    );
    expect(messageOf(() => parseInput(schema, { name: "a", b: 1 }, "options of test"))).toBe(
      'Invalid options of test: unknown option "b". Allowed: name, size.',
    );
  });

  it("asks about an await where there is a promise, once", () => {
    const promise = Promise.resolve("hush");
    expect(messageOf(() => parseInput(schema, promise, "test"))).toBe(
      "Invalid test: got a promise; did you forget an await?",
    );
    const size = z.strictObject({ cpu: z.int(), memory: z.int() });
    expect(complaintOf(size, promise)).toBe("Invalid test: x is a promise; did you forget an await?");
    // Query builders can be awaited and are no promises.
    const method = "then";
    const thenable = { [method]: () => {} };
    expect(complaintOf(z.string(), thenable)).toBe("Invalid test: x is a promise; did you forget an await?");
  });

  it("lists ten complaints at most, and counts the others", () => {
    const names = Array.from({ length: 200 }, (_, index) => [`A${index}`, index]);
    const message = complaintOf(recordOf(z.string()), Object.fromEntries(names));
    expect(message).toBe(
      `Invalid test: ${Array.from({ length: 10 }, (_, index) => `x.A${index} must be a string, got a number.`).join(" ")} And 190 more.`,
    );
  });

  it("keeps the whole in bounds, however long names and messages are", () => {
    const long = "n".repeat(100_000);
    const names = Array.from({ length: 50 }, (_, index) => [`${index}${long}`, index]);
    expect(complaintOf(recordOf(z.string()), Object.fromEntries(names)).length).toBeLessThan(4000);
    const verbose = z.string("must be otherwise ".repeat(1000));
    expect(complaintOf(recordOf(verbose), Object.fromEntries(names)).length).toBeLessThan(4000);
    const unknown = messageOf(() => parseInput(schema, { name: "", ...Object.fromEntries(names) }, "test"));
    expect(unknown.length).toBeLessThan(1500);
    expect(unknown).toContain("and 40 more. Allowed: name, size.");
  });
});

describe("recordOf", () => {
  const read = { count: 0 };
  const counted = z.custom<string>((value) => {
    read.count += 1;
    return typeof value === "string";
  });

  it("looks at how many entries there are before it looks at them", () => {
    const entries = Object.fromEntries(Array.from({ length: 5001 }, (_, index) => [`A${index}`, 7]));
    read.count = 0;
    expect(complaintOf(recordOf(counted), entries)).toBe(
      "Invalid test: x has 5,001 entries. A task definition has 64 KiB in all, so 5,000 are more than fit.",
    );
    expect(read.count).toBe(0);
  });

  it("has a limit of its own where it is given one", () => {
    const tags = recordOf(z.string(), { most: 2, tooMany: "ECS takes 2 tags at most" });
    expect(complaintOf(tags, { a: "1", b: "2", c: "3" })).toBe(
      "Invalid test: x has 3 entries. ECS takes 2 tags at most.",
    );
  });

  it("says how to write it, and how it differs from ECS's own list", () => {
    const secrets = recordOf(z.string(), { entry: "NAME: valueFrom", element: "name, valueFrom" });
    expect(complaintOf(secrets, [])).toBe(
      "Invalid test: x must be an object { NAME: valueFrom }, not ECS's array of { name, valueFrom }.",
    );
    expect(complaintOf(secrets, "hush")).toBe("Invalid test: x must be an object { NAME: valueFrom }, got a string.");
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

  it("shows the beginning of a long text", () => {
    expect(toShown("x".repeat(1000))).toBe(`"${"x".repeat(299)}…"`);
  });
});

describe("toFound", () => {
  it.each<[unknown, string]>([
    [undefined, "undefined"],
    [null, "null"],
    [7, "a number"],
    [Number.POSITIVE_INFINITY, "Infinity"],
    [7n, "a bigint"],
    ["hush", "a string"],
    ["", "an empty string"],
    [[], "an array"],
    [{}, "an object"],
    [() => {}, "a function"],
    [Symbol("hush"), "a symbol"],
    [Promise.resolve(), "a promise; did you forget an await?"],
  ])("calls %s %s", (value, found) => {
    expect(toFound(value)).toBe(found);
  });
});
