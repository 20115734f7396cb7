import { invalidParameter } from "./ecs-error.ts";

/** How a listing is asked for. */
export interface PageRequest {
  readonly maxResults?: number | null | undefined;
  readonly nextToken?: string | null | undefined;
}

/** A part of a listing, and the token for the one after it. */
export interface Page {
  readonly items: readonly string[];
  readonly nextToken?: string;
}

/** One page of what is listed. A token is the last item of the page before, so that what comes and goes in between shifts nothing. */
export function toPage(
  { maxResults, nextToken }: PageRequest,
  list: (after: string | undefined) => Iterable<string>,
  defaultSize = 100,
): Page {
  const size = maxResults ?? defaultSize;
  if (size < 1 || size > 100) throw invalidParameter("maxResults must be between 1 and 100."); // text unverified
  const after = nextToken ? Buffer.from(nextToken, "base64url").toString() : undefined;
  const items: string[] = [];
  let last = "";
  for (const item of list(after)) {
    if (items.length === size) return { items, nextToken: Buffer.from(last).toString("base64url") };
    items.push(item);
    last = item;
  }
  return { items };
}

/** The items of a sorted list that come after one. */
export function after(sorted: readonly string[], last: string | undefined): readonly string[] {
  return last === undefined ? sorted : sorted.filter((item) => item > last);
}
