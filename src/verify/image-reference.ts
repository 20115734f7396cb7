/** Who keeps an image, and so how to ask for it. */
type Registry =
  | { readonly kind: "ecr"; readonly host: string; readonly region: string; readonly accountId: string }
  | { readonly kind: "ecr-public"; readonly host: string }
  | { readonly kind: "docker-hub"; readonly host: string }
  | { readonly kind: "other"; readonly host: string };

/** An image reference, taken apart. */
export interface ImageReference {
  readonly registry: Registry;
  readonly repository: string;
  /** `latest` if the reference has neither tag nor digest. With a digest, the runtime ignores the tag. */
  readonly tag?: string;
  readonly digest?: string;
}

const pathPart = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const repositoryPattern = new RegExp(`^${pathPart}(?:/${pathPart})*$`);
const tagPattern = /^\w[\w.-]{0,127}$/;
const digestPattern = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;
const hostPattern = /^(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?::\d+)?$/;

const ecrHosts = [
  /^(\d{12})\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com|amazonaws\.com\.cn|amazonaws\.eu|c2s\.ic\.gov|sc2s\.sgov\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)$/,
  /^(\d{12})\.dkr-ecr(?:-fips)?\.([a-z0-9-]+)\.on\.(?:aws|amazonwebservices\.com\.cn)$/,
];

const dockerHubHosts = new Set(["docker.io", "index.docker.io", "registry-1.docker.io"]);

/**
 * Takes an image reference apart, as container runtimes do. `undefined` if it is not one.
 *
 * @see https://pkg.go.dev/github.com/distribution/reference for the grammar
 */
export function parseImageReference(text: string): ImageReference | undefined {
  const [named = "", digest, ...rest] = text.split("@");
  if (rest.length > 0 || (digest !== undefined && !digestPattern.test(digest))) return undefined;
  const { host, remainder } = splitHost(named);
  const colon = remainder.indexOf(":");
  const path = colon === -1 ? remainder : remainder.slice(0, colon);
  const tag = colon === -1 ? undefined : remainder.slice(colon + 1);
  if (!repositoryPattern.test(path) || (tag !== undefined && !tagPattern.test(tag))) return undefined;
  if (host !== undefined && !hostPattern.test(host)) return undefined;
  const registry = toRegistry(host);
  const repository = registry.kind === "docker-hub" && !path.includes("/") ? `library/${path}` : path;
  if (digest !== undefined) return { registry, repository, ...(tag !== undefined && { tag }), digest };
  return { registry, repository, tag: tag ?? "latest" };
}

/** The first part is a host if it has a dot or a port, or is `localhost`; otherwise the image is on Docker Hub. */
function splitHost(named: string): { readonly host?: string; readonly remainder: string } {
  const slash = named.indexOf("/");
  const first = named.slice(0, Math.max(slash, 0));
  const isHost = /[.:]/.test(first) || first === "localhost" || first !== first.toLowerCase();
  return isHost ? { host: first, remainder: named.slice(slash + 1) } : { remainder: named };
}

function toRegistry(host: string | undefined): Registry {
  if (host === undefined || dockerHubHosts.has(host)) return { kind: "docker-hub", host: "docker.io" };
  if (host === "public.ecr.aws") return { kind: "ecr-public", host };
  for (const pattern of ecrHosts) {
    const [, accountId, region] = pattern.exec(host) ?? [];
    if (accountId !== undefined && region !== undefined) return { kind: "ecr", host, region, accountId };
  }
  return { kind: "other", host };
}

/** `:tag` or `@digest`: what the runtime pulls by. */
export const toSelector = ({ tag, digest }: ImageReference): string =>
  digest === undefined ? `:${tag}` : `@${digest}`;
