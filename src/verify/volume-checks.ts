import { membersOf } from "../unknown-value.ts";
import type { Check, Place } from "./check.ts";
import { type Element, elementsOf, textOf } from "./read-member.ts";
import { parseS3AccessPoint, parseS3FileSystem, type S3FilesReference } from "./s3files-reference.ts";
import { toValueFromChecks } from "./secret-checks.ts";
import { toShape } from "./shape-check.ts";
import { stopReasons } from "./stop-reasons.ts";

/** What the volumes of a definition refer to. */
export function toVolumeChecks(definition: Readonly<Record<string, unknown>>, place: Place): readonly Check[] {
  return elementsOf(definition.volumes).flatMap(({ step, members }) => {
    const volume = { step: `volumes${step}`, members };
    return [...toEfsChecks(volume, place), ...toS3FilesChecks(volume, place), ...toFsxChecks(volume, place)];
  });
}

function toEfsChecks({ step, members }: Element, { region, accountId }: Place): readonly Check[] {
  const { fileSystemId, authorizationConfig } = membersOf(members.efsVolumeConfiguration);
  const fileSystem = textOf(fileSystemId);
  if (fileSystem === undefined) return [];
  const path = `${step}.efsVolumeConfiguration`;
  const common = { region, accountId, prevents: stopReasons.volume, isForeign: false };
  const ofFileSystem: Check = {
    ...common,
    kind: "file-system",
    subject: fileSystem,
    where: [`${path}.fileSystemId`],
  };
  const accessPoint = textOf(membersOf(authorizationConfig).accessPointId);
  if (accessPoint === undefined) return [ofFileSystem];
  const where = [`${path}.authorizationConfig.accessPointId`];
  return [ofFileSystem, { ...common, kind: "access-point", subject: accessPoint, where, fileSystemId: fileSystem }];
}

function toS3FilesChecks({ step, members }: Element, place: Place): readonly Check[] {
  const { fileSystemArn, accessPointArn } = membersOf(members.s3filesVolumeConfiguration);
  const path = `${step}.s3filesVolumeConfiguration`;
  const toCheck = (
    kind: "s3files-file-system" | "s3files-access-point",
    value: unknown,
    member: string,
    parse: (text: string) => S3FilesReference | undefined,
  ): readonly Check[] => {
    const subject = textOf(value);
    if (subject === undefined) return [];
    const where = [`${path}.${member}`];
    const s3files = parse(subject);
    if (s3files === undefined) {
      const detail = `This is not the ARN of an S3 Files ${kind === "s3files-file-system" ? "file system" : "access point"}.`;
      const finding = { status: "unknown", detail, advice: "Correct the ARN." } as const;
      return [toShape(place, subject, where, stopReasons.volume, finding)];
    }
    const { region, accountId } = s3files;
    const isForeign = accountId !== place.accountId;
    return [{ kind, subject, where, region, accountId, prevents: stopReasons.volume, isForeign, s3files }];
  };
  return [
    ...toCheck("s3files-file-system", fileSystemArn, "fileSystemArn", parseS3FileSystem),
    ...toCheck("s3files-access-point", accessPointArn, "accessPointArn", parseS3AccessPoint),
  ];
}

function toFsxChecks({ step, members }: Element, place: Place): readonly Check[] {
  const { authorizationConfig } = membersOf(members.fsxWindowsFileServerVolumeConfiguration);
  const { credentialsParameter } = membersOf(authorizationConfig);
  const path = `${step}.fsxWindowsFileServerVolumeConfiguration.authorizationConfig.credentialsParameter`;
  return toValueFromChecks(credentialsParameter, path, place);
}
