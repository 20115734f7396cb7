import { describe, expect, it } from "vitest";
import { outcomeOf, place, resultsOf, type StubAnswers, StubAws, sdkError } from "../stub-aws.ts";

const image = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/team/web:v1";
const digest = `sha256:${"0a".repeat(32)}`;
const definition = (reference = image) => ({ containerDefinitions: [{ name: "app", image: reference }] });
const found = { images: [{ imageId: { imageDigest: digest, imageTag: "v1" }, imageManifest: "{}" }], failures: [] };
const failure = (failureCode: string) => ({ images: [], failures: [{ imageId: {}, failureCode }] });
const rules = (...prefixes: string[]) => ({
  pullThroughCacheRules: prefixes.map((ecrRepositoryPrefix) => ({ ecrRepositoryPrefix })),
});
const missing = failure("ImageNotFound");
const noRepository = sdkError("RepositoryNotFoundException");

const check = (answers: StubAnswers, reference?: string) => outcomeOf("image", definition(reference), answers);

describe("the check of an image", () => {
  it("is ok with the digest that a pull would get", async () => {
    const aws = new StubAws({ BatchGetImage: { ...found, $metadata: { requestId: "r-7" } } });
    const [result] = await resultsOf("image", definition(), aws);
    expect(result).toMatchObject({ status: "ok", digest, requestId: "r-7" });
    expect(aws.calls).toStrictEqual([
      {
        operation: "BatchGetImage",
        region: "eu-west-1",
        input: {
          registryId: "111122223333",
          repositoryName: "team/web",
          imageIds: [{ imageTag: "v1" }],
          acceptedMediaTypes: expect.arrayContaining(["application/vnd.oci.image.index.v1+json"]),
        },
      },
    ]);
  });

  it("asks by digest alone where there is one, since the runtime ignores the tag", async () => {
    const aws = new StubAws({ BatchGetImage: { images: [{ imageManifest: "{}" }] } });
    const [result] = await resultsOf("image", definition(`${image}@${digest}`), aws);
    expect(result).toStrictEqual({ check: result?.check, status: "ok", detail: "ECR has the image." });
    expect(aws.calls[0]?.input.imageIds).toStrictEqual([{ imageDigest: digest }]);
  });

  it.each([
    ["a tag that is not there", missing, /has no image team\/web:v1\.$/],
    ["a repository that is not there", noRepository, /has no repository team\/web\.$/],
    ["an archived image", failure("ImageInaccessible"), /archived/],
    ["a malformed tag", failure("InvalidImageTag"), /does not take :v1/],
    ["a malformed digest", failure("InvalidImageDigest"), /does not take/],
    ["no tag and no digest", failure("MissingDigestAndTag"), /does not take/],
    [
      "a parameter that names the reference",
      sdkError("InvalidParameterException", "Invalid parameter at 'repositoryName'"),
      /Invalid parameter at 'repositoryName'/,
    ],
  ])("fails for %s", async (_, answer, detail) => {
    const outcome = await check({ BatchGetImage: answer, DescribePullThroughCacheRules: rules("other") });
    expect(outcome).toMatchObject({
      status: "failed",
      detail: expect.stringMatching(detail),
      advice: expect.any(String),
    });
  });

  it.each([
    ["a key that cannot be used", failure("KmsError")],
    ["an upstream that denies", failure("UpstreamAccessDenied")],
    ["an upstream that is busy", failure("UpstreamTooManyRequests")],
    ["an upstream that is down", failure("UpstreamUnavailable")],
    ["an upstream's error", sdkError("UnableToGetUpstreamImageException")],
    ["a code of the future", failure("SomethingNew")],
    ["another parameter", sdkError("InvalidParameterException", "Invalid parameter at 'registryId'")],
    ["a limit", sdkError("LimitExceededException")],
    ["neither images nor failures", { images: [], failures: [] }],
    ["an image without a manifest", { images: [{}] }],
    ["nothing", {}],
  ])("does not know about %s", async (_, answer) => {
    expect(await check({ BatchGetImage: answer })).toMatchObject({ status: "unknown", advice: expect.any(String) });
  });

  it.each([
    [missing, "team"],
    [noRepository, "team"],
    [missing, "ROOT"],
  ])("does not know what a pull-through cache has not cached yet", async (answer, prefix) => {
    const answers = { BatchGetImage: answer, DescribePullThroughCacheRules: rules("x", prefix) };
    const outcome = await check(answers);
    expect(outcome).toMatchObject({ status: "unknown", detail: expect.stringMatching(/first pull imports it\.$/) });
    const pinned = await check(answers, `${image}@${digest}`);
    expect(pinned.detail).toMatch(/A first pull by digest is known to fail/);
  });

  it("does not take an image for missing if it may not read the cache's rules, and names the permission", async () => {
    const denied = sdkError("AccessDeniedException");
    const outcome = await check({ BatchGetImage: missing, DescribePullThroughCacheRules: denied });
    expect(outcome).toMatchObject({
      status: "unknown",
      detail: expect.stringMatching(/has no image team\/web:v1, unless a pull-through cache rule covers it/),
      permission: "ecr:DescribePullThroughCacheRules on *",
    });
  });

  it.each([
    ["rules that are none", { pullThroughCacheRules: "none" }],
    ["a rule without a prefix", { pullThroughCacheRules: [{}] }],
    ["rules that go on on another page", { pullThroughCacheRules: [], nextToken: "2" }],
  ])("does not take an image for missing with %s", async (_, answer) => {
    const outcome = await check({ BatchGetImage: missing, DescribePullThroughCacheRules: answer });
    expect(outcome).toMatchObject({ status: "unknown", detail: expect.stringMatching(/cannot be read\.$/) });
  });

  it("takes an image for missing if there are no rules", async () => {
    expect((await check({ BatchGetImage: missing, DescribePullThroughCacheRules: {} })).status).toBe("failed");
  });

  it.each([
    [image, { imageTag: "v2" }],
    [`${image}@${digest}`, { imageDigest: `sha256:${"0b".repeat(32)}` }],
  ])("does not take another image for %s", async (reference, imageId) => {
    const another = { images: [{ imageId, imageManifest: "{}" }] };
    expect((await check({ BatchGetImage: another }, reference)).status).toBe("unknown");
  });

  it("does not take another account's answer for an image that is missing", async () => {
    const foreign = image.replace("111122223333", "444455556666");
    expect(await check({ BatchGetImage: noRepository }, foreign)).toMatchObject({ status: "unknown" });
    expect(await check({ BatchGetImage: missing }, foreign)).toMatchObject({ status: "unknown" });
  });

  it("names the permission that the checker lacks, and keeps AWS's words", async () => {
    const denied = sdkError("AccessDeniedException", "no resource-based policy allows the ecr:BatchGetImage action");
    expect(await check({ BatchGetImage: denied })).toStrictEqual({
      status: "unknown",
      detail: "The checker may not call BatchGetImage: no resource-based policy allows the ecr:BatchGetImage action.",
      advice: "Allow the checker ecr:BatchGetImage on arn:aws:ecr:eu-west-1:111122223333:repository/team/web.",
      permission: "ecr:BatchGetImage on arn:aws:ecr:eu-west-1:111122223333:repository/team/web",
      error: "AccessDeniedException",
      requestId: "r-1",
    });
  });

  it("skips images that are pulled with credentials", async () => {
    const containerDefinitions = [
      { image: "ghcr.io/acme/web", repositoryCredentials: { credentialsParameter: "hub" } },
    ];
    expect(await outcomeOf("image", { containerDefinitions }, {})).toMatchObject({ status: "skipped" });
  });

  it("is one request for the image and its platform", async () => {
    const aws = new StubAws({ BatchGetImage: found });
    const { createVerifier } = await import("../../../src/verify/verify.ts");
    const verifier = createVerifier({ clients: aws.clients });
    const input = { family: "web", requiresCompatibilities: ["FARGATE" as const], ...definition() };
    const { results } = await verifier.run(verifier.toChecks(input, place));
    expect(results.map(({ check: { kind } }) => kind)).toStrictEqual(["shape", "image", "image-platform"]);
    expect(aws.calls).toHaveLength(1);
  });
});
