import { membersOf, parseJson } from "../../unknown-value.ts";
import type { Asked } from "../ask.ts";
import type { Outcome, PlatformCheck } from "../check.ts";
import type { Context } from "../context.ts";
import { failed, ok, skipped, toUnanswered, unknown, unreadable } from "../outcome.ts";
import { listOf, textOf } from "../read-member.ts";
import { stopReasons } from "../stop-reasons.ts";
import { askForImage, toImage, toNames } from "./image.ts";
import { askForPlatform } from "./image-config.ts";

type Members = Readonly<Record<string, unknown>>;

/** Whether an image has a variant for the task's platform. */
export async function runImagePlatform(check: PlatformCheck, context: Context): Promise<Outcome> {
  const { os, architecture, isUnclear } = check.platform;
  if (isUnclear) {
    return unknown("The definition demands a platform that is not known here.", "Check `runtimePlatform`.");
  }
  if (os === undefined && architecture === undefined) {
    return skipped("The definition demands no platform: the host decides. Set `runtimePlatform` to have it checked.");
  }
  const asked = await askForImage(check, context);
  if (asked.kind === "fault" && asked.fault.kind !== "refused") {
    return toUnanswered(asked, check, "BatchGetImage", toNames(check));
  }
  const image = toImage(asked, check);
  if (image === undefined) return toWithoutImage(asked);
  const manifest = membersOf(parseJson(String(image.imageManifest)));
  if (Array.isArray(manifest.manifests)) return judgeIndex(check, manifest.manifests);
  return await judgeSingle(check, context, manifest);
}

function toWithoutImage(asked: Asked): Outcome {
  if (asked.kind === "skipped") return skipped(asked.reason);
  if (asked.kind === "answered" && listOf(asked.answer.failures).length === 0) return unreadable("BatchGetImage");
  return skipped("There is no image to look at.");
}

const toWanted = ({ platform: { os = "any system", architecture = "any processor" } }: PlatformCheck): string =>
  `${os}/${architecture}`;

const fits = ({ platform }: PlatformCheck, { os, architecture }: Members): boolean =>
  (platform.os === undefined || platform.os === os) &&
  (platform.architecture === undefined || platform.architecture === architecture);

const mismatch = (check: PlatformCheck, found: string): Outcome =>
  failed(
    `The task is to run on ${toWanted(check)}, and the image is for ${found}.`,
    "Build the image for that platform, or set `runtimePlatform`.",
  );

/** Attestations, which are in an index next to the images, have a platform of "unknown". */
function judgeIndex(check: PlatformCheck, manifests: readonly unknown[]): Outcome {
  const platforms = manifests
    .map((manifest) => membersOf(membersOf(manifest).platform))
    .filter(({ os, architecture }) => os !== "unknown" || architecture !== "unknown");
  if (platforms.some((platform) => fits(check, platform))) return ok(`The image has a variant for ${toWanted(check)}.`);
  const named = platforms.map(toPlatformText);
  if (named.length === 0 || named.includes(undefined)) {
    return unknown("The image's index does not say the platforms of all its variants.", "Build it with platforms.");
  }
  return mismatch(check, named.join(", "));
}

function toPlatformText({ os, architecture }: Members): string | undefined {
  const system = textOf(os);
  const processor = textOf(architecture);
  return system === undefined || processor === undefined ? undefined : `${system}/${processor}`;
}

/** A single manifest does not say its platform: its configuration does. */
async function judgeSingle(check: PlatformCheck, context: Context, manifest: Members): Promise<Outcome> {
  if (manifest.schemaVersion === 1) {
    return unknown("The image has a manifest of schema 1, which runtimes give up.", "Push it with a current Docker.");
  }
  const { digest, mediaType } = membersOf(manifest.config);
  const config = textOf(digest);
  if (config === undefined) return unreadable("BatchGetImage");
  if (!configTypes.has(String(mediaType))) {
    return unknown(`This is no container image: its configuration is ${String(mediaType)}.`, "Check the reference.");
  }
  if (context.settings.platform === "index") {
    return skipped("The image has one variant, and its configuration, which says the platform, is not read.");
  }
  const asked = await askForPlatform(check, context, config);
  if (asked.kind !== "answered") return toUnanswered(asked, check, "GetDownloadUrlForLayer", toNames(check));
  const found = toPlatformText(asked.answer);
  if (found === undefined) return unreadable("GetDownloadUrlForLayer");
  if (fits(check, asked.answer)) return ok(`The image is for ${found}.`);
  const wrong = mismatch(check, found);
  return { ...wrong, detail: `${wrong.detail} It would be pulled, and end with: ${stopReasons.execFormat}.` };
}

const configTypes = new Set([
  "application/vnd.oci.image.config.v1+json",
  "application/vnd.docker.container.image.v1+json",
]);
