/** A fleet on a real store: an ECS on a port of this machine, and worker processes that ask this process to store their clones. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Processor, Worker } from "bullmq";
import { TaskDefCloner } from "../../src/index.ts";
import { FakeEcs, systemClock } from "../../src/testing/index.ts";
import { baseFamily, baseInput, cloneFamily, toUsers } from "../cast.ts";
import { openQueue, openWorker, readIfThere, type Store } from "./stores.ts";

/** Where a worker process stops itself. */
interface Stop {
  readonly userId: string;
  readonly at: "deriving" | "registered" | "deployed";
  readonly signal: "SIGKILL" | "SIGSTOP";
}

interface FleetOptions {
  readonly users: number;
  readonly stops?: readonly Stop[];
  readonly poisoned?: readonly string[];
  /** How many jobs a worker has at a time. @default 4 */
  readonly concurrency?: number;
}

let fleets = 0;

/** For how long (ms) a worker's lock on a job is valid. */
const lockDuration = 1500;

/** Users with clones of an old base, and their queue. Dispose of it to end all that it started. */
export async function startFleet(store: Store, { users, stops = [], poisoned = [], concurrency = 4 }: FleetOptions) {
  fleets += 1;
  const folder = mkdtempSync(join(tmpdir(), "fleet-"));
  const ecs = new FakeEcs({ clock: systemClock, concurrentRevisionError: true });
  ecs.register(baseInput);
  const server = await ecs.listen();
  const newCloner = (deadlineMs: number) =>
    new TaskDefCloner({ client: ecs.client(), baseFamily, container: "openclaw", deadlineMs });
  const cloner = newCloner(1000);
  const stored = new Map<string, string>();
  for (const user of toUsers(users)) stored.set(user.userId, (await cloner.clone(user)).arn);
  const old = new Map(stored);
  const name = `fleet-${fleets}`;
  const queue = openQueue(store.address, name);
  // While the store is away.
  queue.on("error", () => {});
  const children = new Set<ChildProcess>();
  const workers: Pick<Worker, "close">[] = [];
  const files = stops.map((_, index) => join(folder, `stop-${index}`));
  /** What the workers had stored, in this order. */
  const deployed: { readonly userId: string; readonly arn: string }[] = [];

  const startWorker = async (): Promise<ChildProcess> => {
    const settings = {
      address: store.address,
      queue: name,
      endpoint: server.endpoint,
      lockDuration,
      concurrency,
      poisoned,
      stops: stops.map((stop, index) => ({ ...stop, file: files[index] })),
    };
    const program = fileURLToPath(new URL("fleet-child.ts", import.meta.url));
    const child = fork(program, [JSON.stringify(settings)], { execArgv: ["--no-warnings", "--import", "tsx"] });
    children.add(child);
    child.once("exit", () => children.delete(child));
    await once(child, "message");
    // What a worker sends after it is ready is a clone to be stored.
    child.on("message", (clone: { userId: string; arn: string }) => {
      deployed.push(clone);
      stored.set(clone.userId, clone.arn);
      if (child.connected) child.send(clone.arn);
    });
    return child;
  };

  return {
    ecs,
    cloner,
    newCloner,
    queue,
    name,
    old,
    stored,
    deployed,
    startWorker,
    /** Starts a worker in this process. */
    startHere: (processor: Processor): void => {
      const worker = openWorker(store.address, name, processor, { concurrency: 2 });
      worker.on("error", () => {});
      workers.push(worker);
    },
    /** Deploys another base, and gives its ARN. */
    deployBase: (sizeInGiB: number): string => ecs.register({ ...baseInput, ephemeralStorage: { sizeInGiB } }),
    /** The ARNs of a user's ACTIVE clones. */
    activeOf: async (): Promise<ReadonlyMap<string, readonly string[]>> => {
      const active = new Map<string, string[]>();
      for (const { arn, status } of ecs.revisions(cloneFamily)) {
        if (status !== "ACTIVE") continue;
        const { userId } = await cloner.inspect(arn);
        active.set(userId, [...(active.get(userId) ?? []), arn]);
      }
      return active;
    },
    /** The id of the process that stopped itself at the stop of this index, once it has. */
    stopped: async (index: number): Promise<number> => {
      // The file is there, and empty, before the id is in it.
      const read = (): number => Number(readIfThere(files[index] ?? "") ?? "");
      await until(async () => read() > 0);
      return read();
    },
    /** Wakes a process that stopped itself, and lets it end once its job is over. */
    wake: async (pid: number): Promise<void> => {
      const child = [...children].find((one) => one.pid === pid);
      if (child === undefined) throw new Error(`there is no process ${pid}`);
      child.kill("SIGCONT");
      child.kill("SIGTERM");
      await once(child, "exit");
    },
    async [Symbol.asyncDispose](): Promise<void> {
      for (const child of children) {
        child.kill("SIGKILL");
        await once(child, "exit");
      }
      for (const worker of workers) await worker.close(true);
      await queue.close();
      await server.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Waits for what other processes do. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await isSo()); tries += 1) {
    if (tries > 1200) throw new Error("waited for a minute");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
