import type { RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { refuseTooLarge } from "../../src/derivation/definition-size.ts";
import { UnfitBaseError } from "../../src/errors.ts";
import { toCanonicalText } from "../../src/record/canonical-text.ts";
import { target, typicalBase } from "../cast.ts";

/** An input whose JSON has so many bytes; each of its many entries is a little longer as JSON than as canonical text. */
function inputOf(bytes: number, character = "x"): RegisterTaskDefinitionCommandInput {
  const toInput = (image: string) => ({ family: "app", containerDefinitions: [{ image }] });
  const missing = bytes - Buffer.byteLength(JSON.stringify(toInput("")));
  return toInput(character.repeat(missing / Buffer.byteLength(character)));
}

const refuse = (input: RegisterTaskDefinitionCommandInput): void =>
  refuseTooLarge(input, toCanonicalText(input), target);

const tooLarge = (bytes: number): UnfitBaseError =>
  new UnfitBaseError(
    `The clone of base isol8-dev-openclaw:42 would have ${bytes} bytes with what is the user's own. ECS takes 65536 at most: shorten the user's ` +
      "environment, or the base.",
  );

describe("refuseTooLarge", () => {
  it("takes what is within 64 KiB", () => {
    const { taskDefinitionArn, ...input } = typicalBase;
    expect(refuse(input)).toBeUndefined();
    expect(refuse(inputOf(65_536))).toBeUndefined();
  });

  it("refuses what is clearly over 64 KiB, with the figures", () => {
    expect(() => refuse(inputOf(66_000))).toThrow(tooLarge(66_000));
  });

  it("counts bytes, where a text's length counts fewer", () => {
    const input = inputOf(80_000 + 54, "🦀");
    expect(JSON.stringify(input).length).toBeLessThan(65_536);
    expect(() => refuse(input)).toThrow(tooLarge(Buffer.byteLength(JSON.stringify(input))));
  });

  it("goes by the JSON where the canonical text is the longer one", () => {
    const input = inputOf(65_000);
    expect(refuseTooLarge(input, "x".repeat(70_000), target)).toBeUndefined();
  });
});
