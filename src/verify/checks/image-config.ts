import { membersOf, parseJson } from "../../unknown-value.ts";
import type { Asked } from "../ask.ts";
import type { PlatformCheck } from "../check.ts";
import type { Context } from "../context.ts";
import { FetchFailed } from "../fetch-failed.ts";
import { textOf } from "../read-member.ts";

/** Configurations have a few kilobytes. */
const mostBytes = 2 ** 20;

/** How many platforms are remembered. */
const mostPlatforms = 1000;

/** `{ os, architecture }` out of an image's configuration. The URL that it is read from is a credential, and never leaves this file. */
export async function askForPlatform(check: PlatformCheck, context: Context, digest: string): Promise<Asked> {
  const { region, accountId, image } = check;
  const known = context.platforms.get(digest);
  if (known !== undefined) return { kind: "answered", answer: { ...known } };
  const asked = await context.ask("GetDownloadUrlForLayer", region, {
    registryId: accountId,
    repositoryName: image.repository,
    layerDigest: digest,
  });
  if (asked.kind !== "answered") return asked;
  const url = textOf(asked.answer.downloadUrl);
  if (url === undefined || !url.startsWith("https://")) return unreadableConfig;
  const read = await context.share(`config ${digest}`, "image configurations", (signal) =>
    readConfig(context.settings.fetch ?? fetch, url, signal),
  );
  if (read.kind === "answered") remember(context, digest, read.answer);
  return read;
}

const toFault = (kind: "unreadable" | "refused", name: string): Asked => ({
  kind: "fault",
  fault: { kind, name, message: "" },
});

const unreadableConfig = toFault("unreadable", "UnreadableConfiguration");

async function readConfig(get: typeof fetch, url: string, signal: AbortSignal): Promise<Asked> {
  try {
    const response = await get(url, { signal });
    if (!response.ok) return toFault("refused", `HTTP ${response.status}`);
    const text = await readText(response);
    const { os, architecture } = membersOf(text === undefined ? undefined : parseJson(text));
    return { kind: "answered", answer: { os, architecture } };
  } catch {
    signal.throwIfAborted();
    throw new FetchFailed();
  }
}

/** The body's text; `undefined` if it is too long for a configuration. */
async function readText({ body }: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.byteLength;
    if (length > mostBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function remember({ platforms }: Context, digest: string, answer: Readonly<Record<string, unknown>>): void {
  const os = textOf(answer.os);
  const architecture = textOf(answer.architecture);
  if (os === undefined || architecture === undefined) return;
  platforms.set(digest, { os, architecture });
  const [oldest] = platforms.keys();
  if (platforms.size > mostPlatforms && oldest !== undefined) platforms.delete(oldest);
}
