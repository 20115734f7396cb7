import type { Asked } from "./ask.ts";
import type { Check, Outcome } from "./check.ts";
import type { Fault } from "./fault.ts";
import { toPartition } from "./partition.ts";
import { type Operation, toPermissionText } from "./permissions.ts";
import { toPrintable } from "./printable.ts";

/** What more a result says. */
type More = Omit<Outcome, "status" | "detail">;

export const ok = (detail: string, more: More = {}): Outcome => ({
  status: "ok",
  detail: toPrintable(detail),
  ...more,
});

export const skipped = (detail: string, more: More = {}): Outcome => ({
  status: "skipped",
  detail: toPrintable(detail),
  ...more,
});

export const failed = (detail: string, advice: string, more: More = {}): Outcome => ({
  status: "failed",
  detail: toPrintable(detail),
  advice: toPrintable(advice),
  ...more,
});

export const unknown = (detail: string, advice: string, more: More = {}): Outcome => ({
  status: "unknown",
  detail: toPrintable(detail),
  advice: toPrintable(advice),
  ...more,
});

/** A question without an answer that could be judged. */
export type Unanswered = Exclude<Asked, { readonly kind: "answered" }>;

/**
 * What becomes of a check whose question got no answer.
 *
 * @param names what to fill into the ARN of the permission, next to the check's own region and account.
 */
export function toUnanswered(
  asked: Unanswered,
  check: Check,
  operation: Operation,
  names: Readonly<Record<string, string>>,
): Outcome {
  if (asked.kind === "skipped") return skipped(asked.reason);
  const { region, accountId } = check;
  const permission = toPermissionText(operation, {
    partition: toPartition(region),
    region,
    account: accountId,
    ...names,
  });
  return toFaultOutcome(asked.fault, operation, permission);
}

const withReason = (text: string, { message }: Fault): string =>
  message === "" ? `${text}.` : `${text}: ${message.replace(/\.$/, "")}.`;

function toFaultOutcome(fault: Fault, operation: Operation, permission: string): Outcome {
  const { kind, name, requestId } = fault;
  const more = { error: name, ...(requestId !== undefined && { requestId }) };
  if (kind === "denied") {
    const detail = withReason(`The checker may not call ${operation}`, fault);
    return unknown(detail, `Allow the checker ${permission}.`, { ...more, permission });
  }
  if (kind === "credentials") {
    const detail = withReason(`AWS does not accept the checker's credentials (${name})`, fault);
    return unknown(detail, "Give the client credentials that are valid.", more);
  }
  if (kind === "busy") {
    return unknown(`AWS was too busy for ${operation} until the deadline (${name}).`, "Check again later.", more);
  }
  if (kind === "unreachable") {
    return unknown(withReason(`${operation} got no answer (${name})`, fault), "Check again later.", more);
  }
  if (kind === "unreadable") return unreadable(operation, more);
  return unknown(withReason(`${operation} was refused with ${name}`, fault), "Look at what AWS wrote.", more);
}

/** An answer without what every such answer holds. */
export function unreadable(operation: string, more: More = {}): Outcome {
  const advice = "Is there a proxy, or a mock that stubs too little, in between?";
  return unknown(`The answer to ${operation} cannot be read.`, advice, more);
}

/** The error that a question ended in, if it is one of these. */
export const faultOf = (asked: Asked, ...names: readonly string[]): Fault | undefined =>
  asked.kind === "fault" && asked.fault.kind === "refused" && names.includes(asked.fault.name)
    ? asked.fault
    : undefined;

/** What to say of the request that decided. */
export function toRequestId(asked: Asked): { readonly requestId?: string } {
  const requestId = asked.kind === "fault" ? asked.fault.requestId : asked.kind === "answered" && asked.requestId;
  return requestId ? { requestId } : {};
}
