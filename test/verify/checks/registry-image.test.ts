import { describe, expect, it } from "vitest";
import { outcomeOf } from "../stub-aws.ts";

const definition = (image: string) => ({ containerDefinitions: [{ image }] });
const ecrPublic = "public.ecr.aws/aws-observability/aws-for-fluent-bit:stable";
const challenge = 'Bearer realm="https://public.ecr.aws/token/",service="public.ecr.aws",scope="repository:x:pull"';

interface Step {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const wantsToken: Step = { status: 401, headers: { "www-authenticate": challenge } };
const token: Step = { status: 200, body: '{"token":"t-1"}' };

/** A registry that gives one answer after the other. */
function registry(...steps: Step[]) {
  const asked: string[] = [];
  const fetch = async (url: unknown, { method = "GET", headers }: RequestInit = {}): Promise<Response> => {
    const { authorization } = { authorization: undefined, ...Object.fromEntries(new Headers(headers)) };
    asked.push([method, String(url), authorization].filter((part) => part !== undefined).join(" "));
    const { status, body = null, headers: answered = {} } = steps[asked.length - 1] ?? { status: 500 };
    return new Response(body, { status, headers: answered });
  };
  return { asked, fetch };
}

const check = (image: string, ...steps: Step[]) =>
  outcomeOf(
    "image",
    definition(image),
    {},
    {
      registries: ["public.ecr.aws", "docker.io", "ghcr.io"],
      fetch: registry(...steps).fetch,
    },
  );

describe("the check of an image in another registry", () => {
  it("is skipped unless the registry is named", async () => {
    expect(await outcomeOf("image", definition(ecrPublic), {})).toStrictEqual({
      status: "skipped",
      detail: "The registry public.ecr.aws is not asked: name it in the option `registries`.",
    });
  });

  it("asks with HEAD and a token that anybody gets, which does not count as a pull", async () => {
    const found = { status: 200, headers: { "docker-content-digest": "sha256:0a" } };
    const { asked, fetch } = registry(wantsToken, token, found);
    const options = { registries: ["public.ecr.aws"], fetch };
    expect(await outcomeOf("image", definition(ecrPublic), {}, options)).toStrictEqual({
      status: "ok",
      detail: "The registry public.ecr.aws has stable.",
      digest: "sha256:0a",
    });
    const url = "https://public.ecr.aws/v2/aws-observability/aws-for-fluent-bit/manifests/stable";
    expect(asked).toStrictEqual([
      `HEAD ${url}`,
      "GET https://public.ecr.aws/token/?service=public.ecr.aws&scope=repository%3Ax%3Apull",
      `HEAD ${url} Bearer t-1`,
    ]);
  });

  it("knows Docker Hub's server, and registries that want no token", async () => {
    const { asked, fetch } = registry({ status: 200 });
    const digest = `sha256:${"0a".repeat(32)}`;
    const options = { registries: ["docker.io"], fetch };
    expect(await outcomeOf("image", definition(`nginx@${digest}`), {}, options)).toMatchObject({ status: "ok" });
    expect(asked).toStrictEqual([`HEAD https://registry-1.docker.io/v2/library/nginx/manifests/${digest}`]);
  });

  it("fails for what ECR Public does not have, and only for that", async () => {
    const missing = [wantsToken, { status: 200, body: '{"access_token":"t-1"}' }, { status: 404 }];
    expect(await check(ecrPublic, ...missing)).toMatchObject({ status: "failed", advice: expect.any(String) });
    expect(await check("nginx", ...missing)).toMatchObject({ status: "unknown" });
    expect(await check("ghcr.io/acme/web", ...missing)).toMatchObject({ status: "unknown" });
  });

  it.each([
    ["a token that is refused", [wantsToken, { status: 403 }]],
    ["a token that is none", [wantsToken, { status: 200, body: "{}" }]],
    ["a challenge without a realm", [{ status: 401, headers: { "www-authenticate": "Bearer" } }]],
    ["a challenge to send a password", [{ status: 401, headers: { "www-authenticate": 'Basic realm="https://x"' } }]],
    ["a realm without HTTPS", [{ status: 401, headers: { "www-authenticate": 'Bearer realm="http://x"' } }]],
    ["a realm that is no URL", [{ status: 401, headers: { "www-authenticate": 'Bearer realm="https://"' } }]],
    ["no challenge", [{ status: 401 }]],
    ["a limit", [{ status: 429 }]],
    ["a page of a proxy's", [{ status: 200, headers: { "content-type": "text/html" } }]],
    ["a 404 before there was a token", [{ status: 404 }]],
    ["an error", [{ status: 503 }]],
    [
      "a realm without more",
      [{ status: 401, headers: { "www-authenticate": 'Bearer realm="https://x.example/"' } }, token, { status: 401 }],
    ],
  ])("does not know about %s", async (_, steps: readonly Step[]) => {
    expect(await check(ecrPublic, ...steps)).toMatchObject({ status: "unknown" });
  });

  it("does not take another image for the one of the digest", async () => {
    const wanted = `${ecrPublic}@sha256:${"0a".repeat(32)}`;
    const another = { status: 200, headers: { "docker-content-digest": `sha256:${"0b".repeat(32)}` } };
    expect(await check(wanted, another)).toMatchObject({ status: "unknown" });
  });

  it("does not know about a registry that cannot be reached", async () => {
    const fetch = () => Promise.reject(new TypeError("fetch failed"));
    const options = { registries: ["public.ecr.aws"], fetch, deadlineMs: 20 };
    expect(await outcomeOf("image", definition(ecrPublic), {}, options)).toMatchObject({
      status: "unknown",
      detail: "The registry public.ecr.aws gave no answer, which does not tell whether it has stable.",
    });
    const hanging = { ...options, fetch: () => new Promise<Response>(() => {}) };
    expect(await outcomeOf("image", definition(ecrPublic), {}, hanging)).toMatchObject({ status: "unknown" });
  });

  it("uses the global fetch by default", async () => {
    const original = globalThis.fetch;
    globalThis.fetch = registry({ status: 200 }).fetch;
    try {
      const options = { registries: ["public.ecr.aws"] };
      expect(await outcomeOf("image", definition(ecrPublic), {}, options)).toMatchObject({ status: "ok" });
    } finally {
      globalThis.fetch = original;
    }
  });
});
