import * as z from "zod";
import type { IsBase } from "./base/is-base.ts";
import { isFamilyName, toCloneFamily } from "./derivation/clone-family.ts";
import { type CloneRules, cloneRules } from "./derivation/clone-rules.ts";
import { type EcsClient, expectedClient, isEcsClient } from "./ecs/connection.ts";
import { InvalidInputError } from "./errors.ts";
import type { ClonerEvent } from "./events.ts";
import { lazily } from "./lazily.ts";
import { functionOf, parseInput, toShown } from "./parse-input.ts";
import type { Clone } from "./results.ts";
import { toExpectedArn } from "./task-definition-arn.ts";
import { membersOf } from "./unknown-value.ts";
import { refuseContradictoryVolumes } from "./user/volumes.ts";
import type { Verifier } from "./verify/check.ts";

/** Options for {@link TaskDefCloner}. Only `client` and `baseFamily` have no default. */
export interface TaskDefClonerOptions extends CloneRules {
  /** Your AWS SDK client, configured as you like. */
  readonly client: EcsClient;
  /** Name of the base family, without a revision: every call looks up the newest base in it. */
  readonly baseFamily: string;
  /**
   * Decides whether a revision without a clone record is a base; needed only if the base family holds old clones, or its bases have an access point on the
   * user's volume. Called with frozen values.
   *
   * @default every one is a base, but one with an access point on a volume of the user's is refused: it may be an old clone. With `volume: false` nothing but
   * the record distinguishes them, so set it if the family holds old clones
   */
  readonly isBase?: IsBase | undefined;
  /** Maximum number of revisions of the base family to check for a base. @default 100 */
  readonly maxBaseRevisions?: number | undefined;
  /** How long (ms) to wait for a base while the family has none. @default 0 */
  readonly waitForBaseMs?: number | undefined;
  /** What to do with fields of the base that the installed SDK does not know: copy them into the clone, or refuse the base. @default "carry" */
  readonly unknownMembers?: "carry" | "refuse" | undefined;
  /**
   * Verifies what is about to be registered: a verifier made by `createVerifier` of `taskdef-cloner/verify`. If a check fails, nothing is registered, and the
   * call throws a {@link FailedVerificationError}. A verifier that gives no verdict within `deadlineMs`, or `requestTimeoutMs` if that is longer, leaves everything
   * unknown. @default nothing is verified
   */
  readonly verify?: Verifier | undefined;
  /** What to do if checks of `verify` give no answer: register and warn, or refuse. @default "allow" */
  readonly unverified?: "allow" | "refuse" | undefined;
  /** How long (ms) a single request to ECS may take. @default 10000 */
  readonly requestTimeoutMs?: number | undefined;
  /** How long (ms) to keep retrying throttled requests, not counting time spent queueing in this process. @default 120000 */
  readonly deadlineMs?: number | undefined;
  /** Called for every event. Exceptions it throws are ignored. */
  readonly onEvent?: ((event: ClonerEvent) => unknown) | undefined;
}

/** The options with their defaults filled in. */
export interface ClonerSettings extends TaskDefClonerOptions {
  readonly maxBaseRevisions: number;
  readonly waitForBaseMs: number;
  readonly unknownMembers: "carry" | "refuse";
  readonly unverified: "allow" | "refuse";
  readonly requestTimeoutMs: number;
  readonly deadlineMs: number;
}

/** How long (ms) a single request may take by default. */
export const defaultRequestTimeoutMs = 10_000;

/** How long (ms) throttled requests are retried by default. */
export const defaultDeadlineMs = 120_000;

// The longest delay that a timer accepts.
const milliseconds = () =>
  z
    .int()
    .nonnegative()
    .max(2 ** 31 - 1);

const isVerifier = (value: unknown): value is Verifier => {
  const { toChecks, run } = membersOf(value);
  return typeof toChecks === "function" && typeof run === "function";
};

const expectedVerifier = "expected a verifier: what createVerifier() of taskdef-cloner/verify returns";

const schema = lazily(
  () =>
    z.strictObject({
      client: z.custom<EcsClient>(isEcsClient, expectedClient),
      baseFamily: z.string(),
      ...cloneRules(),
      isBase: functionOf<IsBase>().optional(),
      maxBaseRevisions: z.int().positive().default(100),
      waitForBaseMs: milliseconds().default(0),
      unknownMembers: z.enum(["carry", "refuse"]).default("carry"),
      verify: z.custom<Verifier>(isVerifier, expectedVerifier).optional(),
      unverified: z.enum(["allow", "refuse"]).default("allow"),
      requestTimeoutMs: milliseconds().positive().default(defaultRequestTimeoutMs),
      deadlineMs: milliseconds().default(defaultDeadlineMs),
      onEvent: functionOf<(event: ClonerEvent) => unknown>().optional(),
    }) satisfies z.ZodType<ClonerSettings, TaskDefClonerOptions>,
);

/**
 * Validates the options of a cloner.
 *
 * @throws {@link InvalidInputError} naming each option that is invalid or unknown.
 */
