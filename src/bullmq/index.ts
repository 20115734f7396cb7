/**
 * Fleets in a durable queue, with BullMQ.
 *
 * @module taskdef-cloner/bullmq
 */

export { type CloneProcessorOptions, createCloneProcessor } from "./clone-processor.ts";
export {
  type Enqueued,
  type EnqueueOptions,
  type EnqueuePruneOptions,
  type EnqueueReclonesOptions,
  enqueueClones,
  enqueuePrune,
  enqueueReclones,
} from "./enqueue.ts";
export type {
  AttemptNotes,
  CloneJob,
  JobKind,
  JobOutcome,
  PruneJob,
  PruneJobOutcome,
  RecloneJob,
} from "./job.ts";
export { LostJobError } from "./lease.ts";
export type { ProcessorOptions } from "./processor.ts";
export { type FleetProgress, type OutcomesOptions, outcomes, readProgress, type StoredOutcome } from "./progress.ts";
export { createPruneProcessor, type PruneProcessorOptions } from "./prune-processor.ts";
export type { Backoff, FleetQueue, JobState, NewJob, StoredJob } from "./queue.ts";
export { type PaceOptions, setPace } from "./queue.ts";
export { createRecloneProcessor, type RecloneProcessorOptions } from "./reclone-processor.ts";
