import type { Processor } from "bullmq";
import * as z from "zod";
import { functionOf, parseInput } from "../parse-input.ts";
import { internalsOf, type TaskDefCloner } from "../task-def-cloner.ts";
import { type PruneJob, type PruneJobOutcome, parseJob, pruneJob } from "./job.ts";
import { inCallersCode } from "./job-error.ts";
import { type ProcessorOptions, processorShape, toProcessor } from "./processor.ts";

/** Options for {@link createPruneProcessor}. */
export interface PruneProcessorOptions extends ProcessorOptions {
  /** Whether a clone has been put into use since `enqueuePrune` found it unused. Then it is kept. @default none has */
  readonly isInUse?: ((arn: string) => boolean | Promise<boolean>) | undefined;
}

const schema = z.strictObject({
  ...processorShape,
  isInUse: functionOf<NonNullable<PruneProcessorOptions["isInUse"]>>().optional(),
});

/**
 * Makes the processor for a worker's prune jobs, each of which deregisters one clone.
 *
 * @throws {@link InvalidInputError} if an option is invalid.
 */
export function createPruneProcessor(
  cloner: TaskDefCloner,
  options: PruneProcessorOptions,
): Processor<PruneJob, PruneJobOutcome> {
  const settings = parseInput(schema, options, "options of createPruneProcessor");
  internalsOf(cloner);
  const { isInUse } = settings;
  return toProcessor(settings, (job, _, signal) => {
    const { arn } = parseJob(pruneJob, job.data, "prune");
    return {
      work: async () => {
        const isUsed = await inCallersCode(() => isInUse?.(arn));
        if (!isUsed) await cloner.retire(arn, { signal });
        return { arn, retired: !isUsed };
      },
    };
  });
}
