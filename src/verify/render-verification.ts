import pc from "picocolors";
import type { RenderOptions } from "../plan/render-plan.ts";
import type { CheckResult, CheckStatus, Verification } from "./check.ts";

const statuses = ["failed", "unknown", "skipped", "ok"] as const satisfies readonly CheckStatus[];

const signs = { failed: "✗", unknown: "?", skipped: "-", ok: "✓" } as const;

/** Renders a verification as text for people: how many checks came out how, then each of them, failed ones first. */
export function renderVerification(
  { results }: Verification,
  { color = pc.isColorSupported }: RenderOptions = {},
): string {
  const { bold, dim, green, red, yellow } = pc.createColors(color);
  const styles = { failed: red, unknown: yellow, skipped: dim, ok: green };
  const byStatus = statuses.map((status) => ({ status, those: results.filter((result) => result.status === status) }));
  const counts = byStatus
    .filter(({ those }) => those.length > 0)
    .map(({ status, those }) => `${those.length} ${status}`);
  return [
    bold(counts.length === 0 ? "nothing to check" : counts.join(", ")),
    ...byStatus.flatMap(({ status, those }) => those.flatMap((result) => toLines(result).map(styles[status]))),
  ].join("\n");
}

function toLines({ check, status, detail, advice }: CheckResult): readonly string[] {
  const head = `  ${signs[status]} ${check.kind} ${check.subject}`;
  if (status === "ok" || status === "skipped") return [`${head}: ${detail}`];
  return [
    head,
    `      ${detail}${advice === undefined ? "" : ` ${advice}`}`,
    `      in ${check.where.join(", ")}`,
    `      prevents ${check.prevents}`,
  ];
}
