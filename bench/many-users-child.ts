/** Clones for as many users as the argument says, and prints how much memory that took. The transport keeps nothing: an ECS would keep every clone. */
import { cloneAll } from "../src/fleet/clone-all.ts";
import { TaskDefCloner } from "../src/task-def-cloner.ts";
import type { UserSpec } from "../src/user/user.ts";
import { baseFamily, container, toUser } from "./bases.ts";
import type { Memory } from "./many-users.ts";
import { toCannedClient } from "./transports.ts";

const users = Number(process.argv[2]);
const sampleEvery = 1000;
const mebibyte = 2 ** 20;

function* everyUser(): Generator<UserSpec> {
  for (let number = 0; number < users; number += 1) yield toUser(number);
}

const cloner = new TaskDefCloner({ client: await toCannedClient(4), baseFamily, container });
let heap = 0;
let outcomes = 0;
let failures = 0;
const startedAt = performance.now();
for await (const { status } of cloneAll(cloner, everyUser())) {
  outcomes += 1;
  if (status === "rejected") failures += 1;
  if (outcomes % sampleEvery !== 0) continue;
  globalThis.gc?.();
  heap = Math.max(heap, process.memoryUsage().heapUsed / mebibyte);
}
const seconds = (performance.now() - startedAt) / 1000;
const resident = process.resourceUsage().maxRSS / 1024;
process.send?.({ users, seconds, failures, heap, resident } satisfies Memory);
process.disconnect();
