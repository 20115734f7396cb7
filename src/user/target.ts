import type { ContainerDefinition, Volume } from "@aws-sdk/client-ecs";
import * as z from "zod";
import { UnfitBaseError } from "../errors.ts";
import { parseInput } from "../parse-input.ts";
import type { RegisterInput } from "../task-definition.ts";
import { parseRegisterInput } from "./input-shape.ts";

/** The container and volume in a task definition that belong to the user. */
export interface Place {
  /** Name of the user's container. */
  readonly container: string;
  /** Name of the user's EFS volume. */
  readonly volume: string;
}

/** The container and volume in a base that belong to the user. */
export interface Target extends Place {
  /** `family:revision` of the base, for messages. */
  readonly baseName: string;
}

/** The names by which the options choose the user's container and volume. */
export interface TargetNames {
  /** Name of the user's container. @default the only container */
  readonly container?: string | undefined;
  /** Name of the user's EFS volume. @default the only EFS volume */
  readonly volume?: string | undefined;
}

const name = z.string().min(1);

const targetSchema = z.object({ baseName: name, container: name, volume: name }) satisfies z.ZodType<Target>;

/** The names of the user's container and volume, as the options have them. */
export const targetNames = { container: name.optional(), volume: name.optional() } as const;

const targetNamesSchema = z.object(targetNames) satisfies z.ZodType<TargetNames>;

/**
 * Checks what a caller passed as a target.
 *
 * @throws {@link InvalidInputError}
 */
export function parseTarget(value: unknown): Target {
  return parseInput(targetSchema, value, "target");
}

/**
 * Finds the user's container and volume: the named ones, or the only container and the only EFS volume.
 *
 * @throws {@link InvalidInputError} if an argument is malformed.
 * @throws {@link UnfitBaseError} if there are none or several to choose from, or the named one is missing or is not an EFS volume.
 */
export function toTarget(input: RegisterInput, baseName: string, names: TargetNames): Target {
  return findTarget(
    parseRegisterInput(input),
    parseInput(name, baseName, "base's name"),
    parseInput(targetNamesSchema, names, "names of the target"),
  );
}

/** {@link toTarget} for what was already checked. @throws UnfitBaseError */
export function findTarget(input: RegisterInput, baseName: string, { container, volume }: TargetNames): Target {
  return {
    baseName,
    container: toContainerName(input, baseName, container),
    volume: toVolumeName(input, baseName, volume),
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

function toVolumeName(input: RegisterInput, base: string, name: string | undefined): string {
  const volumes = input.volumes ?? [];
  const efsVolumes = volumes.filter(isEfsVolume);
  const found = namesOf(efsVolumes);
  if (name !== undefined) {
    if (found.includes(name)) return name;
    throw new UnfitBaseError(
      namesOf(volumes).includes(name)
        ? `Volume ${name} of base ${base} is not an EFS volume, so it cannot carry an access point. Its EFS volumes: ${list(found)}.`
        : `Base ${base} has no volume ${name}. Its EFS volumes: ${list(found)}. Set the option \`volume\` to one of them.`,
    );
  }
  const only = onlyNameOf(efsVolumes);
  if (only !== undefined) return only;
  throw new UnfitBaseError(
    found.length === 0
      ? `Base ${base} has no EFS volume, so the user's access point cannot be applied. Its volumes: ${list(namesOf(volumes))}.`
      : `Base ${base} has ${found.length} EFS volumes: ${list(found)}. Name the user's in the option \`volume\`.`,
  );
}

const isEfsVolume = (volume: Volume): boolean => volume.efsVolumeConfiguration !== undefined;

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
 * @throws {@link UnfitBaseError} if there is no such container: a change that cannot be made must not pass for one that was.
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
