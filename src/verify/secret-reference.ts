/** A Secrets Manager secret as a task definition names it. */
export interface SecretReference {
  /** What to ask Secrets Manager for: the ARN without what ECS adds to it, or a name. */
  readonly secretId: string;
  readonly region: string;
  readonly accountId: string;
  readonly jsonKey?: string;
  readonly versionStage?: string;
  readonly versionId?: string;
}

/** Why a reference cannot be right. */
export interface Problem {
  readonly problem: string;
}

const pattern = /^(arn:aws[a-z-]*:secretsmanager:([a-z0-9-]+):(\d{12}):secret:[^:\s]+)(?::(.*))?$/s;

/** Whether a text speaks of Secrets Manager at all. */
export const isSecretsManagerArn = (text: string): boolean => /^arn:[^:]*:secretsmanager:/.test(text);

/**
 * Takes a Secrets Manager ARN apart, with the `:json-key:version-stage:version-id` that ECS accepts after it: none of the three colons, or all.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
 */
export function parseSecretReference(text: string): SecretReference | Problem {
  const [, secretId, region, accountId, suffix] = pattern.exec(text) ?? [];
  if (secretId === undefined || region === undefined || accountId === undefined)
    return { problem: "it is not arn:<partition>:secretsmanager:<region>:<account>:secret:<name>" };
  const parts = suffix?.split(":") ?? ["", "", ""];
  const [jsonKey, versionStage, versionId] = parts;
  if (parts.length !== 3)
    return {
      problem: "after the name ECS accepts nothing, or :<json-key>:<version-stage>:<version-id> with all three colons",
    };
  if (versionStage && versionId)
    return { problem: "it names a version stage and a version id, and ECS accepts one of them" };
  return {
    secretId,
    region,
    accountId,
    ...(jsonKey && { jsonKey }),
    ...(versionStage && { versionStage }),
    ...(versionId && { versionId }),
  };
}
