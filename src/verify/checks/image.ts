import { membersOf } from "../../unknown-value.ts";
import type { Asked } from "../ask.ts";
import type { ImageCheck, Outcome, PlatformCheck } from "../check.ts";
import type { Context } from "../context.ts";
import { toSelector } from "../image-reference.ts";
import { failed, faultOf, ok, skipped, toRequestId, toUnanswered, unknown, unreadable } from "../outcome.ts";
import { toPrintable } from "../printable.ts";
import { listOf, textOf } from "../read-member.ts";
import { runRegistryImage } from "./registry-image.ts";

/** Including what the pull itself accepts: without a type, ECR may convert what it has. */
export const acceptedMediaTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.docker.distribution.manifest.v1+prettyjws",
];

/** Whether an image is there: asked the way a pull asks. A deleted or archived image is described for a while, and not pulled. */
export async function runImage(check: ImageCheck, context: Context): Promise<Outcome> {
  if (check.hasCredentials) return skipped("The image is pulled with credentials, which the checks do not read.");
  if (check.image.registry.kind !== "ecr") return await runRegistryImage(check, context);
  const asked = await askForImage(check, context);
  if (faultOf(asked, "RepositoryNotFoundException"))
    return await toMissing(check, context, `no repository ${check.image.repository}`);
  if (faultOf(asked, "UnableToGetUpstreamImageException")) return upstreamProblem;
  const invalid = faultOf(asked, "InvalidParameterException");
  if (invalid !== undefined && namesReference.test(invalid.message)) {
    const more = { error: invalid.name, ...toRequestId(asked) };
    return failed(`ECR does not take the reference: ${invalid.message}`, "Correct the reference.", more);
  }
  if (asked.kind !== "answered") return toUnanswered(asked, check, "BatchGetImage", toNames(check));
  const image = toImage(asked, check);
  if (image !== undefined) {
    const digest = textOf(membersOf(image.imageId).imageDigest);
    return ok("ECR has the image.", { ...(digest !== undefined && { digest }), ...toRequestId(asked) });
  }
  const [failure] = listOf(asked.answer.failures);
  return await toFailure(check, context, textOf(membersOf(failure).failureCode), asked);
}

/** The one question about an image, whose answer says both that it is there and what it is for. */
export function askForImage(
  { image, region, accountId }: ImageCheck | PlatformCheck,
  context: Context,
): Promise<Asked> {
  const { digest, tag, repository } = image;
  return context.ask("BatchGetImage", region, {
    registryId: accountId,
    repositoryName: repository,
    imageIds: [digest === undefined ? { imageTag: tag } : { imageDigest: digest }],
    acceptedMediaTypes,
  });
}

/** The image in an answer; `undefined` if there is none that says what it is, or only another than the one asked for. */
export function toImage(
  asked: Asked,
  { image: { tag, digest } }: ImageCheck | PlatformCheck,
): Readonly<Record<string, unknown>> | undefined {
  const images = asked.kind === "answered" ? listOf(asked.answer.images).map(membersOf) : [];
  return images.find(({ imageId, imageManifest }) => {
    const { imageTag = tag, imageDigest = digest } = membersOf(imageId);
    const isAskedFor = digest === undefined ? imageTag === tag : imageDigest === digest;
    return isAskedFor && textOf(imageManifest) !== undefined;
  });
}

export const toNames = ({ image }: ImageCheck | PlatformCheck) => ({ repository: image.repository });

/** Only what names the repository or the image is the definition's fault. */
const namesReference = /repositoryname|imagetag|imagedigest|imageids/i;

async function toFailure(
  check: ImageCheck,
  context: Context,
  code: string | undefined,
  asked: Asked,
): Promise<Outcome> {
  if (code === "ImageNotFound") {
    return await toMissing(check, context, `no image ${check.image.repository}${toSelector(check.image)}`);
  }
  const more = { ...(code !== undefined && { error: code }), ...toRequestId(asked) };
  switch (code) {
    case "InvalidImageDigest":
    case "InvalidImageTag":
    case "MissingDigestAndTag":
      return failed(
        `ECR does not take ${toSelector(check.image)} for a tag or digest.`,
        "Correct the reference.",
        more,
      );
    case "ImageInaccessible":
      return failed(
        "ECR has the image, and does not hand it out at the moment: it is probably archived.",
        "Restore it, which can take 20 minutes, or push it again.",
        more,
      );
    case "KmsError":
      return unknown("The checker cannot use the repository's KMS key.", "Look at the key's policy.", more);
    case "UpstreamAccessDenied":
    case "UpstreamTooManyRequests":
    case "UpstreamUnavailable":
      return { ...upstreamProblem, ...more };
    case undefined:
      return unreadable("BatchGetImage", more);
    default:
      return unknown(`ECR did not return the image (${code}).`, "Look at what ECR says of it.", more);
  }
}

const upstreamProblem = unknown(
  "The image comes through a pull-through cache, and its upstream did not hand it out.",
  "Pull it once, so that it is cached.",
  { error: "UnableToGetUpstreamImageException" },
);

/** A repository that a pull-through cache rule covers is filled by the first pull. */
async function toMissing(check: ImageCheck, context: Context, what: string): Promise<Outcome> {
  const { region, accountId, image, isForeign } = check;
  const found = `ECR of account ${accountId} in ${region} has ${what}`;
  if (isForeign) {
    return unknown(`${found}, or does not show it to this account.`, "Ask the owner of the repository.");
  }
  const rules = await context.ask("DescribePullThroughCacheRules", region, { registryId: accountId });
  const prefixes = toPrefixes(rules);
  if (prefixes === undefined) return toUndecided(found, check, rules);
  if (prefixes.some((prefix) => prefix === "ROOT" || image.repository.startsWith(`${prefix}/`))) {
    const hint = image.digest === undefined ? "" : " A first pull by digest is known to fail.";
    return unknown(
      `${found}: it is not cached yet, and the first pull imports it.${hint}`,
      "Pull it once, so that it is cached.",
    );
  }
  return failed(`${found}.`, "Push it, or set another `image`.");
}

/** `undefined` if not all of them are known. */
function toPrefixes(rules: Asked): readonly string[] | undefined {
  if (rules.kind !== "answered" || rules.answer.nextToken !== undefined) return undefined;
  const { pullThroughCacheRules = [] } = rules.answer;
  if (!Array.isArray(pullThroughCacheRules)) return undefined;
  const prefixes = pullThroughCacheRules.map((rule) => textOf(membersOf(rule).ecrRepositoryPrefix));
  const known = prefixes.filter((prefix) => prefix !== undefined);
  return known.length === prefixes.length ? known : undefined;
}

/** Without the rules, nothing says that the first pull would not import what is missing. */
function toUndecided(found: string, check: ImageCheck, rules: Asked): Outcome {
  const operation = "DescribePullThroughCacheRules";
  const outcome =
    rules.kind === "answered"
      ? unreadable(operation, toRequestId(rules))
      : toUnanswered(rules, check, operation, toNames(check));
  const detail = `${found}, unless a pull-through cache rule covers it, and the rules are not known. ${outcome.detail}`;
  return { ...outcome, detail: toPrintable(detail) };
}
