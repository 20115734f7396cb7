/**
 * Bulk operations: clone and move many users, list their clones, and clean up.
 *
 * @module taskdef-cloner/fleet
 */

export { collectArnsInUse } from "./arns-in-use.ts";
export { type AuditedRevision, type AuditOptions, type AuditSummary, audit } from "./audit.ts";
export {
  type CloneAllOptions,
  type CloneOutcome,
  type CloneSummary,
  cloneAll,
  type FleetOutcome,
  type Progress,
  type RecloneAllOptions,
  type RecloneOutcome,
  recloneAll,
} from "./clone-all.ts";
export { type ListClonesOptions, type ListedClone, listClones } from "./clones.ts";
export type { FleetRun } from "./fleet-run.ts";
export { type PruneOptions, type PruneOutcome, type PruneSummary, prune } from "./prune.ts";
