import { DeleteTaskDefinitionsCommand, type TaskDefinitionStatus } from "@aws-sdk/client-ecs";
import * as z from "zod";
import { deregister, listNewestFirst } from "../ecs/revisions.ts";
import { send } from "../ecs/send.ts";
import { lazily } from "../lazily.ts";
import { parseInput } from "../parse-input.ts";
import { type ClonerInternals, internalsOf, type TaskDefCloner } from "../task-def-cloner.ts";
import { sleep } from "../waiting.ts";
import { readRevisions, toRevision } from "./clones.ts";
import { type FamilySearch, findFamilies, toFamilySearch } from "./families.ts";
import { addFailure, type FleetRun, type Tally, toTalliedRun } from "./fleet-run.ts";
import { parseInUse, readInUse, refuseForeignArns } from "./in-use.ts";
import { decideInOneFamily, type PruneCandidate, type PruneDecision, toPruneDecisions } from "./prune-decision.ts";

/** Options for {@link prune}. */
export interface PruneOptions {
  /**
   * ARNs of the task definition revisions that are in use, such as those from `collectArnsInUse`; they are kept. Anything else in it is an error.
   * `"unknown"` prunes without knowing: services and tasks keep running on a deregistered revision, but no new service or task can use it.
   * Revisions put into use after the ARNs were collected are not protected, so do not move users back to older clones in the meantime.
   */
  readonly inUse: Iterable<string> | AsyncIterable<string> | "unknown";
  /**
   * What to do with ARNs in `inUse` of another account or region than the clones': refuse them, since a list collected in the wrong place protects
   * nothing, or ignore them, for a list that covers several places. @default "refuse"
   */
  readonly foreignArns?: "refuse" | "ignore" | undefined;
  /** How many of each user's newest clones to keep, over all families together: the last ones registered. @default 2 */
  readonly keep?: number | undefined;
  /** Report what would be done without doing it. @default true */
  readonly dryRun?: boolean | undefined;
  /** Permanently delete INACTIVE clones, including those deregistered earlier. @default false */
  readonly deleteInactive?: boolean | undefined;
  /**
   * The families to search; required if the cloner's `cloneFamily` is a function of your own.
   *
   * @default the cloner's only clone family; with `familyPerUser`, those of all users, and `<base>-user`, which they may have shared before
   */
  readonly families?: readonly string[] | undefined;
  /**
   * Maximum number of clones to deregister per second. ECS allows one registration or deregistration per second per account, so the default
   * leaves half of that for users who are being provisioned. At least one in 24 days. @default 0.5
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

/** The result of a whole run of {@link prune}. In a dry run, what would be done. */
export interface PruneSummary {
  readonly dryRun: boolean;
  readonly kept: number;
  readonly deregistered: number;
  readonly deleted: number;
  /** Deregistrations and deletions that failed; they count as nothing else. */
  readonly failed: number;
  /** The outcomes of the first 100 failures. Loop over the outcomes to see all of them. */
  readonly failures: readonly PruneOutcome[];
}

// A timer accepts no more than 2^31 ms, which is close to 25 days, and fires at once if given more.
const slowest = 1 / (24 * 86_400);

const schema = lazily(() =>
  z.strictObject({
    inUse: z.unknown().optional(),
    foreignArns: z.enum(["refuse", "ignore"]).default("refuse"),
    keep: z.int().positive().default(2),
    dryRun: z.boolean().default(true),
    deleteInactive: z.boolean().default(false),
    families: z.unknown().optional(),
    perSecond: z.number().min(slowest, "must be at least one in 24 days").default(0.5),
    signal: z.instanceof(AbortSignal).optional(),
  }),
);

/** `DeleteTaskDefinitions` accepts 10 revisions per call. */
const deletesACall = 10;

/**
 * Deregisters old clones, keeping each user's newest ones and everything in use. Touches only revisions with this library's record, and
 * changes nothing without `dryRun: false`. Lists and describes all revisions before it deregisters the first; a dry run over one family reports each
 * revision as it is described. Leaving the loop stops it.
 *
 * A deployment whose circuit breaker would roll back to a clone that was deregistered has nothing to roll back to. The default of `keep` leaves the
 * clone before the newest; with 1, prune only when no deployment is in progress.
 *
 * @returns a run to loop over; its `complete()` runs to the end and counts the outcomes.
 * @throws {@link InvalidInputError} immediately, if an option is invalid or `inUse` is missing; from the run, if `inUse` could only be read by then, or
 * is of another account or region. Nothing was deregistered in either case.
 */
export function prune(cloner: TaskDefCloner, options: PruneOptions): FleetRun<PruneOutcome, PruneSummary> {
  const parsed = parseInput(schema(), options, "options of prune");
  const internals = internalsOf(cloner, parsed.signal);
  const families = toFamilySearch(internals, parsed.families);
  const inUse = parseInUse(parsed.inUse);
  return toTalliedRun(pruneEach(internals, { ...parsed, families, inUse }), toTally(parsed.dryRun));
}

interface Order extends Omit<z.infer<ReturnType<typeof schema>>, "families" | "inUse"> {
  readonly families: FamilySearch;
  readonly inUse: ReturnType<typeof parseInUse>;
}

async function* pruneEach(internals: ClonerInternals, order: Order): AsyncGenerator<PruneOutcome, void, undefined> {
  const { families, dryRun, deleteInactive } = order;
  const inUse = await readInUse(order.inUse);
  const active = await listAll(internals, families, "ACTIVE");
  const inactive = deleteInactive ? await listAll(internals, families, "INACTIVE") : [];
  if (order.foreignArns === "refuse") refuseForeignArns(inUse, [...active, ...inactive]);

  const pace = toPace(1000 / order.perSecond, order.signal);
  const deregistered: Deletable[] = [];
  for await (const [arn, decision] of decideEach(internals, active, inUse, order)) {
    const outcome: PruneOutcome = { arn, ...decision, dryRun };
    if (decision.action === "keep") {
      yield outcome;
      continue;
    }
    const { userId } = decision;
    const failure = dryRun ? {} : await deregisterClone(internals, arn, userId, pace);
    if ("error" in failure) {
      yield { ...outcome, ...failure };
    } else {
      deregistered.push({ arn, userId, reason: "is no longer needed" });
      yield outcome;
    }
  }
  if (!deleteInactive) return;
  yield* deleteClones(internals, deregistered, dryRun);
  yield* deleteClones(internals, readDeletable(internals, inactive, inUse), dryRun);
}

/** The ARNs of the families' revisions, family by family, newest first. */
async function listAll(
  internals: ClonerInternals,
  search: FamilySearch,
  status: TaskDefinitionStatus,
): Promise<readonly string[]> {
  const arns: string[] = [];
  for await (const { family } of findFamilies(internals, search, status === "ACTIVE" ? status : "ALL")) {
    for await (const arn of listNewestFirst(internals.ecs, family, status)) arns.push(arn);
  }
  return arns;
}

/** Decides about revisions: when all of them are read, or, if nothing is changed and they are of one family, as each is read. */
async function* decideEach(
  internals: ClonerInternals,
  arns: readonly string[],
  inUse: ReadonlySet<string>,
  { families, keep, dryRun }: Order,
): AsyncGenerator<readonly [arn: string, decision: PruneDecision], void, undefined> {
  const reading = readCandidates(internals, arns);
  if (dryRun && typeof families !== "string" && families.length === 1) {
    yield* decideInOneFamily(reading, inUse, keep);
    return;
  }
  const candidates: PruneCandidate[] = [];
  for await (const candidate of reading) candidates.push(candidate);
  yield* toPruneDecisions(candidates, inUse, keep);
}

/** Reads what decides about the revisions, and drops the rest of them at once: a whole fleet's task definitions would fill the memory. */
async function* readCandidates(
  internals: ClonerInternals,
  arns: readonly string[],
): AsyncGenerator<PruneCandidate, void, undefined> {
  for await (const { arn, registeredAt, clone, reason } of readRevisions(internals, arns, "ACTIVE")) {
    const userId = clone?.record.userId;
    yield { arn, revision: toRevision(arn), registeredAt: registeredAt?.getTime(), userId, reason };
  }
}

/** @returns why it failed, or nothing */
async function deregisterClone(
  { ecs }: ClonerInternals,
  arn: string,
  userId: string,
  pace: () => Promise<void>,
): Promise<{ readonly error?: unknown }> {
  await pace();
  try {
    await deregister(ecs, arn);
  } catch (error) {
    ecs.signal?.throwIfAborted();
    return { error };
  }
  ecs.emit({ type: "retired", arn, userId, reason: "pruned" });
  return {};
}

type Deletable = Pick<PruneDecision & { readonly userId: string }, "reason" | "userId"> & { readonly arn: string };

async function* readDeletable(
  internals: ClonerInternals,
  arns: readonly string[],
  inUse: ReadonlySet<string>,
): AsyncGenerator<Deletable, void, undefined> {
  for await (const { arn, clone } of readRevisions(internals, arns, "INACTIVE")) {
    if (clone !== undefined && !inUse.has(arn)) yield { arn, userId: clone.record.userId, reason: "is INACTIVE" };
  }
}

async function* deleteClones(
  internals: ClonerInternals,
  clones: Iterable<Deletable> | AsyncIterable<Deletable>,
  dryRun: boolean,
): AsyncGenerator<PruneOutcome, void, undefined> {
  let batch: PruneOutcome[] = [];
  for await (const clone of clones) {
    const outcome = { ...clone, action: "delete" as const, dryRun };
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

function toTally(dryRun: boolean): Tally<PruneOutcome, PruneSummary> {
  const counts = { keep: 0, deregister: 0, delete: 0 };
  const failures: PruneOutcome[] = [];
  let failed = 0;
  return {
    add: (outcome) => {
      if ("error" in outcome) {
        failed += 1;
        addFailure(failures, outcome);
      } else counts[outcome.action] += 1;
    },
    toSummary: () => ({
      dryRun,
      kept: counts.keep,
      deregistered: counts.deregister,
      deleted: counts.delete,
      failed,
      failures: [...failures],
    }),
  };
}
