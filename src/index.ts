/**
 * The class `TaskDefCloner`, its errors, events and options, and the derivation as pure functions.
 *
 * @module taskdef-cloner
 */

export {
  type BaseCandidate,
  hasNoAccessPoint,
  hasTag,
  type IsBase,
  isNotRegisteredBy,
  isRegisteredBy,
  lacksTag,
} from "./base/is-base.ts";
export type { CloneRef } from "./clone/clone-ref.ts";
export { type CloneFamily, toCloneFamily, withFamily } from "./derivation/clone-family.ts";
export type { CloneRules } from "./derivation/clone-rules.ts";
export { type DerivedClone, deriveClone } from "./derivation/derive-clone.ts";
export { familyPerUser } from "./derivation/family-per-user.ts";
export { toRegisterInput } from "./derivation/register-input.ts";
export type { EcsClient } from "./ecs/connection.ts";
export {
  type ClonerError,
  EcsBusyError,
  FailedVerificationError,
  InvalidInputError,
  NotACloneError,
  OutcomeUnknownError,
  RequestTimeoutError,
  TaskDefClonerError,
  UnexpectedResponseError,
  UnfitBaseError,
} from "./errors.ts";
export type { ClonerEvent, SkippedRevision, VerifiedEvent, VerifiedFinding } from "./events.ts";
export type { Attempt, CallOptions, CloneOptions, RecloneOptions, TaskDefClonerOptions } from "./options.ts";
export { type Change, toChanges } from "./plan/changes.ts";
export type { ClonePlan } from "./plan/clone-plan.ts";
export type { ReclonePlan } from "./plan/reclone-plan.ts";
export { type RenderOptions, renderPlan } from "./plan/render-plan.ts";
export { provenanceLabel } from "./record/record.ts";
export type { Clone, Inspection } from "./results.ts";
export { isWorthRetrying } from "./retryable.ts";
export { TaskDefCloner } from "./task-def-cloner.ts";
export type { Base } from "./task-definition.ts";
export { withAccessPoint } from "./user/parts/access-point.ts";
export { type AccessPoints, withAccessPoints } from "./user/parts/access-points.ts";
export { type ContainerParts, withContainers } from "./user/parts/containers.ts";
export type { CustomValue, Json } from "./user/parts/custom.ts";
export { withEnvironment } from "./user/parts/environment.ts";
export { type EphemeralStorage, withEphemeralStorage } from "./user/parts/ephemeral-storage.ts";
export { type FargateMemory, fargateMemory } from "./user/parts/fargate-sizes.ts";
export { withImage } from "./user/parts/image.ts";
export { withSecrets } from "./user/parts/secrets.ts";
export { type ContainerLimits, type Size, toSizeWarnings, withSize } from "./user/parts/size.ts";
export { withTags } from "./user/parts/tags.ts";
export { withTaskRole } from "./user/parts/task-role.ts";
export { withoutVariables } from "./user/parts/unset.ts";
export type { ReservedName, Variables, VariablesPatch } from "./user/parts/variables.ts";
export { type Target, type TargetNames, toTarget } from "./user/target.ts";
export type { UserPatch, UserSpec } from "./user/user.ts";
