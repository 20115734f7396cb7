import type { PruneOptions, PruneOutcome } from "../../fleet/prune.ts";
import { toCount, toLine } from "../columns.ts";
import { type CliCommand, toOutcome } from "../command.ts";
import { confirm, refuseNobody } from "../confirm.ts";
import { CannotBeginError } from "../exit.ts";
import { collectInUse, readLines, toClusters } from "../in-use.ts";
import type { Session } from "../session.ts";
import { showFailure, toShort } from "../shown.ts";

interface Options {
  readonly cluster?: readonly string[];
  readonly inUse?: string;
  readonly inUseUnknown?: boolean;
  readonly keep: number;
  readonly deleteInactive?: boolean;
  readonly families?: readonly string[];
  readonly perSecond: number;
  readonly apply?: boolean;
  readonly yes?: boolean;
}

/** Deregisters the clones that are no longer needed. */
export const prune: CliCommand = {
  group: "Change (a dry run without --apply)",
  name: "prune",
  summary: "Deregister the clones that are no longer needed",
  declare: (command) =>
    command
      .option("--cluster <name...>", "keep what these clusters use, instead of the config's")
      .option("--in-use <file>", "keep these ARNs, too, one a line; - reads the standard input")
      .option("--in-use-unknown", "neither is known: prune without")
      .option("--keep <n>", "newest clones of each user to keep", Number, 2)
      .option("--delete-inactive", "delete INACTIVE clones for good")
      .option("--families <name...>", "the clone families, if `cloneFamily` is a function")
      .option("--per-second <n>", "at most so many a second; the default is half of what ECS allows", Number, 0.5)
      .option("--apply", "do it; without, say what would be done")
      .option("--yes", "do not ask"),
  examples: [
    { line: "prune --cluster users --keep 2", why: "a dry run" },
    { line: "prune --cluster users --apply --yes" },
  ],
  run: async (session, { options }) => {
    const { apply = false, yes = false, ...given } = options<Options>();
    if (apply) refuseNobody(session.host, { yes, input: session.mayAsk });
    const order = await toOrder(session, given);
    if (!apply) return await pruneAndShow(session, order, "dry run");
    await announce(session, order, yes);
    return await pruneAndShow(session, order, "apply");
  },
};

/** What to keep. @throws CannotBeginError if it is unknown what is in use */
async function toOrder(session: Session, given: Options): Promise<PruneOptions> {
  const { cluster, inUse: file, inUseUnknown = false, keep, deleteInactive, families, perSecond } = given;
  const clusters = await toClusters(session, cluster);
  const isKnown = clusters.length > 0 || file !== undefined;
  if (isKnown === inUseUnknown) {
    throw new CannotBeginError(
      isKnown
        ? "--in-use-unknown contradicts what says what is in use: the clusters, or --in-use."
        : "What is in use? Name the clusters with --cluster, or the ARNs with --in-use; --in-use-unknown prunes without.",
    );
  }
  const arns = await collectInUse(session, clusters);
  if (file !== undefined) for (const arn of await readLines(session.host, file)) arns.add(arn);
  return {
    inUse: isKnown ? arns : "unknown",
    keep,
    perSecond,
    families,
    deleteInactive,
    signal: session.signal,
  };
}

/** Finds out how many would go, says so, and asks. */
async function announce(session: Session, order: PruneOptions, yes: boolean): Promise<void> {
  const { cloner, family } = await session.fleet();
  const library = await import("../../fleet/index.ts");
  let place = "";
  let going = 0;
  for await (const { arn, action } of library.prune(cloner, { ...order, dryRun: true })) {
    const [, , , region, accountId] = arn.split(":");
    place = `Account ${accountId}, ${region}: `;
    if (action !== "keep") going += 1;
  }
  const deed = `deregister or delete ${toCount(going, "clone")}`;
  session.output.note(`${place}about to ${deed}.`);
  if (going > 0) await confirm(session.host, { name: family, deed, yes, input: session.mayAsk }, session.signal);
}

async function pruneAndShow(
  session: Session,
  order: PruneOptions,
  mode: "dry run" | "apply",
): Promise<"done" | "failed"> {
  const { cloner, family } = await session.fleet();
  const library = await import("../../fleet/index.ts");
  const dryRun = mode === "dry run";
  const counts = { keep: 0, deregister: 0, delete: 0, failed: 0 };
  session.sumUp({
    counts: () => ({
      dryRun,
      kept: counts.keep,
      deregistered: counts.deregister,
      deleted: counts.delete,
      failed: counts.failed,
    }),
    text: () =>
      `${dryRun ? "Dry run: " : ""}${counts.keep} kept, ${counts.deregister} ${dryRun ? "to be " : ""}deregistered, ` +
      `${counts.delete} ${dryRun ? "to be " : ""}deleted, ${counts.failed} failed.${dryRun ? " Nothing was changed; --apply does it." : ""}`,
    rest: () => "Run the same command again to go on.",
  });
  for await (const outcome of library.prune(cloner, { ...order, dryRun })) {
    counts["error" in outcome ? "failed" : outcome.action] += 1;
    session.output.progress(() => `${counts.deregister} deregistered, ${counts.failed} failed`);
    await show(session, outcome, family.length + 8);
  }
  return toOutcome(counts.failed > 0);
}

async function show({ output }: Session, outcome: PruneOutcome, width: number): Promise<void> {
  const { error, ...rest } = outcome;
  const { arn, action, reason, userId = "" } = outcome;
  if ("error" in outcome) {
    await showFailure(output, rest, `${action} ${toShort(arn)}`, error);
    return;
  }
  await output.result("pruned", rest, () =>
    toLine([
      [action, 10],
      [toShort(arn), width],
      [userId, 24],
      [reason, 0],
    ]),
  );
}
