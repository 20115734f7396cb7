import { describe, expect, it } from "vitest";
import type { CloneRules } from "../../../src/derivation/clone-rules.ts";
import { deriveClone } from "../../../src/derivation/derive-clone.ts";
import { InvalidInputError } from "../../../src/errors.ts";
import { parseUser, parseUserPatch } from "../../../src/user/parse-user.ts";
import { withEphemeralStorage } from "../../../src/user/parts/ephemeral-storage.ts";
import { deepFreeze, plainUser, target, typicalBase } from "../../cast.ts";

const onEc2 = deepFreeze({ ...typicalBase, requiresCompatibilities: ["EC2" as const] });

const notFargate = (found: string): InvalidInputError =>
  new InvalidInputError(
    "The user has ephemeralStorage, which only Fargate offers, and the clone of base isol8-dev-openclaw:42 is not for Fargate: its " +
      `requiresCompatibilities are ${found}. Leave ephemeralStorage out, or add "FARGATE" to the base's requiresCompatibilities.`,
  );

const derived = (user: object, rules: CloneRules = {}, base: typeof typicalBase | typeof onEc2 = typicalBase) =>
  deriveClone({ taskDefinition: base }, { ...plainUser, ...user }, { container: "openclaw", ...rules }).input;

describe("withEphemeralStorage", () => {
  it.each([21, 200])("replaces the base's by %i GiB, and nothing else", (sizeInGiB) => {
    const input = withEphemeralStorage(typicalBase, target, { sizeInGiB });
    expect(input).toStrictEqual({ ...typicalBase, ephemeralStorage: { sizeInGiB } });
    expect(input.containerDefinitions).toBe(typicalBase.containerDefinitions);
  });

  it("gives storage to a base without any, for Linux, for Windows and together with EC2", () => {
    const { ephemeralStorage: _, ...base } = typicalBase;
    const storage = { sizeInGiB: 50 };
    for (const change of [
      {},
      { runtimePlatform: { operatingSystemFamily: "WINDOWS_SERVER_2022_CORE" as const } },
      { requiresCompatibilities: ["EC2" as const, "FARGATE" as const] },
    ]) {
      const input = deepFreeze({ ...base, ...change });
      expect(withEphemeralStorage(input, target, storage)).toStrictEqual({ ...input, ephemeralStorage: storage });
    }
  });

  it("refuses an input that is not for Fargate", () => {
    const { requiresCompatibilities: _, ...base } = typicalBase;
    expect(() => withEphemeralStorage(onEc2, target, { sizeInGiB: 21 })).toThrow(notFargate("EC2"));
    expect(() => withEphemeralStorage(base, target, { sizeInGiB: 21 })).toThrow(notFargate("none"));
  });

  it.each<[unknown, string]>([
    [
      { sizeInGiB: 20 },
      "sizeInGiB must be at least 21 GiB; leave ephemeralStorage out for the 20 GiB that Fargate gives by itself.",
    ],
    [{ sizeInGiB: 201 }, "sizeInGiB must be at most 200 GiB."],
    [{ sizeInGiB: 21.5 }, "sizeInGiB must be a whole number of GiB, 21 to 200."],
    [{ sizeInGiB: "21" }, "sizeInGiB must be a number of GiB, got a string."],
    [{}, "sizeInGiB is missing."],
    [{ sizeInGiB: 21, size: 1 }, 'unknown field "size". Allowed: sizeInGiB.'],
    [21, "expected an object { sizeInGiB }, got a number."],
  ])("refuses %j", (value, complaint) => {
    // The cast: the type forbids it.
    expect(() => withEphemeralStorage(typicalBase, target, value as never)).toThrow(
      new InvalidInputError(`Invalid ephemeral storage: ${complaint}`),
    );
  });
});

describe("a user's ephemeral storage", () => {
  it("is what the clone has, and the base's where the user has none", () => {
    expect(derived({ ephemeralStorage: { sizeInGiB: 100 } }).ephemeralStorage).toStrictEqual({ sizeInGiB: 100 });
    expect(derived({}).ephemeralStorage).toStrictEqual({ sizeInGiB: 40 });
  });

  it("is refused by what will be registered, once customize has had its turn", () => {
    const user = { ephemeralStorage: { sizeInGiB: 100 } };
    expect(() => derived(user, {}, onEc2)).toThrow(notFargate("EC2"));
    const toFargate: CloneRules = { customize: (input) => ({ ...input, requiresCompatibilities: ["FARGATE"] }) };
    expect(derived(user, toFargate, onEc2).ephemeralStorage).toStrictEqual({ sizeInGiB: 100 });
    const toEc2: CloneRules = { customize: (input) => ({ ...input, requiresCompatibilities: ["EC2"] }) };
    expect(() => derived(user, toEc2)).toThrow(notFargate("EC2"));
  });

  it.each([undefined, { sizeInGiB: 30 }])("may not become %j through customize", (ephemeralStorage) => {
    const customize: CloneRules["customize"] = (input) => ({ ...input, ephemeralStorage });
    expect(() => derived({ ephemeralStorage: { sizeInGiB: 100 } }, { customize })).toThrow(
      /changed or removed one of the user's own parts/,
    );
  });

  it("names what is wrong by the user's own names", () => {
    expect(() => parseUser({ ...plainUser, ephemeralStorage: 50 })).toThrow(
      new InvalidInputError("Invalid user: ephemeralStorage must be an object { sizeInGiB }, got a number."),
    );
    expect(parseUserPatch({ ephemeralStorage: {} })).toStrictEqual({ ephemeralStorage: {} });
  });
});
