import { InvalidInputError } from "../errors.ts";
import { toShown } from "../parse-input.ts";
import type { RegisterInput } from "../task-definition.ts";
import { parseRegisterInput } from "../user/input-shape.ts";

/**
 * The family of the clones: its name, or a function of the user's id and the base family, such as `familyPerUser`. The function must always return the
 * same for the same user.
 */
export type CloneFamily = string | ((userId: string, baseFamily: string) => string);

/** @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html */
const familyPattern = /^[0-9A-Za-z_-]{1,255}$/;

/** Whether ECS accepts this as a family name: 1 to 255 letters, digits, underscores and hyphens. */
export const isFamilyName = (name: unknown): name is string => typeof name === "string" && familyPattern.test(name);

/**
 * The family of a user's clones: `<base>-user` unless the option says otherwise.
 *
 * @throws {@link InvalidInputError} if it is not a valid family name, or is the base family, whose newest revision is the next user's base.
 */
export function toCloneFamily(
  baseFamily: string,
  userId: string,
  cloneFamily: CloneFamily = `${baseFamily}-user`,
): string {
  refuseNoFamilyName(baseFamily);
  const family: unknown = typeof cloneFamily === "function" ? cloneFamily(userId, baseFamily) : cloneFamily;
  if (!isFamilyName(family)) {
    throw new InvalidInputError(
      `The clone family ${toShown(family)} is no family name: ECS takes 1 to 255 letters, digits, \`_\` and \`-\`. Set the option \`cloneFamily\`.`,
    );
  }
  if (family === baseFamily) {
    throw new InvalidInputError(
      `The clone family is the base family ${baseFamily}. A clone there would be taken for the next user's base. Choose another \`cloneFamily\`.`,
    );
  }
  return family;
}

/**
 * Moves the input to another family.
 *
 * @throws {@link InvalidInputError} if it is not a valid family name, or the input is malformed.
 */
export function withFamily(input: RegisterInput, family: string): RegisterInput {
  refuseNoFamilyName(family);
  return { ...parseRegisterInput(input), family };
}

function refuseNoFamilyName(name: string): void {
  if (isFamilyName(name)) return;
  throw new InvalidInputError(
    `The family ${toShown(name)} is no family name: ECS takes 1 to 255 letters, digits, \`_\` and \`-\`.`,
  );
}
