/** Makes as many calls of one cloner as the argument says, and reports how much memory they left. The transport keeps nothing: an ECS would keep every clone. */
import { TaskDefCloner } from "../src/task-def-cloner.ts";
import { baseFamily, container, toUser } from "./bases.ts";
import { toCannedClient } from "./transports.ts";

const calls = Number(process.argv[2]);
const atOnce = 10;
const mebibyte = 2 ** 20;

const cloner = new TaskDefCloner({ client: await toCannedClient(4), baseFamily, container });
const { signal } = new AbortController();

for (let done = 0; done < calls; done += atOnce) {
  const users = Array.from({ length: atOnce }, (_, index) => toUser(done + index));
  await Promise.all(
    users.map((user, index) => (index % 4 === 0 ? cloner.plan(user, { signal }) : cloner.clone(user, { signal }))),
  );
}
globalThis.gc?.();
globalThis.gc?.();
process.send?.(process.memoryUsage().heapUsed / mebibyte);
process.disconnect();
