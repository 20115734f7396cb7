import type { RecloneOptions } from "../options.ts";
import type { Clone } from "../results.ts";
import type { TaskDefCloner } from "../task-def-cloner.ts";
import type { AttemptNotes, JobOutcome } from "./job.ts";
import { inCallersCode, toRetried } from "./job-error.ts";
import type { Lease } from "./lease.ts";

/** What is needed of a BullMQ `Job` to work on it. */
export interface MoveJob<Data = unknown> {
  readonly id?: string;
  readonly data: Data;
  readonly attemptsMade: number;
  readonly opts: { readonly attempts?: number };
  readonly processedOn?: number;
  updateData(data: Data): Promise<void>;
  extendLock(token: string, duration: number): Promise<number>;
  log(row: string): Promise<number>;
}

/** What a job is about, and how it gets there. */
export interface Move {
  /** ARN of the clone that the user had before the job. It is never deregistered. */
  readonly own: string | undefined;
  /** Gets ready all that the caller's own code has to say. */
  prepare(): Promise<Provide>;
  /** Whose clone it is; `undefined` if there is none. */
  findUserId(): Promise<string | undefined>;
}

/** Provides the user's clone. @param current what the user's clone is compared with. */
type Provide = (current: string | undefined, options: RecloneOptions) => Promise<Clone>;

/** An attempt at a job that is under way. */
export interface Attempt {
  readonly cloner: TaskDefCloner;
  readonly job: MoveJob<object>;
  readonly lease: Lease;
  /** Names all attempts at the job. */
  readonly token: string;
  /** When an attempt began that has no end: the next one searches for what it registered. */
  readonly since: number | undefined;
  /** What stands in the job now. */
  notes: AttemptNotes;
  /** Known once the attempt has got so far. */
  move?: Move;
}

/** The caller's step, with the job bound to it. */
export type Step = (clone: Clone, options: { readonly signal: AbortSignal | undefined }) => unknown;

/** Writes into the job what is known about its attempts. Members that are absent are not stored. */
export async function writeNotes(attempt: Attempt, notes: AttemptNotes): Promise<void> {
  const { job, lease } = attempt;
  await lease.proveIfLate();
  await job.updateData({ ...job.data, startedAt: undefined, registered: undefined, replaced: undefined, ...notes });
  attempt.notes = notes;
}

/**
 * Takes an attempt to its end. The job is marked before the registration, and what was registered is noted in it before the step: a later attempt goes on
 * from what is noted, and looks for what an attempt that ended in between may have registered.
 */
export async function work(
  attempt: Attempt,
  move: Move,
  step: Step,
  signal: AbortSignal | undefined,
): Promise<JobOutcome> {
  const { job, token, since } = attempt;
  const provide = await move.prepare();
  const { registered: before } = attempt.notes;
  if (since === undefined) await writeNotes(attempt, { ...attempt.notes, startedAt: Date.now() });
  // A clone that the job itself registered is compared with as the current one, and is news to the user all the same.
  const isResumed = ({ arn, reused }: Clone): boolean => reused && arn === before && arn !== move.own;
  const toNews = (clone: Clone): Clone => (isResumed(clone) ? { ...clone, reused: false, resumed: true } : clone);

  const provided = await provide(before ?? move.own, {
    attempt: { token, since: since === undefined ? undefined : new Date(since) },
    signal,
    deploy: async (clone, options) => {
      await writeNotes(attempt, toNoted(attempt, clone.arn, move.own));
      await inCallersCode(() => step(toNews(clone), options));
    },
  });
  const failures = await retireReplaced(attempt);
  const { arn, userId, reused, resumed, warnings } = toNews(provided);
  return { arn, userId, reused, resumed, attempts: job.attemptsMade + 1, warnings: [...warnings, ...failures] };
}

/** The notes once the job has a clone. */
function toNoted({ notes, since }: Attempt, arn: string, own: string | undefined): AttemptNotes {
  const { registered, replaced = [] } = notes;
  const all = registered === undefined ? replaced : [...replaced, registered];
  const others = all.filter((other) => other !== arn && other !== own);
  return {
    registered: arn,
    // What else an attempt without an end registered is retired by the call itself, after the step. Until then it has to be found again.
    startedAt: since,
    ...(others.length > 0 && { replaced: [...new Set(others)] }),
  };
}

/** Retires what the job registered and replaced, now that the step has succeeded. @returns what went wrong, which fails no job. */
async function retireReplaced({ cloner, lease, notes: { replaced = [] } }: Attempt): Promise<readonly string[]> {
  const failures: string[] = [];
  if (replaced.length > 0) await lease.prove();
  for (const arn of replaced) {
    try {
      await cloner.retire(arn);
    } catch (error) {
      failures.push(`${arn}, which the job had registered before, is still ACTIVE: ${toRetried(error).message}`);
    }
  }
  return failures;
}
