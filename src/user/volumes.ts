import type { Volume } from "@aws-sdk/client-ecs";
import * as z from "zod";
import { InvalidInputError, UnfitBaseError } from "../errors.ts";
import { lazily } from "../lazily.ts";
import type { RegisterInput } from "../task-definition.ts";
import type { TargetNames } from "./target.ts";

/** The options that say which volumes are the user's. */
export type VolumeNames = Pick<TargetNames, "volume" | "shared">;

/** The schemas of these options. @internal */
export const volumeNames = lazily(() => {
  const name = z.string().min(1);
  return {
    volume: z
      .union(
        [name, z.array(name).min(1).refine(isWithoutRepetition).readonly(), z.literal(false)],
        "must be the name of a volume, a list of different names, or false if users have no volume of their own",
      )
      .optional(),
    shared: z.array(name).readonly().optional(),
  };
});

function isWithoutRepetition(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}

/** Refuses a volume that is the user's and shared at once. @throws {@link InvalidInputError} */
export function refuseContradictoryVolumes({ volume, shared = [] }: VolumeNames): void {
  const both = (toNamedVolumes(volume) ?? []).filter((one) => shared.includes(one));
  if (both.length === 0) return;
  throw new InvalidInputError(
    `The options \`volume\` and \`shared\` both name ${both.join(", ")}. A volume is either the user's own or shared by all users.`,
  );
}

/** The volumes that the option names. `undefined` if it leaves the choice to the base. */
export function toNamedVolumes(volume: VolumeNames["volume"]): readonly string[] | undefined {
  if (volume === false) return [];
  return typeof volume === "string" ? [volume] : volume;
}

/** Whether a volume of this name is the user's, or would be if the base had no other. */
export function mayBeUsers({ name }: Volume, { volume, shared = [] }: VolumeNames): boolean {
  const named = toNamedVolumes(volume);
  return named === undefined ? name === undefined || !shared.includes(name) : named.includes(name ?? "");
}

/** Whether a volume is of a kind that has access points. */
export const takesAccessPoint = ({ efsVolumeConfiguration, s3filesVolumeConfiguration }: Volume): boolean =>
  Boolean(efsVolumeConfiguration ?? s3filesVolumeConfiguration);

/** A volume's access point: an id for EFS, an ARN for S3 Files. In a file or a mock, null and an empty text stand for absent. */
export const accessPointOf = ({ efsVolumeConfiguration, s3filesVolumeConfiguration }: Volume): string | undefined =>
  efsVolumeConfiguration?.authorizationConfig?.accessPointId || s3filesVolumeConfiguration?.accessPointArn || undefined;

/**
 * Finds the user's volumes: the named ones, or the only one that can take an access point and is not shared.
 *
 * @throws {@link UnfitBaseError} if there are none or several to choose from, or a named one is missing or takes no access point.
 */
export function toVolumeNames({ volumes = [] }: RegisterInput, base: string, names: VolumeNames): readonly string[] {
  const named = toNamedVolumes(names.volume);
  if (named === undefined) return [toOnlyVolume(volumes, base, names)];
  for (const one of named) refuseUnfitVolume(volumes, base, one);
  return named;
}

function refuseUnfitVolume(volumes: readonly Volume[], base: string, name: string): void {
  const fit = volumes.filter(takesAccessPoint);
  const found = namesOf(fit);
  if (found.includes(name)) return;
  throw new UnfitBaseError(
    namesOf(volumes).includes(name)
      ? `Volume ${name} of base ${base} is not an EFS volume, nor an S3 Files volume, so it cannot carry an access point. Its ${kindsOf(fit)} volumes: ${list(found)}.`
      : `Base ${base} has no volume ${name}. Its ${kindsOf(fit)} volumes: ${list(found)}. Set the option \`volume\` to one of them.`,
  );
}

function toOnlyVolume(volumes: readonly Volume[], base: string, names: VolumeNames): string {
  const candidates = volumes.filter((volume) => takesAccessPoint(volume) && mayBeUsers(volume, names));
  const [only, ...others] = candidates;
  if (only?.name !== undefined && others.length === 0) return only.name;
  const shared = volumes.filter((volume) => takesAccessPoint(volume) && !mayBeUsers(volume, names));
  throw new UnfitBaseError(
    only === undefined
      ? `Base ${base} has no EFS volume and no S3 Files volume${shared.length > 0 ? " other than those in the option `shared`" : ""}, so the user's access point ` +
          `cannot be applied. Its volumes: ${list(namesOf(volumes))}. If users have no volume of their own, set the option \`volume: false\`.`
      : `Base ${base} has ${candidates.length} ${kindsOf(candidates)} volumes: ${list(namesOf(candidates))}. Name the user's in the option \`volume\`.`,
  );
}

const kindsOf = (volumes: readonly Volume[]): string =>
  volumes.some(({ s3filesVolumeConfiguration }) => s3filesVolumeConfiguration) ? "EFS and S3 Files" : "EFS";

const namesOf = (volumes: readonly Volume[]): string[] => volumes.map(({ name }) => name ?? "(without a name)");

const list = (names: readonly string[]): string => (names.length === 0 ? "none" : names.join(", "));
