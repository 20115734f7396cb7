import { describe, expect, it } from "vitest";
import { InvalidInputError } from "../../../src/errors.ts";
import { refuseReservedNames } from "../../../src/user/parts/variables.ts";

describe("refuseReservedNames", () => {
  it("takes every name if none is reserved", () => {
    expect(refuseReservedNames("secrets", { A: "/a" })).toBeUndefined();
    expect(refuseReservedNames("environment", { B: "b" })).toBeUndefined();
  });

  it("takes what is absent or not reserved", () => {
    expect(refuseReservedNames("secrets", {}, ["A"])).toBeUndefined();
    expect(refuseReservedNames("secrets", { AA: "/a" }, ["A", /^B$/])).toBeUndefined();
    expect(refuseReservedNames("environment", { a: "" }, ["A", /^B$/])).toBeUndefined();
  });

  it("lists every name that it refuses", () => {
    expect(() => refuseReservedNames("secrets", { AWS_REGION: "/a", B: "/b", PORT: "/p" }, [/^AWS_/, "PORT"])).toThrow(
      new InvalidInputError(
        "The user's secrets set AWS_REGION, PORT, which the option `reserved` keeps for the platform. Choose other names.",
      ),
    );
  });

  it.each([/^AWS_/g, /AWS_/y])("takes %s for the same at every call", (pattern) => {
    for (const environment of [{ AWS_A: "" }, { AWS_B: "" }, { AWS_C: "" }]) {
      expect(() => refuseReservedNames("environment", environment, [pattern])).toThrow(InvalidInputError);
    }
    expect(pattern.lastIndex).toBe(0);
  });
});
