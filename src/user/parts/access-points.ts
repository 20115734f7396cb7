import { InvalidInputError } from "../../errors.ts";
import { lazily } from "../../lazily.ts";
import { parseInput, recordOf } from "../../parse-input.ts";
import type { RegisterInput } from "../../task-definition.ts";
import { parseRegisterInput } from "../input-shape.ts";
import { parseTarget, type Target } from "../target.ts";
import { names, type UserPart } from "../user-part.ts";
import { toNamedVolumes, type VolumeNames } from "../volumes.ts";
import {
  accessPointAt,
  accessPointSchema,
  applyAccessPoint,
  refuseUnderNoVolume,
  refuseUnfitVolume,
  setNoVolume,
} from "./access-point.ts";
import { toValues } from "./variables.ts";
import { judgeVolumes } from "./volume-judgement.ts";

/** Access points by the name of the volume: for EFS an id, for S3 Files an ARN. */
export type AccessPoints = Readonly<Record<string, string>>;

export interface OwnAccessPoints {
  /**
   * The user's access points, by the name of the volume: one for each volume that the option `volume` names, in the forms of `accessPointId`. A clone with a
   * single one is read back as `accessPointId`, so that it follows a volume that is renamed.
   */
  readonly accessPoints?: AccessPoints | undefined;
}

const form = { entry: "<volume>: <access point>" };

const schema = lazily(() => recordOf(accessPointSchema(), form));

/** @internal */
export const accessPoints: UserPart<AccessPoints, readonly string[], VolumeNames> = {
  schema: () => schema().optional(),
  change: () => recordOf(accessPointSchema().nullish(), form).nullish(),
  note: names,
  check(_, { accessPointId }, context) {
    if (accessPointId === undefined) return;
    context.addIssue({
      code: "custom",
      path: ["accessPoints"],
      message: "is given along with accessPointId, which is the short form for an only volume. Give one of them",
    });
  },
  whyIncomplete({ accessPointId, accessPoints }, { volume }) {
    const named = toNamedVolumes(volume);
    if (accessPoints === undefined || accessPoints === null) {
      if (accessPointId !== undefined || named === undefined || named.length < 2) return undefined;
      return `is missing: users have the volumes ${named.join(", ")}, each with an access point of its own. ${setNoVolume}`;
    }
    // Anything but a map of access points is reported by its schema.
    if (typeof accessPoints !== "object" || Array.isArray(accessPoints)) return undefined;
    const missing = (named ?? []).filter((name) => !Object.hasOwn(accessPoints, name));
    if (missing.length > 0)
      return `has no entry for ${missing.join(", ")}: every volume of the user's needs an access point`;
    if (named !== undefined || Object.keys(accessPoints).length > 0) return undefined;
    return `has no entries. ${setNoVolume}`;
  },
  whyNotRemovable: ({ accessPointId }, { volume }) =>
    typeof accessPointId === "string" || volume === false
      ? undefined
      : "is null; leave it out (or use undefined) to keep the clone's",
  refuse(value, { volume }) {
    if (Object.keys(value).length === 0) return;
    refuseUnderNoVolume("accessPoints", volume);
    const named = toNamedVolumes(volume);
    if (named !== undefined) refuseStrangers(value, named);
  },
  apply: applyAccessPoints,
  judge(final, value, { target, rules }) {
    for (const [name, own] of Object.entries(value)) refuseUnfitVolume(final, name, own, target.baseName);
    return judgeVolumes(final, target, rules);
  },
  readBack: (clone, _, noted) => toValues(noted, new Map(noted.map((name) => [name, accessPointAt(clone, name)]))),
};

/** @throws {@link InvalidInputError} for an access point that is for no volume of the user's. */
export function refuseStrangers(accessPoints: AccessPoints, volumes: readonly string[], base = ""): void {
  const strangers = Object.keys(accessPoints).filter((name) => !volumes.includes(name));
  if (strangers.length === 0) return;
  throw new InvalidInputError(
    `The user's accessPoints name ${strangers.join(", ")}, and the user's volumes${base} are ${volumes.join(", ")}. Name only these, or set the option \`volume\`.`,
  );
}

/**
 * Sets the user's access points on the user's volumes, as {@link withAccessPoint} does on an only one.
 *
 * @throws {@link InvalidInputError} if an argument is malformed, a volume of the target gets no access point, or an access point is for another volume or of
 * another kind.
 * @throws {@link UnfitBaseError} if there is no such volume, or it has a root directory.
 */
export function withAccessPoints(input: RegisterInput, target: Target, accessPoints: AccessPoints): RegisterInput {
  const checked = parseRegisterInput(input);
  const own = parseInput(schema(), accessPoints, "access points");
  const place = parseTarget(target);
  refuseStrangers(own, place.volumes);
  const missing = place.volumes.filter((name) => !Object.hasOwn(own, name));
  if (missing.length === 0) return applyAccessPoints(checked, own, place);
  throw new InvalidInputError(
    `The user's accessPoints have no entry for ${missing.join(", ")}. Every volume of the user's needs an access point.`,
  );
}

function applyAccessPoints(input: RegisterInput, accessPoints: AccessPoints, { baseName }: Target): RegisterInput {
  return Object.entries(accessPoints).reduce(
    (applied, [volume, accessPoint]) => applyAccessPoint(applied, volume, accessPoint, baseName),
    input,
  );
}
