import { membersOf } from "../unknown-value.ts";
import type { Check, Place } from "./check.ts";
import { elementsOf, listOf, textOf } from "./read-member.ts";
import { isAccessPointOf } from "./s3files-reference.ts";
import { toShape } from "./shape-check.ts";
import { stopReasons } from "./stop-reasons.ts";
import { isForFargate, isForWindows } from "./wanted-platform.ts";

type Definition = Readonly<Record<string, unknown>>;

/** What a definition shows to be wrong by itself, next to what its references show. */
export function toStaticFindings(definition: Definition, references: readonly Check[], place: Place): readonly Check[] {
  return [
    ...toMissingExecutionRole(definition, references, place),
    ...toPlatformFindings(definition, place),
    ...elementsOf(definition.volumes).flatMap(({ step, members }) => [
      ...toEfsFindings(definition, `volumes${step}`, membersOf(members.efsVolumeConfiguration), place),
      ...toS3FilesFindings(definition, `volumes${step}`, membersOf(members.s3filesVolumeConfiguration), place),
    ]),
  ];
}

/** On Fargate there is no instance role to fall back on. */
function toMissingExecutionRole(definition: Definition, references: readonly Check[], place: Place): readonly Check[] {
  if (!isForFargate(definition) || textOf(definition.executionRoleArn) !== undefined) return [];
  const needing = references.filter(needsExecutionRole).flatMap(({ where }) => where);
  if (needing.length === 0) return [];
  const detail =
    "On Fargate, secrets, private ECR images, environment files and awslogs need an execution role, and there is none.";
  const advice = "Set `executionRoleArn`.";
  return [toShape(place, "executionRoleArn", needing, stopReasons.pullRight, { status: "failed", detail, advice })];
}

const kindsThatNeedIt = new Set(["secret", "registry-credentials", "parameter", "log-group", "env-file"]);

const needsExecutionRole = (check: Check): boolean =>
  kindsThatNeedIt.has(check.kind) || (check.kind === "image" && check.image.registry.kind === "ecr");

function toPlatformFindings(definition: Definition, place: Place): readonly Check[] {
  if (!isForWindows(definition) || membersOf(definition.runtimePlatform).cpuArchitecture !== "ARM64") return [];
  const detail = "ECS runs Windows containers on X86_64 alone.";
  const finding = { status: "failed", detail, advice: "Set `runtimePlatform.cpuArchitecture` to X86_64." } as const;
  return [toShape(place, "runtimePlatform", ["runtimePlatform"], stopReasons.placement, finding)];
}

/** An advice and what it is about, for a finding about a volume. */
type VolumeFinding = readonly [member: string, detail: string, advice: string];

function toEfsFindings(definition: Definition, step: string, efs: Definition, place: Place): readonly Check[] {
  if (textOf(efs.fileSystemId) === undefined) return [];
  const authorization = membersOf(efs.authorizationConfig);
  const hasAccessPoint = textOf(authorization.accessPointId) !== undefined;
  const isWithIam = authorization.iam === "ENABLED";
  const findings: VolumeFinding[] = [];
  if (isWithIam && textOf(definition.taskRoleArn) === undefined) {
    const detail = "IAM authorization mounts the volume with the task role, and there is none.";
    findings.push(["authorizationConfig.iam", detail, "Set `taskRoleArn`."]);
  }
  if ((hasAccessPoint || isWithIam) && efs.transitEncryption !== "ENABLED") {
    const detail = "An access point, and IAM authorization, need encryption in transit.";
    findings.push(["transitEncryption", detail, "Set `transitEncryption` to ENABLED."]);
  }
  if (hasAccessPoint && hasOwnRoot(efs)) findings.push(rootFinding);
  if (isForWindows(definition)) findings.push(windowsFinding("EFS", "fileSystemId"));
  return toVolumeShapes(findings, `${step}.efsVolumeConfiguration`, place);
}

function toS3FilesFindings(definition: Definition, step: string, s3files: Definition, place: Place): readonly Check[] {
  const fileSystem = textOf(s3files.fileSystemArn);
  if (fileSystem === undefined) return [];
  const accessPoint = textOf(s3files.accessPointArn);
  const findings: VolumeFinding[] = [];
  if (textOf(definition.taskRoleArn) === undefined) {
    findings.push([
      "fileSystemArn",
      "S3 Files are mounted with the task role, and there is none.",
      "Set `taskRoleArn`.",
    ]);
  }
  if (accessPoint !== undefined && !isAccessPointOf(accessPoint, fileSystem)) {
    const detail = `The access point ${accessPoint} is not one of the volume's file system ${fileSystem}: it may be another tenant's.`;
    findings.push(["accessPointArn", detail, "Give the volume an access point of its own file system."]);
  }
  if (accessPoint !== undefined && hasOwnRoot(s3files)) findings.push(rootFinding);
  if (isForWindows(definition)) findings.push(windowsFinding("S3 Files", "fileSystemArn"));
  const path = `${step}.s3filesVolumeConfiguration`;
  return [...toVolumeShapes(findings, path, place), ...toEc2Findings(definition, path, place)];
}

/** AWS has announced S3 Files for EC2, so this is not certain. */
function toEc2Findings(definition: Definition, path: string, place: Place): readonly Check[] {
  const required = listOf(definition.requiresCompatibilities);
  if (required.length === 0 || required.some((one) => one !== "EC2" && one !== "EXTERNAL")) return [];
  const detail =
    "ECS mounts S3 Files on Fargate and Managed Instances; on EC2 the definition registers and the task may fail.";
  const finding = { status: "unknown", detail, advice: "Run it on Fargate." } as const;
  return [toShape(place, path, [path], stopReasons.volume, finding)];
}

const hasOwnRoot = ({ rootDirectory }: Definition): boolean => (textOf(rootDirectory) ?? "/") !== "/";

const rootFinding: VolumeFinding = [
  "rootDirectory",
  "An access point brings its own root directory.",
  'Set `rootDirectory` to "/" or leave it out.',
];

const windowsFinding = (what: string, member: string): VolumeFinding => [
  member,
  `Windows containers cannot mount ${what}.`,
  "Use a Linux platform, or another volume.",
];

const toVolumeShapes = (findings: readonly VolumeFinding[], path: string, place: Place): readonly Check[] =>
  findings.map(([member, detail, advice]) => {
    const subject = `${path}.${member}`;
    return toShape(place, subject, [subject], stopReasons.volume, { status: "failed", detail, advice });
  });
