import type { MergePatch } from "./merge-patch.ts";
import type { PartTable } from "./part-table.ts";
import { accessPointId, type OwnAccessPoint } from "./parts/access-point.ts";
import { accessPoints, type OwnAccessPoints } from "./parts/access-points.ts";
import { containers, type OwnContainers } from "./parts/containers.ts";
import { custom, type OwnCustom } from "./parts/custom.ts";
import { environment, type OwnEnvironment } from "./parts/environment.ts";
import { ephemeralStorage, type OwnEphemeralStorage } from "./parts/ephemeral-storage.ts";
import { image, type OwnImage } from "./parts/image.ts";
import { type OwnSecrets, secrets } from "./parts/secrets.ts";
import { type OwnSize, type SizeRules, size } from "./parts/size.ts";
import { type OwnTags, tags } from "./parts/tags.ts";
import { type OwnTaskRole, taskRoleArn } from "./parts/task-role.ts";
import { type OwnUnset, unset } from "./parts/unset.ts";
import type { NameRules } from "./parts/variables.ts";
import type { UserPart } from "./user-part.ts";
import type { VolumeNames } from "./volumes.ts";

/** The user-specific parts of a clone. Omitted fields are inherited from the base. */
export interface UserSpec
  extends OwnAccessPoint,
    OwnAccessPoints,
    OwnUnset,
    OwnSecrets,
    OwnEnvironment,
    OwnImage,
    OwnContainers,
    OwnSize,
    OwnEphemeralStorage,
    OwnTaskRole,
    OwnTags,
    OwnCustom {
  /** The user's id in your system, in whatever form your identity provider gives it: 1 to 1,024 characters. */
  readonly userId: string;
}

/** What the options say about the parts of a user. */
export interface PartRules extends NameRules, SizeRules, VolumeNames {}

type PartName = Exclude<keyof UserSpec, "userId">;

/** Changes to the user-specific parts, as a JSON Merge Patch (RFC 7396): `null` gives a part back to the base, what is absent stays. */
export type UserPatch = {
  readonly [Name in PartName]?:
    | MergePatch<NonNullable<UserSpec[Name]>>
    | (undefined extends UserSpec[Name] ? null : never)
    | undefined;
};

/** One part for each name of `UserSpec`. A name that is missing, or that only the table has, does not compile. @internal */
export type PartsTable = { readonly [Name in PartName]: UserPart<NonNullable<UserSpec[Name]>, unknown, PartRules> };

/** The parts, in the order in which they are applied. */
const table: PartsTable = {
  accessPointId,
  accessPoints,
  unset,
  secrets,
  environment,
  image,
  containers,
  size,
  ephemeralStorage,
  taskRoleArn,
  tags,
  custom,
};

/** All parts that a user may own, for the loops over them. @internal */
export const parts: PartTable<PartRules> = table;
