/** One side of the comparison of `clone.ts`, in a process of its own: arguments are the side, the size of the base in KiB, the transport, and the calls a block. */
import { TaskDefCloner } from "../src/task-def-cloner.ts";
import { baseFamily, container, toUser } from "./bases.ts";
import { cloneByHand } from "./by-hand.ts";
import { runBlock } from "./compare.ts";
import { toCannedClient, toRenewableEcs } from "./transports.ts";

const [side, kibibytes, transport, calls] = process.argv.slice(2);
const isCanned = transport === "canned";
const { client, renew } = isCanned
  ? { client: await toCannedClient(Number(kibibytes)), renew: () => {} }
  : toRenewableEcs(Number(kibibytes));
const cloner = new TaskDefCloner({ client, baseFamily, container });
const user = toUser(1);
const task = side === "ours" ? () => cloner.clone(user) : () => cloneByHand(client, user);

process.on("message", async () => {
  renew();
  await task();
  process.send?.(await runBlock(task, Number(calls)));
});
process.send?.("ready");
