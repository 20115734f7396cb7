import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { toSafe } from "../../src/ecs/safe-error.ts";

const toSdkError = () =>
  Object.assign(new Error("refused"), {
    name: "ClientException",
    $fault: "client",
    $metadata: { httpStatusCode: 400 },
    $response: { statusCode: 400, headers: {}, body: "hush" },
  });

const toAll = (error: unknown): string => inspect(error, { showHidden: true, depth: 9 });

describe("toSafe", () => {
  it("takes the response's body out of an error of the SDK, and keeps what it is known by", () => {
    const error = toSdkError();
    expect(toSafe("DescribeTaskDefinition", error, "sdk")).toBe(error);
    expect(error).toMatchObject({ name: "ClientException", message: "refused", $response: { statusCode: 400 } });
    expect(toAll(error)).not.toContain("hush");
  });

  it("does so in errors that hold one another", () => {
    const inner: Error = toSdkError();
    const outer = new Error("outer", { cause: inner });
    inner.cause = outer;
    expect(toSafe("DescribeTaskDefinition", outer, "caller")).toBe(outer);
    expect(toAll(outer)).not.toContain("hush");
  });

  it("replaces an error that cannot be changed and holds an error that must not be seen", () => {
    const unreadable = Object.assign(new SyntaxError("unexpected hush"), { $response: { statusCode: 200 } });
    const frozen = Object.freeze(Object.assign(new Error("wrapped", { cause: unreadable }), { name: "Wrapped" }));
    const safe = toSafe("DescribeTaskDefinition", frozen, "caller");
    expect(String(safe)).toBe("Wrapped: wrapped");
    expect(toAll(safe)).not.toContain("hush");
  });

  it.each([undefined, null, "text", 7])("leaves %s alone", (value) => {
    expect(toSafe("DescribeTaskDefinition", value, "caller")).toBe(value);
  });
});
