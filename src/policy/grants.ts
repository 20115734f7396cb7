import { type Permission, toPermissions } from "../permissions.ts";

/** A permission of a check or another part of a policy: what it needs to have of {@link Permission}. */
export type GrantedPermission = Omit<Permission, "why"> & { readonly why?: string | undefined };

/** What a policy is made for. Every text may be a placeholder or a token. */
export interface PolicyScope {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  /** The family of the clones; `*` in it stands for anything. */
  readonly cloneFamily: string;
  /** ARNs of the roles that clones may have. */
  readonly passRoles: readonly string[];
  /** Whether to allow what the fleet functions ask. */
  readonly fleet: boolean;
  /** What else to allow, such as what `verify` asks. */
  readonly verify: readonly GrantedPermission[];
}

/** Actions that are allowed on the same resources under the same condition. */
export interface Grant {
  readonly permissions: readonly GrantedPermission[];
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly condition?: Readonly<Record<string, string>>;
}

/** The least that has to be allowed. What is allowed on the same resources is put together. */
export function toGrants(scope: PolicyScope): Grant[] {
  const grants = new Map<string, Grant>();
  for (const permission of [...toPermissions(scope), ...scope.verify]) {
    const { action, condition } = permission;
    const resources = toResources(permission.resource, scope);
    if (resources.length === 0) continue;
    const key = JSON.stringify([resources, condition]);
    const grant: Grant = grants.get(key) ?? {
      permissions: [],
      actions: [],
      resources,
      ...(condition && { condition }),
    };
    if (grant.actions.includes(action)) continue;
    const permissions = [...grant.permissions, permission];
    grants.set(key, { ...grant, permissions, actions: [...grant.actions, action] });
  }
  return [...grants.values()];
}

/** The ARNs that a permission's resource stands for. What is unknown, such as the name of a user's secret, may be anything. */
function toResources(resource: string, scope: PolicyScope): readonly string[] {
  if (resource === "<passed roles>") return [...new Set(scope.passRoles)];
  const known: Readonly<Record<string, string>> = {
    partition: scope.partition,
    region: scope.region,
    account: scope.accountId,
    "clone family": scope.cloneFamily,
  };
  return [resource.replace(/<([^>]+)>/g, (_, gap: string) => known[gap] ?? "*")];
}
