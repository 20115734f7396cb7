import type { TaskDefinitionStatus } from "@aws-sdk/client-ecs";
import * as z from "zod";
import { type ExistingClone, readClone } from "../clone/read-clone.ts";
import { isFamilyName, toCloneFamily } from "../derivation/clone-family.ts";
import { describe, listNewestFirst } from "../ecs/revisions.ts";
import { InvalidInputError } from "../errors.ts";
import { parseInput } from "../parse-input.ts";
import { type ClonerInternals, internalsOf, type TaskDefCloner } from "../task-def-cloner.ts";

/** A clone in one of the cloner's families. */
export interface ListedClone {
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  readonly userId: string;
  /** ARN of the base revision that it was cloned from. */
  readonly baseArn: string;
}

/** What `listClones` may be told. */
export interface ListClonesOptions {
  /** The families to look through; needed where the cloner's `cloneFamily` is a function. @default the cloner's one family */
  readonly families?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

const schema = z.strictObject({ families: z.unknown().optional(), signal: z.instanceof(AbortSignal).optional() });

/**
 * Lists the ACTIVE clones, newest first in each family: the first of a user is the last one registered. Costs one describe a revision. With it, a run
 * of `cloneAll` after a crash finds the clones whose ARNs were not stored in time.
 *
 * @throws {@link InvalidInputError} when the families are wrong or missing.
 */
export async function* listClones(
  cloner: TaskDefCloner,
  options: ListClonesOptions = {},
): AsyncGenerator<ListedClone, void, undefined> {
  const { families, signal } = parseInput(schema, options, "the options of listClones");
  const internals = internalsOf(cloner, signal);
  for (const family of toFamilies(internals, families)) {
    for await (const { clone } of readRevisions(internals, family, "ACTIVE")) {
      if (clone === undefined) continue;
      const { arn, revision, record } = clone;
      yield { arn, family, revision, userId: record.userId, baseArn: record.base };
    }
  }
}

/** The families to look through for clones. */
export function toFamilies({ settings }: ClonerInternals, families: unknown): readonly string[] {
  const { baseFamily, cloneFamily } = settings;
  if (families === undefined) {
    if (typeof cloneFamily !== "function") return [toCloneFamily(baseFamily, "", cloneFamily)];
    throw new InvalidInputError(
      "The cloner's `cloneFamily` is a function, so the families are not known. Name them in the option `families`.",
    );
  }
  if (
    Array.isArray(families) &&
    families.length > 0 &&
    families.every(isFamilyName) &&
    !families.includes(baseFamily)
  ) {
    return families;
  }
  throw new InvalidInputError(
    `The option \`families\` takes a list of names of families other than the base family ${baseFamily}.`,
  );
}

/** A revision of a family of clones. */
export interface ReadRevision {
  readonly arn: string;
  /** Absent where the revision is no clone of the cloner's, for the reason given. */
  readonly clone?: ExistingClone;
  readonly reason?: string;
}

/** Reads the revisions of a family, newest first. One that vanishes meanwhile is left out. */
export async function* readRevisions(
  { ecs, settings }: ClonerInternals,
  family: string,
  status: TaskDefinitionStatus,
): AsyncGenerator<ReadRevision, void, undefined> {
  const arns: string[] = [];
  // The whole listing first: what the caller deregisters in the loop would shift its pages.
  for await (const arn of listNewestFirst(ecs, family, status)) arns.push(arn);
  for (const arn of arns) {
    const described = await describe(ecs, arn);
    if (described === undefined) continue;
    const reading = readClone(described, settings.baseFamily);
    yield reading.kind === "clone" ? { arn, clone: reading.clone } : { arn, reason: reading.reason };
  }
}
