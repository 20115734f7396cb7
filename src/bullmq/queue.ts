import * as z from "zod";
import { parseInput } from "../parse-input.ts";

/** A job to be added. */
export interface NewJob {
  readonly name: string;
  /** Of type `never`, so that a queue of any type of data takes it. */
  readonly data: never;
  readonly opts: { jobId: string; attempts: number; backoff: Backoff };
}

/** How long to wait between the attempts of a job, as in BullMQ's `JobsOptions`. */
export type Backoff = number | { type: string; delay?: number; jitter?: number };

/** A job as it is read back. */
export interface StoredJob {
  readonly id?: string;
  readonly data: unknown;
  readonly returnvalue: unknown;
  readonly failedReason: string;
  readonly attemptsMade: number;
  readonly finishedOn?: number;
}

/** The states that a job can be read by. */
export type JobState = "waiting" | "prioritized" | "delayed" | "active" | "completed" | "failed";

/** What is needed of a BullMQ `Queue`, on whichever backend. */
export interface FleetQueue {
  addBulk(jobs: NewJob[]): Promise<unknown>;
  rateLimit(expireTimeMs: number): Promise<void>;
  pause(): Promise<void>;
  isPaused(): Promise<boolean>;
  setGlobalRateLimit(max: number, duration: number): Promise<unknown>;
  getGlobalRateLimit(): Promise<{ max: number; duration: number } | null>;
  getRanges(types: JobState[], start: number, end: number, asc: boolean): Promise<string[]>;
  getJobs(types: JobState[], start: number, end: number, asc: boolean): Promise<StoredJob[]>;
}

/** Options for {@link setPace}. */
export interface PaceOptions {
  /**
   * How many jobs may start per second, in all workers of the queue together. ECS allows one registration or deregistration per second per account, and
   * 20 at once; the default leaves those 20 to users who are provisioned meanwhile. @default 1
   */
  readonly perSecond?: number | undefined;
}

const schema = z.strictObject({ perSecond: z.number().positive().max(1000).default(1) });

/**
 * Sets the pace at which all workers of the queue together start jobs. It is kept in the queue, and may be changed while they run. Do not give the workers
 * a `limiter` as well: BullMQ would mix the two.
 *
 * @throws {@link InvalidInputError} if an option is invalid.
 */
export async function setPace(queue: FleetQueue, options: PaceOptions = {}): Promise<void> {
  const { perSecond } = parseInput(schema, options, "options of setPace");
  await queue.setGlobalRateLimit(1, Math.round(1000 / perSecond));
}

/** Sets the default pace if the queue has none. Without one, BullMQ could not hold all workers back. */
export async function ensurePace(queue: FleetQueue): Promise<void> {
  if ((await queue.getGlobalRateLimit()) === null) await setPace(queue);
}

/** Lets no worker of the queue start a job for a while. */
export async function holdBack(queue: FleetQueue, milliseconds: number): Promise<void> {
  await ensurePace(queue);
  await queue.rateLimit(milliseconds);
}
