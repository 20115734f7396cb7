import { describe, expect, it } from "vitest";
import { createVerifier } from "../../../src/verify/verify.ts";
import { outcomeOf, place, type StubAnswers, StubAws, sdkError } from "../stub-aws.ts";

const config = `sha256:${"0c".repeat(32)}`;
const downloadUrl = "https://layers.s3.amazonaws.com/blob?X-Amz-Signature=hunter2";
const definition = (more: object = { requiresCompatibilities: ["FARGATE"] }) => ({
  family: "web",
  containerDefinitions: [{ name: "app", image: "111122223333.dkr.ecr.us-east-1.amazonaws.com/web:v1" }],
  ...more,
});
const on = (os: string | undefined, architecture: string | undefined) => ({ platform: { os, architecture } });
const having = (manifest: object) => ({ images: [{ imageId: {}, imageManifest: JSON.stringify(manifest) }] });
const index = (...manifests: object[]): StubAnswers => ({ BatchGetImage: having({ manifests }) });
const attestation = on("unknown", "unknown");
const single = (mediaType = "application/vnd.oci.image.config.v1+json"): StubAnswers => ({
  BatchGetImage: having({ schemaVersion: 2, config: { mediaType, digest: config } }),
  GetDownloadUrlForLayer: { downloadUrl },
});
const serving =
  (body: string | undefined, status = 200): typeof fetch =>
  async () =>
    new Response(body, { status });
const arm = { runtimePlatform: { cpuArchitecture: "ARM64", operatingSystemFamily: "LINUX" } };

const check = (answers: StubAnswers, input: object = definition(), options = {}) =>
  outcomeOf("image-platform", input, answers, options);

