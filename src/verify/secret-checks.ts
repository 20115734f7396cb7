import type { Check, Place } from "./check.ts";
import { parseParameterReference, toReferencedSecret } from "./parameter-reference.ts";
import { textOf } from "./read-member.ts";
import { isSecretsManagerArn, parseSecretReference, type SecretReference } from "./secret-reference.ts";
import { toShape } from "./shape-check.ts";
import { stopReasons } from "./stop-reasons.ts";

/** What a `valueFrom` refers to: a secret, or a parameter. */
export function toValueFromChecks(value: unknown, path: string, place: Place): readonly Check[] {
  const subject = textOf(value);
  if (subject === undefined) return [];
  return isSecretsManagerArn(subject)
    ? toSecretChecks("secret", subject, path, place)
    : toParameterChecks(subject, path, place);
}

/** What `repositoryCredentials` refers to: a secret, by its ARN or its name. */
export function toCredentialsChecks(value: unknown, path: string, place: Place): readonly Check[] {
  const subject = textOf(value);
  if (subject === undefined) return [];
  if (subject.startsWith("arn:")) return toSecretChecks("registry-credentials", subject, path, place);
  return [toSecretCheck("registry-credentials", subject, path, { secretId: subject, ...toPlace(place) }, place)];
}

const toPlace = ({ region, accountId }: Place): Place => ({ region, accountId });

function toSecretChecks(
  kind: "secret" | "registry-credentials",
  subject: string,
  path: string,
  place: Place,
): readonly Check[] {
  const secret = parseSecretReference(subject);
  if ("problem" in secret) {
    const detail = `ECS cannot read this reference to a secret: ${secret.problem}.`;
    const finding = { status: "failed", detail, advice: "Correct the reference." } as const;
    return [toShape(place, subject, [path], stopReasons.secret, finding)];
  }
  const { jsonKey, ...whole } = secret;
  const check = toSecretCheck(kind, toVersionText(whole), path, whole, place);
  if (jsonKey === undefined) return [check];
  const more = { kind: "secret-key", subject, prevents: stopReasons.secretKey, secret: { ...whole, jsonKey } } as const;
  return [check, { ...check, ...more }];
}

/** A secret's version, whichever of its keys is meant. */
const toVersionText = ({ secretId, versionStage = "", versionId = "" }: SecretReference): string =>
  versionStage === "" && versionId === "" ? secretId : `${secretId}::${versionStage}:${versionId}`;

const toSecretCheck = (
  kind: "secret" | "registry-credentials",
  subject: string,
  path: string,
  secret: SecretReference,
  place: Place,
) => ({
  kind,
  subject,
  where: [path],
  region: secret.region,
  accountId: secret.accountId,
  prevents: stopReasons.secret,
  isForeign: secret.accountId !== place.accountId,
  secret,
});

function toParameterChecks(subject: string, path: string, place: Place): readonly Check[] {
  const parameter = parseParameterReference(subject, toPlace(place));
  if (parameter === undefined) {
    const detail = "This is neither the ARN of a secret, nor the ARN or name of an SSM parameter.";
    const finding = { status: "unknown", detail, advice: "Correct the reference." } as const;
    // Somebody may have written the secret itself there, so it is not shown.
    return [toShape(place, path, [path], stopReasons.parameter, finding)];
  }
  const { region, accountId } = parameter;
  const secretId = toReferencedSecret(parameter);
  if (secretId !== undefined) return [toSecretCheck("secret", subject, path, { secretId, region, accountId }, place)];
  return [
    {
      kind: "parameter",
      subject,
      where: [path],
      region,
      accountId,
      prevents: stopReasons.parameter,
      isForeign: accountId !== place.accountId,
      parameter,
    },
  ];
}
