import type { RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import { provenanceLabel } from "../../src/record/record.ts";
import { named } from "../fixtures.ts";
import { baseInput, type World } from "../world.ts";

export const openclaw = named(baseInput.containerDefinitions, "openclaw");
const [, ...sidecars] = baseInput.containerDefinitions ?? [];

/** The base with something else in its user's container. */
export const withOpenclaw = (changes: object): RegisterTaskDefinitionCommandInput => ({
  ...baseInput,
  containerDefinitions: [{ ...openclaw, ...changes }, ...sidecars],
});

/** The input that registered a revision. */
export function registeredAs({ ecs }: World, arn: string): RegisterTaskDefinitionCommandInput {
  const revision = ecs.revisions().find((one) => one.arn === arn);
  if (revision === undefined) throw new Error(`there is no ${arn}`);
  return revision.registered;
}

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
