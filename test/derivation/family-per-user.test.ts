import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isFamilyName } from "../../src/derivation/clone-family.ts";
import { familyPerUser } from "../../src/derivation/family-per-user.ts";
import { InvalidInputError } from "../../src/errors.ts";

describe("familyPerUser", () => {
  // These stand in AWS accounts: a change of any of them loses the users' clones.
  it.each([
    ["user_2x9", "app-user-user_2x9"],
    ["42", "app-user-42"],
    ["7f1c-4b", "app-user-7f1c-4b"],
    ["User_2x9", "app-user-user_2x9--0e59d64ddf63fb71c5aa8ef8b9af45b1"],
    ["auth0|5f7c", "app-user-auth0-5f7c--d748922584a13412171358eb0d25c37e"],
    ["ada@example.com", "app-user-ada-example-com--c525d356ee379bcf0bc280eab6d3a94f"],
    ["a--b", "app-user-a-b--8d26d9007b5ea5cae4f38317bb7ec55c"],
    ["-a", "app-user-a--1e2b64372d28f207dd7524ab4a53742a"],
    ["a-", "app-user-a--f6c9c769f5637b04a4d1032f51714050"],
    ["é", "app-user-x--f2886017e9c7abacf804b54d64787dce"],
    ["e\u0301", "app-user-e--3d68ce21f2899a475713cdbe7562ba9b"],
    ["日本", "app-user-x--ac3da3e9f3bcd6e9b9ee193f0e443867"],
    ["\ud800", "app-user-x--8c0c59dd0d275aadcd462a5fe12eb352"],
    ["\ud801", "app-user-x--776f1f9bc5243fc5c63f20315ab549f7"],
    ["x".repeat(300), "app-user-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx--d24923841d98dcd5a081ba3b99596483"],
  ])("gives %j the family %s, forever", (userId, family) => {
    expect(familyPerUser(userId, "app")).toBe(family);
  });

  const ids = fc.oneof(
    fc.string({ minLength: 1 }),
    fc.string({ minLength: 1, unit: "binary" }),
    fc.stringMatching(/^[a-z0-9_-]{1,300}$/),
    fc.stringMatching(/^[aA]{1,4}$/),
  );

  it("gives names that ECS takes", () => {
    fc.assert(fc.property(ids, (id) => isFamilyName(familyPerUser(id, "app"))));
  });

  it("gives no two ids one family, even where letters' case does not count", () => {
    fc.assert(
      fc.property(ids, ids, (one, other) => {
        fc.pre(one !== other);
        expect(familyPerUser(one, "app").toLowerCase()).not.toBe(familyPerUser(other, "app").toLowerCase());
      }),
    );
  });

  it("takes an id that looks like another's family for what it is", () => {
    const family = familyPerUser("Ada", "app");
    const lookalike = family.slice("app-user-".length);
    expect(familyPerUser(lookalike, "app")).not.toBe(family);
  });

  it("works with a base family of 214 characters, and refuses a longer one", () => {
    const longest = "x".repeat(214);
    expect(familyPerUser("Ada", longest)).toHaveLength(255);
    expect(() => familyPerUser("Ada", `${longest}x`)).toThrow(
      new InvalidInputError(
        `The base family ${longest}x has 215 characters, which leaves no room for a family per user. The most is 214.`,
      ),
    );
  });
});
