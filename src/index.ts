export {
  type BaseCandidate,
  hasNoAccessPoint,
  hasTag,
  type IsBase,
  isNotRegisteredBy,
  isRegisteredBy,
  lacksTag,
} from "./base/is-base.ts";
export { type CloneFamily, toCloneFamily, withFamily } from "./derivation/clone-family.ts";
export { type Base, type CloneRules, type DerivedClone, deriveClone } from "./derivation/derive-clone.ts";
export { toRegisterInput } from "./derivation/register-input.ts";
export type { EcsClient } from "./ecs/connection.ts";
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
export type { CallOptions, Clone, CloneOptions, RecloneOptions, TaskDefClonerOptions } from "./options.ts";
export { type Change, type ClonePlan, type RenderOptions, renderPlan, toChanges } from "./plan/changes.ts";
export { provenanceLabel } from "./record/record.ts";
export { type Inspection, TaskDefCloner } from "./task-def-cloner.ts";
export { withAccessPoint } from "./user/parts/access-point.ts";
export { type FargateMemory, fargateMemory } from "./user/parts/fargate-sizes.ts";
export { withImage } from "./user/parts/image.ts";
export { toSizeWarnings, withSize } from "./user/parts/size.ts";
export { withTags } from "./user/parts/tags.ts";
export { type ReservedName, type Variables, withEnvironment, withSecrets } from "./user/parts/variables.ts";
export { type Target, type TargetNames, toTarget } from "./user/target.ts";
export type { Size, UserPatch, UserSpec, VariablesPatch } from "./user/user.ts";
