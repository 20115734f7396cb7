export { collectArnsInUse } from "./arns-in-use.ts";
export { type AuditedRevision, audit } from "./audit.ts";
export {
  type CloneAllOptions,
  type CloneOutcome,
  cloneAll,
  type FleetOutcome,
  type Progress,
  type RecloneAllOptions,
  type RecloneOutcome,
  recloneAll,
} from "./clone-all.ts";
export { type ListClonesOptions, type ListedClone, listClones } from "./clones.ts";
export { type PruneOptions, type PruneOutcome, prune } from "./prune.ts";
