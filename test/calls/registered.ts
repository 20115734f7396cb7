import type { RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import { provenanceLabel } from "../../src/record/record.ts";
import { baseInput, named } from "../cast.ts";
import { registeredAs, type World } from "../world.ts";

export const openclaw = named(baseInput.containerDefinitions, "openclaw");
const [, ...sidecars] = baseInput.containerDefinitions ?? [];

/** The base with something else in its user's container. */
export const withOpenclaw = (changes: object): RegisterTaskDefinitionCommandInput => ({
  ...baseInput,
  containerDefinitions: [{ ...openclaw, ...changes }, ...sidecars],
});

/** The user's container of a revision, as it was registered. */
export const containerOf = (world: World, arn: string) =>
  named(registeredAs(world, arn).containerDefinitions, "openclaw");

/** The input with another record of its origin on the user's container. */
export const withRecord = (
  input: RegisterTaskDefinitionCommandInput,
  record: string,
): RegisterTaskDefinitionCommandInput => ({
  ...input,
  containerDefinitions: (input.containerDefinitions ?? []).map((container) =>
    container.name === "openclaw"
      ? { ...container, dockerLabels: { ...container.dockerLabels, [provenanceLabel]: record } }
      : container,
  ),
});
