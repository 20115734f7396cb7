import type { EcsClient } from "../src/ecs/retry.ts";
import { TaskDefCloner } from "../src/task-def-cloner.ts";
import { baseFamily, container, toUser } from "./bases.ts";
import { runBlock, toComparison, toPairs } from "./compare.ts";
import { type Row, report } from "./row.ts";
import { toText } from "./spread.ts";
import { toRenewableEcs } from "./transports.ts";

/** A client that takes a middleware out of every command that it sends. */
function without(middleware: string, client: EcsClient): EcsClient {
  const send: EcsClient["send"] = (
    command: { middlewareStack: { remove(name: string): boolean } },
    ...rest: unknown[]
  ) => {
    command.middlewareStack.remove(middleware);
    // The overloads of `send` cannot be told apart here; what came in goes out as it was.
    return Reflect.apply(client.send, client, [command, ...rest]);
  };
  return { send, ...(client.config && { config: client.config }) };
}

async function toRow(kibibytes: number, calls: number, seconds: number): Promise<Row> {
  const { client, renew } = toRenewableEcs(kibibytes);
  const user = toUser(1);
  // Without the middleware nothing is kept to compare with, as behind a mocked client. Both sides pay for the taking out.
  const checking = new TaskDefCloner({ client: without("nothing of this name", client), baseFamily, container });
  const unchecking = new TaskDefCloner({
    client: without("taskdefClonerWatchBody", client),
    baseFamily,
    container,
  });
  const toRunBlock = (cloner: TaskDefCloner) => async () => {
    renew();
    await cloner.clone(user);
    return await runBlock(() => cloner.clone(user), calls);
  };
  const pairs = await toPairs(toRunBlock(checking), toRunBlock(unchecking), seconds);
  const { ratio, processorRatio, ours, reference } = toComparison(pairs);
  return {
    what: `\`clone\`, base of ${kibibytes} KiB, looking for unknown members, of which there are none`,
    comparedWith: "the same without looking",
    ratio: ratio.median,
    aim: 1.05,
    detail: `${ours.toFixed(0)} µs, ${reference.toFixed(0)} µs; ${toText(ratio)}; processor time ${processorRatio.median.toFixed(3)}`,
  };
}

report([await toRow(4, 40, 15), await toRow(60, 12, 15)]);
