import * as z from "zod";
import { InvalidInputError } from "../errors.ts";
import type { CloneOptions } from "../options.ts";
import { functionOf, parseInput } from "../parse-input.ts";
import type { Clone } from "../results.ts";
import { internalsOf, type TaskDefCloner } from "../task-def-cloner.ts";
import { parseUserPatch } from "../user/parse-user.ts";
import type { UserPatch, UserSpec } from "../user/user.ts";
import { isIterable } from "./iterable.ts";
import { type Settled, type SettledInput, settleEach } from "./settle-each.ts";

/** How far a fleet operation is. */
export interface Progress {
  /** Clones that stand, the reused ones among them. */
  readonly done: number;
  readonly failed: number;
  readonly reused: number;
  /** Inputs without an outcome yet; absent where the input's length is not known. */
  readonly remaining?: number;
  /** Milliseconds that the remaining ones will take at the pace so far; absent where the input's length is not known. */
  readonly estimatedMs?: number;
}

/** How one clone of a fleet ended. */
export type FleetOutcome = Settled<Clone> & {
  /** The input's place, from 0. */
  readonly index: number;
  readonly progress: Progress;
};

/** How the clone of one user ended. */
export type CloneOutcome = FleetOutcome & {
  /** The user's id; absent where the input had none. */
  readonly userId: string | undefined;
};

/** How the clone that replaces another ended. */
export type RecloneOutcome = FleetOutcome & {
  /** The ARN that was given. */
  readonly arn: string;
};

/** What both fleet calls may be told. */
interface FleetOptions {
  /** How many users are worked on at a time. Registers take turns anyway; the callers' steps do not. @default 10 */
  readonly concurrency?: number | undefined;
  /** Your step with each clone, as in `clone`. */
  readonly deploy?: CloneOptions["deploy"];
  /** Aborts the whole: what is under way is undone, its outcomes are still given, and then the signal's reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/** What `cloneAll` may be told. */
export interface CloneAllOptions extends FleetOptions {
  /**
   * Gives the ARN of the user's present clone, where there is one. With it, running again after a crash reuses whoever is done.
   * @default no user has a clone
   */
  readonly current?: ((user: UserSpec) => string | undefined | Promise<string | undefined>) | undefined;
}

/** What `recloneAll` may be told. */
export interface RecloneAllOptions extends FleetOptions {
  /** The changes to each user's own part, as in `reclone`. @default none */
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
 * Clones the newest base for each user. One outcome a user, as they come: one user's failure stops nobody else. Memory stays flat
 * however many users there are. Leaving the loop undoes what is under way; a clone that was done by then, and whose outcome you did not fetch,
 * stays, and `listClones` finds it.
 *
 * @param users are taken one by one, when there is room.
 * @throws {@link InvalidInputError} when the options are wrong; what is wrong with a user is in that user's outcome.
 */
export async function* cloneAll(
  cloner: TaskDefCloner,
  users: Iterable<UserSpec> | AsyncIterable<UserSpec>,
  options: CloneAllOptions = {},
): AsyncGenerator<CloneOutcome, void, undefined> {
  const { concurrency, signal, deploy, current } = parseInput(cloneAllSchema, options, "the options of cloneAll");
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
 * Clones the newest base again for each clone, with what is its user's own: after a deploy of the base, or to change something for
 * everybody. One outcome an ARN, as they come: one failure stops nobody else. Running it again after a crash reuses whoever is done,
 * given the ARNs as you have stored them from the outcomes.
 *
 * @param arns are taken one by one, when there is room.
 * @throws {@link InvalidInputError} when the options are wrong; what is wrong with an ARN is in its outcome.
 */
export async function* recloneAll(
  cloner: TaskDefCloner,
  arns: Iterable<string> | AsyncIterable<string>,
  options: RecloneAllOptions = {},
): AsyncGenerator<RecloneOutcome, void, undefined> {
  const { concurrency, signal, deploy } = parseInput(recloneAllSchema, options, "the options of recloneAll");
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
    throw new InvalidInputError(`Invalid input for ${name}: expected an iterable or an async iterable.`);
}

const toUserId = (user: unknown): string | undefined =>
  typeof user === "object" && user !== null && "userId" in user && typeof user.userId === "string"
    ? user.userId
    : undefined;

/** Counts outcomes, and the pace at which they come. */
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
