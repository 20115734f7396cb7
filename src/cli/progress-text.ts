import type { Progress } from "../fleet/clone-all.ts";

/** How far a bulk operation is, in one line. @param now when it is said, which the estimate counts from */
export function toProgressText({ done, failed, reused, remaining, estimatedMs }: Progress, now: Date): string {
  const parts = [`${done} done`, `${failed} failed`, `${reused} reused`];
  if (remaining !== undefined) parts.push(`${remaining} remaining`);
  if (estimatedMs !== undefined) parts.push(`until ${toTime(new Date(now.getTime() + estimatedMs))}`);
  return parts.join(", ");
}

/** Hours and minutes in UTC, as AWS's own logs have them. */
const toTime = (date: Date): string => `${date.toISOString().slice(11, 19)} UTC`;