describe("the check of an image's platform", () => {
  it.each([
    [definition(), [on("linux", "arm64"), on("linux", "amd64"), attestation]],
    [definition(arm), [{ platform: { os: "linux", architecture: "arm64", variant: "v8" } }]],
    [definition({ runtimePlatform: { cpuArchitecture: "ARM64" } }), [on("windows", "arm64")]],
    [definition({ runtimePlatform: { operatingSystemFamily: "WINDOWS_SERVER_2022_CORE" } }), [on("windows", "amd64")]],
  ])("is ok if the index has a variant for it", async (input, manifests) => {
    expect(await check(index(...manifests), input)).toMatchObject({ status: "ok" });
  });

  it("fails if every variant is for another platform", async () => {
    expect(
      await check(index(on("linux", "amd64"), on("windows", "amd64"), attestation), definition(arm)),
    ).toStrictEqual({
      status: "failed",
      detail: "The task is to run on linux/arm64, and the image is for linux/amd64, windows/amd64.",
      advice: "Build the image for that platform, or set `runtimePlatform`.",
    });
    const windows = definition({ runtimePlatform: { operatingSystemFamily: "WINDOWS_SERVER_2022_CORE" } });
    expect((await check(index(on("linux", "amd64")), windows)).detail).toMatch(/windows\/any processor/);
    const processor = definition({ runtimePlatform: { cpuArchitecture: "ARM64" } });
    expect((await check(index(on("linux", "amd64")), processor)).detail).toMatch(/any system\/arm64/);
  });

  it.each([
    ["a variant without a platform", index(on("linux", "arm64"), {})],
    ["a variant without an architecture", index(on("linux", undefined))],
    ["only attestations", index(attestation)],
    ["another image", { BatchGetImage: { images: [{ imageId: { imageTag: "v2" }, imageManifest: "{}" }] } }],
    ["no variant", index()],
    ["a manifest that is not JSON", { BatchGetImage: { images: [{ imageManifest: "<html>" }] } }],
    ["a manifest of schema 1", { BatchGetImage: having({ schemaVersion: 1, architecture: "amd64" }) }],
    ["something else than an image", single("application/vnd.cncf.helm.config.v1+json")],
    ["nothing", { BatchGetImage: {} }],
    ["a denial", { BatchGetImage: sdkError("AccessDeniedException") }],
  ])("does not know about %s", async (_, answers) => {
    expect(await check(answers)).toMatchObject({ status: "unknown" });
  });

  it("does not know about a platform that ECS has and it has not heard of", async () => {
    const risc = definition({ runtimePlatform: { cpuArchitecture: "RISCV", operatingSystemFamily: "LINUX" } });
    expect(await check(index(on("linux", "amd64")), risc)).toMatchObject({ status: "unknown" });
  });

  it("is skipped if the host decides, if there is no image, and if there is no client", async () => {
    expect(await check({}, definition({}))).toMatchObject({ status: "skipped" });
    const missing = { images: [], failures: [{ failureCode: "ImageNotFound" }] };
    expect(await check({ BatchGetImage: missing })).toMatchObject({ status: "skipped" });
    expect(await check({ BatchGetImage: sdkError("RepositoryNotFoundException") })).toMatchObject({
      status: "skipped",
    });
    expect(await check({}, definition(), { clients: {} })).toMatchObject({
      status: "skipped",
      detail: expect.stringMatching(/set `clients\.ecr`/),
    });
    expect(await check(single(), definition(), { platform: "index" })).toMatchObject({ status: "skipped" });
  });

  it("reads the configuration of a single manifest", async () => {
    const body = JSON.stringify({ os: "linux", architecture: "amd64" });
    expect(await check(single(), definition(), { fetch: serving(body) })).toMatchObject({ status: "ok" });
    expect(await check(single(), definition(arm), { fetch: serving(body) })).toMatchObject({
      status: "failed",
      detail: expect.stringMatching(/for linux\/amd64\. It would be pulled, and end with: exec format error\.$/),
    });
  });

  it.each([
    ["without a platform", serving("{}")],
    ["that is not JSON", serving("<html>")],
    ["that is empty", serving(undefined)],
    ["that is too long", serving(`{"os":"linux","architecture":"amd64","x":"${"x".repeat(2 ** 20)}"}`)],
    ["that is denied", serving("{}", 403)],
  ])("does not know about a configuration %s", async (_, fetch) => {
    const outcome = await check(single(), definition(), { fetch });
    expect(outcome).toMatchObject({ status: "unknown" });
    expect(JSON.stringify(outcome)).not.toContain("hunter2");
  });

  it("uses no URL that is not HTTPS, and knows nothing if it gets none", async () => {
    const fetch = serving(JSON.stringify({ os: "linux", architecture: "amd64" }));
    for (const answer of [{}, { downloadUrl: "http://layers.example/blob" }]) {
      const answers = { ...single(), GetDownloadUrlForLayer: answer };
      expect(await check(answers, definition(), { fetch })).toMatchObject({ status: "unknown" });
    }
    const denied = { ...single(), GetDownloadUrlForLayer: sdkError("AccessDeniedException") };
    expect(await check(denied, definition(), { fetch })).toMatchObject({
      permission: "ecr:GetDownloadUrlForLayer on arn:aws:ecr:us-east-1:111122223333:repository/web",
    });
  });

  it("shows nothing of an error of `fetch`, which may hold the URL", async () => {
    const fetch = (url: unknown) => Promise.reject(new TypeError(`Failed to parse URL from ${String(url)}`));
    const options = { fetch, requestTimeoutMs: 5, deadlineMs: 30 };
    const outcome = await check(single(), definition(), options);
    expect(outcome).toMatchObject({ status: "unknown" });
    expect(JSON.stringify(outcome)).not.toContain("hunter2");
  });

  it("uses the global fetch by default", async () => {
    const original = globalThis.fetch;
    globalThis.fetch = serving(JSON.stringify({ os: "linux", architecture: "amd64" }));
    try {
      expect(await check(single())).toMatchObject({ status: "ok" });
    } finally {
      globalThis.fetch = original;
    }
  });

  it("remembers the platform of a configuration, and never that the image is there", async () => {
    const body = JSON.stringify({ os: "linux", architecture: "amd64" });
    const aws = new StubAws(single());
    const verifier = createVerifier({ clients: aws.clients, fetch: serving(body) });
    const checks = verifier.toChecks(definition({ requiresCompatibilities: ["FARGATE"] }), place);
    await verifier.run(checks);
    await verifier.run(checks);
    const operations = aws.calls.map(({ operation }) => operation);
    expect(operations).toStrictEqual(["BatchGetImage", "GetDownloadUrlForLayer", "BatchGetImage"]);
  });

  it("remembers so many platforms and no more", async () => {
    let count = 0;
    const toManifest = () => {
      count += 1;
      const digest = `sha256:${String(count % 1001).padStart(64, "0")}`;
      return having({ config: { digest, mediaType: "application/vnd.oci.image.config.v1+json" } });
    };
    const aws = new StubAws({ ...single(), BatchGetImage: toManifest });
    const fetch = serving('{"os":"linux","architecture":"amd64"}');
    const verifier = createVerifier({ clients: aws.clients, fetch });
    const checks = verifier
      .toChecks(definition({ requiresCompatibilities: ["FARGATE"] }), place)
      .filter(({ kind }) => kind === "image-platform");
    for (let run = 0; run < 1002; run += 1) await verifier.run(checks);
    expect(aws.calls.filter(({ operation }) => operation === "GetDownloadUrlForLayer")).toHaveLength(1002);
  });
});
