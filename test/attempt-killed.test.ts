import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { familyPerUser, TaskDefCloner } from "../src/index.ts";
import { FakeEcs } from "../src/testing/index.ts";
import { baseFamily, baseInput, cloneFamily, toUser } from "./cast.ts";

const phases = [
  "before the registration",
  "while it is under way, without effect",
  "while it is under way, with effect",
  "after the registration",
  "in the step",
  "after the step",
] as const;

const calls = ["clone", "reclone", "latest"] as const;

const user = { ...toUser(1), size: { cpu: 1024, memory: 4096 } };

/** A cloner over this ECS, with a family for all users or one for each. */
const newCloner = (ecs: FakeEcs, isFamilyPerUser: boolean): TaskDefCloner =>
  new TaskDefCloner({
    client: ecs.client(),
    baseFamily,
    container: "openclaw",
    ...(isFamilyPerUser && { cloneFamily: familyPerUser }),
  });

/** Runs an attempt in a process of its own, until it dies in its phase. */
async function runUntilKilled(ecs: FakeEcs, endpoint: string, args: readonly string[]): Promise<void> {
  const program = fileURLToPath(new URL("attempt-child.ts", import.meta.url));
  const node = ["--no-warnings", "--import", "tsx", program, endpoint, ...args];
  const child = spawn(process.execPath, node, { stdio: ["ignore", "inherit", "inherit"] });
  const registrations = (): number =>
    ecs.calls.filter(({ operation }) => operation === "RegisterTaskDefinition").length;
  const [, phase = ""] = args;
  if (phase.startsWith("while")) {
    while (registrations() === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill("SIGKILL");
  }
  const [, signal] = await once(child, "exit");
  expect(signal).toBe("SIGKILL");
}

describe.each(calls)("a process that is killed in `%s`", (call) => {
  it.concurrent.each(phases)(
    "%s: the next attempt leaves one clone, and runs the step",
    async (phase) => {
      const ecs = new FakeEcs();
      ecs.register(baseInput);
      const cloner = newCloner(ecs, call === "latest");
      const family = call === "latest" ? familyPerUser(user.userId, baseFamily) : cloneFamily;
      const others = [await cloner.clone(toUser(2))];
      const current = call === "clone" ? undefined : await cloner.clone(toUser(1));
      ecs.clearCalls();
      if (phase.startsWith("while")) {
        ecs.fail({ operation: "RegisterTaskDefinition", hang: phase.endsWith("with effect") ? "after" : "before" });
      }
      const server = await ecs.listen();
      try {
        await runUntilKilled(ecs, server.endpoint, [call, phase, current?.arn ?? ""]);
      } finally {
        await server.close();
      }

      const deployed: string[] = [];
      const options = {
        attempt: { token: "job-7", since: new Date(0) },
        deploy: ({ arn }: { arn: string }) => void deployed.push(arn),
      };
      const clone =
        call === "reclone"
          ? await cloner.reclone(current?.arn ?? "", { size: user.size }, options)
          : await cloner.clone(user, { ...options, current: call === "latest" ? "latest" : undefined });

      expect(deployed).toStrictEqual([clone.arn]);
      const active = ecs.revisions().filter(({ status }) => status === "ACTIVE");
      const kept = [...others, ...(current ? [current] : []), clone].map(({ arn }) => arn);
      expect(
        active
          .map(({ arn }) => arn)
          .filter((arn) => !arn.includes(`/${baseFamily}:`))
          .sort(),
      ).toStrictEqual(kept.sort());
      expect(clone).toMatchObject({ family, userId: user.userId });
    },
    60_000,
  );
});
