import { toPatched } from "./merge-patch.ts";
import { refuseStrangers } from "./parts/access-points.ts";
import type { Target } from "./target.ts";
import type { UserPatch, UserSpec } from "./user.ts";
import { toNamedVolumes, type VolumeNames } from "./volumes.ts";

/**
 * The user with an only access point in the short form, in which a clone is read back: so it makes no difference in which form it was given, and it goes to
 * whichever volume the base has for it.
 *
 * @throws {@link InvalidInputError} if it is for another volume than the user's.
 */
export function withShortForm(user: UserSpec, { volumes, baseName }: Target): UserSpec {
  const { accessPoints, ...rest } = user;
  const [volume, ...others] = volumes;
  if (accessPoints === undefined || volume === undefined || others.length > 0) return user;
  refuseStrangers(accessPoints, volumes, ` in base ${baseName}`);
  return { ...rest, accessPointId: accessPoints[volume] };
}

/** What a patch is applied to: a user as read back from a clone, and the volume that the clone's record names. */
interface Patched {
  readonly user: UserSpec;
  readonly record: { readonly volume?: string | undefined };
}

/**
 * The user of a clone, changed by a JSON Merge Patch. Access points in one form mean those that the clone has in the other: an only one is merged with the named
 * ones if users have several volumes; otherwise the patch takes their place.
 */
export function toPatchedUser(clone: Patched, patch: UserPatch, rules: VolumeNames): unknown {
  return toPatched(toSameForm(clone, patch, rules), patch);
}

function toSameForm({ user, record: { volume } }: Patched, patch: UserPatch, rules: VolumeNames): UserSpec {
  const { accessPointId, accessPoints, ...rest } = user;
  if (accessPointId !== undefined && patch.accessPoints) {
    const isOneOfSeveral = (toNamedVolumes(rules.volume)?.length ?? 1) > 1 && patch.accessPointId === undefined;
    return volume !== undefined && isOneOfSeveral ? { ...rest, accessPoints: { [volume]: accessPointId } } : rest;
  }
  return accessPoints !== undefined && patch.accessPointId ? rest : user;
}
