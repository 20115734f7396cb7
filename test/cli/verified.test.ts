import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { cloneFamily, type Fleet, newFleet, runHere, toObjects } from "./fleet.ts";

let fleet: Fleet;

// The image of the base's second revision is not there.
beforeEach(async () => {
  fleet = await newFleet(2);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await fleet.close();
});

const cli = (line: string) =>
  runHere(`${line} --config verified.config.mjs --no-deploy --per-second 100`.split(" "), { env: fleet.env });
const active = () => fleet.ecs.revisions(cloneFamily).filter(({ status }) => status === "ACTIVE");

describe("a config whose cloner verifies", () => {
  it.each(["reclone user_1", "resize user_1 1024 4096"])(
    "keeps %s from a base whose image is missing",
    async (line) => {
      const ran = await cli(`${line} --apply --yes`);

      expect(ran.code).toBe(1);
      expect(ran.stdout).toContain(
        `✗ ${cloneFamily}:1: FailedVerificationError: User "user_1" gets no clone of isol8-dev-openclaw:2: 1 of `,
      );
      expect(ran.stdout).toContain("openclaw:2.0.0 in containerDefinitions[openclaw].image: ");
      expect(ran.stdout).toContain("0 users done (0 reused), 1 failed, 0 remaining.");
      expect(ran.stdout + ran.stderr).not.toContain("a value that nobody may see");
      expect(active()).toHaveLength(2);
    },
  );

  it("says so as JSON, and stops a move of everybody", async () => {
    const ran = await cli("reclone --all --apply --yes --json --concurrency 1 --max-failures 1");

    expect(ran.code).toBe(1);
    const [failure, ...others] = toObjects(ran.stdout).filter(({ type }) => type === "failure");
    expect(failure).toMatchObject({ error: { name: "FailedVerificationError" } });
    expect(others).toStrictEqual([]);
    expect(ran.stderr).toContain("Stopped after 1 failure");
    expect(active()).toHaveLength(2);
  });

  it("moves users once the image is there, and shows what was not verified", async () => {
    fleet.aws.image({ repository: "openclaw", tag: "2.0.0", platforms: ["linux/amd64"] });
    const there = await cli("reclone user_1 --apply --yes --json");
    fleet.aws.deny("ecr:BatchGetImage");
    const denied = await cli("reclone user_2 --apply --yes --json");
    const shown = await cli("resize user_2 1024 4096 --apply --yes");

    expect([there.code, denied.code]).toStrictEqual([0, 0]);
    const [moved, unverified] = [there, denied].map(({ stdout }) =>
      toObjects(stdout).find(({ type }) => type === "moved"),
    );
    expect(moved).toMatchObject({ userId: "user_1", warnings: [] });
    expect(unverified).toMatchObject({
      userId: "user_2",
      warnings: [expect.stringMatching(/^Not verified: image /), expect.anything()],
    });
    expect(shown.stderr + shown.stdout).toContain("Not verified: image ");
  });

  it("refuses what cannot be verified if it says so", async () => {
    fleet.aws.deny("ecr:BatchGetImage");
    const ran = await cli("reclone user_1 --apply --yes --env strict");

    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain('gave no answer, and `unverified` is "refuse"');
    expect(ran.stdout).toContain(
      "Allow the checker ecr:BatchGetImage on arn:aws:ecr:us-east-1:111122223333:repository/openclaw.",
    );
    expect(active()).toHaveLength(2);
  });

  it("verifies nothing in a dry run, which asks ECS alone", async () => {
    fleet.aws.clearCalls();
    const ran = await cli("reclone --all");

    expect(ran.code).toBe(0);
    expect(fleet.aws.calls).toStrictEqual([]);
  });
});
