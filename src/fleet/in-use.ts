import { InvalidInputError } from "../errors.ts";
import { toFound, toShown } from "../parse-input.ts";
import { parseTaskDefinitionArn } from "../task-definition-arn.ts";
import { isIterable } from "./iterable.ts";

/** What may be said to be in use, to be read when it is needed: not checked yet if it can be read only once. */
type Given = Iterable<unknown> | AsyncIterable<unknown>;

/**
 * Checks what the caller says is in use. The members of a list or a set are checked too.
 *
 * @throws {@link InvalidInputError} if it is missing, or holds something else than ARNs of revisions.
 */
export function parseInUse(inUse: unknown): Given {
  if (inUse === "unknown") return [];
  if (!isIterable(inUse)) {
    throw new InvalidInputError(
      '`prune` needs to know what is in use: set the option `inUse` to the ARNs (`collectArnsInUse` returns a cluster\'s), or to "unknown".',
    );
  }
  if (Array.isArray(inUse) || inUse instanceof Set) toArns(inUse);
  return inUse;
}

/** Reads the ARNs in use. @throws {@link InvalidInputError} if there is something else among them. */
export async function readInUse(given: Given): Promise<ReadonlySet<string>> {
  const values = new Set<unknown>();
  for await (const value of given) values.add(value);
  return toArns(values);
}

function toArns(values: Iterable<unknown>): ReadonlySet<string> {
  const arns = new Set<string>();
  const others: unknown[] = [];
  for (const value of values) {
    if (typeof value === "string" && parseTaskDefinitionArn(value) !== undefined) arns.add(value);
    else others.push(value);
  }
  if (others.length === 0) return arns;
  throw new InvalidInputError(
    "`inUse` must contain only ARNs of task definition revisions, arn:<partition>:ecs:<region>:<account>:task-definition/<family>:<revision>, " +
      `since nothing else protects a clone. Found ${toShownList(others)}. Nothing was deregistered.`,
  );
}

/**
 * Refuses ARNs of another account or region than the revisions': such a list was collected in the wrong place, and protects nothing.
 *
 * @param revisions ARNs of all revisions that were found; without any, nothing needs protection.
 * @throws {@link InvalidInputError} naming the foreign ARNs.
 */
export function refuseForeignArns(inUse: ReadonlySet<string>, revisions: readonly string[]): void {
  const prefixes = new Set(revisions.map(toPrefix));
  if (prefixes.size === 0) return;
  const foreign = [...inUse].filter((arn) => !prefixes.has(toPrefix(arn)));
  if (foreign.length === 0) return;
  throw new InvalidInputError(
    `\`inUse\` contains ARNs of another account or region than the clones' (${toShownList([...prefixes])}): ${toShownList(foreign)}. Nothing was ` +
      'deregistered. Collect what is in use where the clones are or, if the list covers other places as well, set `foreignArns: "ignore"`.',
  );
}

const toPrefix = (arn: string): string | undefined => parseTaskDefinitionArn(arn)?.prefix;

const mostShown = 3;

function toShownList(values: readonly unknown[]): string {
  const shown = values
    .slice(0, mostShown)
    .map((value) => (typeof value === "string" ? toShown(value) : toFound(value)));
  const more = values.length > mostShown ? ` and ${values.length - mostShown} more` : "";
  return shown.join(", ") + more;
}
