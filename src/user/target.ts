import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import * as z from "zod";
import { UnfitBaseError } from "../errors.ts";
import { lazily } from "../lazily.ts";
import { parseInput } from "../parse-input.ts";
import type { RegisterInput } from "../task-definition.ts";
import { parseRegisterInput } from "./input-shape.ts";
import { refuseContradictoryVolumes, toVolumeNames, volumeNames } from "./volumes.ts";

/** The container and volumes in a task definition that belong to the user. */
export interface Place {
  /** Name of the user's container. */
  readonly container: string;
  /** Names of the user's EFS and S3 Files volumes; none if users have no volume of their own. */
  readonly volumes: readonly string[];
}

/** The container and volumes in a base that belong to the user. */
export interface Target extends Place {
  /** `family:revision` of the base, for messages. */
  readonly baseName: string;
}

/** The names by which the options choose the user's container and volumes. */
export interface TargetNames {
  /** Name of the user's container. @default the only container */
  readonly container?: string | undefined;
  /**
   * Name of the user's EFS or S3 Files volume, or a list of names if each user has several: every one of them must get an access point. `false` if users have
   * no volume of their own; an access point is an error then, and only the clone's record and `isBase` tell clones from bases.
   *
   * @default the only EFS or S3 Files volume that is not in `shared`
   */
  readonly volume?: string | readonly string[] | false | undefined;
  /** Names of volumes that all users share on purpose: never taken for the user's, and not warned of. @default none */
  readonly shared?: readonly string[] | undefined;
}

const name = lazily(() => z.string().min(1));

const targetSchema = lazily(
  () =>
    z.object({
      baseName: name(),
      container: name(),
      volumes: z.array(name()).readonly(),
    }) satisfies z.ZodType<Target>,
);

/** The names of the user's container and volumes, as the options have them. @internal */
export const targetNames = lazily(() => ({ container: name().optional(), ...volumeNames() }));

const targetNamesSchema = lazily(() => z.object(targetNames()) satisfies z.ZodType<TargetNames>);

/**
 * Checks what a caller passed as a target.
 *
 * @throws {@link InvalidInputError}
 */
export function parseTarget(value: unknown): Target {
  return parseInput(targetSchema(), value, "target");
}

/**
 * Finds the user's container and volumes: the named ones, or the only container and the only EFS or S3 Files volume that is not shared.
 *
 * @throws {@link InvalidInputError} if an argument is malformed.
 * @throws {@link UnfitBaseError} if there are none or several to choose from, or a named one is missing or takes no access point.
 */
export function toTarget(input: RegisterInput, baseName: string, names: TargetNames): Target {
  const parsed = parseInput(targetNamesSchema(), names, "names of the target");
  refuseContradictoryVolumes(parsed);
  return findTarget(parseRegisterInput(input), parseInput(name(), baseName, "base's name"), parsed);
}

/** {@link toTarget} for what was already checked. @throws UnfitBaseError */
export function findTarget(input: RegisterInput, baseName: string, names: TargetNames): Target {
  return {
    baseName,
    container: toContainerName(input, baseName, names.container),
    volumes: toVolumeNames(input, baseName, names),
  };
}

function toContainerName(input: RegisterInput, base: string, name: string | undefined): string {
  const containers = input.containerDefinitions ?? [];
  const found = namesOf(containers);
  if (name !== undefined) {
    if (found.includes(name)) return name;
    throw new UnfitBaseError(
      `Base ${base} has no container ${name}. It has ${list(found)}. Set the option \`container\` to one of them.`,
    );
  }
  const only = onlyNameOf(containers);
  if (only !== undefined) return only;
  throw new UnfitBaseError(
    found.length === 0
      ? `Base ${base} has no containers, so there is none to give to the user.`
      : `Base ${base} has ${found.length} containers: ${list(found)}. Name the user's in the option \`container\`.`,
  );
}

interface Named {
  readonly name?: string | undefined;
}

const onlyNameOf = ([only, ...others]: readonly Named[]): string | undefined =>
  others.length === 0 ? only?.name : undefined;

/** The names of containers or volumes, for a message. */
export const namesOf = (named: readonly Named[]): string[] => named.map(({ name }) => name ?? "(without a name)");

/** Names for a message. */
export const list = (names: readonly string[]): string => (names.length === 0 ? "none" : names.join(", "));

/**
 * Returns the input with the user's container changed.
 *
 * @throws {@link UnfitBaseError} if there is no such container: a change that cannot be made must not pass for a change that was.
 */
export function withContainer(
  input: RegisterInput,
  { baseName, container: name }: Target,
  change: (container: ContainerDefinition) => ContainerDefinition,
): RegisterInput {
  let isChanged = false;
  const containerDefinitions = input.containerDefinitions?.map((container) => {
    if (container.name !== name) return container;
    isChanged = true;
    return change(container);
  });
  if (!isChanged) throw new UnfitBaseError(`Base ${baseName} has no container ${name} to change.`);
  return { ...input, containerDefinitions };
}

/** The user's container, if present. */
export function containerOf(
  { containerDefinitions }: Pick<Partial<RegisterInput>, "containerDefinitions">,
  { container }: Place,
): ContainerDefinition | undefined {
  return containerDefinitions?.find(({ name }) => name === container);
}
