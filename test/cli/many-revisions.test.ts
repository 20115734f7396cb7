import { PassThrough } from "node:stream";
import { afterEach, describe, expect, it, vi } from "vitest";
import { cloneFamily, type Fleet, newFleet, runHere } from "./fleet.ts";

const patience = 120_000;

afterEach(() => {
  vi.unstubAllEnvs();
});

/** A fleet whose first user has this many clones. */
async function newOldFleet(count: number): Promise<Fleet> {
  const fleet = await newFleet(1);
  const [clone] = fleet.ecs.revisions(cloneFamily);
  if (clone === undefined) throw new Error("expected a clone");
  for (let index = 1; index < count; index += 1) fleet.ecs.register(clone.registered);
  fleet.ecs.clearCalls();
  return fleet;
}

describe("a family with many revisions", { timeout: patience }, () => {
  it.each([
    { line: "clones", last: "350 clones of 1 user." },
    { line: "prune --cluster users", last: "Dry run: 3 kept, 347 to be deregistered" },
    { line: "audit", last: "2 base, 0 clone, 0 unknown, 0 unrecorded." },
  ])("has its pages counted while they are read: $line", async ({ line, last }) => {
    const fleet = await newOldFleet(350);
    // Longer than progress waits before it shows anything new.
    fleet.ecs.fail({ operation: "ListTaskDefinitions", delayMs: 150, times: 100 });

    const { stdout, stderr } = await runHere(line.split(" "), { env: fleet.env, isTerminal: true });

    expect({ isShown: /(?:2|100) revisions listed, 0 read/.test(stderr), last: stdout.includes(last) }).toStrictEqual({
      isShown: true,
      last: true,
    });
    await fleet.close();
  });

  it.each([
    { line: "clones", pages: 4 },
    { line: "prune --cluster users", pages: 4 },
    { line: "audit", pages: 1 },
  ])("has its first line two round trips after the last page: $line", async ({ line, pages }) => {
    const fleet = await newOldFleet(350);
    const stdout = new PassThrough();
    let before: readonly string[] = [];
    stdout.once("data", () => {
      before = fleet.ecs.calls.map(({ operation }) => operation);
    });

    await runHere(line.split(" "), { env: fleet.env, stdout });

    expect(before.filter((operation) => operation === "ListTaskDefinitions")).toHaveLength(pages);
    expect(before.length - 1 - before.lastIndexOf("ListTaskDefinitions")).toBeLessThanOrEqual(2);
    await fleet.close();
  });

  it("is moved without every change being shown first", async () => {
    const fleet = await newFleet(11);

    const ran = await runHere("reclone --all --apply --yes --no-deploy --per-second 1000".split(" "), {
      env: fleet.env,
    });

    expect(ran.code).toBe(0);
    expect(ran.stdout).not.toContain("containerDefinitions");
    expect(ran.stdout).toContain("11 users done (0 reused), 0 failed, 0 remaining.");
    await fleet.close();
  });
});
