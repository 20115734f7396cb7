import { createHash } from "node:crypto";
import { AwsError } from "../aws-error.ts";
import type { ImageResource, ReadOnlyOperations, View } from "../resources.ts";

const oci = "application/vnd.oci.image";

const digestOf = (text: string): string => `sha256:${createHash("sha256").update(text).digest("hex")}`;

/** An image as ECR stores it: its manifest, and the configuration of a single one. */
export interface StoredImage {
  readonly digest: string;
  readonly mediaType: string;
  readonly manifest: string;
  /** The blobs that the manifest refers to, by digest. */
  readonly blobs: ReadonlyMap<string, string>;
}

/** Builds the manifest of an image. Two images with the same content share a digest, as in ECR. */
export function toStoredImage({ repository, tag, platforms = ["linux/amd64"], manifest }: ImageResource): StoredImage {
  // Content differs by its name here, since there are no layers that would differ.
  const seed = `${repository}:${tag ?? ""}`;
  const parts = platforms.map((platform) => {
    const [os = "", architecture = "", variant] = platform.split("/");
    const config = JSON.stringify({ os, architecture, ...(variant !== undefined && { variant }), seed });
    return { platform: { os, architecture, ...(variant !== undefined && { variant }) }, config };
  });
  const [only] = parts;
  const mediaType = manifest === "single" ? `${oci}.manifest.v1+json` : `${oci}.index.v1+json`;
  const text =
    manifest === "single" && only !== undefined
      ? JSON.stringify({
          schemaVersion: 2,
          mediaType,
          config: { mediaType: `${oci}.config.v1+json`, digest: digestOf(only.config), size: only.config.length },
          layers: [],
        })
      : JSON.stringify({ schemaVersion: 2, mediaType, manifests: [...parts.map(toEntry), toAttestation(seed)] });
  const blobs = new Map(parts.map(({ config }) => [digestOf(config), config]));
  return { digest: digestOf(text), mediaType, manifest: text, blobs };
}

interface Part {
  readonly platform: Readonly<Record<string, string>>;
  readonly config: string;
}

const toEntry = ({ platform, config }: Part) => ({
  mediaType: `${oci}.manifest.v1+json`,
  digest: digestOf(config),
  size: config.length,
  platform,
});

/** BuildKit adds a manifest that says how the image was built, for no platform. */
const toAttestation = (seed: string) => ({
  mediaType: `${oci}.manifest.v1+json`,
  digest: digestOf(`attestation of ${seed}`),
  size: 1,
  platform: { os: "unknown", architecture: "unknown" },
});

/** Throws as ECR does if the repository is not there, or is not the caller's to see. */
function requireRepository(input: Readonly<Record<string, unknown>>, { accountId, all }: View): string {
  const { registryId = accountId, repositoryName } = input;
  const name = String(repositoryName);
  if (registryId !== accountId) {
    throw new AwsError(
      "AccessDeniedException",
      "User is not authorized to perform this action because no resource-based policy allows it.",
    );
  }
  const names = [...all("repository").map((repository) => repository.name), ...all("image").map((i) => i.repository)];
  if (names.includes(name)) return name;
  throw new AwsError(
    "RepositoryNotFoundException",
    `The repository with name '${name}' does not exist in the registry with id '${accountId}'`,
  );
}

function findImage(repository: string, imageId: Readonly<Record<string, unknown>>, { all }: View) {
  const images = all("image").filter((image) => image.repository === repository);
  const { imageDigest, imageTag } = imageId;
  return images.findLast((image) =>
    imageDigest === undefined ? image.tag === imageTag : toStoredImage(image).digest === imageDigest,
  );
}

export const ecr: ReadOnlyOperations = {
  BatchGetImage(input, view) {
    const repository = requireRepository(input, view);
    const images: unknown[] = [];
    const failures: unknown[] = [];
    for (const imageId of Array.isArray(input.imageIds) ? input.imageIds : []) {
      const image = findImage(repository, imageId, view);
      if (image === undefined) {
        failures.push({ imageId, failureCode: "ImageNotFound", failureReason: "Requested image not found" });
      } else if (image.archived) {
        // Inferred: the code came into the SDK together with archiving.
        failures.push({ imageId, failureCode: "ImageInaccessible", failureReason: "Requested image not accessible" });
      } else {
        const { digest, manifest, mediaType } = toStoredImage(image);
        images.push({
          registryId: view.accountId,
          repositoryName: repository,
          imageId: { ...imageId, imageDigest: digest },
          imageManifest: manifest,
          imageManifestMediaType: mediaType,
        });
      }
    }
    return { images, failures };
  },
  GetDownloadUrlForLayer(input, view) {
    const repository = requireRepository(input, view);
    const { layerDigest } = input;
    const holds = ({ blobs }: StoredImage): boolean => blobs.has(String(layerDigest));
    const image = view.all("image").find((one) => one.repository === repository && holds(toStoredImage(one)));
    if (image === undefined) throw new AwsError("LayersNotFoundException", "The specified layers could not be found.");
    const downloadUrl = `https://layers.${view.region}.invalid/${String(layerDigest)}?X-Amz-Signature=presigned`;
    return { downloadUrl, layerDigest };
  },
  DescribePullThroughCacheRules: (_input, { accountId, all }) => ({
    pullThroughCacheRules: all("pullThroughCache").map(({ prefix }) => ({
      ecrRepositoryPrefix: prefix,
      upstreamRegistryUrl: "registry-1.docker.io",
      registryId: accountId,
    })),
  }),
};
