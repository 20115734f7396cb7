import type { Secret } from "@aws-sdk/client-ecs";
import { UnfitBaseError } from "../../errors.ts";
import { lazily } from "../../lazily.ts";
import { parseInput } from "../../parse-input.ts";
import type { RegisterInput } from "../../task-definition.ts";
import { parseRegisterInput } from "../input-shape.ts";
import { containerOf, parseTarget, type Target, withContainer } from "../target.ts";
import { names as nameNote, type UserPart } from "../user-part.ts";
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
  withoutNamed,
} from "./variables.ts";

export interface OwnSecrets {
  /**
   * Secrets, by the name of the environment variable that the container sees. The value says where ECS finds the secret and is never the
   * secret itself: a Secrets Manager ARN (with its optional `:json-key:version-stage:version-id`; give a stage or an id, not both), an SSM
   * parameter ARN, or an SSM parameter name that begins with `/`.
   */
  readonly secrets?: Variables | undefined;
}

const secretForm = "arn:aws:secretsmanager:<region>:<account>:secret:<name>-AbCdEf";

const forms =
  `must say where ECS finds the secret: ${secretForm} for a secret, arn:aws:ssm:<region>:<account>:parameter/<name> or /<name> for an SSM ` +
  "parameter. ECS would look up a bare name as an SSM parameter";

const colons =
  "has some of the parts after the secret's name, so all three of their colons are needed: " +
  `${secretForm}:<json-key>:<version-stage>:<version-id>, each of them empty or not`;

const twoVersions =
  "names both a version stage and a version id. ECS takes one of them: leave the other empty, and keep the colons";

/** A Secrets Manager ARN up to the secret's name, and what follows it. */
const secretPattern = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[^:\s]+(:.*)?$/s;
const partsPattern = /^:[^:\p{Cc}]*:([^:\s]*):([^:\s]*)$/u;
const parameterPatterns = [/^arn:aws[a-z-]*:ssm:[a-z0-9-]+:\d{12}:parameter\/\S+$/, /^\/[A-Za-z0-9_./-]+$/];

/**
 * What is wrong with a secret's `valueFrom`. ECS reads anything that is not an ARN as the name of an SSM parameter, so it would look up a bare
 * secret name in the wrong service, when the task starts. A JSON key may be any text.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.md for the colons
 */
function whyNoReference(value: string): string | undefined {
  const secret = secretPattern.exec(value);
  if (secret === null) return parameterPatterns.some((pattern) => pattern.test(value)) ? undefined : forms;
  const [, parts] = secret;
  if (parts === undefined) return undefined;
  const [isRight, stage, id] = partsPattern.exec(parts) ?? [];
  if (isRight === undefined) return colons;
  return stage && id ? twoVersions : undefined;
}

/** The message never repeats the value: somebody may have passed the secret itself. */
const valueFrom = lazily(() =>
  entryValue().superRefine((value, context) => {
    const message = whyNoReference(value);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  }),
);

const schema = lazily(() => variablesOf(valueFrom(), "valueFrom"));

/** @internal */
export const secrets: UserPart<Variables, readonly string[], NameRules> = {
  schema: () => schema().optional(),
  change: () => variablesOf(valueFrom().nullish(), "valueFrom").nullish(),
  note: nameNote,
  refuse: (value, { reserved }, container) => refuseReservedNames("secrets", value, reserved, container),
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
  const checked = parseInput(schema(), secrets, "secrets");
  refuseReservedNames("secrets", checked, parseInput(reservedSchema(), reserved, "reserved names"));
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
    ...(container.environment && { environment: withoutNamed(container.environment, names) }),
    secrets: withNamed<Secret>(container.secrets, secrets, (name, valueFrom) => ({ name, valueFrom })),
  }));
}
