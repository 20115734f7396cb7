/**
 * A worker process of a fleet: `fleet-child.ts <JSON>`. It asks its parent to store each clone that it deploys, and stops itself where it is told to: once
 * in all processes, which a file keeps.
 */
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { ECSClient } from "@aws-sdk/client-ecs";
import * as z from "zod";
import { createRecloneProcessor } from "../../src/bullmq/index.ts";
import { TaskDefCloner } from "../../src/index.ts";
import { baseFamily } from "../cast.ts";
import { openQueue, openWorker } from "./stores.ts";

const settings = z
  .object({
    address: z.union([
      z.object({ kind: z.literal("redis"), port: z.number() }),
      z.object({ kind: z.literal("postgres"), url: z.string() }),
    ]),
    queue: z.string(),
    endpoint: z.string(),
    lockDuration: z.number(),
    concurrency: z.number(),
    /** Where a process stops itself, by what signal, and the file that is written before. */
    stops: z.array(
      z.object({
        userId: z.string(),
        at: z.enum(["deriving", "registered", "deployed"]),
        signal: z.enum(["SIGKILL", "SIGSTOP"]),
        file: z.string(),
      }),
    ),
    poisoned: z.array(z.string()),
  })
  .parse(JSON.parse(process.argv[2] ?? ""));
const { address, queue: name, endpoint, lockDuration, concurrency, stops, poisoned } = settings;

function stopIf(userId: string, at: string): void {
  const stop = stops.find((one) => one.userId === userId && one.at === at);
  if (stop === undefined) return;
  try {
    writeFileSync(stop.file, `${process.pid}`, { flag: "wx" });
  } catch {
    return;
  }
  process.kill(process.pid, stop.signal);
}

const client = new ECSClient({
  region: "us-east-1",
  endpoint,
  credentials: { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "fake" },
});
const cloner = new TaskDefCloner({
  client,
  baseFamily,
  container: "openclaw",
  deadlineMs: 1000,
  onEvent: (event) => {
    if (event.type === "registered") stopIf(event.userId, "registered");
  },
  customize: (input, { userId }) => {
    stopIf(userId, "deriving");
    return input;
  },
});
const queue = openQueue(address, name);
const processor = createRecloneProcessor(cloner, {
  queue,
  lockDuration,
  pauseMs: 200,
  deploy: async ({ userId, arn }) => {
    if (poisoned.includes(userId)) throw new Error("poisoned");
    process.send?.({ userId, arn });
    await once(process, `stored ${arn}`);
    stopIf(userId, "deployed");
  },
});
process.on("message", (arn) => process.emit(`stored ${arn}` as "beforeExit", 0));
const worker = openWorker(address, name, processor, {
  concurrency,
  lockDuration,
  stalledInterval: 500,
  maxStalledCount: 3,
});
// While the store is away, and for what a worker that was frozen cannot finish.
worker.on("error", () => {});
queue.on("error", () => {});
process.on("SIGTERM", async () => {
  await worker.close();
  process.exit();
});
process.on("disconnect", () => process.exit());
await worker.waitUntilReady();
process.send?.("ready");
