import { describe, expect, it } from "vitest";
import { parseImageReference, toSelector } from "../../src/verify/image-reference.ts";

const digest = `sha256:${"0a".repeat(32)}`;
const ecr = (host: string, region = "eu-west-1", accountId = "111122223333") => ({
  kind: "ecr",
  host,
  region,
  accountId,
});
const hub = { kind: "docker-hub", host: "docker.io" };
const host = "111122223333.dkr.ecr.eu-west-1.amazonaws.com";

describe("parseImageReference", () => {
  it.each([
    ["nginx", { registry: hub, repository: "library/nginx", tag: "latest" }],
    ["nginx:1", { registry: hub, repository: "library/nginx", tag: "1" }],
    ["acme/web:V1.2_x-y", { registry: hub, repository: "acme/web", tag: "V1.2_x-y" }],
    ["docker.io/nginx", { registry: hub, repository: "library/nginx", tag: "latest" }],
    ["docker.io/library/nginx:1", { registry: hub, repository: "library/nginx", tag: "1" }],
    ["index.docker.io/acme/web", { registry: hub, repository: "acme/web", tag: "latest" }],
    ["a__b/c-d--e/f.g", { registry: hub, repository: "a__b/c-d--e/f.g", tag: "latest" }],
    ["localhost/web", { registry: { kind: "other", host: "localhost" }, repository: "web", tag: "latest" }],
    ["localhost:5000/web:1", { registry: { kind: "other", host: "localhost:5000" }, repository: "web", tag: "1" }],
    ["[::1]:5000/web", { registry: { kind: "other", host: "[::1]:5000" }, repository: "web", tag: "latest" }],
    [`ghcr.io/a/b/c@${digest}`, { registry: { kind: "other", host: "ghcr.io" }, repository: "a/b/c", digest }],
    ["REG/web", { registry: { kind: "other", host: "REG" }, repository: "web", tag: "latest" }],
    [
      "public.ecr.aws/aws-observability/aws-for-fluent-bit:stable",
      {
        registry: { kind: "ecr-public", host: "public.ecr.aws" },
        repository: "aws-observability/aws-for-fluent-bit",
        tag: "stable",
      },
    ],
    [`${host}/openclaw`, { registry: ecr(host), repository: "openclaw", tag: "latest" }],
    [`${host}/team/openclaw:v1.2.4`, { registry: ecr(host), repository: "team/openclaw", tag: "v1.2.4" }],
    [`${host}/openclaw@${digest}`, { registry: ecr(host), repository: "openclaw", digest }],
    [`${host}/openclaw:v1@${digest}`, { registry: ecr(host), repository: "openclaw", tag: "v1", digest }],
  ])("takes %s apart", (text, expected) => {
    expect(parseImageReference(text)).toStrictEqual(expected);
  });

  it.each([
    ["111122223333.dkr.ecr-fips.us-gov-west-1.amazonaws.com", "us-gov-west-1"],
    ["111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn", "cn-north-1"],
    ["111122223333.dkr.ecr.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1"],
    ["111122223333.dkr.ecr.us-iso-east-1.c2s.ic.gov", "us-iso-east-1"],
    ["111122223333.dkr-ecr.us-east-1.on.aws", "us-east-1"],
    ["111122223333.dkr-ecr-fips.us-east-1.on.aws", "us-east-1"],
    ["111122223333.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn", "cn-north-1"],
  ])("knows %s as a private registry of ECR", (host, region) => {
    expect(parseImageReference(`${host}/web:1`)?.registry).toStrictEqual(ecr(host, region));
  });

  it.each([
    "11112222333.dkr.ecr.eu-west-1.amazonaws.com",
    "111122223333.dkr.ecr.eu-west-1.amazonaws.com.evil.example",
    "111122223333.dkr.ecr.eu-west-1.amazonaws.com:8443",
    "x111122223333.dkr.ecr.eu-west-1.amazonaws.com",
  ])("does not take %s for ECR", (host) => {
    expect(parseImageReference(`${host}/web:1`)?.registry).toStrictEqual({ kind: "other", host });
  });

  it.each([
    "",
    " ",
    "nginx:",
    "nginx:.1",
    `nginx:${"a".repeat(129)}`,
    "Nginx",
    "acme//web",
    "acme/web/",
    "/web",
    "acme/-web",
    "acme/___web",
    "nginx:1:2",
    "nginx@sha256:abc",
    "nginx@",
    `nginx@${digest}@${digest}`,
    `@${digest}`,
    "https://ghcr.io/a/b",
    "-host.io/web",
    "nginx\n:1",
    "repo name",
  ])("does not read %j", (text) => {
    expect(parseImageReference(text)).toBeUndefined();
  });
});

describe("toSelector", () => {
  it("is the digest where there is one, since the runtime ignores the tag then", () => {
    const read = (text: string) => parseImageReference(text);
    const [tagged, pinned] = [read("web:1"), read(`web:1@${digest}`)];
    if (tagged === undefined || pinned === undefined) throw new Error("expected two references");
    expect([tagged, pinned].map(toSelector)).toStrictEqual([":1", `@${digest}`]);
  });
});
