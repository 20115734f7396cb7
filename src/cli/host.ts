import { readFileSync } from "node:fs";
import type { Readable, Writable } from "node:stream";

/** A stream that may be a terminal. */
export type Terminal<Stream> = Stream & { readonly isTTY?: boolean | undefined };

/** What a command is run by: a process, or a test. */
export interface Host {
  /** The version of the package. */
  readVersion(): string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdin: Terminal<Readable>;
  readonly stdout: Terminal<Writable>;
  readonly stderr: Terminal<Writable>;
  /** Calls back each time somebody asks the process to stop. @returns a function that calls it off */
  onInterrupt(callback: () => void): () => void;
  /** Leaves at once. */
  leave(code: number): void;
}

const signals = ["SIGINT", "SIGTERM"] as const;

/** The process as a host. @param manifest where the package's manifest is */
export function toHost(process: NodeJS.Process, manifest: URL): Host {
  const { argv, env, stdin, stdout, stderr } = process;
  return {
    readVersion: () => String(JSON.parse(readFileSync(manifest, "utf8")).version),
    args: argv.slice(2),
    env,
    cwd: process.cwd(),
    stdin,
    stdout,
    stderr,
    onInterrupt: (callback) => {
      for (const signal of signals) process.on(signal, callback);
      return () => {
        for (const signal of signals) process.off(signal, callback);
      };
    },
    leave: (code) => {
      process.exit(code);
    },
  };
}
