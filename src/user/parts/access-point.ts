import type { EFSVolumeConfiguration, S3FilesVolumeConfiguration, Volume } from "@aws-sdk/client-ecs";
import * as z from "zod";
import { InvalidInputError, UnfitBaseError } from "../../errors.ts";
import { lazily } from "../../lazily.ts";
import { parseInput } from "../../parse-input.ts";
import type { RegisterInput } from "../../task-definition.ts";
import { parseRegisterInput } from "../input-shape.ts";
import { parseTarget, type Target } from "../target.ts";
import { type CloneContent, given, type UserPart } from "../user-part.ts";
import { accessPointOf, toNamedVolumes, type VolumeNames } from "../volumes.ts";
import { judgeVolumes } from "./volume-judgement.ts";

export interface OwnAccessPoint {
  /**
   * The access point on the user's only volume. For EFS its id: `fsap-` followed by 8 to 40 hexadecimal digits. For S3 Files its ARN, which contains that of
   * the volume's file system. Required unless `accessPoints` is given, or the option `volume` is `false`.
   */
  readonly accessPointId?: string | undefined;
}

const s3FilesForm = "arn:aws:s3files:<region>:<account>:file-system/fs-…/access-point/fsap-…";

/**
 * The id of an EFS access point, or the ARN of one of S3 Files.
 *
 * @see https://docs.aws.amazon.com/efs/latest/ug/API_DescribeMountTargets.html for the pattern of the id; ECS expects it, not the ARN.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_S3FilesVolumeConfiguration.html; the ARN's pattern is that of `@aws-sdk/client-s3files`.
 *
 * @internal
 */
export const accessPointSchema = lazily(() =>
  z
    .string()
    .regex(
      /^(?:fsap-[0-9a-f]{8,40}|arn:aws[a-z-]*:s3files:[0-9a-z-]+:\d{12}:file-system\/fs-[0-9a-f]{17,40}\/access-point\/fsap-[0-9a-f]{17,40})$/,
      { error: ({ input }) => toExpected(String(input)) },
    ),
);

