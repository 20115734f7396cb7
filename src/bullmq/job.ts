import { createHash } from "node:crypto";
import * as z from "zod";
import { parseInput } from "../parse-input.ts";
import type { UserPatch } from "../user/user.ts";

/** What a job knows about its own attempts. ARNs and times only, so that a later attempt finds what an earlier one registered. */
export interface AttemptNotes {
  /** When an attempt began whose registration, if there was one, is not in `registered` yet (ms since the epoch). */
  readonly startedAt?: number | undefined;
  /** ARN of the clone that the job registered, or found. */
  readonly registered?: string | undefined;
  /** ARNs of clones that the job registered and has replaced since. They are deregistered once the step has succeeded. */
  readonly replaced?: readonly string[] | undefined;
}

/** A job that moves one user to the newest base. */
export interface RecloneJob extends AttemptNotes {
  /** ARN of the user's clone. */
  readonly arn: string;
  /** The run that the job belongs to. */
  readonly move: string;
  /** Changes to the user's parts. They hold no value of an environment variable. */
  readonly changes?: UserPatch | undefined;
}

/** A job that gives one user a clone. */
export interface CloneJob extends AttemptNotes {
  readonly userId: string;
  /** The run that the job belongs to. */
  readonly move: string;
}

/** A job that deregisters one clone. */
export interface PruneJob {
  /** ARN of the clone. */
  readonly arn: string;
  /** The run that the job belongs to. */
  readonly move: string;
}

/** The result of a reclone or clone job. */
export interface JobOutcome {
  /** ARN of the user's clone now. */
  readonly arn: string;
  readonly userId: string;
  /** `true` if the user's clone was up to date, and nothing was registered. */
  readonly reused: boolean;
  /** `true` if an earlier attempt of the job had registered the clone. */
  readonly resumed: boolean;
  /** How many attempts the job took. */
  readonly attempts: number;
  /** Non-fatal problems worth logging. */
  readonly warnings: readonly string[];
}

/** The result of a prune job. */
export interface PruneJobOutcome {
  /** ARN of the clone. */
  readonly arn: string;
  /** `false` if it turned out to be in use. */
  readonly retired: boolean;
}

/** The kinds of jobs, which are the names of the jobs. */
export type JobKind = "reclone" | "clone" | "prune";

const notes = {
  startedAt: z.number().optional(),
  registered: z.string().optional(),
  replaced: z.array(z.string()).optional(),
};

const move = z.string();

/** @internal */
export const recloneJob = z.object({ arn: z.string(), move, ...notes });
/** @internal */
export const cloneJob = z.object({ userId: z.string(), move, ...notes });
/** @internal */
export const pruneJob = z.object({ arn: z.string(), move });

/** @throws {@link InvalidInputError} if the job is of another kind, or was made by something else. @internal */
export const parseJob = <Data>(schema: z.ZodType<Data>, data: unknown, kind: JobKind): Data =>
  parseInput(schema, data, `data of the ${kind} job`);

/**
 * The id of a job: the same run and the same subject give the same job. BullMQ takes no colon in it, of which ARNs are full.
 *
 * @param subject the clone's ARN, or the user's id.
 */
export const toJobId = (kind: JobKind, move: string, subject: string): string =>
  // JSON escapes halves of characters, which have no percent-encoding.
  [kind, move, JSON.stringify(subject).slice(1, -1)].map(encodeURIComponent).join("|");

/** What all attempts of a job have in common, as a name that may stand in a clone's record: 43 characters. */
export const toAttemptToken = (jobId: string): string => createHash("sha256").update(jobId).digest("base64url");

const isKind = (text: string | undefined): text is JobKind =>
  text === "reclone" || text === "clone" || text === "prune";

/** Takes an id apart. `undefined` for the jobs of others. */
export function parseJobId(jobId: string): { readonly kind: JobKind; readonly move: string } | undefined {
  const [kind, move, subject, ...more] = jobId.split("|");
  if (!isKind(kind) || move === undefined || subject === undefined || more.length > 0) return undefined;
  return { kind, move: decodeURIComponent(move) };
}
