/** One of the processes that provision users at the same time: arguments are the endpoint, its first user, how many, and how fast time passes. */
import { once } from "node:events";
import { ECSClient } from "@aws-sdk/client-ecs";
import { TaskDefCloner } from "../src/task-def-cloner.ts";
import { baseFamily, container, toUser } from "./bases.ts";

const [endpoint = "", first, count, speed] = process.argv.slice(2);

// What the library and the SDK wait by, and tell the time by.
const { setTimeout: setRealTimeout } = globalThis;
const realNow = performance.now.bind(performance);
performance.now = () => realNow() * Number(speed);
Reflect.set(globalThis, "setTimeout", (callback: () => void, ms = 0) => setRealTimeout(callback, ms / Number(speed)));

const credentials = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "fake" };
const client = new ECSClient({ endpoint, region: "us-east-1", credentials, disableClockSkewCorrection: true });
const cloner = new TaskDefCloner({ client, baseFamily, container, requestTimeoutMs: 60_000 });

process.send?.("ready");
await once(process, "message");
const users = Array.from({ length: Number(count) }, (_, index) => toUser(Number(first) + index));
const results = await Promise.allSettled(users.map((user) => cloner.clone(user)));
for (const result of results) if (result.status === "rejected") console.error(String(result.reason));
process.send?.(results.filter(({ status }) => status === "rejected").length);
process.disconnect();
client.destroy();
