import type { Job, Processor } from "bullmq";
import * as z from "zod";
import { readCloneAt } from "../clone/read-clone.ts";
import { functionOf, parseInput } from "../parse-input.ts";
import type { Clone } from "../results.ts";
import { internalsOf, type TaskDefCloner } from "../task-def-cloner.ts";
import type { UserPatch } from "../user/user.ts";
import { type JobOutcome, parseJob, type RecloneJob, recloneJob, toJobId } from "./job.ts";
import { inCallersCode } from "./job-error.ts";
import { toMoveRun } from "./move-run.ts";
import { type ProcessorOptions, processorShape, toProcessor } from "./processor.ts";

/** Options for {@link createRecloneProcessor}. */
export interface RecloneProcessorOptions extends ProcessorOptions {
  /**
   * Your deployment step: update the service, and store the ARN. It must be idempotent: when a worker dies, it may run twice with the same clone. If it
   * throws, the clone stays for the job's next attempt, and is deregistered after the last. Throw BullMQ's `UnrecoverableError` to give up at once.
   */
  readonly deploy?:
    | ((
        clone: Clone,
        options: { readonly job: Job<RecloneJob, JobOutcome>; readonly signal: AbortSignal | undefined },
      ) => unknown)
    | undefined;
  /** Changes to the user's parts, instead of the job's own. Values of environment variables belong here, since jobs are stored. */
  readonly changes?: ((job: Job<RecloneJob, JobOutcome>) => UserPatch | Promise<UserPatch>) | undefined;
}

const schema = z.strictObject({
  ...processorShape,
  deploy: functionOf<NonNullable<RecloneProcessorOptions["deploy"]>>().optional(),
  changes: functionOf<NonNullable<RecloneProcessorOptions["changes"]>>().optional(),
});

/**
 * Makes the processor for a worker's reclone jobs: `new Worker(name, processor, { connection })`. Each job is one `reclone`, and a job that runs twice finds
 * what it registered the first time. Give the cloner a `deadlineMs` of a second: the queue waits for ECS, not a worker.
 *
 * @throws {@link InvalidInputError} if an option is invalid.
 */
export function createRecloneProcessor(
  cloner: TaskDefCloner,
  options: RecloneProcessorOptions,
): Processor<RecloneJob, JobOutcome> {
  const settings = parseInput(schema, options, "options of createRecloneProcessor");
  const { ecs, settings: clonerSettings } = internalsOf(cloner);
  const { deploy, changes, lockDuration } = settings;
  return toProcessor(settings, (job, lockToken, signal) => {
    const { arn, move, ...notes } = parseJob(recloneJob, job.data, "reclone");
    const { changes: stored } = job.data;
    return toMoveRun({
      cloner,
      job,
      jobId: toJobId("reclone", move, arn),
      notes,
      lockToken,
      lockDuration,
      signal,
      step: (clone, options) => deploy?.(clone, { job, ...options }),
      toMove: async () => ({
        own: arn,
        prepare: async () => {
          const patch = changes === undefined ? stored : await inCallersCode(() => changes(job));
          return (current = arn, call) => cloner.reclone(current, patch, call);
        },
        findUserId: async () => {
          const reading = await readCloneAt(ecs, arn, clonerSettings.baseFamily, "reclone");
          return reading.kind === "clone" ? reading.clone.record.userId : undefined;
        },
      }),
    });
  });
}
