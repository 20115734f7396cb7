import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openQueue, retryStrategy, toAddress, toMoveName } from "../../src/cli/enqueue.ts";
import { FakeQueue } from "../bullmq/fake-queue.ts";
import { baseFamily, cloneFamily, type Fleet, newFleet, type RunOptions, runHere, toArn, toObjects } from "./fleet.ts";

/** The queues that were opened, by name. */
const opened = vi.hoisted(() => new Map<string, { readonly options: unknown; readonly queue: unknown }>());

vi.mock("bullmq", async () => {
  const { FakeQueue } = await import("../bullmq/fake-queue.ts");
  class Queue extends FakeQueue {
    isConnected = true;
    constructor(name: string, options: unknown, backend?: unknown) {
      super();
      opened.set(name, { queue: this, options: { ...Object(options), ...(backend !== undefined && { backend }) } });
      if (name === "unmade") throw new Error("Install ioredis");
    }
    on(_: string, listener: () => void): void {
      listener();
    }
    waitUntilReady(): Promise<void> {
      return this.isSilent ? new Promise(() => {}) : Promise.resolve();
    }
    get isSilent(): boolean {
      return [...opened].some(([name, { queue }]) => queue === this && name === "silent");
    }
    async close(): Promise<void> {
      this.isConnected = false;
      if (this.isSilent) throw new Error("It does not answer.");
    }
  }
  return { Queue, createPostgresBackend: "PostgreSQL" };
});

let fleet: Fleet;

beforeEach(async () => {
  fleet = await newFleet(2);
});
afterEach(async () => {
  opened.clear();
  vi.unstubAllEnvs();
  await fleet.close();
});

const url = "redis://someone:secret@redis.internal:6379";
const cli = (line: string, options: Partial<RunOptions> = {}) =>
  runHere(line.split(" "), { env: fleet.env, ...options });

function queueOf(name: string): FakeQueue {
  const { queue } = opened.get(name) ?? {};
  if (!(queue instanceof FakeQueue)) throw new Error(`no queue ${name} was opened`);
  return queue;
}

describe("reclone --queue", () => {
  it("adds a job for each clone and leaves the rest to workers, at the pace that is given", async () => {
    const ran = await cli(`reclone --all --queue ${url} --per-second 0.5 --apply --yes --json`);

    expect(ran.code).toBe(0);
    const queue = queueOf("fleet");
    expect([...queue.jobs.values()].map(({ data }) => data)).toStrictEqual(
      [2, 1].map((revision) => ({ arn: toArn(cloneFamily, revision), move: `${baseFamily}:2` })),
    );
    expect(queue.limit).toStrictEqual({ max: 1, duration: 2000 });
    expect(queue).toMatchObject({ isConnected: false });
    expect(opened.get("fleet")?.options).toStrictEqual({ connection: { url, retryStrategy } });
    expect(toObjects(ran.stdout).at(-1)).toStrictEqual({
      v: 1,
      type: "summary",
      command: "reclone",
      dryRun: false,
      queue: "fleet",
      move: `${baseFamily}:2`,
      added: 2,
    });
    expect(ran.stderr).toContain(`about to move 2 users to ${baseFamily}:2, by the workers of queue fleet.`);
    expect(`${ran.stdout}${ran.stderr}`).not.toContain("secret@");
    expect(fleet.ecs.calls.some(({ operation }) => operation === "RegisterTaskDefinition")).toBe(false);
  });

  it("takes the names of the queue and the move, and changes", async () => {
    const ran = await cli(
      `reclone user_1 --queue postgres://db/fleet --queue-name moves --move night --image openclaw:9 --apply --yes`,
    );

    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stdout).toContain('1 job in queue moves, for move "night". Workers do the rest');
    expect([...queueOf("moves").jobs.values()].map(({ data }) => data)).toStrictEqual([
      { arn: toArn(cloneFamily, 1), move: "night", changes: { image: "openclaw:9" } },
    ]);
    const connection = { connectionString: "postgres://db/fleet" };
    expect(opened.get("moves")?.options).toStrictEqual({ connection, backend: "PostgreSQL" });
  });

  it("is a dry run without --apply, which needs no queue", async () => {
    const ran = await cli(`reclone --all --queue ${url}`);

    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain("Dry run: 2 clones would be registered");
    expect(opened.size).toBe(0);
  });

  it("says how to go on when it is interrupted", async () => {
    const ran = await cli(`reclone --all --queue ${url} --apply --yes`, {
      onStart: (interrupt) => {
        vi.spyOn(FakeQueue.prototype, "setGlobalRateLimit").mockImplementationOnce(async () => interrupt());
      },
    });

    expect(ran.code).toBe(130);
    expect(ran.stderr).toContain("Run the same command again: jobs that are there stay, and missing ones are added.");
  });

  it.each([
    ["reclone --all --queue localhost", "--queue takes a URL that begins with redis://, rediss:// or postgres://."],
    ["reclone --all --queue https://x", "--queue takes a URL"],
    [`reclone --all --queue ${url} --apply`, "pass --yes"],
  ])("cannot begin: %s", async (line, says) => {
    const ran = await cli(line);

    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toContain(says);
  });
});

describe("openQueue", () => {
  it.each([
    ["redis://x", "npm install bullmq ioredis"],
    ["postgresql://x", "npm install bullmq pg"],
  ])("says what to install without BullMQ: %s", async (address, says) => {
    const load = () => Promise.reject(new Error("ERR_MODULE_NOT_FOUND"));

    await expect(openQueue("fleet", toAddress(address), { load })).rejects.toThrow(`--queue needs BullMQ 6: ${says}.`);
  });

  it("says what is missing besides BullMQ, and of which host, without the password", async () => {
    await expect(openQueue("unmade", toAddress(url))).rejects.toThrow(
      "The queue at redis.internal:6379 cannot be used. Install ioredis",
    );
  });

  it("gives up a store that does not answer", async () => {
    await expect(openQueue("silent", toAddress(url), { waitMs: 10 })).rejects.toThrow("did not answer within 0.01 s");
    expect(queueOf("silent")).toMatchObject({ isConnected: false });
  });
});

describe("retryStrategy", () => {
  it("tries a store that is not there three times more", () => {
    expect([1, 2, 3, 4].map(retryStrategy)).toStrictEqual([200, 200, 200, null]);
  });
});

describe("toMoveName", () => {
  it("is the base's name, and differs with the changes", () => {
    const arn = toArn(baseFamily, 2);
    const names = [{}, { image: "a" }, { image: "b" }].map((changes) => toMoveName(arn, changes));

    expect(names[0]).toBe(`${baseFamily}:2`);
    expect(new Set(names).size).toBe(3);
    expect(toMoveName(arn, { image: "a" })).toBe(names[1]);
  });
});
