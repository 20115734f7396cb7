import { membersOf } from "../../unknown-value.ts";
import type { Asked } from "../ask.ts";
import type { KeyCheck, Outcome } from "../check.ts";
import type { Context } from "../context.ts";
import { failed, faultOf, ok, skipped, toRequestId, toUnanswered, unknown, unreadable } from "../outcome.ts";
import { textOf } from "../read-member.ts";
import type { SecretReference } from "../secret-reference.ts";
import { toParameter } from "./parameter.ts";
import { isSameSecret, toSecretNames } from "./secret.ts";

/** Whether the KMS key that encrypts a secret or a parameter can be used. */
export async function runKey(check: KeyCheck, context: Context): Promise<Outcome> {
  const { of, region } = check;
  const isSecret = "secretId" in of;
  const asked: Asked = isSecret
    ? await context.ask("DescribeSecret", region, { SecretId: of.secretId })
    : await context.askForParameters(region, of.names);
  if (faultOf(asked, "ResourceNotFoundException")) return skipped("There is nothing to find the key of.");
  if (asked.kind !== "answered") {
    return isSecret
      ? toUnanswered(asked, check, "DescribeSecret", toSecretNames(of))
      : toUnanswered(asked, check, "DescribeParameters", {});
  }
  const found = isSecret ? toSecret(of, asked.answer) : toParameter(of, asked.answer);
  if (textOf(found?.ARN) === undefined) return skipped("There is nothing to find the key of.");
  const keyId = textOf(isSecret ? found?.KmsKeyId : found?.KeyId);
  if (keyId === undefined || /(?:^|:)alias\/aws\//.test(keyId))
    return ok("It is encrypted with a key of AWS's, or not at all.");
  return await judgeKey(check, keyId, context);
}

const toSecret = ({ secretId }: SecretReference, answer: Readonly<Record<string, unknown>>) =>
  isSameSecret(secretId, String(answer.ARN), answer.Name) ? answer : undefined;

async function judgeKey(check: KeyCheck, keyId: string, context: Context): Promise<Outcome> {
  const asked = await context.ask("DescribeKey", check.region, { KeyId: keyId });
  const more = toRequestId(asked);
  const missing = faultOf(asked, "NotFoundException");
  if (missing !== undefined) {
    const error = { ...more, error: missing.name };
    const isAnothers = keyId.startsWith("arn:") && !keyId.includes(`:${check.accountId}:`);
    return isAnothers || check.isForeign
      ? unknown("KMS does not show the key to this account.", "Ask its owner.", error)
      : failed("The KMS key is gone.", "Encrypt it with another key.", error);
  }
  if (asked.kind !== "answered") {
    return toUnanswered(asked, check, "DescribeKey", { key: keyId.replace(/^arn:.*:key\//, "") });
  }
  const state = textOf(membersOf(asked.answer.KeyMetadata).KeyState);
  if (state === undefined) return unreadable("DescribeKey", more);
  if (state === "Enabled") return ok("The KMS key is enabled.", more);
  return unusable.has(state)
    ? failed(`The KMS key is ${state}.`, "Enable it, or encrypt with another key.", more)
    : unknown(`The KMS key is ${state}.`, "Check again in a moment.", more);
}

const unusable = new Set(["Disabled", "PendingDeletion", "PendingReplicaDeletion", "PendingImport", "Unavailable"]);
