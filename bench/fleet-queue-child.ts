/** A worker process of `fleet-queue.ts`: arguments are the port of Redis, the endpoint of ECS, and whether it dies after its tenth registration. */
import { once } from "node:events";
import { ECSClient } from "@aws-sdk/client-ecs";
import { type Job, Queue, Worker } from "bullmq";
import { createRecloneProcessor, type JobOutcome, type RecloneJob } from "../src/bullmq/index.ts";
import { TaskDefCloner } from "../src/task-def-cloner.ts";
import { baseFamily, container } from "./bases.ts";

const [port, endpoint = "", fate] = process.argv.slice(2);
let registered = 0;
const credentials = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "fake" };
const client = new ECSClient({ endpoint, region: "us-east-1", credentials, disableClockSkewCorrection: true });
const cloner = new TaskDefCloner({
  client,
  baseFamily,
  container,
  deadlineMs: 1000,
  onEvent: ({ type }) => {
    if (type !== "registered") return;
    registered += 1;
    if (fate === "dies" && registered === 10) process.kill(process.pid, "SIGKILL");
  },
});
const connection = { host: "127.0.0.1", port: Number(port), maxRetriesPerRequest: null };
const queue = new Queue("bench", { connection });
const processor = createRecloneProcessor(cloner, {
  queue,
  deploy: async ({ userId, arn }) => {
    process.send?.({ userId, arn });
    await once(process, "message");
  },
});
const counting = (job: Job<RecloneJob, JobOutcome>, token?: string, signal?: AbortSignal) => {
  const updateData = job.updateData.bind(job);
  job.updateData = async (data) => {
    await updateData(data);
    process.send?.("write");
  };
  return processor(job, token, signal);
};
const worker = new Worker("bench", counting, { connection, concurrency: 4, maxStalledCount: 3 });
queue.on("error", () => {});
worker.on("error", () => {});
process.on("disconnect", () => process.exit());
await worker.waitUntilReady();
process.send?.("ready");
