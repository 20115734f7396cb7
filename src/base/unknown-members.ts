import { unobservedWarning } from "../ecs/attempt.ts";
import type { DescribedRevision } from "../ecs/revisions.ts";
import { UnfitBaseError } from "../errors.ts";

/** What to tell somebody whose clone lacks members of its base, or whose client keeps the library from knowing what was sent. */
export function toUnknownMembersWarnings({ unknownMembers, isUnobserved, arn }: DescribedRevision): string[] {
  if (isUnobserved) return [unobservedWarning];
  if (unknownMembers.length === 0) return [];
  return [
    `Base ${arn} has top-level fields that the installed @aws-sdk/client-ecs does not know, so the clone lacks them: ${unknownMembers.join(", ")}. ` +
      "If ECS accepts them in RegisterTaskDefinition, update the SDK.",
  ];
}

/**
 * Refuses a base with top-level members that the SDK does not know, or with no way to look for them.
 *
 * @throws {@link UnfitBaseError}
 */
export function refuseUnknownMembers({ unknownMembers, unchecked, arn }: DescribedRevision): void {
  if (unchecked !== undefined) {
    throw new UnfitBaseError(`Base ${arn} could not be checked for fields that the SDK does not know: ${unchecked}.`);
  }
  if (unknownMembers.length === 0) return;
  throw new UnfitBaseError(
    `Base ${arn} has top-level fields that the installed @aws-sdk/client-ecs does not know: ${unknownMembers.join(", ")}. ` +
      'Update the SDK, or set the option `unknownMembers` to "carry".',
  );
}
