import { DescribeTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cloneAll, recloneAll } from "../../src/fleet/index.ts";
import { systemClock } from "../../src/testing/index.ts";
import { baseFamily, baseInput, toUsers } from "../cast.ts";
import { turns } from "../fake-time.ts";
import { newWorld, rejectionOf } from "../world.ts";
import { collect, toArns } from "./collect.ts";

const warnings: Error[] = [];
const note = (warning: Error): void => {
  // The SDK's announcement of the versions of Node.js that it will need.
  if (!warning.message.startsWith("NodeVersionSupportWarning")) warnings.push(warning);
};

beforeEach(() => {
  warnings.length = 0;
  process.on("warning", note);
});

afterEach(() => {
  process.off("warning", note);
});

describe("many users at a time", () => {
  it.each([
    [undefined, 30],
    [100, 110],
  ])("cause no warning with a concurrency of %s, nor do requests of `deploy`", async (concurrency, count) => {
    const { ecs, cloner } = newWorld({ clock: systemClock });
    const client = ecs.client();
    const { signal } = new AbortController();
    const options = { concurrency, signal };
    const arns = toArns(await collect(cloneAll(cloner, toUsers(count), options)));
    ecs.register({ ...baseInput, cpu: "1024", memory: "2048" });
    const summary = await recloneAll(cloner, arns, {
      ...options,
      deploy: async (_, { signal: abortSignal }) => {
        await systemClock.sleep(20, abortSignal);
        await client.send(
          new DescribeTaskDefinitionCommand({ taskDefinition: baseFamily }),
          abortSignal && { abortSignal },
        );
      },
    }).complete();
    await turns();
    expect(summary).toMatchObject({ done: count, failed: 0, reused: 0 });
    expect(warnings).toStrictEqual([]);
  });

  it("cause no warning when the run is aborted", async () => {
    const { cloner } = newWorld({ clock: systemClock });
    const controller = new AbortController();
    const reason = new Error("enough");
    let waiting = 0;
    const deploy = async (_: unknown, { signal }: { signal: AbortSignal | undefined }): Promise<void> => {
      waiting += 1;
      if (waiting === 100) controller.abort(reason);
      await systemClock.sleep(60_000, signal);
    };
    const run = cloneAll(cloner, toUsers(110), { concurrency: 100, deploy, signal: controller.signal });
    expect(await rejectionOf(run.complete())).toBe(reason);
    await turns();
    expect(warnings).toStrictEqual([]);
  });
});
