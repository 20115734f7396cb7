import type { RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { toLargeWarnings, toTooLarge } from "../../src/derivation/definition-size.ts";
import { UnfitBaseError } from "../../src/errors.ts";
import { toCanonicalText } from "../../src/record/canonical-text.ts";
import { target, typicalBase } from "../cast.ts";

const label = "taskdef-cloner.clone";
const dockerLabels = { [label]: '{"version":2,"userId":"ana"}' };

/** An input with a record whose JSON without tags has so many bytes. */
function inputOf(bytes: number, character = "x"): RegisterTaskDefinitionCommandInput {
  const toInput = (image: string) => ({
    family: "app",
    containerDefinitions: [{ name: "openclaw", dockerLabels, image }],
  });
  const ofOne = Buffer.byteLength(JSON.stringify(character)) - 2;
  const missing = bytes - Buffer.byteLength(JSON.stringify(toInput("")));
  return { ...toInput(character.repeat(Math.floor(missing / ofOne)) + "x".repeat(missing % ofOne)), tags: [] };
}

const original = { family: "app", containerDefinitions: [] };
const withoutRecord = ({ containerDefinitions, ...rest }: RegisterTaskDefinitionCommandInput) => ({
  ...rest,
  containerDefinitions: containerDefinitions?.map(({ dockerLabels, ...container }) => container),
});

const warn = (input: RegisterTaskDefinitionCommandInput): string[] =>
  toLargeWarnings({ original, input, target }, toCanonicalText(withoutRecord(input)));

const shares = (bytes: number): string => `the base has 42, the user's own parts ${bytes - 42 - 61}, and the record 61`;

const warning = (bytes: number): string =>
  `The clone of base isol8-dev-openclaw:42 has about ${bytes} bytes: ${shares(bytes)}. ECS refuses more than 65536: shorten the base, or the user's ` +
  "environment and secrets.";

describe("toLargeWarnings", () => {
  it("is silent below 60 KiB", () => {
    const { taskDefinitionArn, ...input } = typicalBase;
    expect(warn(input)).toStrictEqual([]);
    expect(warn(inputOf(61_439))).toStrictEqual([]);
  });

  it.each([61_440, 65_536, 80_000])("says what takes how much of %d bytes", (bytes) => {
    expect(warn(inputOf(bytes))).toStrictEqual([warning(bytes)]);
  });

  it.each(["🦀", '"', "\u0001"])("counts the bytes of JSON, of which %j takes more than one", (character) => {
    expect(warn(inputOf(61_439, character))).toStrictEqual([]);
    expect(warn(inputOf(61_440, character))).toStrictEqual([warning(61_440)]);
  });

  it("counts no tags, which are no part of a definition", () => {
    const tags = Array.from({ length: 50 }, (_, index) => ({ key: `tag-${index}`, value: "x".repeat(256) }));
    expect(warn({ ...inputOf(61_439), tags })).toStrictEqual([]);
  });

  it("counts the record", () => {
    const input = inputOf(61_440);
    expect(Buffer.byteLength(JSON.stringify(withoutRecord(input)))).toBeLessThan(61_440);
    expect(warn(input)).toHaveLength(1);
  });
});

describe("toTooLarge", () => {
  const clone = { original, input: inputOf(70_000), target };
  const refusal = new Error("Actual length: '74049'. Max allowed length is '65536' bytes.");

  it("says of ECS's refusal what takes how much", () => {
    const error = toTooLarge(refusal, clone);
    expect(error).toBeInstanceOf(UnfitBaseError);
    expect(error).toMatchObject({
      message:
        `ECS refused the clone of base isol8-dev-openclaw:42 for its 74049 bytes: it takes 65536 at most. As JSON, ${shares(70_000)}. ` +
        "Shorten the base, or the user's environment and secrets.",
      cause: refusal,
    });
  });

  it.each([new Error("Role is not valid"), "Actual length: '1'", undefined])(
    "leaves any other error as it is: %s",
    (error) => {
      expect(toTooLarge(error, clone)).toBe(error);
    },
  );

  it("counts no record where there is none", () => {
    const error = toTooLarge(refusal, { ...clone, input: original });
    expect(error).toMatchObject({ message: expect.stringContaining("the record 27.") });
  });
});
