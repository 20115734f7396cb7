import { ECRClient } from "@aws-sdk/client-ecr";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkKinds } from "../../src/verify/check.ts";
import { kindOperations, operations } from "../../src/verify/permissions.ts";
import { renderVerification } from "../../src/verify/render-verification.ts";
import { createVerifier } from "../../src/verify/verify.ts";
import { baseInput } from "../cast.ts";
import { place, StubAws } from "./stub-aws.ts";
import { toConfig, toTarget, type Wire } from "./wire-aws.ts";

const digest = `sha256:${"0c".repeat(32)}`;
const mediaType = "application/vnd.oci.image.config.v1+json";
const imageManifest = JSON.stringify({ schemaVersion: 2, config: { mediaType, digest } });
const url = "https://layers.example/blob?X-Amz-Signature=hunter2";

/** Everything that a client's log was given. */
async function logged(downloads: string): Promise<{ readonly text: string; readonly status: string | undefined }> {
  const lines: unknown[] = [];
  const note = (...args: unknown[]): void => {
    for (const arg of args) lines.push(arg, arg instanceof Error ? { ...arg, message: arg.message } : undefined);
  };
  const logger = { debug: note, info: note, warn: note, error: note, trace: note };
  const wire: Wire = async (request) => ({
    statusCode: 200,
    body: toTarget(request) === "BatchGetImage" ? JSON.stringify({ images: [{ imageManifest }] }) : downloads,
  });
  const ecr = new ECRClient({ ...toConfig(wire), logger });
  const fetch = async () => new Response('{"os":"linux","architecture":"arm64"}');
  const verifier = createVerifier({ clients: { ecr }, fetch });
  const checks = verifier.toChecks(baseInput, place).filter(({ kind }) => kind === "image-platform");
  const { results } = await verifier.run(checks);
  const toText = (line: unknown): string => (line instanceof Error ? String(line.stack) : (JSON.stringify(line) ?? ""));
  return { text: lines.map(toText).join("\n"), status: results[0]?.status };
}

describe("a client's log", () => {
  it("never shows a presigned URL", async () => {
    const { text, status } = await logged(JSON.stringify({ downloadUrl: url }));
    expect(status).toBe("ok");
    expect(text).toContain("GetDownloadUrlForLayer");
    expect(text).not.toContain("hunter2");
  });

  it("never shows an answer that cannot be read", async () => {
    const { text, status } = await logged(`{"downloadUrl":"${url}`);
    expect(status).toBe("unknown");
    expect(text).not.toContain("hunter2");
  });
});

describe("a verification", () => {
  it("sends only what the table of permissions lists for its kinds, and shows no environment value", async () => {
    const answer = fc.oneof(fc.constant({}), fc.object({ maxDepth: 2 }));
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.constantFrom(...Object.keys(operations)), answer), async (answers) => {
        const aws = new StubAws(answers);
        const verifier = createVerifier({ clients: aws.clients, simulate: true, keys: true });
        const containerDefinitions = (baseInput.containerDefinitions ?? []).map((container) => ({
          ...container,
          environment: [{ name: "PASSWORD", value: "hunter2" }],
        }));
        const verification = await verifier.run(verifier.toChecks({ ...baseInput, containerDefinitions }, place));
        const allowed: readonly string[] = checkKinds.flatMap((kind) => kindOperations[kind].operations);
        for (const { operation } of aws.calls) expect(allowed).toContain(operation);
        expect(JSON.stringify(verification) + renderVerification(verification)).not.toContain("hunter2");
      }),
      { numRuns: 50 },
    );
  });
});
