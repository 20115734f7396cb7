import { describe, expect, it } from "vitest";
import { isFamilyName, toCloneFamily, withFamily } from "../../src/derivation/clone-family.ts";
import { InvalidInputError } from "../../src/errors.ts";
import { maximalBase } from "../maximal-base.ts";

const noFamilyName = (family: string): InvalidInputError =>
  new InvalidInputError(
    `The clone family ${family} is no family name: ECS takes 1 to 255 letters, digits, \`_\` and \`-\`. Set the option \`cloneFamily\`.`,
  );

describe("isFamilyName", () => {
  it.each(["a", "isol8-dev-openclaw", "A_9", "-", "x".repeat(255)])("takes %s", (name) => {
    expect(isFamilyName(name)).toBe(true);
  });

  it.each(["", "x".repeat(256), "app:7", "app/7", "ä", "a b", "app\n", undefined, null, 7, {}])(
    "refuses %s",
    (name) => {
      expect(isFamilyName(name)).toBe(false);
    },
  );
});

describe("toCloneFamily", () => {
  it("is the base family with -user by default", () => {
    expect(toCloneFamily("app", "user_1")).toBe("app-user");
  });

  it("is the given name", () => {
    expect(toCloneFamily("app", "user_1", "tenants")).toBe("tenants");
  });

  it("is what the function gives for the user's id", () => {
    expect(toCloneFamily("app", "user_1", (userId) => `app-${userId}`)).toBe("app-user_1");
  });

  it("refuses a name that ECS does not take", () => {
    expect(() => toCloneFamily("app", "user_1", "app:user")).toThrow(noFamilyName('"app:user"'));
  });

  it("refuses what a function gives when it is no name", () => {
    expect(() => toCloneFamily("app", "auth0|5f7c", (userId) => `app-${userId}`)).toThrow(
      noFamilyName('"app-auth0|5f7c"'),
    );
  });

  it("refuses the empty name", () => {
    expect(() => toCloneFamily("app", "user_1", "")).toThrow(noFamilyName('""'));
  });

  it("refuses the default where the base's name leaves no room for it", () => {
    const long = "x".repeat(251);
    expect(() => toCloneFamily(long, "user_1")).toThrow(noFamilyName(`"${long}-user"`));
    expect(toCloneFamily("x".repeat(250), "user_1")).toHaveLength(255);
  });

  it("refuses the base family, where a clone would be the next user's base", () => {
    const error = new InvalidInputError(
      "The clone family is the base family app. A clone there would be taken for the next user's base. Choose another `cloneFamily`.",
    );
    expect(() => toCloneFamily("app", "user_1", "app")).toThrow(error);
    expect(() => toCloneFamily("app", "user_1", () => "app")).toThrow(error);
  });
});

describe("withFamily", () => {
  it("changes the family, and shares everything else", () => {
    const input = withFamily(maximalBase, "tenants");
    expect(input).toStrictEqual({ ...maximalBase, family: "tenants" });
    expect(input.containerDefinitions).toBe(maximalBase.containerDefinitions);
  });
});

describe("a function that gives the clone family", () => {
  it.each([[7n], [undefined], [Symbol("x")]])("refuses what is not a text: %s", (family) => {
    // The cast: what a caller without types may return.
    const cloneFamily = (() => family) as unknown as () => string;
    expect(() => toCloneFamily("app", "ana", cloneFamily)).toThrow(InvalidInputError);
  });
});
