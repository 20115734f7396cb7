import { DeleteTaskDefinitionsCommand } from "@aws-sdk/client-ecs";
import * as z from "zod";
import type { Ecs } from "../ecs/connection.ts";
import { deregister } from "../ecs/revisions.ts";
import { send } from "../ecs/send.ts";
import { InvalidInputError } from "../errors.ts";
import { parseInput } from "../parse-input.ts";
import { type ClonerInternals, internalsOf, type TaskDefCloner } from "../task-def-cloner.ts";
import { sleep } from "../waiting.ts";
import { type ReadRevision, readRevisions, toFamilies } from "./clones.ts";
import { isIterable } from "./iterable.ts";

/** Options for {@link prune}. */
export interface PruneOptions {
  /**
   * ARNs of the task definitions that are in use, such as those from `collectArnsInUse`; they are kept. `"unknown"` prunes without knowing:
   * services and tasks keep running on a deregistered revision, but no new service or task can use it. Revisions put into use after the ARNs
   * were collected are not protected, so do not move users back to older clones in the meantime.
   */
  readonly inUse: Iterable<string> | AsyncIterable<string> | "unknown";
  /** How many of each user's newest clones to keep. @default 2 */
  readonly keep?: number | undefined;
  /** Report what would be done without doing it. @default true */
  readonly dryRun?: boolean | undefined;
  /** Permanently delete INACTIVE clones, including those deregistered earlier. @default false */
  readonly deleteInactive?: boolean | undefined;
  /** The families to search; required if the cloner's `cloneFamily` is a function. @default the cloner's only clone family */
  readonly families?: readonly string[] | undefined;
  /**
   * Maximum number of clones to deregister per second. ECS allows one registration or deregistration per second per account, so the default
   * leaves half of that for users who are being provisioned. @default 0.5
   */
  readonly perSecond?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What was done with one revision, or would be done in a dry run. */
export interface PruneOutcome {
  readonly arn: string;
  readonly action: "keep" | "deregister" | "delete";
  readonly reason: string;
  /** The user whose clone it is; absent if the revision is not one of the cloner's clones. */
  readonly userId?: string;
  readonly dryRun: boolean;
  /** Why the action failed; absent if it did not. */
  readonly error?: unknown;
}

const schema = z.strictObject({
  inUse: z.unknown().optional(),
  keep: z.int().positive().default(2),
  dryRun: z.boolean().default(true),
  deleteInactive: z.boolean().default(false),
  families: z.unknown().optional(),
  perSecond: z.number().positive().default(0.5),
  signal: z.instanceof(AbortSignal).optional(),
});

/** `DeleteTaskDefinitions` accepts 10 revisions per call. */
const deletesACall = 10;

/**
 * Deregisters old clones, keeping each user's newest ones and everything in use. Touches only revisions with this library's record, and
 * changes nothing without `dryRun: false`. Leaving the loop stops it.
 *
 * @throws {@link InvalidInputError} if an option is invalid, or `inUse` is missing.
 */
export async function* prune(
  cloner: TaskDefCloner,
  options: PruneOptions,
): AsyncGenerator<PruneOutcome, void, undefined> {
  const { keep, dryRun, deleteInactive, perSecond, signal } = parseInput(schema, options, "options of prune");
  const internals = internalsOf(cloner, signal);
  const families = toFamilies(internals, options.families);
  const inUse = await toArns(options.inUse);
  const pace = toPace(1000 / perSecond, signal);

  for (const family of families) {
    const kept = new Map<string, number>();
    for await (const revision of readRevisions(internals, family, "ACTIVE")) {
      const decision = decide(revision, inUse, kept, keep);
      const outcome = { arn: revision.arn, ...decision, dryRun };
      if (dryRun || decision.action === "keep") {
        yield outcome;
        continue;
      }
      await pace();
      yield await withError(outcome, internals.ecs, () => deregister(internals.ecs, revision.arn));
    }
    if (deleteInactive) yield* deleteInactiveClones(internals, family, inUse, dryRun);
  }
}

type Decision = Pick<PruneOutcome, "action" | "reason" | "userId">;

function decide(
  { arn, clone, reason = "" }: ReadRevision,
  inUse: ReadonlySet<string>,
  kept: Map<string, number>,
  keep: number,
): Decision {
  if (clone === undefined) return { action: "keep", reason: `is no clone of this cloner: ${reason}` };
  const { userId } = clone.record;
  const newer = kept.get(userId) ?? 0;
  kept.set(userId, newer + 1);
  if (newer < keep) return { action: "keep", reason: `is among the newest ${keep} of its user`, userId };
  if (inUse.has(arn)) return { action: "keep", reason: "is in use", userId };
  return { action: "deregister", reason: `its user has ${newer} newer`, userId };
}

async function* deleteInactiveClones(
  internals: ClonerInternals,
  family: string,
  inUse: ReadonlySet<string>,
  dryRun: boolean,
): AsyncGenerator<PruneOutcome, void, undefined> {
  let batch: PruneOutcome[] = [];
  for await (const { arn, clone } of readRevisions(internals, family, "INACTIVE")) {
    if (clone === undefined || inUse.has(arn)) continue;
    const outcome = { arn, action: "delete" as const, reason: "is INACTIVE", userId: clone.record.userId, dryRun };
    if (dryRun) yield outcome;
    else batch.push(outcome);
    if (batch.length === deletesACall) {
      yield* await deleteBatch(internals, batch);
      batch = [];
    }
  }
  if (batch.length > 0) yield* await deleteBatch(internals, batch);
}

/** A deletion can fail in part; the response then lists the failures. */
async function deleteBatch({ ecs }: ClonerInternals, batch: readonly PruneOutcome[]): Promise<PruneOutcome[]> {
  const taskDefinitions = batch.map(({ arn }) => arn);
  const command = new DeleteTaskDefinitionsCommand({ taskDefinitions });
  const request = { operation: "DeleteTaskDefinitions", subject: `${batch.length} INACTIVE clones` };
  try {
    const { failures = [] } = await send(ecs, command, request);
    const reasons = new Map(failures.map(({ arn, reason, detail }) => [arn, `${reason}: ${detail ?? "no detail"}`]));
    return batch.map((outcome) =>
      reasons.has(outcome.arn) ? { ...outcome, error: reasons.get(outcome.arn) } : outcome,
    );
  } catch (error) {
    ecs.signal?.throwIfAborted();
    return batch.map((outcome) => ({ ...outcome, error }));
  }
}

async function withError(outcome: PruneOutcome, { signal }: Ecs, act: () => Promise<void>): Promise<PruneOutcome> {
  try {
    await act();
    return outcome;
  } catch (error) {
    signal?.throwIfAborted();
    return { ...outcome, error };
  }
}

/** Returns a function that resolves at most once per interval. */
function toPace(intervalMs: number, signal?: AbortSignal): () => Promise<void> {
  let next = 0;
  return async () => {
    const now = performance.now();
    const waitMs = Math.max(0, next - now);
    next = now + waitMs + intervalMs;
    if (waitMs > 0) await sleep(waitMs, signal);
    signal?.throwIfAborted();
  };
}

async function toArns(inUse: unknown): Promise<ReadonlySet<string>> {
  if (inUse === "unknown") return new Set();
  if (!isIterable(inUse)) {
    throw new InvalidInputError(
      '`prune` must be told what is in use: set the option `inUse` to the ARNs (`collectArnsInUse` gives a cluster\'s), or to "unknown".',
    );
  }
  const arns = new Set<string>();
  for await (const arn of inUse) {
    if (typeof arn !== "string") throw new InvalidInputError("`inUse` must contain only ARN strings.");
    arns.add(arn);
  }
  return arns;
}
