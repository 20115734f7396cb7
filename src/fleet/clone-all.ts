import * as z from "zod";
import { InvalidInputError } from "../errors.ts";
import type { CloneOptions } from "../options.ts";
import { functionOf, parseInput, toFound } from "../parse-input.ts";
import type { Clone } from "../results.ts";
import { internalsOf, type TaskDefCloner } from "../task-def-cloner.ts";
import { parseUserPatch } from "../user/parse-user.ts";
import type { UserPatch, UserSpec } from "../user/user.ts";
import { isIterable } from "./iterable.ts";
import { type Settled, type SettledInput, settleEach } from "./settle-each.ts";

/** Progress of a bulk operation. */
export interface Progress {
  /** Successful clones so far, including reused ones. */
  readonly done: number;
  readonly failed: number;
  readonly reused: number;
  /** Inputs without an outcome yet; absent if the number of inputs is unknown. */
  readonly remaining?: number;
  /** Milliseconds that the remaining inputs will take at the pace so far; absent if the number of inputs is unknown. */
  readonly estimatedMs?: number;
}

/** The outcome of one clone in a bulk operation. */
export type FleetOutcome = Settled<Clone> & {
  /** Position of the input, starting at 0. */
  readonly index: number;
  readonly progress: Progress;
};

/** The outcome for one user. */
export type CloneOutcome = FleetOutcome & {
  /** The user's id; absent if the input had none. */
  readonly userId: string | undefined;
};

/** The outcome of replacing one clone. */
export type RecloneOutcome = FleetOutcome & {
  /** The ARN that you passed. */
  readonly arn: string;
};

/** Options shared by {@link cloneAll} and {@link recloneAll}. */
interface FleetOptions {
  /** How many users to process at a time. Registrations take turns anyway; `deploy` callbacks run concurrently. @default 10 */
  readonly concurrency?: number | undefined;
  /** Your deployment step for each clone, as in `clone`. */
  readonly deploy?: CloneOptions["deploy"];
  /** Aborts the whole operation: work in progress is undone, its outcomes are still yielded, then the signal's reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/** Options for {@link cloneAll}. */
export interface CloneAllOptions extends FleetOptions {
  /**
   * Returns the ARN of the user's current clone, if there is one. With it, a rerun after a crash reuses the clones that are already done.
   * @default no user has a clone
   */
  readonly current?: ((user: UserSpec) => string | undefined | Promise<string | undefined>) | undefined;
}

/** Options for {@link recloneAll}. */
export interface RecloneAllOptions extends FleetOptions {
  /** Changes to the user-specific parts of every clone, as in `reclone`. @default none */
  readonly changes?: UserPatch | undefined;
}

const fleetShape = {
  concurrency: z.int().positive().default(10),
  deploy: functionOf<NonNullable<CloneOptions["deploy"]>>().optional(),
  signal: z.instanceof(AbortSignal).optional(),
};

const cloneAllSchema = z.strictObject({
  ...fleetShape,
  current: functionOf<NonNullable<CloneAllOptions["current"]>>().optional(),
}) satisfies z.ZodType<CloneAllOptions>;

const recloneAllSchema = z.strictObject({ ...fleetShape, changes: z.unknown().optional() });

/**
 * Clones the newest base for each user. Yields one outcome per user as each completes; a failure doesn't stop the others. Memory use stays
 * flat however many users there are. Leaving the loop undoes work in progress; clones that were done by then, but whose outcomes you did not
 * fetch, remain, and `listClones` finds them.
 *
 * @param users taken one at a time, as capacity frees up.
 * @throws {@link InvalidInputError} if the options are invalid; an invalid user is reported in that user's outcome.
 */
export async function* cloneAll(
  cloner: TaskDefCloner,
  users: Iterable<UserSpec> | AsyncIterable<UserSpec>,
  options: CloneAllOptions = {},
): AsyncGenerator<CloneOutcome, void, undefined> {
  const { concurrency, signal, deploy, current } = parseInput(cloneAllSchema, options, "options of cloneAll");
  internalsOf(cloner);
  refuseUniterable(users, "users");
  const withProgress = trackProgress(users);
  const settled = settleEach(users, { concurrency, signal }, async (user, taskSignal) => {
    const arn = await current?.(user);
    return await cloner.clone(user, { current: arn, deploy, signal: taskSignal });
  });
  for await (const one of settled) {
    yield { userId: toUserId(one.input), ...withProgress(one) };
  }
}

/**
 * Clones the newest base again for each clone, keeping its user-specific parts: after a deploy of the base, or to change something for all
 * users. Yields one outcome per ARN as each completes; a failure doesn't stop the others. A rerun after a crash reuses the clones that are
 * already done, provided that you pass the ARNs you stored from the outcomes.
 *
 * @param arns taken one at a time, as capacity frees up.
 * @throws {@link InvalidInputError} if the options are invalid; an invalid ARN is reported in its outcome.
 */
export async function* recloneAll(
  cloner: TaskDefCloner,
  arns: Iterable<string> | AsyncIterable<string>,
  options: RecloneAllOptions = {},
): AsyncGenerator<RecloneOutcome, void, undefined> {
  const { concurrency, signal, deploy } = parseInput(recloneAllSchema, options, "options of recloneAll");
  const changes = parseUserPatch(options.changes ?? {});
  internalsOf(cloner);
  refuseUniterable(arns, "arns");
  const withProgress = trackProgress(arns);
  const settled = settleEach(
    arns,
    { concurrency, signal },
    async (arn, taskSignal) => await cloner.reclone(arn, changes, { deploy, signal: taskSignal }),
  );
  for await (const one of settled) yield { arn: one.input, ...withProgress(one) };
}

function refuseUniterable(inputs: unknown, name: string): void {
  if (!isIterable(inputs))
    throw new InvalidInputError(`Invalid ${name}: expected an iterable or an async iterable, got ${toFound(inputs)}.`);
}

const toUserId = (user: unknown): string | undefined =>
  typeof user === "object" && user !== null && "userId" in user && typeof user.userId === "string"
    ? user.userId
    : undefined;

/** Counts outcomes and measures the pace at which they arrive. */
function trackProgress(inputs: object): (settled: SettledInput<unknown, Clone>) => FleetOutcome {
  const startedAt = performance.now();
  const total = toLength(inputs);
  let done = 0;
  let failed = 0;
  let reused = 0;
  return ({ index, outcome }) => {
    if (outcome.status === "rejected") failed += 1;
    else {
      done += 1;
      if (outcome.value.reused) reused += 1;
    }
    const remaining = total === undefined ? undefined : total - done - failed;
    const estimatedMs =
      remaining === undefined ? undefined : (remaining * (performance.now() - startedAt)) / (done + failed);
    const progress = {
      done,
      failed,
      reused,
      ...(remaining !== undefined && { remaining }),
      ...(estimatedMs !== undefined && { estimatedMs: Math.round(estimatedMs) }),
    };
    return { ...outcome, index, progress };
  };
}

function toLength(inputs: object): number | undefined {
  if (Array.isArray(inputs)) return inputs.length;
  return inputs instanceof Set || inputs instanceof Map ? inputs.size : undefined;
}
