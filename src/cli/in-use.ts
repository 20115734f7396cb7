import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import type { Host } from "./host.ts";
import type { Session } from "./session.ts";

/** The clusters that are named, or the config's. */
export async function toClusters(session: Session, named: readonly string[] | undefined): Promise<readonly string[]> {
  if (named !== undefined) return named;
  const { cluster = [] } = (await session.fleet()).config;
  return typeof cluster === "string" ? [cluster] : cluster;
}

/** The ARNs of what clusters use. */
export async function collectInUse(session: Session, clusters: readonly string[]): Promise<Set<string>> {
  const { client } = await session.fleet();
  const { collectArnsInUse } = await import("../fleet/index.ts");
  const arns = new Set<string>();
  for (const cluster of clusters) {
    for (const arn of await collectArnsInUse(client, cluster, { signal: session.signal })) arns.add(arn);
  }
  return arns;
}

/** The lines of a file, less empty ones and comments; `-` is the standard input. */
export async function readLines({ stdin, cwd }: Pick<Host, "stdin" | "cwd">, file: string): Promise<readonly string[]> {
  const content = file === "-" ? await text(stdin) : await readFile(resolve(cwd, file), "utf8");
  return content
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}
