import type { TaskDefCloner } from "../task-def-cloner.ts";
import { type Attempt, type Move, type MoveJob, type Step, work, writeNotes } from "./attempt.ts";
import { giveUp } from "./give-up.ts";
import { type AttemptNotes, type JobOutcome, toAttemptToken } from "./job.ts";
import { hasRegisteredNothing } from "./job-error.ts";
import { toLease } from "./lease.ts";
import type { Run } from "./processor.ts";

/** A job that gives a user a clone, in the hands of a worker. */
export interface MoveTask {
  readonly cloner: TaskDefCloner;
  readonly job: MoveJob<object>;
  readonly jobId: string;
  readonly notes: AttemptNotes;
  readonly lockToken: string | undefined;
  readonly lockDuration: number;
  readonly signal: AbortSignal | undefined;
  readonly toMove: () => Promise<Move>;
  readonly step: Step;
}

/** An attempt at a job that gives a user a clone. */
export function toMoveRun(task: MoveTask): Run<JobOutcome> {
  const { cloner, job, jobId, lockToken, lockDuration, signal, toMove, step } = task;
  const { startedAt, registered, replaced } = task.notes;
  const attempt: Attempt = {
    cloner,
    job,
    lease: toLease(job, lockToken, lockDuration),
    token: toAttemptToken(jobId),
    since: startedAt,
    notes: { startedAt, registered, replaced },
  };
  return {
    work: async () => {
      const move = await toMove();
      attempt.move = move;
      return await work(attempt, move, step, signal);
    },
    tidy: async (failure) => {
      // A mark from before this attempt stays: the search for what that one registered did not come to an end.
      const isMarked = attempt.since === undefined && attempt.notes.startedAt !== undefined;
      if (isMarked && hasRegisteredNothing(failure)) {
        await writeNotes(attempt, { ...attempt.notes, startedAt: undefined });
      }
    },
    giveUp: () => giveUp(attempt),
  };
}
