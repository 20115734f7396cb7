import { InvalidInputError } from "../errors.ts";
import { toCanonicalText } from "../record/canonical-text.ts";
import { provenanceLabel, readRecord } from "../record/record.ts";
import type { RegisterInput } from "../task-definition.ts";
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
  const returned: unknown = customize(structuredClone(input), structuredClone(user));
  if (!isRegisterInput(returned)) {
    throw new InvalidInputError(
      "The option `customize` must return the input to register. Its result has no family or no containers.",
    );
  }
  const customized = toCopy(returned);
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
      `The option \`customize\` changed or removed what is the user's own (access point, secrets, environment, image, size or tags that were given for ` +
        `user ${JSON.stringify(user.userId)}). Change the user instead.`,
    );
  }
  const { tags, ...rest } = customized;
  return tags?.length === 0 ? rest : customized;
}

/** A copy, since the caller may go on changing the original. */
function toCopy(input: RegisterInput): RegisterInput {
  try {
    return structuredClone(input);
  } catch {
    throw new InvalidInputError(
      "The option `customize` must return plain data. Its result contains something else, such as a function or a promise.",
    );
  }
}

const isRegisterInput = (value: unknown): value is RegisterInput =>
  typeof value === "object" &&
  value !== null &&
  "family" in value &&
  "containerDefinitions" in value &&
  Array.isArray(value.containerDefinitions);
