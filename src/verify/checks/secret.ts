import { membersOf } from "../../unknown-value.ts";
import type { Asked } from "../ask.ts";
import type { Outcome, SecretCheck, SecretKeyCheck } from "../check.ts";
import type { Context } from "../context.ts";
import { accountOf, toOtherAccount } from "../other-account.ts";
import { failed, faultOf, ok, skipped, toRequestId, toUnanswered, unknown, unreadable } from "../outcome.ts";
import { listOf, textOf } from "../read-member.ts";
import type { SecretReference } from "../secret-reference.ts";
import { ThrownOn } from "../thrown-on.ts";

/** Whether a secret is there and has the version that is asked for. Its value is not read. */
export async function runSecret(check: SecretCheck, context: Context): Promise<Outcome> {
  const { secret, isForeign, region, accountId } = check;
  const asked = await context.ask("DescribeSecret", region, { SecretId: secret.secretId });
  const missing = faultOf(asked, "ResourceNotFoundException");
  if (missing !== undefined) {
    const more = { error: missing.name, ...toRequestId(asked) };
    const detail = `Secrets Manager of account ${accountId} in ${region} has no such secret`;
    if (isForeign) return unknown(`${detail}, or does not show it to another account.`, "Ask its owner.", more);
    const advice = "Create it, or correct the ARN: a secret that was made anew has another suffix.";
    return failed(`${detail}.`, advice, more);
  }
  if (asked.kind !== "answered") return toUnanswered(asked, check, "DescribeSecret", toSecretNames(secret));
  const elsewhere = toOtherAccount(accountOf(asked.answer.ARN), accountId, toRequestId(asked));
  return elsewhere ?? judge(secret, asked.answer, toRequestId(asked));
}

/** What fills the ARN of the permission. */
export const toSecretNames = ({ secretId }: SecretReference) => ({
  secret: secretId.replace(/^arn:.*:secret:/, ""),
});

function judge(
  secret: SecretReference,
  answer: Readonly<Record<string, unknown>>,
  more: { readonly requestId?: string },
): Outcome {
  const arn = textOf(answer.ARN);
  if (arn === undefined || !isSameSecret(secret.secretId, arn, answer.Name)) return unreadable("DescribeSecret", more);
  const { DeletedDate, VersionIdsToStages = {} } = answer;
  if (typeof VersionIdsToStages !== "object" || Object.values(membersOf(VersionIdsToStages)).some(isNoList)) {
    return unreadable("DescribeSecret", more);
  }
  if (DeletedDate !== undefined) {
    return failed("The secret is scheduled for deletion.", "Restore it, or name another.", more);
  }
  const versions = Object.entries(membersOf(VersionIdsToStages));
  const { versionId, versionStage = "AWSCURRENT" } = secret;
  if (versionId !== undefined) {
    if (versions.some(([id]) => id === versionId)) return ok("The secret has this version.", more);
    const detail = `The secret's version ${versionId} has no stage, and may be gone at any time.`;
    return unknown(detail, "Name a version stage instead.", more);
  }
  if (versions.some(([, stages]) => listOf(stages).includes(versionStage)))
    return toFound(secret, arn, versionStage, more);
  return versionStage === "AWSCURRENT"
    ? failed("The secret has no value yet.", "Put a value into it.", more)
    : failed(`No version of the secret has the stage ${versionStage}.`, "Name a stage that it has.", more);
}

const isNoList = (stages: unknown): boolean => !Array.isArray(stages);

function toFound(secret: SecretReference, arn: string, stage: string, more: object): Outcome {
  if (stage === "AWSPENDING") {
    return ok("The secret has a version AWSPENDING; while a rotation begins it may be without a value.", more);
  }
  const isPartial = secret.secretId.startsWith("arn:") && secret.secretId !== arn;
  return ok(
    isPartial ? "The secret is there; the ARN lacks the suffix that ECS asks for." : "The secret is there.",
    more,
  );
}

/** The ARN, the ARN without its suffix, or the name. */
export const isSameSecret = (secretId: string, arn: string, name: unknown): boolean =>
  secretId === arn || secretId === arn.replace(/-[A-Za-z0-9]{6}$/, "") || secretId === name;

/** Whether a secret has a JSON key, which only its maker can say without reading its value. */
export async function runSecretKey(check: SecretKeyCheck, context: Context): Promise<Outcome> {
  const { secretId, jsonKey, versionStage, versionId } = check.secret;
  const { secretKeys } = context.settings;
  if (secretKeys === undefined) {
    return skipped(
      `Whether the secret has the key \`${jsonKey}\` is not checked: that takes its value. Set \`secretKeys\`.`,
    );
  }
  const key = `keys ${JSON.stringify([secretId, versionStage, versionId])}`;
  const asked = await context.share(key, "secretKeys", async (signal): Promise<Asked> => {
    try {
      return { kind: "answered", answer: { keys: await secretKeys(secretId, { versionStage, versionId, signal }) } };
    } catch (error) {
      signal.throwIfAborted();
      throw new ThrownOn(error);
    }
  });
  const { keys } = asked.kind === "answered" ? asked.answer : {};
  if (asked.kind !== "answered") return unknown("`secretKeys` gave no answer in time.", "Check again later.");
  if (!Array.isArray(keys)) return skipped("`secretKeys` does not know the keys of this secret.");
  if (keys.includes(jsonKey)) return ok(`The secret has the key \`${jsonKey}\`.`);
  return failed(`The secret has no key \`${jsonKey}\`.`, "Put the key into the secret, or correct its name.");
}
