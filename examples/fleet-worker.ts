/**
 * A fleet moved by four worker processes, of which one is killed: `npm run demo:fleet`. Needs `redis-server` on the PATH; nothing else, and no AWS.
 *
 * ECS is in memory, with its real quotas, and its time passes four times as fast: it takes four registrations a second instead of one.
 */
import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ECSClient } from "@aws-sdk/client-ecs";
import { Queue, Worker } from "bullmq";
import { TaskDefCloner } from "taskdef-cloner";
import { createRecloneProcessor, enqueueReclones, outcomes, readProgress, setPace } from "taskdef-cloner/bullmq";
import { type Clock, FakeEcs, systemClock } from "taskdef-cloner/testing";
import { base, toDeployed } from "./base.ts";

const queueName = "fleet";
const users = 60;
/** How many times as fast ECS's time passes. */
const speed = 4;
const lockDuration = 2000;

const toConnection = (port: number) => ({ host: "127.0.0.1", port, maxRetriesPerRequest: null });

/** One of the worker processes: what you would run as an ECS service of its own. */
async function work(redisPort: number, endpoint: string): Promise<void> {
  const credentials = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "fake" };
  const client = new ECSClient({ region: "us-east-1", endpoint, credentials, disableClockSkewCorrection: true });
  // The queue waits for ECS, not a worker.
  const cloner = new TaskDefCloner({ client, baseFamily: base.family, container: "openclaw", deadlineMs: 1000 });
  const connection = toConnection(redisPort);
  const queue = new Queue(queueName, { connection });
  const processor = createRecloneProcessor(cloner, {
    queue,
    lockDuration,
    deploy: async ({ userId, arn }) => {
      if (userId === "user_13") throw new Error("the service of user_13 cannot be updated");
      // Here you would update the user's service and store the ARN. It may happen twice with the same clone.
      process.send?.({ userId, arn });
      await systemClock.sleep(200);
    },
  });
  const options = { connection, concurrency: 4, lockDuration, stalledInterval: 1000, maxStalledCount: 3 };
  const worker = new Worker(queueName, processor, options);
  worker.on("error", (error) => console.error(error.message));
  process.on("disconnect", () => process.exit());
}

async function startRedis(): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  probe.close();
  const folder = mkdtempSync(join(tmpdir(), "fleet-"));
  // In production: AOF, and `maxmemory-policy noeviction`.
  const args = ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "yes"];
  const server = spawn("redis-server", args, { stdio: "ignore" });
  await once(server, "spawn");
  return {
    port,
    stop: async () => {
      server.kill("SIGKILL");
      await once(server, "exit");
      rmSync(folder, { recursive: true });
    },
  };
}

/** A clock that passes as fast as you choose. */
function toClock(): Clock & { factor: number } {
  let at = Date.now();
  let now = at;
  return {
    factor: 1000,
    now() {
      const realNow = Date.now();
      now += (realNow - at) * this.factor;
      at = realNow;
      return now;
    },
    sleep(milliseconds, signal) {
      return systemClock.sleep(milliseconds / this.factor, signal);
    },
  };
}

async function main(): Promise<void> {
  const clock = toClock();
  const ecs = new FakeEcs({ quotas: true, concurrentRevisionError: true, latencyMs: 100, clock });
  ecs.register(base);
  const cloner = new TaskDefCloner({ client: ecs.client(), baseFamily: base.family, container: "openclaw" });
  const stored = new Map<string, string>();
  for (let number = 1; number <= users; number += 1) {
    const accessPointId = `fsap-${number.toString(16).padStart(17, "0")}`;
    const { userId, arn } = await cloner.clone({ userId: `user_${number}`, accessPointId });
    stored.set(userId, arn);
  }
  const before = new Map(stored);
  clock.factor = speed;
  ecs.clearCalls();
  const newBase = ecs.register(toDeployed("1.5.0"));

  const redis = await startRedis();
  await using server = await ecs.listen();
  const queue = new Queue(queueName, { connection: toConnection(redis.port) });
  await setPace(queue, { perSecond: speed });
  await enqueueReclones(queue, stored.values(), { move: newBase, backoff: 1000 });
  console.log(`${users} users, 4 workers, ${speed} jobs a second on an ECS whose time passes ${speed} times as fast.`);

  const workers = [1, 2, 3, 4].map(() => startWorker(redis.port, server.endpoint, stored));
  killOne(workers, 15);
  for (;;) {
    const { done, failed, remaining, active, estimatedMs = 0 } = await readProgress(queue, newBase);
    const left = `${remaining} left (${active} active), about ${Math.ceil(estimatedMs / 1000)} s`;
    console.log(`${String(done).padStart(2)} moved, ${failed} failed, ${left}`);
    if (remaining === 0) break;
    await systemClock.sleep(2000);
  }
  for (const worker of workers) worker.kill("SIGKILL");

  await report(queue, newBase, { ecs, stored, before });
  await queue.close();
  await redis.stop();
}

function startWorker(redisPort: number, endpoint: string, stored: Map<string, string>): ChildProcess {
  const worker = fork(fileURLToPath(import.meta.url), [`${redisPort}`, endpoint], {
    execArgv: ["--no-warnings", "--import", "tsx"],
  });
  worker.on("message", ({ userId, arn }: { userId: string; arn: string }) => stored.set(userId, arn));
  return worker;
}

/** Kills the worker that deploys the clone of this number, in the middle of that job. */
function killOne(workers: readonly ChildProcess[], number: number): void {
  let deployed = 0;
  for (const worker of workers) {
    worker.on("message", ({ userId }: { userId: string }) => {
      deployed += 1;
      if (deployed !== number) return;
      worker.kill("SIGKILL");
      console.log(`-- a worker is killed while it deploys the clone of ${userId} --`);
    });
  }
}

interface World {
  readonly ecs: FakeEcs;
  readonly stored: ReadonlyMap<string, string>;
  readonly before: ReadonlyMap<string, string>;
}

async function report(queue: Queue, move: string, { ecs, stored, before }: World): Promise<void> {
  const moved = [...stored].filter(([userId, arn]) => before.get(userId) !== arn);
  console.log(`\nMoved: ${moved.length} of ${users} users, to clones of ${move.split("/")[1]}.`);
  for await (const { from, error, attempts } of outcomes(queue, move, { status: "failed" })) {
    console.log(`Failed: ${from?.split("/")[1]}, after ${attempts} attempts: ${error}`);
  }
  const active = ecs.revisions(`${base.family}-user`).filter(({ status }) => status === "ACTIVE").length;
  const throttled = ecs.calls.filter(({ outcome }) => outcome === "ThrottlingException").length;
  const registrations = ecs.calls.filter(
    ({ operation, outcome }) => operation === "RegisterTaskDefinition" && outcome === "ok",
  );
  console.log(`ACTIVE: ${active} clones, which are ${users} from before and ${active - users} new ones.`);
  const resumed = [];
  for await (const outcome of outcomes(queue, move)) if (outcome.resumed) resumed.push(outcome.userId);
  console.log(`Resumed by another worker: ${resumed.join(", ")}.`);
  console.log(`ECS got ${registrations.length} registrations and refused ${throttled} requests as too many.`);
}

const [redisPort, endpoint = ""] = process.argv.slice(2);
await (redisPort === undefined ? main() : work(Number(redisPort), endpoint));
