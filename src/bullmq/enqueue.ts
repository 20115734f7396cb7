import * as z from "zod";
import { InvalidInputError, NotACloneError } from "../errors.ts";
import { refuseUniterable } from "../fleet/iterable.ts";
import { type PruneOptions, prune } from "../fleet/prune.ts";
import { settleEach } from "../fleet/settle-each.ts";
import { parseInput } from "../parse-input.ts";
import { internalsOf, type TaskDefCloner } from "../task-def-cloner.ts";
import { refuseBadArn } from "../task-definition-arn.ts";
import { membersOf } from "../unknown-value.ts";
import { parseUserPatch, parseUserRef } from "../user/parse-user.ts";
import type { UserPatch } from "../user/user.ts";
import { type CloneJob, type JobKind, type PruneJob, type RecloneJob, toJobId } from "./job.ts";
import { type Backoff, ensurePace, type FleetQueue, type NewJob } from "./queue.ts";

/** Options for {@link enqueueClones}. */
export interface EnqueueOptions {
  /**
   * Names the run, such as the base's ARN or the deploy's id: 1 to 512 characters. The same run and the same clone or user are the same job, so calling again
   * after a crash adds only what is missing.
   */
  readonly move: string;
  /** How often a job is tried. Waiting for ECS while it throttles counts as no attempt. @default 3 */
  readonly attempts?: number | undefined;
  /** How long to wait between attempts, as in BullMQ's job options. @default exponential, from 2 s */
  readonly backoff?: Backoff | undefined;
  /** Stops adding jobs. Those that were added stay. */
  readonly signal?: AbortSignal | undefined;
}

/** Options for {@link enqueueReclones}. */
export interface EnqueueReclonesOptions extends EnqueueOptions {
  /** Changes to the user's parts, for every clone. Jobs are stored, so they may hold no values of environment variables: return those from the processor's `changes`. */
  readonly changes?: UserPatch | undefined;
  /** Leaves out the clones that are up to date, by this cloner: two `DescribeTaskDefinition` calls each. Not together with `changes`. */
  readonly skipUpToDate?: TaskDefCloner | undefined;
}

/** Options for {@link enqueuePrune}: those of `prune` that decide which clones are deregistered, and those of the jobs. */
export interface EnqueuePruneOptions
  extends EnqueueOptions,
    Pick<PruneOptions, "inUse" | "foreignArns" | "keep" | "families"> {}

/** The result of adding jobs. */
export interface Enqueued {
  /** Jobs that are in the queue now, including those of an earlier call for the same run. */
  readonly added: number;
  /** Clones that need no job. */
  readonly skipped: number;
}

const backoff = z.union([
  z.number().nonnegative(),
  z.strictObject({ type: z.string(), delay: z.number().exactOptional(), jitter: z.number().exactOptional() }),
]);

const shape = {
  move: z.string().regex(/^[^\p{Cc}\p{Cs}]{1,512}$/u, "expected 1 to 512 characters that can be printed"),
  attempts: z.int().positive().default(3),
  backoff: backoff.default({ type: "exponential", delay: 2000 }),
  signal: z.instanceof(AbortSignal).optional(),
};

const recloneSchema = z.strictObject({
  ...shape,
  changes: z.unknown().optional(),
  skipUpToDate: z.unknown().optional(),
});

/**
 * Adds a job for each clone that is to move to the newest base. Sets the pace to one job per second if the queue has none; see {@link setPace}.
 *
 * @param arns the users' current clones; read one at a time.
 * @throws {@link InvalidInputError} if an option or an ARN is invalid. Jobs for the ARNs before it may have been added.
 */
export async function enqueueReclones(
  queue: FleetQueue,
  arns: Iterable<string> | AsyncIterable<string>,
  options: EnqueueReclonesOptions,
): Promise<Enqueued> {
  const { changes, skipUpToDate: _, ...common } = parseInput(recloneSchema, options, "options of enqueueReclones");
  refuseUniterable(arns, "enqueueReclones, arns");
  const patch = changes === undefined ? undefined : toStorable(changes);
  const { skipUpToDate } = options;
  if (skipUpToDate && patch) {
    throw new InvalidInputError(
      "enqueueReclones: with `changes`, no clone counts as up to date. Leave out `skipUpToDate`.",
    );
  }
  const { move, signal } = common;
  const isUpToDate = skipUpToDate === undefined ? async () => false : toChecker(skipUpToDate, signal);
  let skipped = 0;
  async function* toSubjects(): AsyncGenerator<string, void, undefined> {
    const checked = settleEach(arns, { concurrency: 10, signal }, async (arn) => {
      refuseBadArn(arn, "enqueueReclones");
      return await isUpToDate(arn);
    });
    for await (const { input, outcome } of checked) {
      if (outcome.status === "rejected") throw outcome.reason;
      if (outcome.value) skipped += 1;
      else yield input;
    }
  }
  const toData = (arn: string) => ({ arn, move, ...(patch && { changes: patch }) });
  const added = await addAll(queue, toSubjects(), { ...common, kind: "reclone", toData });
  return { added, skipped };
}

