import { NotACloneError } from "../../errors.ts";
import { toCount } from "../columns.ts";
import { type CliCommand, toOutcome } from "../command.ts";
import { confirm, refuseNobody } from "../confirm.ts";
import { collectInUse, toClusters } from "../in-use.ts";
import type { Session } from "../session.ts";
import { showFailure, toShort } from "../shown.ts";
import { toAllOf } from "../targets.ts";

interface Options {
  readonly apply?: boolean;
  readonly yes?: boolean;
  readonly cluster?: readonly string[];
}

/** Deregisters clones. */
export const retire: CliCommand = {
  group: "Change (a dry run without --apply)",
  name: "retire",
  summary: "Deregister clones",
  declare: (command) =>
    command
      .argument("<user|arn...>", "ARNs of clones, or users who have a family each: all of their clones")
      .option("--cluster <name...>", "refuse what these clusters use, instead of the config's")
      .option("--apply", "do it; without, say what would be done")
      .option("--yes", "do not ask"),
  examples: [
    {
      line: "retire arn:aws:ecs:us-east-1:111122223333:task-definition/isol8-dev-openclaw-user:1 --cluster users",
      why: "a dry run",
    },
  ],
  run: async (session, { args: named, options }) => {
    const { apply = false, yes = false, cluster } = options<Options>();
    if (apply) refuseNobody(session.host, { yes, input: session.mayAsk });
    const args = await toAllOf(session, named);
    const counts = { retired: 0, gone: 0, failed: 0, remaining: args.length };
    session.sumUp({
      counts: () => ({ dryRun: !apply, ...counts }),
      text: () =>
        `${apply ? "" : "Dry run: "}${toCount(counts.retired, "clone")} ${apply ? "" : "would be "}deregistered, ` +
        `${counts.gone} deregistered before, ${counts.failed} refused or failed.${apply ? "" : " Nothing was changed; --apply does it."}`,
      rest: () => `${toCount(counts.remaining, "clone")} not processed. Run the same command again.`,
    });
    const inUse = await collectInUse(session, await toClusters(session, cluster));
    if (apply) await announce(session, args, yes);
    for (const arn of args) {
      const outcome = await retireOne(session, arn, inUse, apply).catch((error: unknown) => {
        session.signal.throwIfAborted();
        return { kind: "failed" as const, error };
      });
      counts[outcome.kind] += 1;
      counts.remaining -= 1;
      await show(session, arn, outcome, apply);
    }
    return toOutcome(counts.failed > 0);
  },
};

async function announce(session: Session, arns: readonly string[], yes: boolean): Promise<void> {
  const { family } = await session.fleet();
  const [, , , region, accountId] = String(arns[0]).split(":");
  const deed = `deregister ${toCount(arns.length, "clone")}`;
  session.output.note(`Account ${accountId}, ${region}: about to ${deed}.`);
  await confirm(session.host, { name: family, deed, yes, input: session.mayAsk }, session.signal);
}

type Retired =
  | { readonly kind: "retired"; readonly userId: string }
  | { readonly kind: "gone" }
  | { readonly kind: "failed"; readonly error: unknown };

async function retireOne(session: Session, arn: string, inUse: ReadonlySet<string>, apply: boolean): Promise<Retired> {
  const { cloner } = await session.fleet();
  const { internalsOf, readCloneAt } = await import("../library.ts");
  const { ecs, settings } = internalsOf(cloner, session.signal);
  const reading = await readCloneAt(ecs, arn, settings.baseFamily, "retire");
  if (reading.kind === "other") throw new NotACloneError(arn, reading.reason);
  if (reading.kind === "gone" || reading.clone.status !== "ACTIVE") return { kind: "gone" };
  if (inUse.has(arn)) throw new Error("It is in use: move its user to another clone first.");
  if (apply) await cloner.retire(arn, { signal: session.signal });
  return { kind: "retired", userId: reading.clone.record.userId };
}

async function show({ output }: Session, arn: string, outcome: Retired, apply: boolean): Promise<void> {
  if (outcome.kind === "failed") {
    await showFailure(output, { arn }, toShort(arn), outcome.error);
    return;
  }
  const words = outcome.kind === "gone" ? "is deregistered already" : apply ? "deregistered" : "would be deregistered";
  const whose = outcome.kind === "retired" ? `, ${outcome.userId}'s,` : "";
  await output.result("retired", { arn, dryRun: !apply, ...outcome }, () => `${toShort(arn)}${whose} ${words}`);
}
