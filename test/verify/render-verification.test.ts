import { describe, expect, it } from "vitest";
import type { Check, CheckResult } from "../../src/verify/check.ts";
import { renderVerification } from "../../src/verify/render-verification.ts";

const check = (subject: string): Check => ({
  kind: "log-group",
  subject,
  where: ["containerDefinitions[app].logConfiguration", "containerDefinitions[log].logConfiguration"],
  region: "us-east-1",
  accountId: "111122223333",
  prevents: "ResourceInitializationError",
  isForeign: false,
  isCreatedByTask: false,
});
const results: readonly CheckResult[] = [
  { check: check("a"), status: "ok", detail: "It is there." },
  { check: check("b"), status: "skipped", detail: "It was not asked for." },
  { check: check("c"), status: "unknown", detail: "Nobody answered." },
  { check: check("d"), status: "failed", detail: "It is gone.", advice: "Create it." },
  { check: check("e"), status: "failed", detail: "It is gone.", advice: "Create it." },
];

describe("renderVerification", () => {
  it("counts, and shows what failed first, with where it is, what to do, and what it prevents", () => {
    expect(renderVerification({ ok: false, complete: false, results }, { color: false })).toBe(
      [
        "2 failed, 1 unknown, 1 skipped, 1 ok",
        "  ✗ log-group d",
        "      It is gone. Create it.",
        "      in containerDefinitions[app].logConfiguration, containerDefinitions[log].logConfiguration",
        "      prevents ResourceInitializationError",
        "  ✗ log-group e",
        "      It is gone. Create it.",
        "      in containerDefinitions[app].logConfiguration, containerDefinitions[log].logConfiguration",
        "      prevents ResourceInitializationError",
        "  ? log-group c",
        "      Nobody answered.",
        "      in containerDefinitions[app].logConfiguration, containerDefinitions[log].logConfiguration",
        "      prevents ResourceInitializationError",
        "  - log-group b: It was not asked for.",
        "  ✓ log-group a: It is there.",
      ].join("\n"),
    );
  });

  it("has colors where they show", () => {
    expect(renderVerification({ ok: true, complete: true, results: results.slice(0, 1) }, { color: true })).toContain(
      "\u001b[32m  ✓ log-group a",
    );
    expect(renderVerification({ ok: true, complete: true, results: [] })).toContain("nothing to check");
  });
});
