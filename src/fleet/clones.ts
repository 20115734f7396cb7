import type { TaskDefinitionStatus } from "@aws-sdk/client-ecs";
import * as z from "zod";
import { type ExistingClone, readClone } from "../clone/read-clone.ts";
import { isFamilyName, toCloneFamily } from "../derivation/clone-family.ts";
import { describe, listNewestFirst } from "../ecs/revisions.ts";
import { InvalidInputError } from "../errors.ts";
import { parseInput } from "../parse-input.ts";
import { toMessage } from "../printable.ts";
import { type ClonerInternals, internalsOf, type TaskDefCloner } from "../task-def-cloner.ts";

/** A clone in one of the cloner's families. */
export interface ListedClone {
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  readonly userId: string;
  /** ARN of the base revision it was cloned from. */
  readonly baseArn: string;
}

/** Options for {@link listClones}. */
export interface ListClonesOptions {
  /** The families to search; required if the cloner's `cloneFamily` is a function. @default the cloner's only clone family */
  readonly families?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

const schema = z.strictObject({ families: z.unknown().optional(), signal: z.instanceof(AbortSignal).optional() });

/**
 * Lists the ACTIVE clones, newest first within each family, so a user's first clone is the last one registered. Makes one
 * `DescribeTaskDefinition` call per revision. After a crash, it gives `cloneAll` the clones whose ARNs were not stored in time.
 *
 * @throws {@link InvalidInputError} if the families are invalid or missing.
 */
export async function* listClones(
  cloner: TaskDefCloner,
  options: ListClonesOptions = {},
): AsyncGenerator<ListedClone, void, undefined> {
  const { families, signal } = parseInput(schema, options, "options of listClones");
  const internals = internalsOf(cloner, signal);
  for (const family of toFamilies(internals, families)) {
    for await (const { clone } of readRevisions(internals, family, "ACTIVE")) {
      if (clone === undefined) continue;
      const { arn, revision, record } = clone;
      yield { arn, family, revision, userId: record.userId, baseArn: record.base };
    }
  }
}

/** The families to search for clones. */
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

/** A revision of a clone family. */
export interface ReadRevision {
  readonly arn: string;
  /** Absent if the revision is not one of the cloner's clones; `reason` says why. */
  readonly clone?: ExistingClone;
  readonly reason?: string;
}

/** Reads the revisions of a family, newest first, skipping any that vanish in the meantime. */
export async function* readRevisions(
  { ecs, settings }: ClonerInternals,
  family: string,
  status: TaskDefinitionStatus,
): AsyncGenerator<ReadRevision, void, undefined> {
  const arns: string[] = [];
  // List everything first: revisions that the caller deregisters in the loop would shift the pages.
  for await (const arn of listNewestFirst(ecs, family, status)) arns.push(arn);
  for (const arn of arns) {
    const described = await describe(ecs, arn);
    if (described === undefined) continue;
    const reading = readClone(described, settings.baseFamily);
    yield reading.kind === "clone" ? { arn, clone: reading.clone } : { arn, reason: toMessage(reading.reason) };
  }
}
