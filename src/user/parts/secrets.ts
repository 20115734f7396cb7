import type { Secret } from "@aws-sdk/client-ecs";
import * as z from "zod";
import { UnfitBaseError } from "../../errors.ts";
import { parseInput } from "../../parse-input.ts";
import type { RegisterInput } from "../../task-definition.ts";
import { parseRegisterInput } from "../input-shape.ts";
import { containerOf, parseTarget, type Target, withContainer } from "../target.ts";
import { names as nameNote, type UserPart } from "../user-part.ts";
import {
  type NameRules,
  type ReservedName,
  refuseReservedNames,
  reservedSchema,
  toValues,
  type Variables,
  variablesOf,
  withNamed,
} from "./variables.ts";

export interface OwnSecrets {
  /**
   * Secrets, by the name of the environment variable that the container sees. The value says where ECS finds the secret and is never the
   * secret itself: a Secrets Manager ARN (with its optional `:json-key:version-stage:version-id`), an SSM parameter ARN, or an SSM
   * parameter name that begins with `/`.
   */
  readonly secrets?: Variables | undefined;
}

/**
 * The three forms of a secret's `valueFrom`. ECS reads anything that is not an ARN as the name of an SSM parameter, so it would look up a
 * bare secret name in the wrong service, when the task starts.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.md for the colons
 */
const valueFromPatterns = [
  /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[^:\s]+(?::[^:\s]*:[^:\s]*:[^:\s]*)?$/,
  /^arn:aws[a-z-]*:ssm:[a-z0-9-]+:\d{12}:parameter\/\S+$/,
  /^\/[A-Za-z0-9_./-]+$/,
];

const valueFrom = z.string().refine((value) => valueFromPatterns.some((pattern) => pattern.test(value)), {
  error:
    "expected a Secrets Manager ARN (arn:aws:secretsmanager:<region>:<account>:secret:<name>, optionally followed by " +
    ":<json-key>:<version-stage>:<version-id> with all three colons), an SSM parameter ARN, or an SSM parameter name that begins with `/`; " +
    "a bare secret name would be read as an SSM parameter",
});

const schema = variablesOf(valueFrom);

export const secrets: UserPart<Variables, readonly string[], NameRules> = {
  schema: schema.optional(),
  change: variablesOf(valueFrom.nullish()).nullish(),
  note: nameNote,
  refuse: (value, { reserved }) => refuseReservedNames("secrets", value, reserved),
  apply: applySecrets,
  readBack: (clone, place, noted) =>
    toValues(noted, new Map(containerOf(clone, place)?.secrets?.map(({ name, valueFrom }) => [name, valueFrom]))),
};

/**
 * Sets the user's secrets on the user's container: in place of a base secret of the same name, otherwise at the end. Removes every base
 * environment variable of that name, since ECS accepts a name once per container.
 *
 * @throws {@link InvalidInputError} for a reserved name, and if an argument is malformed.
 * @throws {@link UnfitBaseError} if the base has no execution role, which ECS needs to fetch secrets.
 */
export function withSecrets(
  input: RegisterInput,
  target: Target,
  secrets: Variables,
  reserved: readonly ReservedName[] = [],
): RegisterInput {
  const checked = parseInput(schema, secrets, "the secrets");
  refuseReservedNames("secrets", checked, parseInput(reservedSchema, reserved, "the reserved names"));
  return applySecrets(parseRegisterInput(input), checked, parseTarget(target));
}

function applySecrets(input: RegisterInput, secrets: Variables, target: Target): RegisterInput {
  const names = new Set(Object.keys(secrets));
  if (names.size === 0) return input;
  if (input.executionRoleArn === undefined || input.executionRoleArn === "") {
    throw new UnfitBaseError(
      `Base ${target.baseName} has no executionRoleArn, with which ECS would fetch the user's secrets ${[...names].join(", ")}. Give the base one.`,
    );
  }
  return withContainer(input, target, (container) => ({
    ...container,
    ...(container.environment && {
      environment: container.environment.filter(({ name = "" }) => !names.has(name)),
    }),
    secrets: withNamed<Secret>(container.secrets, secrets, (name, valueFrom) => ({ name, valueFrom })),
  }));
}
