/**
 * One process of several that provision users at once: `contention-child.ts <endpoint> <endpoint by hand> <first user> <users> <times as fast>`. It says
 * "ready", waits for a line, and says as JSON what came of it. Its time passes as many times as fast, as that of the ECS it talks to.
 */
import { once } from "node:events";
import { ECSClient } from "@aws-sdk/client-ecs";
import { TaskDefCloner } from "../src/index.ts";
import { baseFamily, toUser } from "./cast.ts";
import { cloneByHand } from "./handwritten.ts";

const [endpoint = "", byHandEndpoint = "", ...numbers] = process.argv.slice(2);
const [first = 0, count = 0, factor = 1] = numbers.map(Number);

const realSetTimeout = globalThis.setTimeout;
const realNow = performance.now.bind(performance);
Object.assign(globalThis, {
  setTimeout: (callback: () => void, milliseconds = 0) => realSetTimeout(callback, milliseconds / factor),
});
performance.now = () => realNow() * factor;

const toClient = (address: string): ECSClient =>
  new ECSClient({
    region: "us-east-1",
    endpoint: address,
    credentials: { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "fake" },
    disableClockSkewCorrection: true,
  });

const users = Array.from({ length: count }, (_, index) => toUser(first + index));
// What takes its time on a busy machine takes many times as long by this clock, and shall not count as ECS's own.
const cloner = new TaskDefCloner({
  client: toClient(endpoint),
  baseFamily,
  container: "openclaw",
  requestTimeoutMs: 600_000,
  deadlineMs: 600_000,
});
const byHandClient = toClient(byHandEndpoint);

process.stdout.write("ready\n");
await once(process.stdin, "data");

const clones = await Promise.allSettled(users.map((user) => cloner.clone(user)));
const byHand = await Promise.allSettled(users.map((user) => cloneByHand(byHandClient, user)));

process.stdout.write(
  `${JSON.stringify({
    arns: clones.flatMap((outcome) =>
      outcome.status === "fulfilled" ? [[outcome.value.userId, outcome.value.arn]] : [],
    ),
    failures: clones.flatMap((outcome) => (outcome.status === "rejected" ? [String(outcome.reason)] : [])),
    failuresByHand: byHand.flatMap((outcome) => (outcome.status === "rejected" ? [String(outcome.reason)] : [])),
  })}\n`,
);
process.stdin.destroy();
