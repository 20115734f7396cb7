import type { ReclonePlan } from "../../plan/reclone-plan.ts";
import type { UserPatch } from "../../user/user.ts";
import { toCount } from "../columns.ts";
import { type CliCommand, toOutcome } from "../command.ts";
import { CannotBeginError } from "../exit.ts";
import type { Session } from "../session.ts";
import { showFailure, toShort } from "../shown.ts";
import { toAllArns, toCurrentArn } from "../targets.ts";

interface Options {
  readonly all?: boolean;
  readonly fail?: boolean;
  readonly concurrency: number;
}

/** How clones differ from what the newest base gives. */
export const diff: CliCommand = {
  group: "Look (changes nothing)",
  name: "diff",
  summary: "How clones differ from what the newest base would give",
  declare: (command) =>
    command
      .argument("[user|arn...]", "users, or ARNs of their clones")
      .option("--all", "everybody: the config's currentArns(), or each user's newest clone")
      .option("--fail", "exit with 1 if a clone differs")
      .option("--concurrency <n>", "clones at a time", Number, 10),
  examples: [
    { line: "diff user_1", why: "what a reclone would change for one user" },
    { line: "diff --all --fail --json | jq -r 'select(.upToDate == false).userId'", why: "who is behind" },
  ],
  run: async (session, { args, options }) => {
    const { all = false, fail = false, concurrency } = options<Options>();
    const counts = { upToDate: 0, different: 0, failed: 0 };
    session.sumUp({
      counts: () => counts,
      text: () =>
        `${toCount(counts.upToDate, "clone")} up to date, ${counts.different} different, ${counts.failed} failed.`,
    });
    await session.findBase();
    const arns = await toArns(session, args, all);
    for await (const one of planEach(session, arns, {}, concurrency)) {
      if ("error" in one) counts.failed += 1;
      else if (one.plan.reused) counts.upToDate += 1;
      else counts.different += 1;
      await showPlan(session, "diff", one);
    }
    return toOutcome(counts.failed > 0 || (fail && counts.different > 0));
  },
};

/** The ARNs of the named users' clones, or everybody's. @throws CannotBeginError */
export async function toArns(session: Session, named: readonly string[], all: boolean): Promise<readonly string[]> {
  if (all === named.length > 0) throw new CannotBeginError("Name users or ARNs, or pass --all.");
  if (all) return await toAllArns(session);
  const arns: string[] = [];
  for (const one of named) arns.push(await toCurrentArn(session, one));
  return arns;
}

/** What a reclone would give, or why it would not. */
export type Planned = { readonly arn: string } & ({ readonly plan: ReclonePlan } | { readonly error: unknown });

/** Plans reclones side by side, each as it completes. */
export async function* planEach(
  session: Session,
  arns: readonly string[],
  changes: UserPatch,
  concurrency: number,
): AsyncGenerator<Planned, void, undefined> {
  const { cloner } = await session.fleet();
  const { settleEach } = await import("../library.ts");
  const { signal } = session;
  const settled = settleEach(arns, { concurrency, signal }, (arn, stop) =>
    cloner.planReclone(arn, changes, { signal: stop }),
  );
  for await (const { input: arn, outcome } of settled) {
    yield outcome.status === "fulfilled" ? { arn, plan: outcome.value } : { arn, error: outcome.reason };
  }
}

/** Shows what a reclone would give. */
export async function showPlan({ output }: Session, type: string, planned: Planned): Promise<void> {
  const { arn } = planned;
  if ("error" in planned) {
    await showFailure(output, { arn }, toShort(arn), planned.error);
    return;
  }
  const { renderPlan } = await import("../library.ts");
  const { userId, family, baseArn, changesFromCurrent: changes, reused: upToDate, warnings } = planned.plan;
  await output.result(type, { userId, arn, family, baseArn, upToDate, changes, warnings }, () =>
    renderPlan(planned.plan, { color: output.colors.isColorSupported }),
  );
}