export function parseOptions(options: unknown): ClonerSettings {
  const settings = parseInput(schema(), options, "options of TaskDefCloner");
  const { baseFamily, cloneFamily, verify, unverified } = settings;
  refuseContradictoryVolumes(settings);
  if (unverified === "refuse" && verify === undefined) {
    throw new InvalidInputError(
      'The option `unverified: "refuse"` refuses what `verify` cannot decide: set `verify`, too.',
    );
  }
  if (!isFamilyName(baseFamily)) {
    throw new InvalidInputError(
      `The option \`baseFamily\` takes the bare name of a family, found ${toShown(baseFamily)}. ${whyBare(baseFamily)}`,
    );
  }
  // The result of a function is checked once there is a user id to call it with.
  if (typeof cloneFamily !== "function") toCloneFamily(baseFamily, "", cloneFamily);
  return settings;
}

function whyBare(baseFamily: string): string {
  return baseFamily.includes(":")
    ? "A revision that is pinned goes stale with the next deploy of the base; the newest is looked up at every call."
    : "A family has 1 to 255 letters, digits, `_` and `-`.";
}

/** What a call is an attempt at, so that the next attempt finds what this one registered. */
export interface Attempt {
  /**
   * Names it: a request's id, a message's, a job's. 1 to 128 letters, digits and `. _ : = -`. It stands in the clone's record, for everybody to read who may
   * describe task definitions.
   */
  readonly token: string;
  /**
   * When the first attempt may have begun. The call first searches for what earlier attempts registered since then: one request for the list, and one for each
   * ACTIVE revision that anybody registered in the family since then, less a minute for clocks that differ. @default no search
   */
  readonly since?: Date | undefined;
}

/** Options for {@link TaskDefCloner.clone}. */
export interface CloneOptions {
  /**
   * ARN of the user's current clone. If a new one would be identical, this one is returned, with `reused: true`. The ARN of something other than a clone of this cloner, such
   * as one from before this library, gives a warning and a new clone. If every user has a family, `"latest"` stands for the newest ACTIVE clone there, whether
   * it was deployed or not.
   */
  readonly current?: string | undefined;
  /**
   * What this call is an attempt at. A clone that it registers is never deregistered by the call, whatever fails: it stays for the next attempt, and a `kept`
   * event names it. With `since`, what an earlier attempt registered for this user is taken over if it is what would be registered now (`resumed: true`),
   * otherwise replaced, and deregistered once your step has succeeded.
   */
  readonly attempt?: Attempt | undefined;
  /**
   * Your deployment step: create or update the service. If it throws, or the call is aborted while it runs, the revision that this call
   * registered is deregistered, unless the call is an attempt. Pass its signal on to your own requests.
   */
  readonly deploy?: ((clone: Clone, options: { readonly signal: AbortSignal | undefined }) => unknown) | undefined;
  /** `false` registers without the cloner's `verify`, in this call. */
  readonly verify?: false | undefined;
  /** Aborts the call. Anything it has registered by then is deregistered, unless the call is an attempt. */
  readonly signal?: AbortSignal | undefined;
}

const signal = () => z.instanceof(AbortSignal).optional();

const attempt = () =>
  z
    .strictObject({
      token: z.string().regex(/^[\w.:=-]{1,128}$/, "expected 1 to 128 letters, digits and `. _ : = -`"),
      since: z.date().optional(),
    })
    .optional();

const cloneOptionsSchema = lazily(
  () =>
    z.strictObject({
      current: z.string({ error: ({ input }) => toCurrentAdvice(input) }).optional(),
      attempt: attempt(),
      deploy: functionOf<NonNullable<CloneOptions["deploy"]>>().optional(),
      verify: z.literal(false).optional(),
      signal: signal(),
    }) satisfies z.ZodType<CloneOptions>,
);

function toCurrentAdvice(input: unknown): string {
  return input === null
    ? "is null; leave it out (or use undefined) if the user has no clone yet"
    : toExpectedArn(input);
}

/** Options for {@link TaskDefCloner.reclone} and {@link TaskDefCloner.resize}, which take the current clone as an argument. */
export type RecloneOptions = Omit<CloneOptions, "current">;

const recloneOptionsSchema = lazily(
  () => cloneOptionsSchema().omit({ current: true }) satisfies z.ZodType<RecloneOptions>,
);

const callOptionsSchema = lazily(() => z.strictObject({ signal: signal() }) satisfies z.ZodType<CallOptions>);

/** Options for calls that register nothing. */
export interface CallOptions {
  /** Aborts the call. */
  readonly signal?: AbortSignal | undefined;
}

/** @throws {@link InvalidInputError} */
export const parseCloneOptions = (options: unknown): CloneOptions =>
  parseInput(cloneOptionsSchema(), options, "options");

/** @throws {@link InvalidInputError} */
export const parseCallOptions = (options: unknown): CallOptions => parseInput(callOptionsSchema(), options, "options");

/** @throws {@link InvalidInputError} */
export const parseRecloneOptions = (options: unknown): RecloneOptions =>
  parseInput(recloneOptionsSchema(), options, "options");
