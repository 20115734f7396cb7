import { UnexpectedResponseError } from "../errors.ts";
import type { Ecs, EcsRequest } from "./connection.ts";
import { type EcsCommand, send } from "./send.ts";

/** The ARNs of a listing, page by page. A page without any is passed over. */
export async function* listPages<Page extends { readonly nextToken?: string | undefined }>(
  ecs: Ecs,
  request: EcsRequest,
  toCommand: (nextToken: string | undefined) => EcsCommand<Page>,
  toArns: (page: Page) => string[] | undefined,
): AsyncGenerator<string[], void, undefined> {
  let nextToken: string | undefined;
  do {
    const page = await send(ecs, toCommand(nextToken), request);
    const arns = page && toArns(page);
    if (arns === undefined) throw new UnexpectedResponseError(request.operation, "a list of ARNs");
    if (arns.length > 0) yield arns;
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
}
