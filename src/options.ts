import * as z from "zod";
import type { IsBase } from "./base/is-base.ts";
import { isFamilyName, toCloneFamily } from "./derivation/clone-family.ts";
import type { CloneRules } from "./derivation/clone-rules.ts";
import type { EcsClient } from "./ecs/connection.ts";
import { InvalidInputError } from "./errors.ts";
import type { ClonerEvent } from "./events.ts";
import { functionOf, parseInput } from "./parse-input.ts";
import type { Clone } from "./results.ts";
import { sizeSchema } from "./user/parts/size.ts";

/** Everything a cloner is made with. Only `client` and `baseFamily` have no default. */
export interface TaskDefClonerOptions extends CloneRules {
  /** The AWS SDK's client, configured as you like. */
  readonly client: EcsClient;
  /** Name of the base's family, without revision: the newest base in it is looked up at every call. */
  readonly baseFamily: string;
  /** Tells bases from clones that carry no record, for a family that still holds some. @default every revision without a record is a base */
  readonly isBase?: IsBase | undefined;
  /** How many revisions of the base family are looked at to find a base, at most. @default 100 */
  readonly maxBaseRevisions?: number | undefined;
  /** Milliseconds to wait for a base while the family has none. @default 0 */
  readonly waitForBaseMs?: number | undefined;
  /** What to do with members of the base that the installed SDK does not know: carry them into the clone, or refuse the base. @default "carry" */
  readonly unknownMembers?: "carry" | "refuse" | undefined;
  /** Milliseconds that one request to ECS may take. @default 10000 */
  readonly requestTimeoutMs?: number | undefined;
  /** Milliseconds for which a request that ECS is too busy for is sent again. Waiting for others' turns in the family is not in it. @default 120000 */
  readonly deadlineMs?: number | undefined;
  /** Is told what the cloner does, while it does it. What it throws is dropped. */
  readonly onEvent?: ((event: ClonerEvent) => unknown) | undefined;
}

/** The options with their defaults in place. */
export interface ClonerSettings extends TaskDefClonerOptions {
  readonly maxBaseRevisions: number;
  readonly waitForBaseMs: number;
  readonly unknownMembers: "carry" | "refuse";
  readonly requestTimeoutMs: number;
  readonly deadlineMs: number;
}

/** Milliseconds that one request may take, unless the options say otherwise. */
export const defaultRequestTimeoutMs = 10_000;

/** Milliseconds for which ECS is asked again while it is too busy, unless the options say otherwise. */
export const defaultDeadlineMs = 120_000;

// A timer takes no longer delay than this.
const milliseconds = z
  .int()
  .nonnegative()
  .max(2 ** 31 - 1);

const schema = z.strictObject({
  client: z.custom<EcsClient>(
    (value) => typeof value === "object" && value !== null && "send" in value && typeof value.send === "function",
    "expected an ECSClient of @aws-sdk/client-ecs",
  ),
  baseFamily: z.string(),
  cloneFamily: z
    .union([z.string(), functionOf<(userId: string) => string>()], "expected a family name or a function")
    .optional(),
  container: z.string().min(1).optional(),
  volume: z.string().min(1).optional(),
  size: sizeSchema.optional(),
  reserved: z
    .array(z.union([z.string().min(1), z.instanceof(RegExp)]))
    .readonly()
    .optional(),
  copyTags: z.boolean().optional(),
  fargateMemory: z
    .record(z.coerce.number<number>().int().positive(), z.array(z.number()).readonly())
    .readonly()
    .optional(),
  customize: functionOf<NonNullable<CloneRules["customize"]>>().optional(),
  isBase: functionOf<IsBase>().optional(),
  maxBaseRevisions: z.int().positive().default(100),
  waitForBaseMs: milliseconds.default(0),
  unknownMembers: z.enum(["carry", "refuse"]).default("carry"),
  requestTimeoutMs: milliseconds.positive().default(defaultRequestTimeoutMs),
  deadlineMs: milliseconds.default(defaultDeadlineMs),
  onEvent: functionOf<(event: ClonerEvent) => unknown>().optional(),
}) satisfies z.ZodType<ClonerSettings, TaskDefClonerOptions>;

/**
 * Checks the options of a cloner.
 *
 * @throws {@link InvalidInputError} naming each option that is wrong or unknown.
 */
export function parseOptions(options: unknown): ClonerSettings {
  const settings = parseInput(schema, options, "the options of TaskDefCloner");
  const { baseFamily, cloneFamily } = settings;
  if (!isFamilyName(baseFamily)) {
    throw new InvalidInputError(
      `The option \`baseFamily\` takes the bare name of a family, found ${JSON.stringify(baseFamily)}. ${whyBare(baseFamily)}`,
    );
  }
  // What a function gives is checked once there is a user id to call it with.
  if (typeof cloneFamily !== "function") toCloneFamily(baseFamily, "", cloneFamily);
  return settings;
}

function whyBare(baseFamily: string): string {
  return baseFamily.includes(":")
    ? "A revision that is pinned goes stale with the next deploy of the base; the newest is looked up at every call."
    : "A family has 1 to 255 letters, digits, `_` and `-`.";
}

/** What `clone`, `reclone` and `resize` may be told beside their subject. */
export interface CloneOptions {
  /** ARN of the user's present clone. It is returned, with `reused: true`, when a new one would be no different. */
  readonly current?: string | undefined;
  /**
   * Your step with the clone: create the service, update it. If it throws, or the call is aborted while it runs, what this call
   * registered is deregistered. Hand its signal on to your own requests.
   */
  readonly deploy?: ((clone: Clone, options: { readonly signal: AbortSignal | undefined }) => unknown) | undefined;
  /** Aborts the call. What it has registered by then is deregistered. */
  readonly signal?: AbortSignal | undefined;
}

const signal = z.instanceof(AbortSignal).optional();

const cloneOptionsSchema = z.strictObject({
  current: z.string().optional(),
  deploy: functionOf<NonNullable<CloneOptions["deploy"]>>().optional(),
  signal,
}) satisfies z.ZodType<CloneOptions>;

/** What `reclone` and `resize` may be told; the present clone is their subject. */
export type RecloneOptions = Omit<CloneOptions, "current">;

const recloneOptionsSchema = cloneOptionsSchema.omit({ current: true }) satisfies z.ZodType<RecloneOptions>;

const callOptionsSchema = z.strictObject({ signal }) satisfies z.ZodType<CallOptions>;

/** What the calls that register nothing may be told. */
export interface CallOptions {
  /** Aborts the call. */
  readonly signal?: AbortSignal | undefined;
}

const theOptions = "the call's options";

/** @throws {@link InvalidInputError} */
export const parseCloneOptions = (options: unknown): CloneOptions =>
  parseInput(cloneOptionsSchema, options, theOptions);

/** @throws {@link InvalidInputError} */
export const parseCallOptions = (options: unknown): CallOptions => parseInput(callOptionsSchema, options, theOptions);

/** @throws {@link InvalidInputError} */
export const parseRecloneOptions = (options: unknown): RecloneOptions =>
  parseInput(recloneOptionsSchema, options, theOptions);
