import { type CloneFamily, toCloneFamily } from "../derivation/clone-family.ts";
import type { Ecs } from "../ecs/connection.ts";
import { InvalidInputError, NotACloneError } from "../errors.ts";
import { refuseBadArn } from "../task-definition-arn.ts";
import { parseUserRef } from "../user/parse-user.ts";
import { type ExistingClone, readLatestClone, requireCloneAt } from "./read-clone.ts";

/** A clone: by its ARN, or, if every user has a family, as a user's newest ACTIVE one. */
export type CloneRef = string | { readonly userId: string };

/** Where a clone is found. */
export type CloneAddress =
  | { readonly kind: "arn"; readonly arn: string }
  | { readonly kind: "latest"; readonly userId: string; readonly family: string };

/** The families of the base and of the clones. */
export interface Families {
  readonly baseFamily: string;
  readonly cloneFamily?: CloneFamily | undefined;
}

/**
 * Finds out where a clone is.
 *
 * @param call the call that was given it, for the message.
 * @throws {@link InvalidInputError} when it is neither the ARN of a revision nor a user who has a family.
 */
export function toAddress(ref: unknown, families: Families, call: string): CloneAddress {
  if (typeof ref === "object" && ref !== null && "userId" in ref && !("arn" in ref)) {
    const { userId } = parseUserRef(ref);
    return { kind: "latest", userId, family: toOwnFamily(families, userId, call) };
  }
  refuseBadArn(ref, call);
  return { kind: "arn", arn: String(ref) };
}

/** The family that is a user's own. @throws {@link InvalidInputError} if users share one. */
export function toOwnFamily({ baseFamily, cloneFamily }: Families, userId: string, call: string): string {
  const family = toCloneFamily(baseFamily, userId, cloneFamily);
  if (typeof cloneFamily === "function") return family;
  throw new InvalidInputError(
    `${call}: all users share the family ${family}, so its latest clone may be anybody's. Pass the ARN of the user's clone, or give every user a family: ` +
      "`cloneFamily: familyPerUser`.",
  );
}

/** Reads the clone at an address. @throws {@link NotACloneError} if there is none. */
export async function requireClone(
  ecs: Ecs,
  address: CloneAddress,
  baseFamily: string,
  call: string,
): Promise<ExistingClone> {
  if (address.kind === "arn") return await requireCloneAt(ecs, address.arn, baseFamily, call);
  const { family, userId } = address;
  const clone = await readLatestClone(ecs, family, baseFamily, userId);
  if (clone !== undefined) return clone;
  throw new NotACloneError(family, `the family holds no ACTIVE clone of user ${JSON.stringify(userId)}.`);
}
