import { UnfitBaseError } from "../errors.ts";
import type { RegisterInput } from "../task-definition.ts";
import type { Target } from "../user/target.ts";

/** @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html, not adjustable */
const largestBytes = 65_536;

/**
 * Refuses a clone that exceeds ECS's limit. ECS does not document how it counts: this counts the bytes of the content's JSON, without the
 * record, and leaves borderline cases to ECS.
 *
 * @param canonicalText the input's canonical text, which is about as long as its JSON, so most inputs need no second check.
 * @throws {@link UnfitBaseError}
 */
export function refuseTooLarge(input: RegisterInput, canonicalText: string, target: Target): void {
  if (Buffer.byteLength(canonicalText) <= largestBytes) return;
  const bytes = Buffer.byteLength(JSON.stringify(input));
  if (bytes <= largestBytes) return;
  throw new UnfitBaseError(
    `The clone of base ${target.baseName} would have ${bytes} bytes with what is the user's own. ECS takes ${largestBytes} at most: shorten the user's ` +
      "environment, or the base.",
  );
}