function toExpected(found: string): string {
  if (/^arn:[^:]*:s3files:/.test(found)) return `expected the ARN of an S3 Files access point: ${s3FilesForm}`;
  return (
    "expected the id of an EFS access point: `fsap-` and 8 to 40 hexadecimal digits" +
    (/^arn:.*:access-point\//.test(found) ? ". You passed an ARN; ECS wants the id at its end: fsap-…" : "")
  );
}

/** What to do for users without an access point. */
export const setNoVolume = "If users have no volume of their own, set the option `volume: false`";

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

/** @internal */
export const accessPointId: UserPart<string, boolean, VolumeNames> = {
  schema: () => accessPointSchema().optional(),
  change: () => accessPointSchema().nullish(),
  note: given,
  whyIncomplete({ accessPointId, accessPoints }, { volume }) {
    if (isGiven(accessPointId) || isGiven(accessPoints) || volume === false) return undefined;
    if ((toNamedVolumes(volume)?.length ?? 1) > 1) return undefined;
    return `is ${accessPointId === null ? "null" : "missing"}. ${setNoVolume}`;
  },
  whyNotRemovable: ({ accessPoints }, { volume }) =>
    isGiven(accessPoints) || volume === false
      ? undefined
      : "is null; leave it out (or use undefined) to keep the clone's",
  refuse(_, { volume }) {
    refuseUnderNoVolume("accessPointId", volume);
    const names = toNamedVolumes(volume) ?? [];
    if (names.length < 2) return;
    throw new InvalidInputError(
      `The user's accessPointId is for an only volume, and users have ${names.length}: ${names.join(", ")}. Give each its own in accessPoints: ` +
        `{ ${names.map((name) => `${name}: …`).join(", ")} }.`,
    );
  },
  apply: (input, value, target) => applyAccessPoint(input, onlyVolumeOf(target), value, target.baseName),
  judge(final, value, { target, rules }) {
    refuseUnfitVolume(final, onlyVolumeOf(target), value, target.baseName);
    return judgeVolumes(final, target, rules);
  },
  readBack: (clone, { volumes: [volume] }) => accessPointAt(clone, volume),
  // By the name of the volume, so that both ways to give an only volume's access point are vouched for alike.
  toVouched: (value, { volumes: [volume = ""] }) => ({ accessPoints: { [volume]: value } }),
};

/** @throws {@link InvalidInputError} */
export function refuseUnderNoVolume(part: "accessPointId" | "accessPoints", volume: VolumeNames["volume"]): void {
  if (volume !== false) return;
  throw new InvalidInputError(
    `The user has an access point, and the option \`volume: false\` says that users have no volume of their own. Leave ${part} out; if an existing clone ` +
      `has it, call \`reclone\` with { ${part}: null }. If users do have a volume, name it in the option \`volume\`.`,
  );
}

/** The access point of the volume of this name. */
export const accessPointAt = ({ volumes }: CloneContent, volume: string | undefined): string | undefined => {
  const found = volumes?.find(({ name }) => name !== undefined && name === volume);
  return found && accessPointOf(found);
};

/**
 * Sets the user's access point on the user's only volume. On an EFS volume it enables transit encryption, which EFS requires for access points. Keeps the file
 * system, IAM authorization, port and all other volumes. An S3 Files volume needs a task role, and not EC2 alone: `deriveClone` checks that on the final
 * input.
 *
 * @throws {@link InvalidInputError} if an argument is malformed, the target has no volume or several, or the access point is not of the volume's kind and, for S3
 * Files, file system.
 * @throws {@link UnfitBaseError} if there is no such volume, or it has a root directory: an access point brings its own, and ECS accepts only one.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EFSVolumeConfiguration.html
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_S3FilesVolumeConfiguration.html
 */
export function withAccessPoint(input: RegisterInput, target: Target, accessPointId: string): RegisterInput {
  const checked = parseRegisterInput(input);
  const value = parseInput(accessPointSchema(), accessPointId, "access point");
  const { volumes, baseName } = parseTarget(target);
  const [only] = volumes;
  if (only !== undefined && volumes.length === 1) return applyAccessPoint(checked, only, value, baseName);
  throw new InvalidInputError(
    `The target names ${volumes.length} volumes, so there is no telling which one the access point is for. Use \`withAccessPoints\`.`,
  );
}

/** A derivation gives this part only to users of one volume. */
const onlyVolumeOf = ({ volumes: [volume = ""] }: Target): string => volume;

/** @throws {@link InvalidInputError} {@link UnfitBaseError} */
export function applyAccessPoint(
  input: RegisterInput,
  name: string,
  accessPoint: string,
  baseName: string,
): RegisterInput {
  let isChanged = false;
  const volumes = input.volumes?.map((volume) => {
    if (volume.name !== name) return volume;
    const changed = withOwn(volume, accessPoint, toWhat(name, baseName));
    isChanged ||= changed !== volume;
    return changed;
  });
  if (isChanged) return { ...input, volumes };
  const kind = isArn(accessPoint) ? "S3 Files" : "EFS";
  throw new UnfitBaseError(`Base ${baseName} has no ${kind} volume ${name} for the user's access point.`);
}

/** Refuses what may not be combined with the access point, once `customize` has had its turn. @throws {@link InvalidInputError} {@link UnfitBaseError} */
export function refuseUnfitVolume({ volumes }: RegisterInput, name: string, accessPoint: string, base: string): void {
  for (const volume of volumes ?? []) if (volume.name === name) withOwn(volume, accessPoint, toWhat(name, base));
}

const toWhat = (name: string, baseName: string): string => `Volume ${name} of base ${baseName}`;

const isArn = (accessPoint: string): boolean => accessPoint.startsWith("arn:");

function withOwn(volume: Volume, accessPoint: string, what: string): Volume {
  const { efsVolumeConfiguration: efs, s3filesVolumeConfiguration: s3Files } = volume;
  if (efs !== undefined) {
    refuseArn(accessPoint, what);
    refuseRootDirectory(efs, what);
    return { ...volume, efsVolumeConfiguration: withEfsAccessPoint(efs, accessPoint) };
  }
  if (s3Files === undefined) return volume;
  refuseForeignFileSystem(s3Files, accessPoint, what);
  refuseRootDirectory(s3Files, what);
  return { ...volume, s3filesVolumeConfiguration: { ...s3Files, accessPointArn: accessPoint } };
}

const withEfsAccessPoint = (efs: EFSVolumeConfiguration, accessPointId: string): EFSVolumeConfiguration => ({
  ...efs,
  transitEncryption: "ENABLED",
  authorizationConfig: { ...efs.authorizationConfig, accessPointId },
});

function refuseArn(accessPoint: string, what: string): void {
  if (!isArn(accessPoint)) return;
  throw new InvalidInputError(
    `${what} is an EFS volume, which takes the id of an EFS access point, fsap-…. The user's is the ARN of one of S3 Files.`,
  );
}

/** The ARN of an access point contains that of its file system. */
function refuseForeignFileSystem(
  { fileSystemArn }: S3FilesVolumeConfiguration,
  accessPoint: string,
  what: string,
): void {
  if (!isArn(accessPoint)) {
    throw new InvalidInputError(
      `${what} is an S3 Files volume, which takes the ARN of an access point, ${s3FilesForm}. The user's is an id.`,
    );
  }
  if (accessPoint.startsWith(`${fileSystemArn}/access-point/`)) return;
  throw new InvalidInputError(
    `${what} is of file system ${fileSystemArn}, and the user's access point ${accessPoint} belongs to another one. Give one of this file system.`,
  );
}

/** ECS treats an empty root directory like none. */
function refuseRootDirectory({ rootDirectory }: { readonly rootDirectory?: string | undefined }, what: string): void {
  if (rootDirectory === undefined || rootDirectory === "" || rootDirectory === "/") return;
  throw new UnfitBaseError(
    `${what} has the root directory ${rootDirectory}. With an access point it must be "/" or absent: put the directory into the access point.`,
  );
}
