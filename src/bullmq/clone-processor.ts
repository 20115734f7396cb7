import type { Job, Processor } from "bullmq";
import * as z from "zod";
import { InvalidInputError } from "../errors.ts";
import { functionOf, parseInput } from "../parse-input.ts";
import type { Clone } from "../results.ts";
import { internalsOf, type TaskDefCloner } from "../task-def-cloner.ts";
import type { UserSpec } from "../user/user.ts";
import { type CloneJob, cloneJob, type JobOutcome, parseJob, toJobId } from "./job.ts";
import { inCallersCode } from "./job-error.ts";
import { toMoveRun } from "./move-run.ts";
import { type ProcessorOptions, processorShape, toProcessor } from "./processor.ts";

/** Options for {@link createCloneProcessor}. */
export interface CloneProcessorOptions extends ProcessorOptions {
  /** Returns the whole user, since a job holds no more than the id; nothing for a user who is gone, whose job then fails. */
  readonly findUser: (userId: string) => UserSpec | undefined | Promise<UserSpec | undefined>;
  /** Returns the ARN of the user's current clone, if there is one. @default no user has a clone */
  readonly current?: ((userId: string) => string | undefined | Promise<string | undefined>) | undefined;
  /** Your deployment step, as in {@link RecloneProcessorOptions.deploy}. */
  readonly deploy?:
    | ((
        clone: Clone,
        options: { readonly job: Job<CloneJob, JobOutcome>; readonly signal: AbortSignal | undefined },
      ) => unknown)
    | undefined;
}

const schema = z.strictObject({
  ...processorShape,
  findUser: functionOf<CloneProcessorOptions["findUser"]>(),
  current: functionOf<NonNullable<CloneProcessorOptions["current"]>>().optional(),
  deploy: functionOf<NonNullable<CloneProcessorOptions["deploy"]>>().optional(),
});

/**
 * Makes the processor for a worker's clone jobs. Each job is one `clone`, and a job that runs twice finds what it registered the first time.
 *
 * @throws {@link InvalidInputError} if an option is invalid.
 */
export function createCloneProcessor(
  cloner: TaskDefCloner,
  options: CloneProcessorOptions,
): Processor<CloneJob, JobOutcome> {
  const settings = parseInput(schema, options, "options of createCloneProcessor");
  internalsOf(cloner);
  const { findUser, current: findCurrent, deploy, lockDuration } = settings;
  return toProcessor(settings, (job, lockToken, signal) => {
    const { userId, move, ...notes } = parseJob(cloneJob, job.data, "clone");
    return toMoveRun({
      cloner,
      job,
      jobId: toJobId("clone", move, userId),
      notes,
      lockToken,
      lockDuration,
      signal,
      step: (clone, options) => deploy?.(clone, { job, ...options }),
      toMove: async () => ({
        own: await inCallersCode(() => findCurrent?.(userId)),
        prepare: async () => {
          const user = await inCallersCode(() => findUser(userId));
          refuseOther(user, userId);
          return (current, call) => cloner.clone(user, { ...call, current });
        },
        findUserId: async () => userId,
      }),
    });
  });
}

/** @throws {@link InvalidInputError} */
function refuseOther(user: UserSpec | undefined, userId: string): asserts user is UserSpec {
  if (user === undefined)
    throw new InvalidInputError(`There is no user ${JSON.stringify(userId)}: \`findUser\` returned none.`);
  if (user.userId === userId) return;
  throw new InvalidInputError(`\`findUser\` was asked for ${JSON.stringify(userId)}, and returned another user.`);
}
