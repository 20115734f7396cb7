import type { Job, Processor } from "bullmq";
import * as z from "zod";
import { type Failure, toFailure, toFinal, toPutBack, toRetried } from "./job-error.ts";
import { type FleetQueue, holdBack } from "./queue.ts";

/** Options that all processors take. */
export interface ProcessorOptions {
  /** The queue that the jobs come from, to hold all of its workers back while ECS throttles. */
  readonly queue: FleetQueue;
  /** For how long (ms) no worker of the queue starts a job when ECS throttles. @default 1000 */
  readonly pauseMs?: number | undefined;
  /**
   * How many jobs in a row, in this process, may find the base unfit or be refused by AWS before the queue is paused, since the rest would fare no better.
   * The last of them is put back. Fix the base, and call `queue.retryJobs({ state: "failed" })` and `queue.resume()`. @default 3
   */
  readonly stopAfterUnfit?: number | undefined;
  /** The `lockDuration` (ms) of your workers. @default 30000 */
  readonly lockDuration?: number | undefined;
}

/** @internal */
export const processorShape = {
  queue: z.custom<FleetQueue>(
    (value) =>
      typeof value === "object" && value !== null && "rateLimit" in value && typeof value.rateLimit === "function",
    "expected the Queue of bullmq that the jobs come from",
  ),
  pauseMs: z.int().positive().default(1000),
  stopAfterUnfit: z.int().positive().default(3),
  lockDuration: z.int().positive().default(30_000),
};

/** The options that all processors take, with their defaults filled in. */
export interface ProcessorSettings {
  readonly queue: FleetQueue;
  readonly pauseMs: number;
  readonly stopAfterUnfit: number;
}

/** An attempt at a job. */
export interface Run<Result> {
  work(): Promise<Result>;
  /** Puts the job in order after a failure, whatever becomes of it. */
  tidy?(failure: Failure): Promise<void>;
  /** Takes back what the job did, since it is not tried again. */
  giveUp?(): Promise<void>;
}

/** A processor that sorts what goes wrong: wait until ECS is less busy, stop the queue, fail, or try again. */
export function toProcessor<Data, Result>(
  settings: ProcessorSettings,
  begin: (job: Job<Data, Result>, token: string | undefined, signal: AbortSignal | undefined) => Run<Result>,
): Processor<Data, Result> {
  const { queue, pauseMs, stopAfterUnfit } = settings;
  let unfitInARow = 0;

  const putBack = async (): Promise<Error> => {
    await holdBack(queue, pauseMs);
    return toPutBack();
  };

  const stop = async (job: Job<Data, Result>, { error }: Failure): Promise<Error> => {
    await queue.pause();
    unfitInARow = 0;
    await job.log(`The queue is paused, since jobs in a row failed like this: ${toRetried(error).message}`);
    return toPutBack();
  };

  const giveUp = async (job: Job<Data, Result>, run: Run<Result> | undefined, thrown: Error): Promise<Error> => {
    try {
      await run?.giveUp?.();
    } catch (error) {
      const { verdict } = toFailure(error);
      if (verdict === "lost") return toRetried(error);
      if (verdict === "wait") return await putBack();
      await job.log(
        `What the job registered is still ACTIVE, and the next attempt finds it: ${toRetried(error).message}`,
      );
    }
    return thrown;
  };

  const toThrown = async (job: Job<Data, Result>, run: Run<Result> | undefined, failure: Failure): Promise<Error> => {
    const { verdict, error } = failure;
    if (verdict === "lost" || verdict === "control") return toRetried(error);
    await run?.tidy?.(failure);
    if (verdict === "wait") return await putBack();
    // Once the queue is paused, the jobs that were under way fare no better, in whatever process.
    if (verdict === "unfit" && (++unfitInARow >= stopAfterUnfit || (await queue.isPaused())))
      return await stop(job, failure);
    if (verdict !== "retry") return await giveUp(job, run, toFinal(error));
    const isLast = job.attemptsMade + 1 >= (job.opts.attempts ?? 1);
    return isLast ? await giveUp(job, run, toRetried(error)) : toRetried(error);
  };

  return async (job, token, signal) => {
    let run: Run<Result> | undefined;
    try {
      run = begin(job, token, signal);
      const result = await run.work();
      unfitInARow = 0;
      return result;
    } catch (error) {
      throw await toThrown(job, run, toFailure(error));
    }
  };
}
