import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import * as z from "zod";
import { lazily } from "../../lazily.ts";
import { parseInput, toFound } from "../../parse-input.ts";
import type { RegisterInput } from "../../task-definition.ts";
import { membersOf } from "../../unknown-value.ts";
import { parseRegisterInput } from "../input-shape.ts";
import { containerOf, parseTarget, type Target, withContainer } from "../target.ts";
import type { Note, UserPart } from "../user-part.ts";
import {
  type NameRules,
  type ReservedName,
  refuseReservedUnset,
  reservedSchema,
  variableName,
  withoutNamed,
} from "./variables.ts";

export interface OwnUnset {
  /**
   * Names of the base's variables and secrets that this user's clone leaves out. A name that the base lacks is left out once the base has it. In a patch,
   * the list replaces the clone's whole list.
   */
  readonly unset?: readonly string[] | undefined;
}

const mostNames = 5000;

const schema = lazily(() =>
  z
    .array(variableName(), {
      error: ({ code, input }) =>
        code !== "invalid_type" || input === null || input === undefined
          ? undefined
          : `must be an array of names, got ${toFound(input)}`,
    })
    .max(mostNames, "has more than 5,000 names, and no base has as many variables"),
);

const toSorted = (names: readonly string[]): readonly string[] => [...new Set(names)].sort();

/** Notes the names, whatever their order, and however often they are given. */
const note: Note<readonly string[], readonly string[]> = {
  schema: () => z.array(z.string()),
  of: toSorted,
  isNone: ({ length }) => length === 0,
};

/** @internal */
export const unset: UserPart<readonly string[], readonly string[], NameRules> = {
  schema: () => schema().optional(),
  change: () => schema().nullish(),
  note,
  check(value, user, context) {
    for (const part of ["secrets", "environment"] as const) {
      const own = membersOf(user[part]);
      const both = toSorted(value).filter((name) => Object.hasOwn(own, name));
      if (both.length === 0) continue;
      context.addIssue({
        code: "custom",
        path: ["unset"],
        message: `names ${both.join(", ")}, which the user's ${part} set: leave a name out or set it, not both`,
      });
    }
  },
  refuse: (value, { reserved }, container) => refuseReservedUnset(value, reserved, container),
  apply: applyUnset,
  readBack(clone, place, noted) {
    const container = containerOf(clone, place);
    if (container === undefined) return undefined;
    const there = new Set([...(container.environment ?? []), ...(container.secrets ?? [])].map(({ name }) => name));
    return noted.some((name) => there.has(name)) ? undefined : noted;
  },
  toVouched: (value) => ({ unset: toSorted(value) }),
};

/**
 * Leaves out the variables and secrets of these names from the user's container. Names that it does not have make no difference.
 *
 * @throws {@link InvalidInputError} for a reserved name, and if an argument is malformed.
 */
export function withoutVariables(
  input: RegisterInput,
  target: Target,
  names: readonly string[],
  reserved: readonly ReservedName[] = [],
): RegisterInput {
  const checked = parseInput(schema(), names, "names to leave out");
  refuseReservedUnset(checked, parseInput(reservedSchema(), reserved, "reserved names"));
  return applyUnset(parseRegisterInput(input), checked, parseTarget(target));
}

function applyUnset(input: RegisterInput, unset: readonly string[], target: Target): RegisterInput {
  if (unset.length === 0) return input;
  const names = new Set(unset);
  return withContainer(
    input,
    target,
    (container): ContainerDefinition => ({
      ...container,
      ...(container.environment && { environment: withoutNamed(container.environment, names) }),
      ...(container.secrets && { secrets: withoutNamed(container.secrets, names) }),
    }),
  );
}
