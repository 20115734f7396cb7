import * as z from "zod";
import { InvalidInputError } from "../errors.ts";
import { lazily } from "../lazily.ts";
import type { CloneOptions } from "../options.ts";
import { functionOf, parseInput } from "../parse-input.ts";
import type { Clone } from "../results.ts";
import { internalsOf, type TaskDefCloner } from "../task-def-cloner.ts";
import { refuseImpossibleParts } from "../user/own-parts.ts";
import { parseUserPatch } from "../user/parse-user.ts";
import type { UserPatch, UserSpec } from "../user/user.ts";
import { addFailure, type FleetRun, type Tally, toTalliedRun } from "./fleet-run.ts";
import { refuseUniterable } from "./iterable.ts";
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

/** The result of a whole run of {@link cloneAll} or {@link recloneAll}. */
export interface CloneSummary<Outcome extends FleetOutcome> {
  /** Successful clones, including reused ones. */
  readonly done: number;
  readonly failed: number;
  readonly reused: number;
  /** The outcomes of the first 100 failures, each with its `reason`. Loop over the outcomes to see all of them. */
  readonly failures: readonly Extract<Outcome, { readonly status: "rejected" }>[];
}

/** Options shared by {@link cloneAll} and {@link recloneAll}. */
interface FleetOptions {
  /** How many users to process at a time. Registrations take turns anyway; `deploy` callbacks run concurrently. @default 10 */
  readonly concurrency?: number | undefined;
  /** Your deployment step for each clone, as in `clone`. */
  readonly deploy?: CloneOptions["deploy"];
  /** `false` registers without the cloner's `verify`, as in `clone`. */
  readonly verify?: CloneOptions["verify"];
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

const fleetShape = () => ({
  concurrency: z.int().positive().default(10),
  deploy: functionOf<NonNullable<CloneOptions["deploy"]>>().optional(),
  verify: z.literal(false).optional(),
  signal: z.instanceof(AbortSignal).optional(),
});

const cloneAllSchema = lazily(
  () =>
    z.strictObject({
      ...fleetShape(),
      current: functionOf<NonNullable<CloneAllOptions["current"]>>().optional(),
    }) satisfies z.ZodType<CloneAllOptions>,
);

const recloneAllSchema = lazily(() => z.strictObject({ ...fleetShape(), changes: z.unknown().optional() }));

/**
 * Clones the newest base for each user. Yields one outcome per user as each completes; a failure doesn't stop the others. Memory use stays
 * flat however many users there are. Leaving the loop undoes work in progress; clones that were done by then, but whose outcomes you did not
 * fetch, remain, and `listClones` finds them.
 *
 * @param users taken one at a time, as capacity frees up.
 * @returns a run to loop over; its `complete()` runs to the end and counts the outcomes.
 * @throws {@link InvalidInputError} immediately, if the options are invalid; an invalid user is reported in that user's outcome.
 */
export function cloneAll(
  cloner: TaskDefCloner,
  users: Iterable<UserSpec> | AsyncIterable<UserSpec>,
  options: CloneAllOptions = {},
): FleetRun<CloneOutcome, CloneSummary<CloneOutcome>> {
  const { concurrency, signal, deploy, verify, current } = parseInput(cloneAllSchema(), options, "options of cloneAll");
  internalsOf(cloner);
  refuseUniterable(users, "Invalid users");
  const settled = settleEach(users, { concurrency, signal }, async (user, taskSignal) => {
    const arn = await current?.(user);
    return await cloner.clone(user, { current: arn, deploy, verify, signal: taskSignal });
  });
  return toTalliedRun(
    toOutcomes(users, settled, (user) => ({ userId: toUserId(user) })),
    toTally<CloneOutcome>(),
  );
}

/**
 * Clones the newest base again for each clone, keeping its user-specific parts: after a deploy of the base, or to change something for all
 * users. Yields one outcome per ARN as each completes; a failure doesn't stop the others. A rerun after a crash reuses the clones that are
 * already done, provided that you pass the ARNs you stored from the outcomes.
 *
 * @param arns taken one at a time, as capacity frees up.
 * @returns a run to loop over; its `complete()` runs to the end and counts the outcomes.
 * @throws {@link InvalidInputError} immediately, if the options are invalid; an invalid ARN is reported in its outcome.
 */
export function recloneAll(
  cloner: TaskDefCloner,
  arns: Iterable<string> | AsyncIterable<string>,
  options: RecloneAllOptions = {},
): FleetRun<RecloneOutcome, CloneSummary<RecloneOutcome>> {
  const { concurrency, signal, deploy, verify, ...rest } = parseInput(
    recloneAllSchema(),
    options,
    "options of recloneAll",
  );
  const changes = parseUserPatch(rest.changes ?? {});
  refuseImpossibleParts(changes, internalsOf(cloner).settings);
  refuseUniterable(arns, "Invalid arns");
  const settled = settleEach(
    arns,
    { concurrency, signal },
    async (arn, taskSignal) => await cloner.reclone(arn, changes, { deploy, verify, signal: taskSignal }),
  );
  return toTalliedRun(
    toOutcomes(arns, settled, (arn) => ({ arn })),
    toTally<RecloneOutcome>(),
  );
}

async function* toOutcomes<Input, Own>(
  inputs: object,
  settled: AsyncIterable<SettledInput<Input, Clone>>,
  toOwn: (input: Input) => Own,
): AsyncGenerator<Own & FleetOutcome, void, undefined> {
  const withProgress = trackProgress(inputs);
  for await (const one of settled) yield { ...toOwn(one.input), ...withProgress(one) };
}

function toTally<Outcome extends FleetOutcome>(): Tally<Outcome, CloneSummary<Outcome>> {
  let latest: Progress = { done: 0, failed: 0, reused: 0 };
  const failures: Extract<Outcome, { readonly status: "rejected" }>[] = [];
  return {
    add: (outcome) => {
      latest = outcome.progress;
      if (isFailure(outcome)) addFailure(failures, outcome);
    },
    toSummary: () => {
      const { done, failed, reused } = latest;
      return { done, failed, reused, failures: [...failures] };
    },
  };
}

const isFailure = <Outcome extends FleetOutcome>(
  outcome: Outcome,
): outcome is Extract<Outcome, { readonly status: "rejected" }> => outcome.status === "rejected";

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
