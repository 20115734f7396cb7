/** What `clone.ts` compares, in a process of its own: runs a block of calls of the side that a message names. Arguments are the size of the base in KiB, the transport, and the calls a block. */
import { TaskDefCloner } from "../src/task-def-cloner.ts";
import { baseFamily, container, toUser } from "./bases.ts";
import { cloneByHand } from "./by-hand.ts";
import { runBlock } from "./compare.ts";
import { toCannedClient, toRenewableEcs } from "./transports.ts";

/** What is compared. */
export type Side = "ours" | "by hand";

const [kibibytes, transport, calls] = process.argv.slice(2);
const { client, renew } =
  transport === "canned"
    ? { client: await toCannedClient(Number(kibibytes)), renew: () => {} }
    : toRenewableEcs(Number(kibibytes));
const cloner = new TaskDefCloner({ client, baseFamily, container });
const user = toUser(1);

process.on("message", async (side: Side) => {
  const task = side === "ours" ? () => cloner.clone(user) : () => cloneByHand(client, user);
  renew();
  await task();
  process.send?.(await runBlock(task, Number(calls)));
});
process.send?.("ready");
