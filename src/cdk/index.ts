/**
 * Permissions and checks at synthesis, for the CDK app that defines the base.
 *
 * @module taskdef-cloner/cdk
 */

export type { BaseConstruct, RoleConstruct } from "./base-construct.ts";
export type { BaseRules } from "./base-findings.ts";
export { checkBase } from "./check-base.ts";
export { type GrantCloningOptions, type GranteeConstruct, grantCloning } from "./grant-cloning.ts";
