import type { Tag, TaskDefinition } from "@aws-sdk/client-ecs";
import { accessPointOf, mayBeUsers } from "../user/volumes.ts";

/** A revision of the base family: either a base, or a clone from before clones carried a record. */
export interface BaseCandidate {
  readonly taskDefinition: TaskDefinition;
  readonly tags: readonly Tag[];
}

/** Decides whether a revision of the base family is a base. */
export type IsBase = (candidate: BaseCandidate) => boolean;

/**
 * A base has no access point on the user's volumes. Right if your infrastructure code leaves the access points to the cloner. It says nothing if users have no
 * volume of their own.
 *
 * @param volume name of the user's volume, or names; if omitted, no EFS or S3 Files volume may have an access point.
 */
export function hasNoAccessPoint(volume?: string | readonly string[]): IsBase {
  return ({ taskDefinition }) =>
    !taskDefinition.volumes?.some((one) => mayBeUsers(one, { volume }) && accessPointOf(one) !== undefined);
}

/**
 * A base was registered by one of these principals, typically the role that your infrastructure code deploys with.
 *
 * @param principals names or ARNs of roles or users. A role's ARN matches its sessions too.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskDefinition.html#ECS-Type-TaskDefinition-registeredBy
 */
export function isRegisteredBy(...principals: readonly string[]): IsBase {
  return ({ taskDefinition }) => {
    const { registeredBy } = taskDefinition;
    return typeof registeredBy === "string" && principals.some((principal) => isSamePrincipal(registeredBy, principal));
  };
}

/** A base was registered by none of these principals, typically your backend's role, which registered the clones. */
export function isNotRegisteredBy(...principals: readonly string[]): IsBase {
  const isRegisteredByOne = isRegisteredBy(...principals);
  return (candidate) => !isRegisteredByOne(candidate);
}

/** A base has this tag, with this value if you pass one. */
export function hasTag(key: string, value?: string): IsBase {
  // A mock may give null for a list that is empty.
  return ({ tags }) => (tags ?? []).some((tag) => tag.key === key && (value === undefined || tag.value === value));
}

/** A base lacks this tag or, if you pass a value, does not have it with this value. */
export function lacksTag(key: string, value?: string): IsBase {
  const isTagged = hasTag(key, value);
  return (candidate) => !isTagged(candidate);
}

interface Principal {
  readonly account: string;
  readonly kind: string;
  readonly name: string;
}

/**
 * `arn:aws:iam::111122223333:role/path/Name`, `…:user/path/Name`, `…:root`, and for a session
 * `arn:aws:sts::111122223333:assumed-role/Name/session`, in any partition. A session's ARN has no path.
 */
function parsePrincipal(arn: string): Principal | undefined {
  const match = /^arn:([^:]+):(?:iam|sts)::(\d{12}):(.+)$/.exec(arn);
  if (match === null) return undefined;
  const [, partition, account, resource] = match;
  const [kind = "", ...path] = String(resource).split("/");
  const isSession = kind === "assumed-role";
  const name = (isSession ? path[0] : path.at(-1)) ?? kind;
  return { account: `${partition}:${account}`, kind: isSession ? "role" : kind, name };
}

function isSamePrincipal(registeredBy: string, principal: string): boolean {
  const actual = parsePrincipal(registeredBy);
  const wanted = parsePrincipal(principal);
  if (actual === undefined) return registeredBy === principal;
  if (wanted === undefined) return actual.name === principal;
  return actual.account === wanted.account && actual.kind === wanted.kind && actual.name === wanted.name;
}
