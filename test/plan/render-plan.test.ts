import { inspect } from "node:util";
import pc from "picocolors";
import { describe, expect, it } from "vitest";
import { deriveClone } from "../../src/derivation/derive-clone.ts";
import { toRegisterInput } from "../../src/derivation/register-input.ts";
import { toChanges } from "../../src/plan/changes.ts";
import type { ClonePlan } from "../../src/plan/clone-plan.ts";
import { renderPlan } from "../../src/plan/render-plan.ts";
import { deepFreeze, type plainUser, typicalBase, typicalTags, typicalUser } from "../cast.ts";

const before = deepFreeze({ ...toRegisterInput(typicalBase), tags: [...typicalTags] });
const derived = (user: typeof typicalUser | typeof plainUser) =>
  deriveClone({ taskDefinition: typicalBase, tags: typicalTags }, user, { container: "openclaw" }).input;

const plan: ClonePlan = {
  userId: "user_2x9",
  family: "app-user",
  baseArn: "arn:aws:ecs:us-east-1:111122223333:task-definition/app:42",
  changes: [
    { path: "containerDefinitions[web].environment[A]", kind: "added", after: "•••" },
    { path: "cpu", kind: "changed", before: "512", after: "1024" },
    { path: "containerDefinitions[web].secrets[S]", kind: "removed", before: "/s" },
    { path: "volumes[home]", kind: "added", after: { host: {} } },
  ],
  carried: [],
  warnings: ["Container web is small."],
  input: { family: "app-user", containerDefinitions: [] },
};

describe("renderPlan", () => {
  it("says who, from what and where to, then what changes without masked values, and what to look at", () => {
    expect(renderPlan(plan, { color: false })).toBe(
      [
        "user_2x9: app:42 → app-user",
        "  + containerDefinitions[web].environment[A]: added",
        '  ~ cpu: changed "512" → "1024"',
        '  - containerDefinitions[web].secrets[S]: removed "/s"',
        '  + volumes[home]: added {"host":{}}',
        "  ! Container web is small.",
      ].join("\n"),
    );
  });

  it("says what changes from the current clone, for the plan of a reclone", () => {
    const currentArn = "arn:aws:ecs:us-east-1:111122223333:task-definition/app-user:7";
    const changesFromCurrent = plan.changes.slice(1, 2);
    expect(renderPlan({ ...plan, currentArn, changesFromCurrent, reused: false }, { color: false })).toBe(
      [
        "user_2x9: app-user:7 → app-user, from app:42",
        '  ~ cpu: changed "512" → "1024"',
        "  ! Container web is small.",
      ].join("\n"),
    );
    expect(renderPlan({ ...plan, currentArn, changesFromCurrent: [], reused: true }, { color: false })).toBe(
      "user_2x9: app-user:7 stays, up to date with app:42\n  ! Container web is small.",
    );
  });

  it("colours each kind of line of its own", () => {
    expect(renderPlan(plan, { color: true })).toBe(
      [
        "\u001b[1muser_2x9: app:42 → app-user\u001b[22m",
        "  \u001b[32m+ containerDefinitions[web].environment[A]: added\u001b[39m",
        '  \u001b[33m~ cpu: changed "512" → "1024"\u001b[39m',
        '  \u001b[31m- containerDefinitions[web].secrets[S]: removed "/s"\u001b[39m',
        '  \u001b[32m+ volumes[home]: added {"host":{}}\u001b[39m',
        "  \u001b[31m! Container web is small.\u001b[39m",
      ].join("\n"),
    );
  });

  it("shows the beginning of what is long", () => {
    const long = "x".repeat(100_000);
    const changes = [
      { path: `tags[${long}]`, kind: "added" as const, after: long },
      { path: "volumes[home]", kind: "changed" as const, before: { long }, after: { long } },
    ];
    const lines = renderPlan({ ...plan, userId: long, changes, warnings: [long] }, { color: false }).split("\n");
    expect(lines).toStrictEqual([
      `${"x".repeat(199)}…: app:42 → app-user`,
      `  + tags[${"x".repeat(494)}…: added "${"x".repeat(198)}…`,
      `  ~ volumes[home]: changed {"long":"${"x".repeat(190)}… → {"long":"${"x".repeat(190)}…`,
      `  ! ${"x".repeat(2797)} … ${"x".repeat(1200)}`,
    ]);
  });

  it("escapes what cannot be printed, in every line", () => {
    const hostile = "a\u001b[2J\u009b\u202e\n";
    const shown = "a\\u001b[2J\\u009b\\u202e\\u000a";
    const changes = [{ path: `tags[${hostile}]`, kind: "added" as const, after: `"${hostile}"` }];
    const text = renderPlan({ ...plan, userId: hostile, changes, warnings: [hostile] }, { color: false });
    expect(text.split("\n")).toStrictEqual([
      `${shown}: app:42 → app-user`,
      `  + tags[${shown}]: added "\\"a\\u001b[2J\\u009b\\u202e\\n\\""`,
      `  ! ${shown}`,
    ]);
  });

  it("uses color if the terminal shows it, unless the option says otherwise", () => {
    const expected = renderPlan(plan, { color: pc.isColorSupported });
    expect(renderPlan(plan)).toBe(expected);
    expect(renderPlan(plan, {})).toBe(expected);
    expect(renderPlan(plan, { color: undefined })).toBe(expected);
  });

  it("shows no value of an environment variable", () => {
    const changes = toChanges(before, derived(typicalUser));
    const shown = [renderPlan({ ...plan, changes }), JSON.stringify(changes), inspect(changes, { depth: null })].join();
    for (const { value } of typicalBase.containerDefinitions.flatMap(({ environment }) => environment)) {
      if (value !== "" && value !== "info") expect(shown).not.toContain(`"${value}"`);
    }
    for (const value of Object.values(typicalUser.environment)) expect(shown).not.toContain(value);
  });
});
