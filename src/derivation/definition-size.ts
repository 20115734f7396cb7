import { UnfitBaseError } from "../errors.ts";
import type { RegisterInput } from "../task-definition.ts";
import type { Target } from "../user/target.ts";

/** @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html, not adjustable */
const largestBytes = 65_536;

/**
 * Refuses a clone that is over ECS's limit. How ECS counts is not documented: this counts the bytes of the content's JSON, without the record, and
 * leaves what is near the limit to ECS.
 *
 * @param canonicalText the input's canonical text, which is about as long as its JSON: most inputs need no second look.
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
