import { membersOf } from "../../unknown-value.ts";
import type { AccessPointCheck, FileSystemCheck, Outcome } from "../check.ts";
import type { Context } from "../context.ts";
import { toReadiness } from "../lifecycle.ts";
import { toOtherAccount } from "../other-account.ts";
import { failed, faultOf, ok, toRequestId, toUnanswered, unknown, unreadable } from "../outcome.ts";
import { listOf, textOf } from "../read-member.ts";

type More = { readonly requestId?: string };

/** Whether an access point is there, is available, and belongs to the volume's file system. */
export async function runAccessPoint(check: AccessPointCheck, context: Context): Promise<Outcome> {
  const { subject, fileSystemId, region } = check;
  const asked = await context.ask("DescribeAccessPoints", region, { AccessPointId: subject });
  const more = toRequestId(asked);
  const missing = faultOf(asked, "AccessPointNotFound");
  if (missing !== undefined) {
    const detail = `EFS has no access point ${subject} in this account and ${region}.`;
    return failed(detail, "Create it, or correct the id.", { ...more, error: missing.name });
  }
  if (asked.kind !== "answered") {
    return toUnanswered(asked, check, "DescribeAccessPoints", { "access point": subject });
  }
  const accessPoint = membersOf(listOf(asked.answer.AccessPoints)[0]);
  const owner = textOf(accessPoint.FileSystemId);
  if (accessPoint.AccessPointId !== subject || owner === undefined) return unreadable("DescribeAccessPoints", more);
  const elsewhere = toOtherAccount(accessPoint.OwnerId, check.accountId, more);
  if (elsewhere !== undefined) return elsewhere;
  if (owner !== fileSystemId) {
    const detail = `The access point belongs to the file system ${owner}, and the volume's is ${fileSystemId}: it may be another tenant's.`;
    return failed(detail, "Give the volume an access point of its own file system.", more);
  }
  return judgeState("The access point", accessPoint.LifeCycleState, "DescribeAccessPoints", more);
}

function judgeState(what: string, state: unknown, operation: string, more: More): Outcome {
  switch (toReadiness(state)) {
    case "ready":
      return ok(`${what} is available.`, more);
    case "not yet":
      return unknown(`${what} is not available yet: it is ${String(state)}.`, "Check again in a moment.", more);
    case "gone":
      return failed(`${what} is ${String(state)}.`, "Use an available one.", more);
    default:
      return unreadable(operation, more);
  }
}

/** Whether a file system is available and can be mounted from somewhere. Which subnet the task will be in is not known. */
export async function runFileSystem(check: FileSystemCheck, context: Context): Promise<Outcome> {
  const { subject, region } = check;
  const asked = await context.ask("DescribeFileSystems", region, { FileSystemId: subject });
  const more = toRequestId(asked);
  const missing = faultOf(asked, "FileSystemNotFound");
  if (missing !== undefined) {
    const detail = `EFS has no file system ${subject} in this account and ${region}.`;
    return failed(detail, "Create it, or correct the id.", { ...more, error: missing.name });
  }
  if (asked.kind !== "answered") return toUnanswered(asked, check, "DescribeFileSystems", { "file system": subject });
  const fileSystem = membersOf(listOf(asked.answer.FileSystems)[0]);
  if (fileSystem.FileSystemId !== subject) return unreadable("DescribeFileSystems", more);
  const elsewhere = toOtherAccount(fileSystem.OwnerId, check.accountId, more);
  if (elsewhere !== undefined) return elsewhere;
  const state = judgeState("The file system", fileSystem.LifeCycleState, "DescribeFileSystems", more);
  if (state.status !== "ok") return state;
  if (fileSystem.NumberOfMountTargets === 0) return failed(noMountTarget, createMountTarget, more);
  return await judgeMountTargets(check, context);
}

const noMountTarget = "The file system has no mount target, so no network reaches it.";
const createMountTarget = "Create a mount target in each availability zone of the tasks.";

async function judgeMountTargets(check: FileSystemCheck, context: Context): Promise<Outcome> {
  const { subject, region } = check;
  const asked = await context.ask("DescribeMountTargets", region, { FileSystemId: subject });
  if (asked.kind !== "answered") return toUnanswered(asked, check, "DescribeMountTargets", { "file system": subject });
  const { MountTargets, NextMarker } = asked.answer;
  if (!Array.isArray(MountTargets)) return unreadable("DescribeMountTargets", toRequestId(asked));
  const states = MountTargets.map((target) => membersOf(target).LifeCycleState);
  return judgeMounts(states, NextMarker === undefined, toRequestId(asked));
}

/** What the states of a file system's mount targets mean. A single available one is enough. */
export function judgeMounts(states: readonly unknown[], isComplete: boolean, more: More): Outcome {
  if (states.includes("available")) return ok("The file system is available, and has a mount target.", more);
  if (states.length === 0 && isComplete) return failed(noMountTarget, createMountTarget, more);
  if (isComplete && states.every((state) => toReadiness(state) === "gone")) {
    return failed("None of the file system's mount targets is available.", createMountTarget, more);
  }
  return unknown("No mount target of the file system is available yet.", "Check again in a moment.", more);
}
