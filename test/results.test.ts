import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { hide } from "../src/results.ts";

describe("hide", () => {
  const hidden = hide({ userId: "user_2x9", input: { value: "hunter2" } }, "input");

  it("leaves the property readable by name", () => {
    expect(hidden.input).toStrictEqual({ value: "hunter2" });
  });

  it("keeps the property out of printing, serializing and spreading", () => {
    expect(inspect(hidden)).toBe("{ userId: 'user_2x9' }");
    expect(JSON.stringify(hidden)).toBe('{"userId":"user_2x9"}');
    expect({ ...hidden }).toStrictEqual({ userId: "user_2x9" });
  });
});
