import { membersOf, parseJson } from "../../unknown-value.ts";
import type { Asked } from "../ask.ts";
import type { ImageCheck, Outcome } from "../check.ts";
import type { Context } from "../context.ts";
import { FetchFailed } from "../fetch-failed.ts";
import { failed, ok, skipped, unknown } from "../outcome.ts";
import { textOf } from "../read-member.ts";
import { acceptedMediaTypes } from "./image.ts";

/**
 * Whether a registry other than a private one of ECR has an image, asked anonymously and with `HEAD`, which does not count as a pull. Only for
 * registries that were named.
 */
export async function runRegistryImage(check: ImageCheck, context: Context): Promise<Outcome> {
  const { registry, repository, digest, tag } = check.image;
  const { host } = registry;
  if (!context.settings.registries.includes(host)) {
    return skipped(`The registry ${host} is not asked: name it in the option \`registries\`.`);
  }
  const server = registry.kind === "docker-hub" ? "registry-1.docker.io" : host;
  const url = `https://${server}/v2/${repository}/manifests/${digest ?? tag}`;
  const asked = await context.share(`HEAD ${url}`, host, (signal) =>
    head(context.settings.fetch ?? fetch, url, signal),
  );
  return judge(check, asked);
}

function judge({ image: { registry, digest, tag } }: ImageCheck, asked: Asked): Outcome {
  const { status, isGranted, isManifest, digest: found } = asked.kind === "answered" ? asked.answer : {};
  const what = digest ?? tag;
  const resolved = textOf(found);
  if (
    status === 200 &&
    isManifest === true &&
    (digest === undefined || resolved === undefined || resolved === digest)
  ) {
    return ok(`The registry ${registry.host} has ${what}.`, resolved === undefined ? {} : { digest: resolved });
  }
  const advice = "Check the reference, or pull the image once.";
  if (status === 404 && isGranted === true && registry.kind === "ecr-public") {
    return failed(`The registry ${registry.host} has no ${what}.`, "Push it, or set another `image`.");
  }
  const found404 = status === undefined ? "gave no answer" : `answered with HTTP ${String(status)}`;
  return unknown(`The registry ${registry.host} ${found404}, which does not tell whether it has ${what}.`, advice);
}

/** Asks; if the registry wants a token, gets an anonymous one, and asks again. */
async function head(get: typeof fetch, url: string, signal: AbortSignal): Promise<Asked> {
  try {
    const first = await get(url, toRequest(signal, {}));
    const tokenUrl = first.status === 401 ? toTokenUrl(first.headers.get("www-authenticate")) : undefined;
    if (tokenUrl === undefined) return toAnswer(first, false);
    const granted = await get(tokenUrl, { signal });
    const { token, access_token } = membersOf(granted.ok ? parseJson(await granted.text()) : undefined);
    const bearer = textOf(token) ?? textOf(access_token);
    if (bearer === undefined) return toAnswer(granted.ok ? first : granted, false);
    return toAnswer(await get(url, toRequest(signal, { authorization: `Bearer ${bearer}` })), true);
  } catch {
    signal.throwIfAborted();
    throw new FetchFailed();
  }
}

const toRequest = (signal: AbortSignal, headers: Readonly<Record<string, string>>): RequestInit => ({
  method: "HEAD",
  headers: { ...headers, accept: acceptedMediaTypes.join(", ") },
  signal,
});

const toAnswer = ({ status, headers }: Response, isGranted: boolean): Asked => ({
  kind: "answered",
  answer: { status, isGranted, isManifest: isManifest(headers), digest: headers.get("docker-content-digest") },
});

/** A proxy's page comes with HTTP 200 too. */
const isManifest = (headers: Headers): boolean =>
  headers.has("docker-content-digest") || !/^\s*text\//i.test(headers.get("content-type") ?? "");

/** `Bearer realm="https://…",service="…",scope="…"`: a token is fetched over HTTPS or not at all. */
function toTokenUrl(challenge: string | null): string | undefined {
  const parameters = new Map(
    [...(challenge ?? "").matchAll(/(\w+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, value]),
  );
  const realm = parameters.get("realm") ?? "";
  if (!/^bearer /i.test(challenge ?? "") || !realm.startsWith("https://") || !URL.canParse(realm)) return undefined;
  const url = new URL(realm);
  for (const name of ["service", "scope"]) {
    const value = parameters.get(name);
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return url.href;
}
