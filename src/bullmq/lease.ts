/** What is needed of a job to prove that it is still one's own. */
interface LockedJob {
  readonly id?: string;
  readonly processedOn?: number;
  extendLock(token: string, duration: number): Promise<number>;
}

/** The job went to another worker, since this one was stopped, or could not renew the job's lock, for too long. */
export class LostJobError extends Error {
  override readonly name = "LostJobError";

  constructor(jobId = "of no id") {
    super(
      `Job ${jobId} is another worker's by now: this one did not renew its lock in time. It leaves everything as it is.`,
    );
  }
}

/** A worker's hold on a job. */
export interface Lease {
  /** @throws {@link LostJobError} if the job is another worker's by now. Costs a request to the store. */
  prove(): Promise<void>;
  /** The same, if so much time has passed since the job began that it may be another worker's. */
  proveIfLate(): Promise<void>;
}

/**
 * The hold on a job that a worker was given. A process that was frozen wakes in the middle of a job that another worker has taken over, and neither what
 * it would write into the job nor what it would deregister is its own then.
 *
 * @param lockMs for how long a lock is valid.
 */
export function toLease(job: LockedJob, token: string | undefined, lockMs: number): Lease {
  const beganAt = job.processedOn ?? Date.now();
  const prove = async (): Promise<void> => {
    const isMine = token !== undefined && (await job.extendLock(token, lockMs)) === 1;
    if (!isMine) throw new LostJobError(job.id);
  };
  const proveIfLate = async (): Promise<void> => {
    if (Date.now() - beganAt > lockMs / 2) await prove();
  };
  return { prove, proveIfLate };
}
