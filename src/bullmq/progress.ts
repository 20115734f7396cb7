import * as z from "zod";
import type { Progress } from "../fleet/clone-all.ts";
import { parseInput } from "../parse-input.ts";
import { membersOf } from "../unknown-value.ts";
import { type JobKind, parseJobId } from "./job.ts";
import type { FleetQueue, JobState, StoredJob } from "./queue.ts";

/** The outcome of one job of a run. */
export interface StoredOutcome {
  readonly status: "completed" | "failed";
  readonly kind: JobKind;
  /** ARN of the clone that the job was given; absent for clone jobs. */
  readonly from?: string;
  /** ARN of the user's clone now; absent if the job failed. Of a prune job, the ARN of the clone that it deregistered. */
  readonly arn?: string;
  /** The user, if it is known. */
  readonly userId?: string;
  readonly reused?: boolean;
  readonly resumed?: boolean;
  /** How many attempts the job took. */
  readonly attempts: number;
  readonly warnings: readonly string[];
  /** Why the job failed: the message of the library's error, or of what your own step threw, which may hold anything. */
  readonly error?: string;
}

/** Progress of a run. */
export interface FleetProgress extends Progress {
  /** Jobs without an outcome yet. */
  readonly remaining: number;
  /** Jobs that are being worked on. They are among the remaining ones. */
  readonly active: number;
  /** How many jobs may start per second; absent if the queue has no pace. */
  readonly perSecond?: number;
  /** Whether the queue is paused, by you or because the base is unfit. */
  readonly paused: boolean;
  /** The first 100 failures. */
  readonly failures: readonly StoredOutcome[];
}

/** How many jobs are read from the store at once. */
const pageSize = 500;

const mostFailures = 100;

/**
 * The states of a job without an outcome. PostgreSQL is asked for one after the other, so those that wait are read again: a job goes back to them when its
 * worker dies, when it failed, and while ECS throttles.
 */
const openStates = ["waiting", "prioritized", "delayed", "active", "waiting", "prioritized", "delayed"] as const;

/**
 * Counts the jobs of a run. Reads all of the queue's jobs, so call it every few seconds, not all the time.
 *
 * @param move names the run.
 */
export async function readProgress(queue: FleetQueue, move: string): Promise<FleetProgress> {
  // Before the finished ones, so that no job is missed that ends meanwhile.
  const open = await readIds(queue, move, openStates);
  const active = await readIds(queue, move, ["active"]);
  const counts = { done: 0, failed: 0, reused: 0 };
  const failures: StoredOutcome[] = [];
  const finished = new Set<string>();
  for await (const { job, outcome } of readFinished(queue, move, ["completed", "failed"])) {
    finished.add(String(job.id));
    counts[outcome.status === "failed" ? "failed" : "done"] += 1;
    if (outcome.reused) counts.reused += 1;
    if (outcome.status === "failed" && failures.length < mostFailures) failures.push(outcome);
  }
  const isOpen = (id: string): boolean => !finished.has(id);
  const activeNow = [...active].filter(isOpen).length;
  const remaining = [...new Set([...open, ...active])].filter(isOpen).length;
  const limit = await queue.getGlobalRateLimit();
  const paused = await queue.isPaused();
  const perSecond = limit === null ? {} : { perSecond: (limit.max * 1000) / limit.duration };
  const estimated = limit === null ? {} : { estimatedMs: Math.round((remaining * limit.duration) / limit.max) };
  return { ...counts, remaining, active: activeNow, ...perSecond, ...estimated, paused, failures };
}

/** Options for {@link outcomes}. */
export interface OutcomesOptions {
  /** @default both */
  readonly status?: "completed" | "failed" | undefined;
}

const schema = z.strictObject({ status: z.enum(["completed", "failed"]).optional() });

/**
 * Yields the outcomes of a run's jobs, as long as the queue keeps them: the completed ones first, then those that have failed.
 *
 * @param move names the run.
 * @throws {@link InvalidInputError} immediately, if an option is invalid.
 */
export function outcomes(
  queue: FleetQueue,
  move: string,
  options: OutcomesOptions = {},
): AsyncGenerator<StoredOutcome, void, undefined> {
  const { status } = parseInput(schema, options, "options of outcomes");
  return readOutcomes(queue, move, status === undefined ? ["completed", "failed"] : [status]);
}

type FinishedState = "completed" | "failed";

async function* readOutcomes(
  queue: FleetQueue,
  move: string,
  states: readonly FinishedState[],
): AsyncGenerator<StoredOutcome, void, undefined> {
  for await (const { outcome } of readFinished(queue, move, states)) yield outcome;
}

interface Finished {
  readonly job: StoredJob;
  readonly outcome: StoredOutcome;
}

/** Oldest first, so that jobs that finish meanwhile shift no page. */
async function* readFinished(
  queue: FleetQueue,
  move: string,
  states: readonly FinishedState[],
): AsyncGenerator<Finished, void, undefined> {
  for (const state of states) {
    for (let start = 0; ; start += pageSize) {
      const ids = await queue.getRanges([state], start, start + pageSize - 1, true);
      if (ids.length === 0) break;
      const isOfMove = ids.some((id) => parseJobId(id)?.move === move);
      const jobs = isOfMove ? await queue.getJobs([state], start, start + pageSize - 1, true) : [];
      for (const job of jobs) {
        const kind = toKind(job, move);
        if (kind !== undefined) yield { job, outcome: toOutcome(job, kind, state) };
      }
    }
  }
}

/** All at once, so that what moves between pages and states is not missed: Redis answers from one moment. */
async function readIds(queue: FleetQueue, move: string, states: readonly JobState[]): Promise<ReadonlySet<string>> {
  const ids = await queue.getRanges([...states], 0, -1, false);
  return new Set(ids.filter((id) => parseJobId(id)?.move === move));
}

function toKind({ id }: StoredJob, move: string): JobKind | undefined {
  const parsed = parseJobId(String(id));
  return parsed?.move === move ? parsed.kind : undefined;
}

function toOutcome(job: StoredJob, kind: JobKind, status: FinishedState): StoredOutcome {
  const { arn: from, userId } = membersOf(job.data);
  const about = { ...(typeof from === "string" && { from }), ...(typeof userId === "string" && { userId }) };
  if (status === "failed") {
    return { status, kind, ...about, attempts: job.attemptsMade, warnings: [], error: job.failedReason };
  }
  // What a processor of this library returned.
  const returned = resultSchema.parse(job.returnvalue);
  return { status, kind, ...about, attempts: job.attemptsMade + 1, warnings: [], ...returned };
}

const resultSchema = z.object({
  arn: z.string(),
  userId: z.string().exactOptional(),
  reused: z.boolean().exactOptional(),
  resumed: z.boolean().exactOptional(),
  attempts: z.number().exactOptional(),
  warnings: z.array(z.string()).exactOptional(),
});
