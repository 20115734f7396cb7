import { judgeContent, mayBeClone } from "../base/judge-base.ts";
import { describe, listNewestFirst } from "../ecs/revisions.ts";
import { type CallOptions, parseCallOptions } from "../options.ts";
import { readRecord } from "../record/record.ts";
import { internalsOf, type TaskDefCloner } from "../task-def-cloner.ts";

/** A revision of the base family, classified. */
export interface AuditedRevision {
  readonly arn: string;
  /**
   * `base`: would be cloned if it were the newest. `clone`: carries a clone's record, or `isBase` rejects it. `unknown`: `isBase` is not set
   * and an EFS volume already has an access point, or the record cannot be read.
   */
  readonly kind: "base" | "clone" | "unknown";
  readonly reason: string;
  /** The user whose clone it is, if its record says so. */
  readonly userId?: string;
}

/** Classifies the base family's ACTIVE revisions, newest first. Read-only; one `DescribeTaskDefinition` call per revision. */
export async function* audit(
  cloner: TaskDefCloner,
  options: CallOptions = {},
): AsyncGenerator<AuditedRevision, void, undefined> {
  const { signal } = parseCallOptions(options);
  const { ecs, settings } = internalsOf(cloner, signal);
  const { baseFamily, isBase } = settings;
  for await (const arn of listNewestFirst(ecs, baseFamily, "ACTIVE")) {
    const described = await describe(ecs, arn);
    if (described?.taskDefinition.status !== "ACTIVE") continue;
    const reading = readRecord(described.taskDefinition);
    const { reason } = judgeContent(described, isBase);
    if (reading.kind === "record") {
      yield { arn, kind: "clone", reason: "carries the record of a clone", userId: reading.record.userId };
    } else if (reading.kind !== "none") {
      yield { arn, kind: "unknown", reason: `carries a clone's record that is ${reading.kind}` };
    } else if (reason !== undefined) {
      yield { arn, kind: "clone", reason };
    } else if (mayBeClone(described, isBase)) {
      yield { arn, kind: "unknown", reason: "has an access point, as a clone would, and no `isBase` is set to tell" };
    } else {
      yield { arn, kind: "base", reason: isBase === undefined ? "carries no record" : "`isBase` says that it is one" };
    }
  }
}
