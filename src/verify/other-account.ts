import type { Outcome } from "./check.ts";
import { unknown } from "./outcome.ts";

/** What becomes of a check if AWS answered about another account's: then the client's credentials are not of the task's account. */
export function toOtherAccount(owner: unknown, accountId: string, more: object): Outcome | undefined {
  if (owner === undefined || owner === accountId) return undefined;
  const detail = `What the client found is one of account ${String(owner)}, and the task needs one of ${accountId}.`;
  return unknown(detail, `Give a client for ${accountId}.`, more);
}

/** The account in an ARN; `undefined` if it has none. */
export const accountOf = (arn: unknown): string | undefined =>
  typeof arn === "string" ? /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(arn)?.[1] : undefined;
