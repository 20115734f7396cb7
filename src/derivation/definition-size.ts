import { UnfitBaseError } from "../errors.ts";
import { provenanceLabel } from "../record/record.ts";
import type { RegisterInput } from "../task-definition.ts";
import { containerOf, type Target } from "../user/target.ts";

/** @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html, not adjustable */
const largestBytes = 65_536;

/** From this size on there is a warning. */
const largeBytes = 61_440;

/** A clone as it is sent, and what its size is made of. */
export interface Measured {
  /** The base itself, as an input. */
  readonly original: RegisterInput;
  /** What is sent, with the record. */
  readonly input: RegisterInput;
  readonly target: Target;
}

/** The longest that JSON makes of a byte: `\u0001`. The canonical text stands for everything else in no fewer bytes than JSON's by this factor. */
const longestEscape = 6;

/**
 * Warns of a clone that is close to ECS's limit for task definitions, or over it. ECS does not document how it counts: this counts the bytes of
 * the JSON, with the record and without tags, which are no part of a definition. The refusal is left to ECS.
 *
 * @param canonicalText the canonical text of the input without the record, which shows at a glance that most clones are far from the limit.
 */
export function toLargeWarnings({ original, input, target }: Measured, canonicalText: string): string[] {
  const label = recordOf(input, target).length;
  if (longestEscape * (Buffer.byteLength(canonicalText) + label) < largeBytes) return [];
  const bytes = bytesOf(input);
  if (bytes < largeBytes) return [];
  const shares = toShares({ original, input, target }, bytes);
  return [
    `The clone of base ${target.baseName} has about ${bytes} bytes: ${shares}. ECS refuses more than ${largestBytes}: shorten the base, or the user's ` +
      "environment and secrets.",
  ];
}

/** ECS's own words, and the length that it counts. fabfuel/ecs-deploy#231 */
const refusal = /Actual length: '(\d+)'\. Max allowed length is '(\d+)' bytes/;

/**
 * What to throw for an error of a registration: ECS's refusal of a definition that is too large becomes an {@link UnfitBaseError} that says what
 * takes how much; any other error stays.
 */
export function toTooLarge(error: unknown, clone: Measured): unknown {
  const [, actual, largest] = (error instanceof Error && refusal.exec(error.message)) || [];
  if (actual === undefined) return error;
  return new UnfitBaseError(
    `ECS refused the clone of base ${clone.target.baseName} for its ${actual} bytes: it takes ${largest} at most. As JSON, ` +
      `${toShares(clone, bytesOf(clone.input))}. Shorten the base, or the user's environment and secrets.`,
    { cause: error },
  );
}

/** What changes a clone may also make it shorter than its base, so the user's share may be negative. */
function toShares({ original, input, target }: Measured, bytes: number): string {
  const base = bytesOf(original);
  const record = Buffer.byteLength(JSON.stringify({ [provenanceLabel]: recordOf(input, target) }));
  return `the base has ${base}, the user's own parts ${bytes - base - record}, and the record ${record}`;
}

const recordOf = (input: RegisterInput, target: Target): string =>
  containerOf(input, target)?.dockerLabels?.[provenanceLabel] ?? "";

const bytesOf = ({ tags, ...definition }: RegisterInput): number => Buffer.byteLength(JSON.stringify(definition));
