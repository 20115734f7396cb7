import {
  BatchGetImageCommand,
  DescribePullThroughCacheRulesCommand,
  ECRClient,
  GetDownloadUrlForLayerCommand,
} from "@aws-sdk/client-ecr";
import { FakeAws } from "taskdef-cloner/testing";
import { describe, expect, it } from "vitest";

describe("FakeAws and ECR", () => {
  const getImage = (aws: FakeAws, imageTag: string, more = {}) =>
    new ECRClient(aws.config).send(
      new BatchGetImageCommand({ repositoryName: "openclaw", imageIds: [{ imageTag }], ...more }),
    );

  it("answers an index with the image's platforms and BuildKit's attestation", async () => {
    const aws = new FakeAws();
    const digest = aws.image({ repository: "openclaw", tag: "1", platforms: ["linux/amd64", "linux/arm64/v8"] });

    const { images = [], failures } = await getImage(aws, "1");

    expect(failures).toStrictEqual([]);
    expect(images[0]?.imageId).toStrictEqual({ imageTag: "1", imageDigest: digest });
    const { manifests } = JSON.parse(String(images[0]?.imageManifest));
    expect(manifests.map(({ platform }: { platform: unknown }) => platform)).toStrictEqual([
      { os: "linux", architecture: "amd64" },
      { os: "linux", architecture: "arm64", variant: "v8" },
      { os: "unknown", architecture: "unknown" },
    ]);
  });

  it("serves the configuration of a single manifest at a presigned URL", async () => {
    const aws = new FakeAws();
    aws.image({ repository: "openclaw", tag: "1", platforms: ["linux/arm64/v8"], manifest: "single" });
    const { images = [] } = await getImage(aws, "1");
    const layerDigest: string = JSON.parse(String(images[0]?.imageManifest)).config.digest;

    const { downloadUrl = "" } = await new ECRClient(aws.config).send(
      new GetDownloadUrlForLayerCommand({ repositoryName: "openclaw", layerDigest }),
    );

    const config = await (await aws.fetch(new Request(downloadUrl))).json();
    expect(config).toMatchObject({ os: "linux", architecture: "arm64", variant: "v8" });
    expect((await aws.fetch("https://layers.invalid/sha256:0")).status).toBe(404);
    expect((await new FakeAws().fetch("https://layers.invalid/sha256:0")).status).toBe(404);
  });

  it("finds an image by its digest, and refuses a layer of none", async () => {
    const aws = new FakeAws();
    const imageDigest = aws.image({ repository: "openclaw" });
    const { images } = await getImage(aws, "", { imageIds: [{ imageDigest }] });

    expect(images).toHaveLength(1);
    await expect(
      new ECRClient(aws.config).send(
        new GetDownloadUrlForLayerCommand({ repositoryName: "openclaw", layerDigest: "sha256:0" }),
      ),
    ).rejects.toMatchObject({ name: "LayersNotFoundException" });
  });

  it("reports a missing tag and an archived image as failures of a success", async () => {
    const aws = new FakeAws();
    aws.image({ repository: "openclaw", tag: "old", archived: true });

    expect((await getImage(aws, "none")).failures).toMatchObject([{ failureCode: "ImageNotFound" }]);
    expect((await getImage(aws, "old")).failures).toMatchObject([{ failureCode: "ImageInaccessible" }]);
    expect((await getImage(aws, "old", { imageIds: undefined })).images).toStrictEqual([]);
  });

  it("does not have a repository in another region, and denies one of another account", async () => {
    const aws = new FakeAws();
    aws.repository({ name: "openclaw", region: "eu-west-1" });

    await expect(getImage(aws, "1")).rejects.toMatchObject({ name: "RepositoryNotFoundException" });
    await expect(getImage(aws, "1", { registryId: "444455556666" })).rejects.toMatchObject({
      name: "AccessDeniedException",
    });
    const there = new ECRClient({ ...aws.config, region: "eu-west-1" });
    const command = new BatchGetImageCommand({ repositoryName: "openclaw", imageIds: [{ imageTag: "1" }] });
    expect((await there.send(command)).failures).toHaveLength(1);
  });

  it("lists the rules of its pull-through cache", async () => {
    const aws = new FakeAws();
    aws.pullThroughCache({ prefix: "docker-hub" });

    const { pullThroughCacheRules } = await new ECRClient(aws.config).send(
      new DescribePullThroughCacheRulesCommand({}),
    );

    expect(pullThroughCacheRules).toMatchObject([{ ecrRepositoryPrefix: "docker-hub" }]);
  });
});
