/** What `verify.ts` compares, in a process of its own: runs a block of calls of the side that a message names. The argument is the calls a block. */
import { TaskDefCloner } from "../src/task-def-cloner.ts";
import type { Verifier } from "../src/verify/check.ts";
import { toChecks } from "../src/verify/to-checks.ts";
import { baseFamily, container, toUser } from "./bases.ts";
import { runBlock } from "./compare.ts";
import { toCannedClient } from "./transports.ts";

/** What is compared: a cloner without a verifier, one whose verifier a call leaves out, and one whose verifier answers at once. */
export type Side = "without" | "left out" | "verified";

const verify: Verifier = {
  toChecks,
  run: async (checks) => ({
    ok: true,
    complete: true,
    results: checks.map((check) => ({ check, status: "ok", detail: "" })),
  }),
};

const client = await toCannedClient(4);
const options = { client, baseFamily, container };
const plain = new TaskDefCloner(options);
const verifying = new TaskDefCloner({ ...options, verify });
const user = toUser(1);

const tasks: Readonly<Record<Side, () => Promise<unknown>>> = {
  without: () => plain.clone(user),
  "left out": () => verifying.clone(user, { verify: false }),
  verified: () => verifying.clone(user),
};

const calls = Number(process.argv[2]);
process.on("message", async (side: Side) => {
  process.send?.(await runBlock(tasks[side], calls));
});
process.send?.("ready");
