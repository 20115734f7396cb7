import type { RecloneOutcome } from "../fleet/clone-all.ts";
import type { UserPatch } from "../user/user.ts";
import { toCount } from "./columns.ts";
import { type Outcome, toOutcome } from "./command.ts";
import { planEach, showPlan } from "./commands/diff.ts";
import { confirm, refuseNobody } from "./confirm.ts";
import { type Address, enqueue, openQueue, toAddress, toMoveName } from "./enqueue.ts";
import { CannotBeginError } from "./exit.ts";
import { paced, toMostFailures } from "./pace.ts";
import { toProgressText } from "./progress-text.ts";
import type { Fleet, Session } from "./session.ts";
import { showFailure, toShort } from "./shown.ts";

/** The options of what moves users. */
export interface MoveOptions {
  readonly apply?: boolean;
  readonly deploy: boolean;
  readonly perSecond: number;
  readonly concurrency: number;
  readonly maxFailures: string;
  readonly yes?: boolean;
}

/** The options of what may be left to workers. */
export interface QueueOptions {
  readonly queue?: string;
  readonly queueName?: string;
  readonly move?: string;
}

/** How a move is to go, and how to go on with it after an interruption. */
export interface MoveOrder extends MoveOptions, QueueOptions {
  readonly again: string;
}

/** With so many at most, what would change is shown before it is asked whether to do it. */
const mostShownBefore = 10;

/** Moves the users of these clones onto the newest base, or says what that would do. */
export async function move(
  session: Session,
  arns: readonly string[],
  changes: UserPatch,
  order: MoveOrder,
): Promise<Outcome> {
  const mostFailures = toNumbers(order, arns.length);
  const address = order.queue === undefined ? undefined : toAddress(order.queue);
  if (order.apply !== true) return await showMoves(session, arns, changes, order);
  if (address !== undefined) return await moveByWorkers(session, arns, changes, { ...order, address });
  const fleet = await session.fleet();
  if (order.deploy && fleet.config.deploy === undefined) {
    throw new CannotBeginError(
      "The config has no `deploy`, so nothing would use the new clones. Write one, or pass --no-deploy and store the ARNs that are printed.",
    );
  }
  refuseNobody(session.host, { yes: order.yes === true, input: session.mayAsk });
  await announce(session, arns, changes, order, order.deploy ? "" : ", without deploying");
  return await moveAll(session, fleet, arns, changes, { ...order, mostFailures });
}

/** Enqueues the move, once it is confirmed. */
async function moveByWorkers(
  session: Session,
  arns: readonly string[],
  changes: UserPatch,
  order: MoveOrder & { readonly address: Address },
): Promise<Outcome> {
  refuseNobody(session.host, { yes: order.yes === true, input: session.mayAsk });
  const { queueName = "fleet", perSecond } = order;
  const queue = await openQueue(queueName, order.address);
  try {
    const base = await announce(session, arns, changes, order, `, by the workers of queue ${queueName}`);
    const move = order.move ?? toMoveName(base, changes);
    return await enqueue(session, queue, arns, changes, { queueName, perSecond, move });
  } finally {
    await queue.close();
  }
}

/** Refuses numbers that are none. @returns how many failures are too many */
function toNumbers({ perSecond, concurrency, maxFailures }: MoveOrder, total: number): number {
  if (!(perSecond > 0)) throw new CannotBeginError("--per-second takes a number above 0.");
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new CannotBeginError("--concurrency takes a whole number of 1 or more.");
  }
  const most = toMostFailures(maxFailures, total);
  if (most === undefined) throw new CannotBeginError("--max-failures takes a number, or a share such as 5%.");
  return most;
}

/** The dry run. */
async function showMoves(
  session: Session,
  arns: readonly string[],
  changes: UserPatch,
  { concurrency }: MoveOrder,
): Promise<Outcome> {
  const counts = { register: 0, upToDate: 0, failed: 0 };
  session.sumUp({
    counts: () => ({ dryRun: true, ...counts }),
    text: () =>
      `Dry run: ${toCount(counts.register, "clone")} would be registered, ${counts.upToDate} up to date, ${counts.failed} failed. ` +
      "Nothing was changed; --apply does it.",
  });
  for await (const one of planEach(session, arns, changes, concurrency)) {
    if ("error" in one) counts.failed += 1;
    else if (one.plan.reused) counts.upToDate += 1;
    else counts.register += 1;
    await showPlan(session, "move", one);
  }
  return toOutcome(counts.failed > 0);
}

