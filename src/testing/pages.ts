import { invalidParameter } from "./ecs-error.ts";

/** The paging fields of a listing request. */
export interface PageRequest {
  readonly maxResults?: number | null | undefined;
  readonly nextToken?: string | null | undefined;
}

/** One page of a listing, and the token for the next. */
export interface Page {
  readonly items: readonly string[];
  readonly nextToken?: string;
}

/** One page of a listing. A token is the last item of the page before, so items that are added or removed in between shift nothing. */
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

/** The items of a sorted list that come after the given one. */
export function after(sorted: readonly string[], last: string | undefined): readonly string[] {
  return last === undefined ? sorted : sorted.filter((item) => item > last);
}
