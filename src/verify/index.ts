/**
 * Checks that what a task definition refers to exists, before it is registered.
 *
 * @module taskdef-cloner/verify
 */

export type { Permission } from "../permissions.ts";
export {
  type Check,
  type CheckKind,
  type CheckResult,
  type CheckStatus,
  checkKinds,
  type Place,
  type Verification,
  type Verifier,
} from "./check.ts";
export type { ForRegion, Sender, VerifyClients } from "./clients.ts";
export { permissions, type VerifyPermission } from "./permissions.ts";
export { renderVerification } from "./render-verification.ts";
export { type AccessPointUse, findSharedAccessPoints, type SharedAccessPoint } from "./shared-access-points.ts";
export { type MoreChecks, toChecks } from "./to-checks.ts";
export { createVerifier, type VerifyCallOptions, type VerifyInput, verify } from "./verify.ts";
export type { SecretKeys, VerifyOptions } from "./verify-options.ts";
