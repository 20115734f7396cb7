import { type PruneOptions, type PruneOutcome, prune } from "../../src/fleet/index.ts";
import { cloneFamily } from "../cast.ts";
import type { World } from "../world.ts";

/** The outcomes of pruning, added to a list that the caller keeps should it throw. */
export async function run(world: World, options: PruneOptions, into: PruneOutcome[] = []): Promise<PruneOutcome[]> {
  for await (const outcome of prune(world.cloner, options)) into.push(outcome);
  return into;
}

/** What was done to which revision. */
export const toActions = (outcomes: readonly PruneOutcome[]): [string, number][] =>
  outcomes.map(({ arn, action }) => [action, Number(arn.split(":").at(-1))]);

/** The revisions of the clone family, each with its status. */
export const statuses = ({ ecs }: World): [number, string][] =>
  ecs.revisions(cloneFamily).map(({ revision, status }) => [revision, status]);

/** Deregisters in earnest, and fast. */
export const real: PruneOptions = { inUse: "unknown", dryRun: false, perSecond: 1000 };
