import pc from "picocolors";
import { toFamilyRevision } from "../task-definition-arn.ts";
import { type Change, masked } from "./changes.ts";
import type { ClonePlan } from "./clone-plan.ts";

/** How a plan is rendered. */
export interface RenderOptions {
  /** Whether to use colour. @default whether standard output is a terminal that shows it */
  readonly color?: boolean | undefined;
}

/** Renders a plan as text for people: one line a change. Values of environment variables are masked. */
export function renderPlan(plan: ClonePlan, { color = pc.isColorSupported }: RenderOptions = {}): string {
  const { bold, green, red, yellow } = pc.createColors(color);
  const styles = {
    added: (line: string) => green(`+ ${line}`),
    removed: (line: string) => red(`- ${line}`),
    changed: (line: string) => yellow(`~ ${line}`),
  };
  return [
    bold(`${toPrintable(plan.userId)}: ${toFamilyRevision(plan.baseArn)} → ${plan.family}`),
    ...plan.changes.map((change) => `  ${styles[change.kind](toChangeText(change))}`),
    ...plan.warnings.map((warning) => `  ${red(`! ${warning}`)}`),
  ].join("\n");
}

/** A user id may hold what would command a terminal. */
const toPrintable = (text: string): string => JSON.stringify(text).slice(1, -1);

function toChangeText({ path, kind, before, after }: Change): string {
  const values = { added: [after], removed: [before], changed: [before, after] }[kind];
  const shown = values.includes(masked) ? "" : ` ${values.map((value) => JSON.stringify(value)).join(" → ")}`;
  return `${path}: ${kind}${shown}`;
}
