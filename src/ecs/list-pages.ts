import { UnexpectedResponseError } from "../errors.ts";
import type { Ecs, EcsRequest } from "./connection.ts";
import { type EcsCommand, send } from "./send.ts";

/**
 * The ARNs or names of a listing, page by page. A page without any is passed over. No token, or an empty one, ends the listing.
 *
 * @throws {@link UnexpectedResponseError} when a page has no list, or a token that was sent before and would begin the same pages again.
 */
export async function* listPages<Page extends { readonly nextToken?: string | null | undefined }>(
  ecs: Ecs,
  request: EcsRequest,
  toCommand: (nextToken: string | undefined) => EcsCommand<Page>,
  toArns: (page: Page) => string[] | undefined,
): AsyncGenerator<string[], void, undefined> {
  const sent = new Set<string | undefined>();
  let nextToken: string | undefined;
  do {
    const page = await send(ecs, toCommand(nextToken), request);
    const arns = page && toArns(page);
    if (!Array.isArray(arns)) throw new UnexpectedResponseError(request.operation, "a list of ARNs");
    if (arns.length > 0) yield arns;
    nextToken = page.nextToken || undefined;
    if (sent.has(nextToken)) throw new UnexpectedResponseError(request.operation, "a new page token");
    sent.add(nextToken);
  } while (nextToken !== undefined);
}
