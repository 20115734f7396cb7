import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { systemClock } from "../src/testing/clock.ts";
import { FakeEcs } from "../src/testing/fake-ecs.ts";
import { baseFamily, toBase } from "./bases.ts";
import { report } from "./row.ts";

const processes = 8;
const usersEach = 25;
/** How many seconds pass on ECS's clock in one second of real time. With more than one, calls over loopback cost that much more in ECS's time. */
const speed = 1;
const boundSeconds = processes * usersEach - 20;

const ecs = new FakeEcs({
  quotas: true,
  concurrentRevisionError: true,
  keepCalls: false,
  clock: { now: () => Date.now() * speed, sleep: (ms, signal) => systemClock.sleep(ms / speed, signal) },
});
ecs.register(toBase(4));
await using server = await ecs.listen();

const children = Array.from({ length: processes }, (_, index) =>
  fork(fileURLToPath(new URL("processes-child.js", import.meta.url)), [
    server.endpoint,
    `${index * usersEach}`,
    `${usersEach}`,
    `${speed}`,
  ]),
);
await Promise.all(children.map((child) => once(child, "message")));
const startedAt = performance.now();
const failures = await Promise.all(children.map(provision));
const seconds = ((performance.now() - startedAt) * speed) / 1000;

/** Lets a process that is ready begin, and returns how many of its users failed. */
async function provision(child: ChildProcess): Promise<number> {
  const over = once(child, "message");
  child.send("begin");
  const [failed] = await over;
  return Number(failed);
}

const failed = failures.reduce((sum, count) => sum + count, 0);
const revisions = ecs.revisions(`${baseFamily}-user`).length;

report([
  {
    what: `${processes} processes provision ${usersEach} users each, over a loopback port`,
    comparedWith: `the ${boundSeconds} s that ECS's quota takes`,
    ratio: seconds / boundSeconds,
    aim: 1.06,
    failures: failed,
    detail: `${seconds.toFixed(1)} s of real time; ${revisions} revisions, ${failed} of ${processes * usersEach} users failed`,
  },
]);
