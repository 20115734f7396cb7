import type {
  ContainerDefinition,
  KeyValuePair,
  RegisterTaskDefinitionCommandInput,
  Secret,
} from "@aws-sdk/client-ecs";
import { InvalidInputError, UnfitBaseError } from "../../errors.ts";
import { type Target, withContainer } from "../target.ts";

/** A name, or a pattern of names, that no user may set. */
export type ReservedName = string | RegExp;

/** Variables by name: for secrets the `valueFrom`, for the environment the value. */
export type Variables = Readonly<Record<string, string>>;

/**
 * Sets the user's secrets on the user's container: in place of a base secret of the same name, else at the end. A base environment variable
 * of that name makes way, as often as the base repeats it, since ECS takes a name once per container.
 *
 * @throws {@link InvalidInputError} for a reserved name.
 * @throws {@link UnfitBaseError} when the base has no execution role: ECS fetches secrets with it.
 */
export function withSecrets(
  input: RegisterTaskDefinitionCommandInput,
  target: Target,
  secrets: Variables,
  reserved: readonly ReservedName[] = [],
): RegisterTaskDefinitionCommandInput {
  const names = Object.keys(secrets);
  if (names.length === 0) return input;
  refuseReservedNames({ secrets }, reserved);
  if (input.executionRoleArn === undefined || input.executionRoleArn === "") {
    throw new UnfitBaseError(
      `Base ${target.base} has no executionRoleArn, with which ECS would fetch the user's secrets ${names.join(", ")}. Give the base one.`,
    );
  }
  return withContainer(input, target, (container) => ({
    ...container,
    ...(container.environment && { environment: withoutNames(container.environment, secrets) }),
    secrets: withNamed<Secret>(container.secrets, secrets, (name, valueFrom) => ({ name, valueFrom })),
  }));
}

/**
 * Sets the user's plain variables on the user's container: in place of a base variable of the same name (the base's repetitions go), else at
 * the end.
 *
 * @throws {@link InvalidInputError} for a reserved name, and for the name of a base secret: a plain value would displace it.
 */
export function withEnvironment(
  input: RegisterTaskDefinitionCommandInput,
  target: Target,
  environment: Variables,
  reserved: readonly ReservedName[] = [],
): RegisterTaskDefinitionCommandInput {
  if (Object.keys(environment).length === 0) return input;
  refuseReservedNames({ environment }, reserved);
  return withContainer(input, target, (container) => {
    refuseDisplacedSecret(container, environment, target);
    return {
      ...container,
      environment: withNamed<KeyValuePair>(container.environment, environment, (name, value) => ({ name, value })),
    };
  });
}

interface Named {
  readonly name?: string | undefined;
}

/** The entries that have none of these names. */
function withoutNames<Entry extends Named>(entries: readonly Entry[], variables: Variables): Entry[] {
  return entries.filter(({ name = "" }) => !Object.hasOwn(variables, name));
}

/** The list with every variable in it once: at the first place its name had, else at the end. */
function withNamed<Entry extends Named>(
  entries: readonly Entry[] = [],
  variables: Variables,
  toEntry: (name: string, value: string) => Entry,
): Entry[] {
  const own = new Map(Object.entries(variables));
  const pending = new Map(own);
  const result: Entry[] = [];
  for (const entry of entries) {
    const { name = "" } = entry;
    const value = own.get(name);
    if (value === undefined) result.push(entry);
    else if (pending.delete(name)) result.push(toEntry(name, value));
  }
  for (const [name, value] of pending) result.push(toEntry(name, value));
  return result;
}

/** `search`, unlike `test`, keeps no place in a pattern that has the flag `g` or `y`. */
const isReserved = (name: string, reserved: readonly ReservedName[]): boolean =>
  reserved.some((entry) => (typeof entry === "string" ? entry === name : name.search(entry) !== -1));

/** Names to set, and with `null` names to remove. */
type Names = Readonly<Record<string, unknown>> | null | undefined;

/**
 * Refuses names that are kept for the platform. Removing one is no offence: it may have been free once.
 *
 * @throws {@link InvalidInputError}
 */
export function refuseReservedNames(
  variables: { readonly secrets?: Names; readonly environment?: Names },
  reserved: readonly ReservedName[] = [],
): void {
  for (const member of ["secrets", "environment"] as const) {
    const refused = Object.entries(variables[member] ?? {}).flatMap(([name, value]) =>
      value !== null && isReserved(name, reserved) ? [name] : [],
    );
    if (refused.length === 0) continue;
    throw new InvalidInputError(
      `The user's ${member} set ${refused.join(", ")}, which the option \`reserved\` keeps for the platform. Choose other names.`,
    );
  }
}

function refuseDisplacedSecret(container: ContainerDefinition, environment: Variables, target: Target): void {
  const displaced = (container.secrets ?? []).flatMap(({ name }) =>
    name !== undefined && Object.hasOwn(environment, name) ? [name] : [],
  );
  if (displaced.length === 0) return;
  throw new InvalidInputError(
    `The user's environment sets ${displaced.join(", ")}, which is a secret in container ${target.container} of base ${target.base}. ` +
      "A plain value would displace it: pass it in the user's secrets, or choose another name.",
  );
}
