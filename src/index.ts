export { type Base, type CloneRules, type DerivedClone, deriveClone } from "./clone-input.ts";
export { toRegisterInput } from "./copy.ts";
export {
  EcsBusyError,
  InvalidInputError,
  NotACloneError,
  OutcomeUnknownError,
  RequestTimeoutError,
  TaskDefClonerError,
  UnexpectedResponseError,
  UnfitBaseError,
} from "./errors.ts";
export type { ClonerEvent, SkippedRevision } from "./events.ts";
export { type FargateMemory, fargateMemory } from "./fargate-sizes.ts";
export {
  type BaseCandidate,
  hasNoAccessPoint,
  hasTag,
  type IsBase,
  isNotRegisteredBy,
  isRegisteredBy,
  lacksTag,
} from "./is-base.ts";
export type { CallOptions, Clone, CloneOptions, RecloneOptions, TaskDefClonerOptions } from "./options.ts";
export type { EcsClient } from "./patience.ts";
export { type Change, type ClonePlan, type RenderOptions, renderPlan, toChanges } from "./plan.ts";
export { provenanceLabel } from "./provenance.ts";
export { type Target, type TargetNames, toTarget } from "./target.ts";
export { type Inspection, TaskDefCloner } from "./task-def-cloner.ts";
export { withAccessPoint } from "./transforms/access-point.ts";
export { type CloneFamily, toCloneFamily, withFamily } from "./transforms/family.ts";
export { withImage } from "./transforms/image.ts";
export { toSizeWarnings, withSize } from "./transforms/size.ts";
export { withTags } from "./transforms/tags.ts";
export { type ReservedName, type Variables, withEnvironment, withSecrets } from "./transforms/variables.ts";
export type { Size, UserPatch, UserSpec, VariablesPatch } from "./user.ts";
