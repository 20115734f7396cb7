/** Makes as many calls of one cloner as the argument says, and reports how much memory they left. The transport keeps nothing: an ECS would keep every clone. */
import { TaskDefCloner } from "../src/task-def-cloner.ts";
import { baseFamily, container, toUser } from "./bases.ts";
import { toCannedClient } from "./transports.ts";

const calls = Number(process.argv[2]);
const atOnce = 10;
const mebibyte = 2 ** 20;

const cloner = new TaskDefCloner({ client: await toCannedClient(4), baseFamily, container });
const { signal } = new AbortController();

/** A family of their own for half of the users, so that what is kept by family would show. */
const perUser = new TaskDefCloner({
  client: await toCannedClient(4),
  baseFamily,
  container,
  cloneFamily: (userId) => `${baseFamily}-${userId}`,
});

for (let done = 0; done < calls; done += atOnce) {
  const numbers = Array.from({ length: atOnce }, (_, index) => done + index);
  const made = numbers.map((number) => (number % 4 === 0 ? cloner.plan(toUser(number), { signal }) : register(number)));
  await Promise.all(made);
}
globalThis.gc?.();
globalThis.gc?.();
process.send?.(process.memoryUsage().heapUsed / mebibyte);
process.disconnect();

async function register(number: number): Promise<void> {
  const registering = number % 2 === 0 ? perUser : cloner;
  // The ready-made answer names another family, which leaves the outcome of a registration open.
  await (registering === cloner ? registering.clone(toUser(number), { signal }) : registering.plan(toUser(number)));
}
