import { hash } from "node:crypto";
import type { FleetQueue } from "../bullmq/queue.ts";
import type { UserPatch } from "../user/user.ts";
import { inTime } from "../waiting.ts";
import { toCount } from "./columns.ts";
import type { Outcome } from "./command.ts";
import { CannotBeginError, toErrorText } from "./exit.ts";
import type { Session } from "./session.ts";
import { toShort } from "./shown.ts";

/** What is needed of BullMQ. */
export type LoadBullMq = () => Promise<typeof import("bullmq")>;

const loadBullMq: LoadBullMq = () => import("bullmq");

/** A queue, and how to let it go. */
interface OpenQueue extends FleetQueue {
  waitUntilReady(): Promise<unknown>;
  close(): Promise<void>;
  on(event: "error", listener: () => void): unknown;
}

/** Where the queue is. The URL may hold a password, so no more of it than the host is shown. */
export interface Address {
  readonly url: string;
  readonly kind: "redis" | "postgres";
  readonly host: string;
}

/** How long (ms) a store may take to answer at all. */
const patienceMs = 10_000;

/** Gives up soon: somebody waits for the command. @returns how long to wait (ms) before the store is tried again */
export const retryStrategy = (times: number): number | null => (times > 3 ? null : 200);

/** Finds out what a URL stands for. @throws {@link CannotBeginError} if it is none of a store */
export function toAddress(url: string): Address {
  const { protocol, host } = URL.canParse(url) ? new URL(url) : { protocol: "", host: "" };
  const kinds: Readonly<Record<string, Address["kind"]>> = {
    "redis:": "redis",
    "rediss:": "redis",
    "postgres:": "postgres",
    "postgresql:": "postgres",
  };
  const kind = kinds[protocol];
  if (kind === undefined)
    throw new CannotBeginError("--queue takes a URL that begins with redis://, rediss:// or postgres://.");
  return { url, kind, host };
}

/**
 * Opens a queue of BullMQ.
 *
 * @throws {@link CannotBeginError} if BullMQ or the client of the store is not installed, or the store does not answer.
 */
export async function openQueue(
  name: string,
  address: Address,
  { load = loadBullMq, waitMs = patienceMs }: { readonly load?: LoadBullMq; readonly waitMs?: number } = {},
): Promise<OpenQueue> {
  const { url, kind, host } = address;
  const bullmq = await load().catch((error: unknown) => {
    const install = `npm install bullmq ${kind === "redis" ? "ioredis" : "pg"}`;
    throw new CannotBeginError(`--queue needs BullMQ 6: ${install}.`, { cause: error });
  });
  let queue: OpenQueue | undefined;
  try {
    const opened: OpenQueue =
      kind === "redis"
        ? new bullmq.Queue(name, { connection: { url, retryStrategy } })
        : new bullmq.Queue(name, { connection: { connectionString: url } }, bullmq.createPostgresBackend);
    queue = opened;
    // What goes wrong later fails the request that it affects.
    opened.on("error", () => {});
    const toError = (): Error => new Error(`It did not answer within ${waitMs / 1000} s.`);
    await inTime({ milliseconds: waitMs, toError }, () => opened.waitUntilReady());
    return opened;
  } catch (error) {
    // It may wait for the store forever.
    queue?.close().catch(() => {});
    throw new CannotBeginError(`The queue at ${host} cannot be used. ${toErrorText(error)}`, { cause: error });
  }
}

/** The name of a move: the same base and the same changes are the same move, so that enqueuing again adds what is missing. */
export function toMoveName(baseArn: string, changes: UserPatch): string {
  const text = JSON.stringify(changes);
  return text === "{}" ? toShort(baseArn) : `${toShort(baseArn)} ${hash("sha256", text).slice(0, 12)}`;
}

/** Adds a job for each clone, for workers to move. */
export async function enqueue(
  session: Session,
  queue: FleetQueue,
  arns: readonly string[],
  changes: UserPatch,
  { queueName, perSecond, move }: { readonly queueName: string; readonly perSecond: number; readonly move: string },
): Promise<Outcome> {
  const { enqueueReclones, setPace } = await import("../bullmq/index.ts");
  let added = 0;
  session.sumUp({
    counts: () => ({ dryRun: false, queue: queueName, move, added }),
    text: () =>
      `${toCount(added, "job")} in queue ${queueName}, for move ${JSON.stringify(move)}. Workers do the rest; \`readProgress\` says how far they are.`,
    rest: () => "Run the same command again: jobs that are there stay, and missing ones are added.",
  });
  await setPace(queue, { perSecond });
  const hasChanges = Object.keys(changes).length > 0;
  const options = { move, signal: session.signal, ...(hasChanges && { changes }) };
  ({ added } = await enqueueReclones(queue, arns, options));
  return "done";
}
