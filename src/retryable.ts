import { errorName, isBusy, isNeverSent, isRefusal } from "./ecs/sdk-error.ts";
import { FailedVerificationError, InvalidInputError, NotACloneError, UnfitBaseError } from "./errors.ts";

/** What AWS says of credentials that the next attempt will have got anew. */
const expiredNames: ReadonlySet<string> = new Set(["ExpiredTokenException", "ExpiredToken", "RequestExpired"]);

/** What somebody has to fix first: the call, or the base. */
const oursToFix = [InvalidInputError, NotACloneError, UnfitBaseError];

/**
 * Whether the same call may succeed later with nothing changed, for a queue or a workflow that has to decide on a failed job.
 *
 * `false` for {@link InvalidInputError}, {@link NotACloneError} and {@link UnfitBaseError}, and for what AWS refuses, such as a missing permission. `false` for
 * {@link FailedVerificationError} too, unless all that is wrong is that answers did not come.
 * `true` for every other error of the library, for throttling, expired credentials and the network, and for what it cannot judge, such as what your own
 * `deploy` threw.
 */
export function isWorthRetrying(error: unknown): boolean {
  if (oursToFix.some((kind) => error instanceof kind)) return false;
  if (error instanceof FailedVerificationError) return !needsFix(error);
  return isBusy(error) || isNeverSent(error) || expiredNames.has(errorName(error)) || !isRefusal(error);
}

/** Whether something is missing, or the verifier may not look. */
const needsFix = ({ results }: FailedVerificationError): boolean =>
  results.some(({ status, permission }) => status === "failed" || (status === "unknown" && permission !== undefined));
