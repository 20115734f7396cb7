import { membersOf } from "../unknown-value.ts";

const throttlingNames = new Set([
  "ThrottlingException",
  "Throttling",
  "ThrottledException",
  "RequestThrottled",
  "RequestThrottledException",
  "RequestLimitExceeded",
  "TooManyRequestsException",
]);

/** ThrottlingException is not among the errors that the SDK models, so it is recognized by name. */
export function isThrottling(error: unknown): boolean {
  return throttlingNames.has(errorName(error)) || httpStatus(error) === 429;
}

/** Whether ECS answered that it will not do this. Then the request certainly had no effect. */
export function isRefusal(error: unknown): boolean {
  const status = httpStatus(error);
  return status === undefined ? membersOf(error).$fault === "client" : status >= 400 && status < 500;
}

/** Whether the connection was never made. Then the request certainly had no effect. */
export function isNeverSent(error: unknown): boolean {
  return ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"].includes(String(membersOf(error).code));
}

/** Whether ECS says that the request may succeed later. */
export function isBusy(error: unknown): boolean {
  return isThrottling(error) || isConcurrentRevision(error);
}

/** A plain ClientException, which the SDK does not retry. @see hashicorp/terraform-provider-aws#9777 */
export function isConcurrentRevision(error: unknown): boolean {
  return isNamed(error, "ClientException") && /too many concurrent attempts/i.test(error.message);
}

/** The SDK's `instanceof` goes by name as well, and misses errors that it does not model. */
export function isNamed(error: unknown, name: string): error is Error {
  return error instanceof Error && error.name === name;
}

/** The name of an error, for events. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

/** The HTTP status of the response that an SDK error came with. */
export function httpStatus(error: unknown): number | undefined {
  const { httpStatusCode } = membersOf(membersOf(error).$metadata);
  return typeof httpStatusCode === "number" ? httpStatusCode : undefined;
}

/** What ECS asks for, in milliseconds in a header of its own or in seconds in HTTP's. */
export function retryAfterMs(error: unknown): number {
  const headers = membersOf(membersOf(membersOf(error).$response).headers);
  const milliseconds = Number(headers["x-amz-retry-after"] ?? Number(headers["retry-after"]) * 1000);
  return Number.isFinite(milliseconds) ? milliseconds : 0;
}
