import type { ECSClient } from "@aws-sdk/client-ecs";
import { TaskDefCloner } from "../src/task-def-cloner.ts";
import { baseFamily, container, toUser } from "./bases.ts";
import { cloneByHand } from "./by-hand.ts";
import { compare } from "./compare.ts";
import { type Row, report } from "./row.ts";
import { toText } from "./spread.ts";
import { toCannedClient, toRenewableEcs } from "./transports.ts";

const user = toUser(1);
const sizes = [
  { kibibytes: 4, calls: 40, seconds: 15, aim: 1.1 },
  { kibibytes: 60, calls: 12, seconds: 15, aim: 1.25 },
] as const;

async function toRows(
  client: ECSClient,
  { kibibytes, calls, seconds, aim }: { kibibytes: number; calls: number; seconds: number; aim?: number },
  transport: string,
  renew: () => void,
): Promise<Row[]> {
  const cloner = new TaskDefCloner({ client, baseFamily, container });
  const ours = (): Promise<unknown> => cloner.clone(user);
  const byHand = (): Promise<unknown> => cloneByHand(client, user);
  const { ratio, processorRatio, ...micros } = await compare(ours, byHand, {
    seconds,
    calls,
    beforeRound: async () => {
      renew();
      await ours();
      await byHand();
    },
  });
  const what = `\`clone\`, base of ${kibibytes} KiB, ${transport}`;
  const comparedWith = "describe, spread and register by hand";
  const aimed = aim === undefined ? {} : { aim };
  return [
    {
      what,
      comparedWith,
      ratio: ratio.median,
      ...aimed,
      detail: `${micros.ours.toFixed(0)} µs, ${micros.reference.toFixed(0)} µs; ${toText(ratio)}`,
    },
    {
      what: `${what}, processor time`,
      comparedWith,
      ratio: processorRatio.median,
      ...aimed,
      detail: toText(processorRatio),
    },
  ];
}

const rows: Row[] = [];
for (const size of sizes) {
  const { client, renew } = toRenewableEcs(size.kibibytes);
  rows.push(...(await toRows(client, size, "on `FakeEcs`", renew)));
}
for (const { aim: _, ...size } of sizes) {
  rows.push(...(await toRows(await toCannedClient(size.kibibytes), size, "answers ready made", () => {})));
}
report(rows);
