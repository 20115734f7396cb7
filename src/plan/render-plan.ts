import pc from "picocolors";
import { toClipped, toMessage, toPrintable } from "../printable.ts";
import { toFamilyRevision } from "../task-definition-arn.ts";
import { type Change, masked } from "./changes.ts";
import type { ClonePlan } from "./clone-plan.ts";
import type { ReclonePlan } from "./reclone-plan.ts";

/** How a plan is rendered. */
export interface RenderOptions {
  /** Whether to use colour. @default whether standard output is a terminal that shows it */
  readonly color?: boolean | undefined;
}

/**
 * Renders a plan as text for people: one line per change, from the current clone if the plan is that of a reclone. Values of environment variables are masked, long texts are cut, and
 * control characters are escaped.
 */
export function renderPlan(plan: ClonePlan | ReclonePlan, { color = pc.isColorSupported }: RenderOptions = {}): string {
  const { bold, green, red, yellow } = pc.createColors(color);
  const styles = {
    added: (line: string) => green(`+ ${line}`),
    removed: (line: string) => red(`- ${line}`),
    changed: (line: string) => yellow(`~ ${line}`),
  };
  return [
    bold(toPrintable(`${toClipped(plan.userId, longestValue)}: ${toHeading(plan)}`)),
    ...("currentArn" in plan ? plan.changesFromCurrent : plan.changes).map(
      (change) => `  ${styles[change.kind](toPrintable(toChangeText(change)))}`,
    ),
    ...plan.warnings.map((warning) => `  ${red(`! ${toMessage(warning)}`)}`),
  ].join("\n");
}

function toHeading(plan: ClonePlan | ReclonePlan): string {
  const base = toFamilyRevision(plan.baseArn);
  if (!("currentArn" in plan)) return `${base} → ${plan.family}`;
  const current = toFamilyRevision(plan.currentArn);
  return plan.reused ? `${current} stays, up to date with ${base}` : `${current} → ${plan.family}, from ${base}`;
}

const longestPath = 500;
const longestValue = 200;

function toChangeText({ path, kind, before, after }: Change): string {
  const values = { added: [after], removed: [before], changed: [before, after] }[kind];
  const shown = values.includes(masked) ? "" : ` ${values.map(toShort).join(" → ")}`;
  return `${toClipped(path, longestPath)}: ${kind}${shown}`;
}

const toShort = (value: unknown): string => toClipped(String(JSON.stringify(value)), longestValue);