/** Says where, to which base, how and how many, and asks. @returns the base's ARN */
async function announce(
  session: Session,
  arns: readonly string[],
  changes: UserPatch,
  { concurrency, yes = false }: MoveOrder,
  how: string,
): Promise<string> {
  const { family } = await session.fleet();
  const { base, accountId, region } = await session.findBase();
  const { output, host, signal } = session;
  if (arns.length <= mostShownBefore) {
    for await (const one of planEach(session, arns, changes, concurrency)) await showPlan(session, "move", one);
  }
  const deed = `move ${toCount(arns.length, "user")} to ${toShort(base.arn)}${how}`;
  output.note(`Account ${accountId}, ${region}: about to ${deed}.`);
  await confirm(host, { name: family, deed, yes, input: session.mayAsk }, signal);
  return base.arn;
}

/** Moves them, and stops after too many failures. */
async function moveAll(
  session: Session,
  { cloner, config, client }: Fleet,
  arns: readonly string[],
  changes: UserPatch,
  order: MoveOrder & { readonly mostFailures: number },
): Promise<Outcome> {
  const { recloneAll } = await import("../fleet/index.ts");
  const counts = { done: 0, reused: 0, failed: 0, remaining: arns.length };
  session.sumUp({
    counts: () => ({ dryRun: false, ...counts }),
    text: () =>
      `${toCount(counts.done, "user")} done (${counts.reused} reused), ${counts.failed} failed, ${counts.remaining} remaining.`,
    rest: () => `${toCount(counts.remaining, "user")} not moved. Go on with: ${order.again}`,
  });
  const tooMany = new AbortController();
  const signal = AbortSignal.any([session.signal, tooMany.signal]);
  const { deploy } = config;
  const run = recloneAll(cloner, paced(arns, order.perSecond, signal), {
    changes,
    concurrency: order.concurrency,
    signal,
    ...(order.deploy && deploy && { deploy: (clone, context) => deploy(clone, { ...context, client }) }),
  });
  const startedAt = performance.now();
  try {
    for await (const outcome of run) {
      if (isCalledOff(outcome, signal)) continue;
      count(counts, outcome);
      await showOutcome(session, outcome);
      const { done, failed, reused, remaining } = counts;
      const estimatedMs = Math.round((remaining * (performance.now() - startedAt)) / (done + failed));
      session.output.progress(() => toProgressText({ done, failed, reused, remaining, estimatedMs }, new Date()));
      if (failed >= order.mostFailures && remaining > 0) tooMany.abort(new TooManyFailures());
    }
  } catch (error) {
    if (!(error instanceof TooManyFailures)) throw error;
    session.output.error(
      `Stopped after ${toCount(counts.failed, "failure")}: --max-failures says how many are too many. ` +
        `${toCount(counts.remaining, "user")} not moved. Go on with: ${order.again}`,
    );
  }
  return toOutcome(counts.failed > 0);
}

class TooManyFailures extends Error {}

/** Whether nothing came of a user because the move ends: what was registered for them is undone. They remain. */
function isCalledOff(outcome: RecloneOutcome, { aborted, reason }: AbortSignal): boolean {
  return aborted && outcome.status === "rejected" && outcome.reason === reason;
}

function count(
  counts: { done: number; reused: number; failed: number; remaining: number },
  outcome: RecloneOutcome,
): void {
  if (outcome.status === "rejected") counts.failed += 1;
  else {
    counts.done += 1;
    if (outcome.value.reused) counts.reused += 1;
  }
  counts.remaining -= 1;
}

async function showOutcome({ output }: Session, outcome: RecloneOutcome): Promise<void> {
  const { arn: from } = outcome;
  if (outcome.status === "rejected") {
    await showFailure(output, { arn: from }, toShort(from), outcome.reason);
    return;
  }
  const { arn, userId, baseArn, reused, warnings } = outcome.value;
  await output.result("moved", { userId, from, arn, baseArn, reused, warnings }, () => {
    const moved = reused ? `= ${userId}: ${toShort(arn)} stays` : `✓ ${userId}: ${toShort(from)} → ${arn}`;
    return [moved, ...warnings.map((warning) => `  ${output.colors.red(`! ${warning}`)}`)].join("\n");
  });
}
