import { membersOf } from "../unknown-value.ts";
import type { Check, Grant, Place, RoleCheck } from "./check.ts";
import { toPartition } from "./partition.ts";
import { elementsOf, textOf } from "./read-member.ts";
import { stopReasons } from "./stop-reasons.ts";

/** One check per role: whether its policies let it do what the definition needs. */
export function toRolePermissionChecks(
  definition: Readonly<Record<string, unknown>>,
  references: readonly Check[],
  place: Place,
): readonly Check[] {
  return references.flatMap((check) => {
    if (check.kind !== "execution-role" && check.kind !== "task-role") return [];
    const grants = check.kind === "execution-role" ? toExecutionGrants(references) : toTaskGrants(definition, place);
    return grants.length === 0 ? [] : [toPermissionCheck(check, grants)];
  });
}

const toPermissionCheck = (
  { kind, subject, where, region, accountId, role }: RoleCheck,
  grants: readonly Grant[],
): Check => ({
  kind: "role-permission",
  subject: role.arn ?? `arn:${toPartition(region)}:iam::${accountId}:role/${subject}`,
  where,
  region,
  accountId,
  prevents: kind === "execution-role" ? stopReasons.pullRight : stopReasons.volume,
  isForeign: false,
  grants,
});

/** What ECS and Fargate do with the execution role before a container starts. */
function toExecutionGrants(references: readonly Check[]): readonly Grant[] {
  const grants = new Map<
    string,
    { actions: readonly string[]; resources: Set<string>; isGrantableByResource: boolean }
  >();
  const need = (actions: readonly string[], resource: string, isGrantableByResource: boolean): void => {
    const key = `${actions.join()} ${isGrantableByResource}`;
    const grant = grants.get(key) ?? { actions, resources: new Set(), isGrantableByResource };
    grants.set(key, grant);
    grant.resources.add(resource);
  };
  for (const check of references) {
    const arn = toArnStart(check);
    if (check.kind === "image" && check.image.registry.kind === "ecr") {
      need(["ecr:GetAuthorizationToken"], "*", false);
      need(pullActions, arn("ecr", `repository/${check.image.repository}`), true);
    }
    if (check.kind === "log-group") {
      need(
        ["logs:CreateLogStream", "logs:PutLogEvents"],
        arn("logs", `log-group:${check.subject}:log-stream:*`),
        false,
      );
      if (check.isCreatedByTask) need(["logs:CreateLogGroup"], arn("logs", `log-group:${check.subject}`), false);
    }
    if (check.kind === "secret" || check.kind === "registry-credentials") {
      const { secretId } = check.secret;
      const resource = secretId.startsWith("arn:") ? secretId : arn("secretsmanager", `secret:${secretId}-??????`);
      need(["secretsmanager:GetSecretValue"], resource, true);
    }
    if (check.kind === "parameter") {
      const [name = ""] = check.parameter.names;
      const resource = check.parameter.arn ?? arn("ssm", `parameter/${name.replace(/^\//, "")}`);
      need(["ssm:GetParameters"], resource, check.isForeign);
    }
    if (check.kind === "env-file") need(["s3:GetObject"], check.subject, true);
  }
  return [...grants.values()].map((grant) => ({ ...grant, resources: [...grant.resources].sort() }));
}

const pullActions = ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"];

const toArnStart =
  ({ region, accountId }: Place) =>
  (service: string, resource: string): string =>
    `arn:${toPartition(region)}:${service}:${region}:${accountId}:${resource}`;

/** EFS asks for the task role's rights only with IAM authorization. */
function toTaskGrants(definition: Readonly<Record<string, unknown>>, place: Place): readonly Grant[] {
  const resources = elementsOf(definition.volumes).flatMap(({ members }) => {
    const { fileSystemId, authorizationConfig } = membersOf(members.efsVolumeConfiguration);
    const fileSystem = textOf(fileSystemId);
    if (fileSystem === undefined || membersOf(authorizationConfig).iam !== "ENABLED") return [];
    return [toArnStart(place)("elasticfilesystem", `file-system/${fileSystem}`)];
  });
  if (resources.length === 0) return [];
  const actions = ["elasticfilesystem:ClientMount"];
  return [{ actions, resources: [...new Set(resources)].sort(), isGrantableByResource: true }];
}

/** One check per secret and parameter: whether the KMS key that encrypts it can be used. */
export function toKeyChecks(references: readonly Check[]): readonly Check[] {
  return references.flatMap((check): readonly Check[] => {
    const { subject, where, region, accountId, isForeign } = check;
    const common = { kind: "key", subject, where, region, accountId, prevents: stopReasons.key, isForeign } as const;
    if (check.kind === "secret" || check.kind === "registry-credentials") return [{ ...common, of: check.secret }];
    return check.kind === "parameter" ? [{ ...common, of: check.parameter }] : [];
  });
}
