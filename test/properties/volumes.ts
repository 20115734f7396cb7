/** The volumes of a base that may be the user's, of both kinds, and the access points that users have on them: on none, one or both. */
import type { TaskDefinition, Volume } from "@aws-sdk/client-ecs";
import fc from "fast-check";
import type { CloneRules } from "../../src/derivation/clone-rules.ts";
import type { UserSpec } from "../../src/user/user.ts";
import { named } from "../cast.ts";
import { fileSystemArn } from "../volume-bases.ts";

export const accessPointId = fc.stringMatching(/^fsap-[0-9a-f]{8,17}$/);
const toArn = (id: string): string => `${fileSystemArn}/access-point/fsap-${id.slice(5).padStart(17, "0")}`;

const rootDirectory = fc.constantFrom("/", "");

const efs = fc
  .record(
    {
      fileSystemId: fc.string({ maxLength: 8 }),
      rootDirectory,
      transitEncryption: fc.constantFrom("ENABLED" as const, "DISABLED" as const),
      transitEncryptionPort: fc.nat(),
      authorizationConfig: fc.record({ iam: fc.constant("ENABLED" as const), accessPointId }, { requiredKeys: [] }),
    },
    { requiredKeys: ["fileSystemId"] },
  )
  .map((efsVolumeConfiguration) => ({ efsVolumeConfiguration }));

const s3Files = fc
  .record(
    { rootDirectory, transitEncryptionPort: fc.nat(), accessPointArn: accessPointId.map(toArn) },
    { requiredKeys: [] },
  )
  .map((members) => ({ s3filesVolumeConfiguration: { fileSystemArn, ...members } }));

/** A volume that can take an access point. */
export const ownVolume = (name: string): fc.Arbitrary<Volume> =>
  fc.oneof({ weight: 2, arbitrary: efs }, { weight: 1, arbitrary: s3Files }).map((kind) => ({ name, ...kind }));

type OwnAccess = Pick<UserSpec, "accessPointId" | "accessPoints">;

/** What a user has of access points, in either form. */
export const ownAccess: fc.Arbitrary<OwnAccess> = fc.oneof(
  accessPointId.map((id) => ({ accessPointId: id })),
  accessPointId.map((id) => ({ accessPoints: { home: id } })),
  fc.tuple(accessPointId, accessPointId).map(([home, data]) => ({ accessPoints: { home, data } })),
  fc.constant({}),
);

/** The user's access points by volume. */
export const accessOf = ({ accessPointId, accessPoints = {} }: OwnAccess): Readonly<Record<string, string>> =>
  accessPointId === undefined ? accessPoints : { home: accessPointId };

/** The user with access points of the kinds of the base's volumes. */
export function toFitting<User extends OwnAccess>(user: User, { volumes }: TaskDefinition): User {
  const toKind = (id: string, volume: string): string =>
    named(volumes, volume).s3filesVolumeConfiguration === undefined ? id : toArn(id);
  const { accessPointId, accessPoints } = user;
  const fitting = Object.entries(accessPoints ?? {}).map(([name, id]) => [name, toKind(id, name)]);
  return {
    ...user,
    ...(accessPointId !== undefined && { accessPointId: toKind(accessPointId, "home") }),
    ...(accessPoints && { accessPoints: Object.fromEntries(fitting) }),
  };
}

/** The rules by which the user's volumes are those that they have access points on. */
export function rulesOf({ accessPointId, accessPoints }: OwnAccess): CloneRules {
  if (accessPointId !== undefined) return { container: "app", volume: "home" };
  return { container: "app", volume: accessPoints === undefined ? false : Object.keys(accessPoints) };
}

/** The user with an only access point in the short form, as it is read back. */
export function toShortForm<User extends OwnAccess>(user: User): User {
  const { accessPoints, ...rest } = user;
  const [only, ...others] = Object.values(accessPoints ?? {});
  // The cast: no other member is touched.
  return only === undefined || others.length > 0 ? user : ({ ...rest, accessPointId: only } as unknown as User);
}

/** What a volume is without its access point, and what goes along with one. */
export function withoutAccess(volume: Volume): object {
  const { efsVolumeConfiguration: efs, s3filesVolumeConfiguration: s3Files } = volume;
  if (efs === undefined) return { ...volume, s3filesVolumeConfiguration: { ...s3Files, accessPointArn: undefined } };
  const authorizationConfig = { ...efs.authorizationConfig, accessPointId: undefined };
  return { ...volume, efsVolumeConfiguration: { ...efs, authorizationConfig, transitEncryption: undefined } };
}
