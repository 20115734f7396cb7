import type { Draft } from "../clone/draft.ts";
import type { CloneRecord } from "../record/record.ts";
import { hide } from "../results.ts";
import type { RegisterInput } from "../task-definition.ts";
import { toRecordedOnly } from "../user/own-parts.ts";
import { type Change, toChanges } from "./changes.ts";

/** What a clone would be. */
export interface ClonePlan {
  readonly userId: string;
  /** The family that the clone would go to. */
  readonly family: string;
  /** ARN of the base revision. */
  readonly baseArn: string;
  /** The changes from the base, less the record of the clone's origin. The user's `custom`, which stands there alone, is among them. */
  readonly changes: readonly Change[];
  /** Always empty. @deprecated Nested members that the SDK does not know are copied like all others, and are no longer listed. */
  readonly carried: readonly string[];
  /** Non-fatal problems worth logging. */
  readonly warnings: readonly string[];
  /** What would be registered. It holds values of environment variables, so printing or serialising the plan leaves it out. */
  readonly input: RegisterInput;
}

/** What would be registered, and how it differs from the base. */
export function toPlan({ base, original, content, input, record, warnings }: Draft): ClonePlan {
  const { userId, family } = record;
  const changes = toChanges(original, withRecordedParts(content, record));
  // The draft shares parts with the base, and the base is shared by calls.
  const copy = structuredClone(input);
  return hide({ userId, family, baseArn: base.arn, changes, carried: [], warnings, input: copy }, "input");
}

/** An input together with what stands in the record alone, for comparing. */
export function withRecordedParts(input: RegisterInput, { own }: CloneRecord): RegisterInput {
  return { ...input, ...toRecordedOnly(own) };
}
