import { errorName, httpStatus, isThrottling } from "../ecs/sdk-error.ts";
import { membersOf } from "../unknown-value.ts";
import { toPrintable } from "./printable.ts";
import { textOf } from "./read-member.ts";

/**
 * Why a request got no answer that could be judged.
 *
 * - `denied`: the checker may not ask.
 * - `credentials`: the checker's own credentials are missing, expired or wrong.
 * - `busy`: AWS asks to come back later.
 * - `unreachable`: time-out, network, or AWS's own fault.
 * - `unreadable`: an answer that makes no sense.
 * - `refused`: any other error of AWS. Only its name says what it means.
 */
type FaultKind = "denied" | "credentials" | "busy" | "unreachable" | "unreadable" | "refused";

export interface Fault {
  readonly kind: FaultKind;
  readonly name: string;
  /** What AWS wrote; empty if the text could hold what must not be shown. */
  readonly message: string;
  readonly requestId?: string;
  /** The region that S3 says a bucket is in. */
  readonly bucketRegion?: string;
}

/** Denied and expired are modelled in none of the SDKs, and come with status 400 or 403, so names decide first. */
const deniedNames = new Set([
  "AccessDenied",
  "AccessDeniedException",
  "UnauthorizedOperation",
  "UnauthorizedException",
  "Forbidden",
  "NotAuthorized",
]);

const credentialsNames = new Set([
  "ExpiredToken",
  "ExpiredTokenException",
  "TokenRefreshRequired",
  "UnrecognizedClientException",
  "InvalidClientTokenId",
  "InvalidAccessKeyId",
  "InvalidSignatureException",
  "SignatureDoesNotMatch",
  "IncompleteSignature",
  "MissingAuthenticationToken",
  "MissingAuthenticationTokenException",
  "RequestExpired",
  "RequestTimeTooSkewed",
  "OptInRequired",
  "CredentialsProviderError",
  "TokenProviderError",
]);

const busyNames = new Set(["TooManyRequests", "SlowDown", "ThrottledException", "PriorRequestNotComplete"]);

/** Judges what a request was rejected with: by name and status, since every copy of an SDK has error classes of its own. */
export function toFault(error: unknown): Fault {
  const { ErrorCode, Code, message, $metadata, $response } = membersOf(error);
  const status = httpStatus(error);
  const named = errorName(error);
  // An error without a type of its own keeps the service's name for it in a member.
  const name = named === "Unknown" ? (textOf(ErrorCode) ?? textOf(Code) ?? named) : named;
  const kind = toKind(error, name, status);
  const requestId = textOf(membersOf($metadata).requestId);
  const bucketRegion = textOf(membersOf(membersOf($response).headers)["x-amz-bucket-region"]);
  return {
    kind,
    name: toPrintable(name),
    message: kind === "unreadable" || name === "SyntaxError" ? "" : toPrintable(textOf(message) ?? ""),
    ...(requestId !== undefined && { requestId }),
    ...(bucketRegion !== undefined && { bucketRegion }),
  };
}

function toKind(error: unknown, name: string, status: number | undefined): FaultKind {
  if (isThrottling(error) || busyNames.has(name)) return "busy";
  if (credentialsNames.has(name)) return "credentials";
  if (deniedNames.has(name) || status === 403) return "denied";
  if (status === undefined || status >= 500) return "unreachable";
  return status >= 300 ? "refused" : "unreadable";
}

/** Whether another try may get an answer. An error without a status or a code never left this machine: trying again would not help. */
export function isPassing(error: unknown, { kind }: Fault): boolean {
  if (kind === "busy" || httpStatus(error) !== undefined) return kind === "busy" || kind === "unreachable";
  return kind === "unreachable" && (textOf(membersOf(error).code) !== undefined || /timeout/i.test(errorName(error)));
}
