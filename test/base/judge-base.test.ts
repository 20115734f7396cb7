import { describe, expect, it } from "vitest";
import { mayBeClone, toAccessPointAdvice } from "../../src/base/judge-base.ts";
import { smallBase, toOldClone } from "../cast.ts";

describe("mayBeClone", () => {
  const base = { taskDefinition: { ...smallBase } as never, tags: [] };
  const old = { taskDefinition: toOldClone(7) as never, tags: [] };

  it("suspects a base with an access point on the volume, unless something says what a base is", () => {
    expect(mayBeClone(old, undefined, "data")).toBe(true);
    expect(mayBeClone(old, undefined)).toBe(true);
    expect(mayBeClone(old, undefined, "other")).toBe(false);
    expect(mayBeClone(base, undefined, "data")).toBe(false);
    expect(mayBeClone(old, () => true, "data")).toBe(false);
  });
});

describe("toAccessPointAdvice", () => {
  it("names the base, the volume and what to set", () => {
    expect(toAccessPointAdvice({ baseName: "app:7", volume: "home" })).toBe(
      "Volume home of base app:7 has an access point already. If that revision is a user's clone from before this library, its secrets and image " +
        'are that user\'s: set the option `isBase`, for instance to hasNoAccessPoint("home").',
    );
  });
});
