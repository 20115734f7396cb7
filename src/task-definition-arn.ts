import { InvalidInputError } from "./errors.ts";
import { toFound, toShown } from "./parse-input.ts";

/** The parts of a task definition's ARN: `arn:<partition>:ecs:<region>:<account>:task-definition/<family>:<revision>`. */
export interface TaskDefinitionArn {
  /** Everything up to and with the slash: the same for every task definition of an account and region. */
  readonly prefix: string;
  readonly family: string;
  readonly revision: number;
}

const pattern = /^(arn:aws[a-z-]*:ecs:[a-z0-9-]+:\d{12}:task-definition\/)([0-9A-Za-z_-]{1,255}):([1-9]\d*)$/;

/** Takes the ARN of one revision apart. `undefined` where it is something else. */
export function parseTaskDefinitionArn(arn: string): TaskDefinitionArn | undefined {
  const match = pattern.exec(arn);
  if (match === null) return undefined;
  const [, prefix, family, revision] = match;
  return { prefix: String(prefix), family: String(family), revision: Number(revision) };
}

/** A place: a region and an account. */
export interface Place {
  readonly region: string;
  /** The AWS account, 12 digits. */
  readonly accountId: string;
}

/** Where a revision is. `undefined` where the text is not the ARN of one. */
export function toPlace(arn: string): Place | undefined {
  const [, , , region, accountId] = parseTaskDefinitionArn(arn)?.prefix.split(":") ?? [];
  return region === undefined || accountId === undefined ? undefined : { region, accountId };
}

/**
 * Refuses what is not the ARN of a revision.
 *
 * @param call the call and its argument, for the message.
 * @throws {@link InvalidInputError} saying what to pass instead.
 */
export function refuseBadArn(arn: unknown, call: string): void {
  if (typeof arn !== "string" || arn === "") throw new InvalidInputError(`${call}: ${toExpectedArn(arn)}`);
  if (parseTaskDefinitionArn(arn) !== undefined) return;
  const isShort = shortPattern.test(arn);
  throw new InvalidInputError(
    `${toShown(arn)} is not ${isShort ? "a full ARN" : "the ARN of a revision"}. Use the \`arn\` that clone() returned: ` +
      `arn:aws:ecs:<region>:<account>:task-definition/${isShort ? arn : "<family>:<revision>"}.`,
  );
}

const shortPattern = /^[0-9A-Za-z_-]{1,255}:\d+$/;

/** What to say to somebody who passed something else than a text for the ARN of a clone. */
export function toExpectedArn(value: unknown): string {
  const sentence = `expected a clone's ARN (clone.arn), got ${toFound(value)}`;
  if (typeof value === "number") return `${sentence} (a revision?).`;
  if (sentence.endsWith("?")) return sentence;
  return typeof value === "object" && value !== null ? `${sentence}; did you mean clone.arn?` : `${sentence}.`;
}

/** `family:revision`, the short form in which people speak of a revision; anything else stays as it is. */
export function toFamilyRevision(arn: string): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}
