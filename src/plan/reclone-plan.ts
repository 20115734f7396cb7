import { type Draft, isSameClone } from "../clone/draft.ts";
import type { ExistingClone } from "../clone/read-clone.ts";
import { toBaseInput } from "../derivation/register-input.ts";
import { withoutRecord } from "../record/record.ts";
import { hide } from "../results.ts";
import { type Change, toChanges } from "./changes.ts";
import { type ClonePlan, toPlan, withRecordedParts } from "./clone-plan.ts";
import { isFilledIn } from "./filled-in.ts";

/** What a reclone would give. */
export interface ReclonePlan extends ClonePlan {
  /** ARN of the current clone. */
  readonly currentArn: string;
  /** The changes from the current clone as ECS describes it, less its record; none if it would be reused. */
  readonly changesFromCurrent: readonly Change[];
  /** `true` if `reclone` would return the current clone instead of registering a new one. */
  readonly reused: boolean;
}

/** What a reclone would register, and how it differs from the base and from the current clone. */
export function toReclonePlan(draft: Draft, current: ExistingClone): ReclonePlan {
  const reused = current.status === "ACTIVE" && isSameClone(current, draft);
  const changesFromCurrent = reused ? [] : toChangesFrom(current, draft);
  const plan = toPlan(draft);
  return hide({ ...plan, input: plan.input, currentArn: current.arn, changesFromCurrent, reused }, "input");
}

function toChangesFrom({ record, place, taskDefinition, tags }: ExistingClone, draft: Draft): readonly Change[] {
  const before = withoutRecord(toBaseInput({ taskDefinition, tags }), place);
  const changes = toChanges(withRecordedParts(before, record), withRecordedParts(draft.content, draft.record));
  return changes.filter((change) => !isFilledIn(change, draft.content));
}
