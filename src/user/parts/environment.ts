import type { ContainerDefinition, KeyValuePair } from "@aws-sdk/client-ecs";
import { InvalidInputError } from "../../errors.ts";
import { lazily } from "../../lazily.ts";
import { parseInput } from "../../parse-input.ts";
import type { RegisterInput } from "../../task-definition.ts";
import { membersOf } from "../../unknown-value.ts";
import { parseRegisterInput } from "../input-shape.ts";
import { containerOf, parseTarget, type Target, withContainer } from "../target.ts";
import { names, type UserPart } from "../user-part.ts";
import {
  entryValue,
  type NameRules,
  type ReservedName,
  refuseReservedNames,
  reservedSchema,
  toValues,
  type Variables,
  variablesOf,
  withNamed,
} from "./variables.ts";

export interface OwnEnvironment {
  /** Plain environment variables, by name. Anyone who can describe the task definition can read them. */
  readonly environment?: Variables | undefined;
}

const schema = lazily(() => variablesOf(entryValue(), "value"));

/** @internal */
export const environment: UserPart<Variables, readonly string[], NameRules> = {
  schema: () => schema().optional(),
  change: () => variablesOf(entryValue().nullish(), "value").nullish(),
  note: names,
  check(value, { secrets }, context) {
    for (const name of Object.keys(value)) {
      if (Object.hasOwn(membersOf(secrets), name)) {
        context.addIssue({
          code: "custom",
          path: ["environment", name],
          message: "the name is among the user's secrets too; ECS takes a name once per container",
        });
      }
    }
  },
  refuse: (value, { reserved }, container) => refuseReservedNames("environment", value, reserved, container),
  apply: applyEnvironment,
  readBack: (clone, place, noted) =>
    toValues(noted, new Map(containerOf(clone, place)?.environment?.map(({ name, value }) => [name, value]))),
};

/**
 * Sets the user's plain variables on the user's container: in place of a base variable of the same name (dropping the base's duplicates),
 * otherwise at the end.
 *
 * @throws {@link InvalidInputError} for a reserved name, for the name of a base secret, which a plain value would displace, and if an argument is
 * malformed.
 */
export function withEnvironment(
  input: RegisterInput,
  target: Target,
  environment: Variables,
  reserved: readonly ReservedName[] = [],
): RegisterInput {
  const checked = parseInput(schema(), environment, "environment");
  refuseReservedNames("environment", checked, parseInput(reservedSchema(), reserved, "reserved names"));
  return applyEnvironment(parseRegisterInput(input), checked, parseTarget(target));
}

function applyEnvironment(input: RegisterInput, environment: Variables, target: Target): RegisterInput {
  if (Object.keys(environment).length === 0) return input;
  return withContainer(input, target, (container) => {
    refuseDisplacedSecret(container, environment, target);
    return {
      ...container,
      environment: withNamed<KeyValuePair>(container.environment, environment, (name, value) => ({ name, value })),
    };
  });
}

function refuseDisplacedSecret(container: ContainerDefinition, environment: Variables, target: Target): void {
  const displaced = container.secrets?.filter(({ name = "" }) => Object.hasOwn(environment, name));
  if (!displaced?.length) return;
  throw new InvalidInputError(
    `The user's environment sets ${displaced.map(({ name }) => name).join(", ")}, which is a secret in container ${target.container} of base ${target.baseName}. ` +
      "A plain value would displace it: pass it in the user's secrets, or choose another name.",
  );
}