const cloneSchema = z.strictObject(shape);

/**
 * Adds a job for each user who is to get a clone of the newest base. Sets the pace to one job per second if the queue has none.
 *
 * @param userIds read one at a time. The processor asks for the rest of each user.
 * @throws {@link InvalidInputError} if an option or an id is invalid. Jobs for the ids before it may have been added.
 */
export async function enqueueClones(
  queue: FleetQueue,
  userIds: Iterable<string> | AsyncIterable<string>,
  options: EnqueueOptions,
): Promise<Enqueued> {
  const common = parseInput(cloneSchema, options, "options of enqueueClones");
  refuseUniterable(userIds, "enqueueClones, userIds");
  const { move } = common;
  const toData = (userId: string) => ({ userId: parseUserRef({ userId }).userId, move });
  return { added: await addAll(queue, userIds, { ...common, kind: "clone", toData }), skipped: 0 };
}

const pruneSchema = z.strictObject({
  ...shape,
  inUse: z.unknown().optional(),
  foreignArns: z.unknown().optional(),
  keep: z.unknown().optional(),
  families: z.unknown().optional(),
});

/**
 * Decides which clones are old, as `prune` does, and adds a job for each that is to be deregistered. Use the queue of the moves: both draw on the same quota.
 *
 * @returns `skipped` counts the clones that are kept.
 * @throws {@link InvalidInputError} if an option is invalid, and all that `prune` throws. No job was added then.
 */
export async function enqueuePrune(
  queue: FleetQueue,
  cloner: TaskDefCloner,
  options: EnqueuePruneOptions,
): Promise<Enqueued> {
  const { move, attempts, backoff, signal } = parseInput(pruneSchema, options, "options of enqueuePrune");
  const { inUse, foreignArns, keep, families } = options;
  let skipped = 0;
  const arns: string[] = [];
  for await (const { arn, action } of prune(cloner, { inUse, foreignArns, keep, families, signal })) {
    if (action === "keep") skipped += 1;
    else arns.push(arn);
  }
  const toData = (arn: string) => ({ arn, move });
  return { added: await addAll(queue, arns, { move, attempts, backoff, signal, kind: "prune", toData }), skipped };
}

interface Adding {
  readonly move: string;
  readonly attempts: number;
  readonly backoff: Backoff;
  readonly signal?: AbortSignal | undefined;
  readonly kind: JobKind;
  readonly toData: (subject: string) => RecloneJob | CloneJob | PruneJob;
}

/** How many jobs go to the store at once. */
const batchSize = 500;

async function addAll(
  queue: FleetQueue,
  subjects: Iterable<string> | AsyncIterable<string>,
  { move, attempts, backoff, signal, kind, toData }: Adding,
): Promise<number> {
  signal?.throwIfAborted();
  await ensurePace(queue);
  let added = 0;
  let batch: NewJob[] = [];
  const add = async (): Promise<void> => {
    signal?.throwIfAborted();
    await queue.addBulk(batch);
    added += batch.length;
    batch = [];
  };
  for await (const subject of subjects) {
    const opts = { jobId: toJobId(kind, move, subject), attempts, backoff };
    // The cast: the caller's queue may be typed for one kind of job, or for all.
    batch.push({ name: kind, data: toData(subject) as never, opts });
    if (batch.length === batchSize) await add();
  }
  if (batch.length > 0) await add();
  return added;
}

/** @throws {@link InvalidInputError} if the changes hold the value of an environment variable. */
function toStorable(changes: unknown): UserPatch {
  const patch = parseUserPatch(changes);
  const { environment, containers } = patch;
  const environments = [environment, ...Object.values(membersOf(containers)).map((own) => membersOf(own).environment)];
  if (environments.some((one) => Object.values(membersOf(one)).some((value) => value !== null))) {
    throw new InvalidInputError(
      "enqueueReclones: `changes` holds values of environment variables, and jobs are stored where others may read them. Return them from the option " +
        "`changes` of createRecloneProcessor.",
    );
  }
  return patch;
}

/** Returns a function that says whether a clone needs no job. Anything but a clone gets a job, which says so. */
function toChecker(cloner: TaskDefCloner, signal: AbortSignal | undefined): (arn: string) => Promise<boolean> {
  internalsOf(cloner);
  return async (arn) => {
    try {
      return (await cloner.inspect(arn, { signal })).isUpToDate;
    } catch (error) {
      if (error instanceof NotACloneError) return false;
      throw error;
    }
  };
}
