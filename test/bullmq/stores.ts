/** Real stores for BullMQ, each started for one test file on a free port of this machine, and killed by its process id. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPostgresBackend, type Processor, Queue, Worker, type WorkerOptions } from "bullmq";

/** Where a store is, as a worker process is told. */
export type Address =
  | { readonly kind: "redis"; readonly port: number }
  | { readonly kind: "postgres"; readonly url: string };

/** A store that may be killed. */
export interface Store {
  readonly address: Address;
  /** Kills it as a crash would, and starts it again. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

const toRedis = (port: number) => ({ host: "127.0.0.1", port, maxRetriesPerRequest: null });

/** A queue that is kept in the store. */
export function openQueue(address: Address, name: string) {
  return address.kind === "redis"
    ? new Queue(name, { connection: toRedis(address.port) })
    : new Queue(name, { connection: { connectionString: address.url, migrate: true } }, createPostgresBackend);
}

/** A worker on a queue in the store. */
export function openWorker(
  address: Address,
  name: string,
  processor: Processor,
  options: Omit<WorkerOptions, "connection">,
) {
  return address.kind === "redis"
    ? new Worker(name, processor, { ...options, connection: toRedis(address.port) })
    : new Worker(
        name,
        processor,
        { ...options, connection: { connectionString: address.url, migrate: true } },
        createPostgresBackend,
      );
}

/** Why there is no Redis here, for the title of what is skipped; empty if there is one. */
export const whyNoRedis = toReason("redis-server", spawnSync("redis-server", ["--version"]).status === 0);

/** Why there is no PostgreSQL here. */
export const whyNoPostgres = toReason("postgresql", findPostgres() !== undefined);

/** @throws in a CI, which must not skip anything. */
function toReason(packageName: string, isThere: boolean): string {
  if (isThere) return "";
  const reason = `no ${packageName} here; apt-get install ${packageName}`;
  if (process.env.CI) throw new Error(reason);
  return ` (SKIPPED: ${reason})`;
}

export async function startRedis(): Promise<Store> {
  const folder = mkdtempSync(join(tmpdir(), "redis-"));
  const port = await findFreePort();
  const start = async (): Promise<ChildProcess> => {
    const args = ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "yes"];
    const child = spawn("redis-server", args, { stdio: "ignore" });
    await untilListening(port);
    return child;
  };
  let server = await start();
  const kill = async (): Promise<void> => {
    server.kill("SIGKILL");
    await once(server, "exit");
  };
  return {
    address: { kind: "redis", port },
    crash: async () => {
      await kill();
      server = await start();
    },
    stop: async () => {
      await kill();
      rmSync(folder, { recursive: true });
    },
  };
}

export async function startPostgres(): Promise<Store> {
  const programs = findPostgres();
  const folder = mkdtempSync(join(tmpdir(), "postgres-"));
  const data = join(folder, "data");
  const port = await findFreePort();
  // It refuses to run as root.
  const isRoot = process.getuid?.() === 0;
  if (isRoot) {
    execFileSync("chown", ["postgres", folder]);
    chmodSync(folder, 0o700);
  }
  const run = (program: string, ...args: readonly string[]): void => {
    const command = [`${programs}/${program}`, ...args];
    const [name = "", ...rest] = isRoot ? ["runuser", "-u", "postgres", "--", ...command] : command;
    execFileSync(name, rest, { stdio: "ignore", cwd: folder });
  };
  const options = `-p ${port} -h 127.0.0.1 -k ${folder}`;
  const control = (...args: readonly string[]) => run("pg_ctl", "-D", data, "-w", "-l", join(folder, "log"), ...args);
  run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync");
  control("start", "-o", options);
  return {
    address: { kind: "postgres", url: `postgres://postgres@127.0.0.1:${port}/postgres` },
    // An immediate shutdown leaves everything to recovery, as a crash does.
    crash: async () => {
      control("stop", "-m", "immediate");
      control("start", "-o", options);
    },
    stop: async () => {
      control("stop", "-m", "immediate");
      rmSync(folder, { recursive: true });
    },
  };
}

/** The folder of PostgreSQL's programs; Debian does not put them on the PATH. */
function findPostgres(): string | undefined {
  const root = "/usr/lib/postgresql";
  try {
    const [version] = readdirSync(root).filter((name) => spawnSync(`${root}/${name}/bin/initdb`, ["-V"]).status === 0);
    return version && `${root}/${version}/bin`;
  } catch {
    return undefined;
  }
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("expected a port");
  return address.port;
}

async function untilListening(port: number): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    const socket = connect(port, "127.0.0.1");
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once("connect", () => resolve(true));
      socket.once("error", () => resolve(false));
    });
    socket.destroy();
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`nothing listens on port ${port}`);
}

/** What a worker process wrote into a file before it stopped itself. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
