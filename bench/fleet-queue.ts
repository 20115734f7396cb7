/**
 * A fleet on BullMQ and Redis, in real time: 4 worker processes, of which two are killed with a job in hand, and a store that is killed and started again.
 * ECS has its real quotas. Takes as many seconds as there are users; `FLEET_USERS` changes how many. Needs `redis-server`.
 */
import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Queue } from "bullmq";
import { enqueueReclones, readProgress } from "../src/bullmq/index.ts";
import { TaskDefCloner } from "../src/task-def-cloner.ts";
import { systemClock } from "../src/testing/clock.ts";
import { FakeEcs } from "../src/testing/fake-ecs.ts";
import { baseFamily, container, toBase, toUser } from "./bases.ts";
import { report } from "./row.ts";

const users = Number(process.env.FLEET_USERS ?? 300);
/** What the same move took from the account in 4 processes without a queue: `recloneAll`, 300 users. */
const throttledWithoutQueue = 512;
const move = "bench";

/** ECS's time passes at once until the fleet is there, and in real time from then on. */
let offsetMs = 0;
let isSetUp = false;
const clock = {
  now: () => Date.now() + offsetMs,
  sleep: async (milliseconds: number, signal?: AbortSignal) => {
    if (isSetUp) return await systemClock.sleep(milliseconds, signal);
    offsetMs += milliseconds;
  },
};
const ecs = new FakeEcs({ quotas: true, concurrentRevisionError: true, latencyMs: 60, clock });
ecs.register(toBase(4));
const cloner = new TaskDefCloner({ client: ecs.client(), baseFamily, container });
const stored = new Map<string, string>();
for (let index = 0; index < users; index += 1) {
  offsetMs += 1000;
  const { userId, arn } = await cloner.clone(toUser(index));
  stored.set(userId, arn);
}
const old = new Map(stored);
isSetUp = true;
offsetMs += 60_000;
ecs.register({ ...toBase(4), cpu: "2048", memory: "4096" });
ecs.clearCalls();

const redis = await startRedis();
await using server = await ecs.listen();
const queue = new Queue(move, { connection: { host: "127.0.0.1", port: redis.port, maxRetriesPerRequest: null } });
queue.on("error", () => {});
let writes = 0;
const workers = [1, 2, 3, 4].map(startWorker);
await Promise.all(workers.map((worker) => once(worker, "message")));

const startedAt = performance.now();
await enqueueReclones(queue, old.values(), { move });
let isCrashed = false;
for (;;) {
  const moved = [...stored].filter(([userId, arn]) => old.get(userId) !== arn).length;
  if (moved >= users / 2 && !isCrashed) {
    isCrashed = true;
    await redis.crash();
  }
  if (moved >= users - 5 && (await readProgress(queue, move)).remaining === 0) break;
  await systemClock.sleep(250);
}
const seconds = (performance.now() - startedAt) / 1000;
const { done, failed } = await readProgress(queue, move);
const killed = workers.filter(({ signalCode }) => signalCode === "SIGKILL").length;
for (const worker of workers) worker.kill("SIGKILL");
await queue.close();
await redis.stop();

const active = ecs.revisions(`${baseFamily}-user`).filter(({ status }) => status === "ACTIVE");
const known = new Set([...old.values(), ...stored.values()]);
const unknown = active.filter(({ arn }) => !known.has(arn)).length;
const arns = new Set(active.map(({ arn }) => arn));
const lost = [...stored].filter(([userId, arn]) => arn === old.get(userId) || !arns.has(arn)).length;
const throttled = ecs.calls.filter(({ outcome }) => outcome === "ThrottlingException").length;
const registered = ecs.calls.filter((call) => call.operation === "RegisterTaskDefinition" && call.outcome === "ok");

report([
  {
    what: `${users} users in a queue on Redis, 4 worker processes, ${killed} of them and Redis killed`,
    comparedWith: `the ${users} s of one job per second`,
    ratio: seconds / users,
    aim: 1.08,
    failures: failed + lost + unknown,
    detail: `${seconds.toFixed(1)} s; ${done} moved, ${active.length - users} new ACTIVE of ${registered.length} registered, ${lost} lost, ${unknown} double or unknown`,
  },
  {
    what: "requests that ECS throttled meanwhile, felt by the whole account",
    comparedWith: `${throttledWithoutQueue} of \`recloneAll\` in 4 processes, 300 users`,
    ratio: throttled / throttledWithoutQueue,
    aim: 0,
    detail: `${throttled}`,
  },
  {
    what: "what a job writes into the store besides BullMQ",
    comparedWith: "2 writes",
    ratio: writes / users / 2,
    // Jobs that were in the hands of a killed worker are marked and noted again.
    aim: Number((1 + 4 / users).toFixed(2)),
    detail: `${(writes / users).toFixed(2)} per job`,
  },
]);

type Message = "ready" | "write" | { readonly userId: string; readonly arn: string };

function startWorker(number: number): ChildProcess {
  const program = fileURLToPath(new URL("fleet-queue-child.js", import.meta.url));
  const worker = fork(program, [`${redis.port}`, server.endpoint, number === 1 ? "dies" : "lives"]);
  worker.on("message", (message: Message) => {
    if (message === "ready") return;
    if (message === "write") writes += 1;
    else {
      stored.set(message.userId, message.arn);
      // One dies in its step; the one that is to die by itself does so between a registration and its note.
      if (number === 2 && stored.size > 0 && isQuarter()) worker.kill("SIGKILL");
      else worker.send("stored");
    }
  });
  return worker;
}

function isQuarter(): boolean {
  return [...stored].filter(([userId, arn]) => old.get(userId) !== arn).length >= users / 4;
}

async function startRedis() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  probe.close();
  const folder = mkdtempSync(join(tmpdir(), "fleet-queue-"));
  const args = ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "yes"];
  const start = () => spawn("redis-server", args, { stdio: "ignore" });
  let process = start();
  const kill = async () => {
    process.kill("SIGKILL");
    await once(process, "exit");
  };
  return {
    port,
    crash: async () => {
      await kill();
      process = start();
    },
    stop: async () => {
      await kill();
      rmSync(folder, { recursive: true });
    },
  };
}
