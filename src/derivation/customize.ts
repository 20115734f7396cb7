import { InvalidInputError } from "../errors.ts";
import { toCanonicalText } from "../record/canonical-text.ts";
import { provenanceLabel, readRecord } from "../record/record.ts";
import type { RegisterInput } from "../task-definition.ts";
import { membersOf } from "../unknown-value.ts";
import { parseRegisterInput, refuseHoles } from "../user/input-shape.ts";
import { type OwnNotes, readBackUser } from "../user/own-parts.ts";
import type { Place } from "../user/target.ts";
import type { UserSpec } from "../user/user.ts";
import type { CloneRules } from "./clone-rules.ts";

/**
 * Applies the caller's own final change to the input.
 *
 * @throws {@link InvalidInputError} if the result is not a register input, or something was changed that must not be.
 */
export function withCustomization(
  input: RegisterInput,
  place: Place,
  user: UserSpec,
  own: OwnNotes,
  customize: NonNullable<CloneRules["customize"]>,
): RegisterInput {
  const customized = parseResult(customize(structuredClone(input), structuredClone(user)));
  if (customized.family !== input.family) {
    throw new InvalidInputError(
      `The option \`customize\` may not change the family: it was ${input.family} and became ${customized.family}. Use the option \`cloneFamily\`.`,
    );
  }
  if (readRecord(customized).kind !== "none") {
    throw new InvalidInputError(
      `The option \`customize\` may not set the label ${provenanceLabel}: it says what is a clone.`,
    );
  }
  // The next resize reads the user-specific parts back from the clone, so they must be there exactly as given.
  const toOwnText = (content: RegisterInput): string => toCanonicalText(readBackUser(content, user.userId, place, own));
  if (toOwnText(customized) !== toOwnText(input)) {
    throw new InvalidInputError(
      `The option \`customize\` changed or removed one of the user's own parts, or brought back what the user leaves out: the parts that were given for ` +
        `user ${JSON.stringify(user.userId)} must stay as they are. Change the user instead.`,
    );
  }
  const { tags, ...rest } = customized;
  return tags?.length === 0 ? rest : customized;
}

/** Members that are null or undefined count as absent; in a list, where they would change what it holds, they are refused. */
function parseResult(result: unknown): RegisterInput {
  if (isThenable(result)) {
    // Nothing else waits for it: without this, its rejection would end the process.
    Promise.resolve(result).catch(() => {});
    throw new InvalidInputError(
      "The option `customize` returned a promise. It must return the input to register itself: do what is asynchronous before the call.",
    );
  }
  const { family, containerDefinitions } = membersOf(result);
  if (!family || !Array.isArray(containerDefinitions)) {
    throw new InvalidInputError(
      "The option `customize` must return the input to register. Its result has no family or no containers.",
    );
  }
  const what = "the result of the option `customize`";
  refuseHoles(result, what, (entry) => entry === undefined || entry === null || typeof entry === "boolean");
  return parseRegisterInput(toCopy(result), what);
}

const isThenable = (value: unknown): boolean => typeof membersOf(value).then === "function";

/** A copy, since the caller may go on changing the original. */
function toCopy(result: unknown): unknown {
  try {
    return structuredClone(result);
  } catch {
    throw new InvalidInputError(
      "The option `customize` must return plain data. Its result contains something else, such as a function or a promise.",
    );
  }
}
