import { membersOf } from "../../unknown-value.ts";
import type { Outcome, S3FilesCheck } from "../check.ts";
import type { Context } from "../context.ts";
import { toReadiness } from "../lifecycle.ts";
import { failed, faultOf, ok, toRequestId, toUnanswered, unknown, unreadable } from "../outcome.ts";
import { listOf, textOf } from "../read-member.ts";
import { judgeMounts } from "./efs.ts";

/** Whether an access point or a file system of S3 Files is there and available. That they belong together, their ARNs show. */
export async function runS3Files(check: S3FilesCheck, context: Context): Promise<Outcome> {
  const { s3files, region, accountId, isForeign, kind } = check;
  const isFileSystem = kind === "s3files-file-system";
  const operation = isFileSystem ? "GetFileSystem" : "GetAccessPoint";
  const input = isFileSystem ? { fileSystemId: s3files.id } : { accessPointId: s3files.id };
  const asked = await context.ask(operation, region, input);
  const more = toRequestId(asked);
  const missing = faultOf(asked, "ResourceNotFoundException");
  if (missing !== undefined) {
    const detail = `S3 Files of account ${accountId} in ${region} has no ${s3files.id}`;
    const errors = { ...more, error: missing.name };
    if (isForeign) return unknown(`${detail}, or does not show it to another account.`, "Ask its owner.", errors);
    return failed(`${detail}.`, "Create it, or correct the ARN.", errors);
  }
  if (asked.kind !== "answered") return toUnanswered(asked, check, operation, toNames(check));
  const { status, fileSystemId, accessPointId } = asked.answer;
  const id = isFileSystem ? fileSystemId : accessPointId;
  if (id !== undefined && textOf(id) !== s3files.id) return unreadable(operation, more);
  const { "file system": named } = toNames(check);
  const owner = textOf(fileSystemId) ?? named;
  if (owner !== named) {
    const detail = `The access point belongs to the file system ${owner}, and its ARN names ${named}: it may be another tenant's.`;
    return failed(detail, "Give the volume an access point of its own file system.", more);
  }
  switch (toReadiness(status)) {
    case "ready":
      return isFileSystem ? await judgeMountTargets(check, context) : ok("The access point is available.", more);
    case "not yet":
      return unknown(`${s3files.id} is not available yet: it is ${String(status)}.`, "Check again in a moment.", more);
    case "gone":
      return failed(`${s3files.id} is ${String(status)}.`, "Use an available one.", more);
    default:
      return unreadable(operation, more);
  }
}

/** What fills the ARN of the permission. */
function toNames({ subject }: S3FilesCheck): { readonly "file system": string; readonly "access point": string } {
  const [, fileSystem = "", , accessPoint = ""] = subject.slice(subject.indexOf("file-system/")).split("/");
  return { "file system": fileSystem, "access point": accessPoint };
}

async function judgeMountTargets(check: S3FilesCheck, context: Context): Promise<Outcome> {
  const asked = await context.ask("ListMountTargets", check.region, { fileSystemId: check.s3files.id });
  if (asked.kind !== "answered") return toUnanswered(asked, check, "ListMountTargets", toNames(check));
  const { mountTargets, nextToken } = asked.answer;
  if (!Array.isArray(mountTargets)) return unreadable("ListMountTargets", toRequestId(asked));
  const states = listOf(mountTargets).map((target) => membersOf(target).status);
  return judgeMounts(states, nextToken === undefined, toRequestId(asked));
}
