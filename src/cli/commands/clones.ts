import type { ListedClone } from "../../fleet/clones.ts";
import { toCount, toLine } from "../columns.ts";
import type { CliCommand } from "../command.ts";
import { CannotBeginError } from "../exit.ts";
import { collectInUse, toClusters } from "../in-use.ts";
import type { Session } from "../session.ts";
import { toShort } from "../shown.ts";

interface Options {
  readonly base?: string;
  readonly outdated?: boolean;
  readonly running?: boolean;
  readonly cluster?: readonly string[];
  readonly families?: readonly string[];
  readonly current?: boolean;
  readonly arns?: boolean;
}

/** The clones there are. */
export const clones: CliCommand = {
  group: "Look (changes nothing)",
  name: "clones",
  summary: "List the ACTIVE clones, newest first",
  declare: (command) =>
    command
      .option("--base <revision>", "only those of this revision of the base, by number or ARN")
      .option("--outdated", "only those of another revision than the newest base")
      .option("--running", "only those that services or tasks of the clusters use")
      .option("--current", "only the newest of each user")
      .option("--arns", "the ARNs alone, for --arns of reclone")
      .option("--cluster <name...>", "the clusters, instead of the config's")
      .option("--families <name...>", "the clone families, if `cloneFamily` is a function"),
  examples: [
    { line: "clones --current --arns > arns.txt", why: "for reclone --arns" },
    { line: "clones" },
    { line: "clones --base 1 --running --cluster users", why: "who still runs a base" },
  ],
  run: async (session, { options }) => {
    const given = options<Options>();
    const isWanted = await toFilter(session, given);
    const { cloner, family } = await session.fleet();
    const { listClones } = await import("../../fleet/index.ts");
    const toRow = (user: string, clone: string, base: string): string =>
      toLine([
        [user, 24],
        [clone, family.length + 8],
        [base, 0],
      ]);
    const { bold } = session.output.colors;
    const users = new Set<string>();
    const seen = new Set<string>();
    let count = 0;
    session.sumUp({
      counts: () => ({ clones: count, users: users.size }),
      text: () => (given.arns === true ? "" : `${toCount(count, "clone")} of ${toCount(users.size, "user")}.`),
    });
    for await (const clone of listClones(cloner, { families: given.families, signal: session.signal })) {
      const { arn, userId, baseArn } = clone;
      const isNewest = !seen.has(userId);
      seen.add(userId);
      if (!isWanted(clone) || (given.current === true && !isNewest)) continue;
      if (count === 0 && given.arns !== true) await session.output.heading(bold(toRow("USER", "CLONE", "BASE")));
      count += 1;
      users.add(userId);
      await session.output.result("clone", clone, () =>
        given.arns === true ? arn : toRow(userId, toShort(arn), toShort(baseArn)),
      );
    }
    return "done";
  },
};

async function toFilter(
  session: Session,
  { base, outdated, running, cluster }: Options,
): Promise<(clone: ListedClone) => boolean> {
  const newest = outdated === true ? (await session.findBase()).base.arn : undefined;
  const clusters = await toClusters(session, cluster);
  if (running === true && clusters.length === 0) {
    throw new CannotBeginError("--running needs to know the clusters: pass --cluster, or set `cluster` in the config.");
  }
  const inUse = running === true ? await collectInUse(session, clusters) : undefined;
  return ({ arn, baseArn }) =>
    (base === undefined || baseArn === base || baseArn.endsWith(`:${base}`)) &&
    baseArn !== newest &&
    (inUse === undefined || inUse.has(arn));
}
